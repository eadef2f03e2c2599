"""A config directory that is not in order fails with file, key and cure; one in order is read whole."""

import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError

from ketenzicht.errors import ConfigurationError
from ketenzicht.settings import read_project

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the four-agency config that a test may spoil."""
    target = tmp_path / "config"
    shutil.copytree(CONFIG, target)
    return target


def spoil(path: Path, old: str, new: str) -> None:
    """Replace a text that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("directory", [CONFIG, *sorted((CONFIG / "examples").glob("*/"))], ids=lambda path: path.name)
def test_every_shipped_project_is_in_order(directory: Path) -> None:
    """The config directories in the repository can be read."""
    project = read_project(directory)
    assert list(project.sources) == list(project.pipeline.sources)


@pytest.mark.parametrize("key", ["purpose", "legal_basis", "sources"])
def test_without_purpose_basis_or_allow_list_nothing_runs(config: Path, key: str) -> None:
    """The three mandatory keys are refused when missing, by name."""
    path = config / "pipeline.toml"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(f"{key} =")]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=rf"pipeline\.toml: key {key} is missing\. Cure: add it"):
        read_project(config)


def test_an_unknown_key_is_refused_by_name(config: Path) -> None:
    """A misspelt key must not be ignored: it would silently fall back to a default."""
    spoil(config / "sources" / "police.toml", "refuse_above = 0.05", "refuse_abov = 0.05")
    with pytest.raises(ConfigurationError, match=r"police\.toml: key refuse_abov is not known\. Cure"):
        read_project(config)


def test_every_fault_of_a_file_is_named_at_once(config: Path) -> None:
    """A steward mends a file once, not once a fault."""
    spoil(config / "pipeline.toml", "seed = 20161231", 'seed = "many"\nbogus = 1')
    with pytest.raises(ConfigurationError) as caught:
        read_project(config)
    assert "key seed" in str(caught.value)
    assert "key bogus" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('native_id = ["persoon_id"]', 'native_id = ["nobody"]', "column 'nobody' is not in format.columns"),
        ('codes = "police_role"', 'codes = "no_list"', "code list 'no_list' is not in codes.toml"),
        ("[identifiers]", "[identifiers]\nshoe_size = []", "identifiers.shoe_size: no such field in encoding.toml"),
        ('name = "police"', 'name = "politie"', "name says 'politie'"),
    ],
)
def test_names_that_do_not_fit_together_are_refused(config: Path, old: str, new: str, message: str) -> None:
    """Columns, code lists, fields and file names must exist where they are referred to."""
    spoil(config / "sources" / "police.toml", old, new)
    with pytest.raises(ConfigurationError) as caught:
        read_project(config)
    assert message in str(caught.value)
    assert "Cure:" in str(caught.value)


def test_a_missing_file_and_broken_syntax_name_the_file(config: Path) -> None:
    """Both kinds of unreadable file say which file it is."""
    spoil(config / "linkage.toml", (config / "linkage.toml").read_text(encoding="utf-8")[:1] or "", "[[[")
    with pytest.raises(ConfigurationError, match=r"linkage\.toml: not valid TOML"):
        read_project(config)
    (config / "linkage.toml").unlink()
    with pytest.raises(ConfigurationError, match=r"linkage\.toml: file is missing"):
        read_project(config)


def test_a_source_off_the_allow_list_is_refused(config: Path) -> None:
    """Only the sources of pipeline.toml exist."""
    project = read_project(config)
    with pytest.raises(ConfigurationError, match="not on the allow-list"):
        project.source("immigration")


def test_settings_cannot_change_after_reading() -> None:
    """Frozen models: a stage cannot alter what the next one reads."""
    project = read_project(CONFIG)
    with pytest.raises(ValidationError, match="frozen"):
        project.pipeline.seed = 1  # type: ignore[misc]
