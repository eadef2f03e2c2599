"""Pages that are written from the code say what the code says; links lead somewhere; pages show no stale command."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from ketenzicht import cli
from ketenzicht.reference import PAGES

ROOT = Path(__file__).parents[2]
MARKDOWN = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("name", PAGES)
def test_reference_pages_are_current(name: str) -> None:
    """Run `python -m ketenzicht.reference docs/reference` when this fails."""
    assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == PAGES[name]()


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link is to a file that exists."""
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def console_lines(page: Path) -> list[str]:
    """The command lines of a page's console blocks."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def known(words: list[str]) -> bool:
    """Whether a command exists and takes the options it is given."""
    command = typer.main.get_command(cli.app)
    rest = words[1:]
    while rest and hasattr(command, "commands"):
        command = command.commands.get(rest.pop(0))
        if command is None:
            return False
    options = {name for option in command.params for name in option.opts} | {"--help"}
    return all(word in options for word in rest if word.startswith("--"))


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_exist(page: Path) -> None:
    """Every `ketenzicht` command with its options, and every `make` target, on any page exists."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for line in console_lines(page):
        words = [word for word in shlex.split(line, comments=True) if "=" not in word or word.startswith("-")]
        if words and words[0] == "ketenzicht":
            assert known(words), line
        if words and words[0] == "make":
            assert all(re.search(rf"^{target}:", makefile, flags=re.MULTILINE) for target in words[1:]), line


def test_the_first_run_works_as_it_is_written(tmp_path: Path) -> None:
    """The tutorial's commands, one after the other, end with the exit codes the page promises."""
    (tmp_path / "config").symlink_to(ROOT / "config")
    lines = [line for line in console_lines(ROOT / "docs" / "tutorial" / "first-run.md") if "ketenzicht" in line]
    assert len(lines) > 5
    for line in lines:
        code, command = line, line
        found = re.search(r"\s+# exit code (\d)$", line)
        code = int(found[1]) if found else 0
        command = line[: found.start()] if found else line
        done = subprocess.run(
            [sys.executable, "-m", *shlex.split(command)], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, f"{line}: {done.stderr}"
