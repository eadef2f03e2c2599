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

Progress goes to standard error: on a terminal one live line, above which stages of a second or more stay; elsewhere a
line when a stage ends, and between them one every ten seconds at most. A line tells what is done of how much in the
stage's own unit, its rate, its remaining time at that rate, the time so far, and the most memory this process has held:

```
compare, 1,000,000 of 4,000,000 pairs, 20,000/s, 2:20 min left; 1:20 min so far, peak memory 1,234 MB
```

The stages of a linkage are gather (records), candidates (searches: every record once, or in large runs once on each
road), compare (pairs), estimate (patterns), cluster (pairs), draw (draws) and report (records). Where some persons have
many records, candidates, compare and estimate are done again for these and told as such. Those that are done in one
piece tell their rate at their end only. Memory that a cluster's workers hold is not counted.

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
