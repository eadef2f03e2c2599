"""What several folders of tests use: the command line in this process, and a small fictional world."""

import io
import shutil
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from ketenzicht import cli, synthetic

CONFIG = Path(__file__).parents[1] / "config"
PERIOD = "2016-2020"


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]


def run_command(*words: object) -> Said:
    """Run ``ketenzicht`` with these words, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with mock.patch.object(sys, "argv", ["ketenzicht", *map(str, words)]), redirect_stdout(out), redirect_stderr(err):
        try:
            cli.main()
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
        else:
            code = 0
    return Said(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def ketenzicht() -> Command:
    """The command line in this process: words in; exit code, output and errors out."""
    return run_command


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exports of the four agencies about 150 fictional victims; read only."""
    folder = tmp_path_factory.mktemp("world")
    synthetic.generate(150, 3, folder)
    return folder


@pytest.fixture
def world(small_world: Path, tmp_path: Path) -> Path:
    """A copy of the exports that a test may spoil."""
    return Path(shutil.copytree(small_world, tmp_path / "deliveries"))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the four-agency config that a test may spoil."""
    return Path(shutil.copytree(CONFIG, tmp_path / "config", ignore=shutil.ignore_patterns("examples")))


@pytest.fixture
def workspace(tmp_path: Path, ketenzicht: Command) -> Path:
    """A workspace with keys for every domain and nothing else."""
    place = tmp_path / "workspace"
    assert ketenzicht("keys", "new", "--config", CONFIG, "--workspace", place, "--json").code == 0
    return place
