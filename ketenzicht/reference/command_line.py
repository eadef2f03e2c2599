"""The command-line reference, written from the commands themselves."""

from collections.abc import Iterator
from typing import Any

import typer

from ketenzicht import cli

_INTRODUCTION = """\
# Command line

All commands that read a project take `--config DIR` (default: `KETENZICHT_CONFIG`, or else `config`) and
`--workspace DIR` (default: `KETENZICHT_WORKSPACE`, or else `workspace/PROJECT`). With `--json` a command prints one
JSON object on standard output and no progress. Who acts is `KETENZICHT_ACTOR`, or else the operating system's user.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | failed |
| 2 | wrong use, or bad configuration |
| 3 | data refused |
| 4 | privacy or release gate closed |
| 5 | done, but rows were quarantined beyond the warning share |

This page is written from the commands by `python -m ketenzicht.reference docs/reference`; a test keeps it current.
"""


def command_line() -> str:
    """The whole reference as Markdown."""
    return _INTRODUCTION + "".join(_commands("ketenzicht", typer.main.get_command(cli.app)))


def _commands(path: str, group: Any) -> Iterator[str]:  # noqa: ANN401 - typer keeps its command classes to itself
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(f"{path} {name}", command)
        else:
            yield _command(f"{path} {name}", command)


def _command(path: str, command: Any) -> str:  # noqa: ANN401 - as above
    arguments = "".join(f" {option.name.upper()}" for option in command.params if not option.opts[0].startswith("-"))
    lines = [f"\n## {path}\n", f"`{path}{arguments}`\n", f"{command.help}\n"]
    if command.params:
        lines += ["| argument or option | required | meaning |", "|---|---|---|"]
        lines += [
            f"| `{_name(option)}` | {'yes' if option.required else 'no'} | {option.help or ''} |"
            for option in command.params
        ]
    return "\n".join(lines) + "\n"


def _name(option: Any) -> str:  # noqa: ANN401 - as above
    return str(option.opts[0] if option.opts[0].startswith("-") else option.name.upper())
