"""Forms of arguments that several benchmarks take."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.cases import SETS, Choice
from ketenzicht.synthetic.rates import LEVELS

PERSONS = 2000
_RANGE = re.compile(r"(\d+)(?:\.\.(\d+))?")


def seed_range(text: str) -> list[int]:
    """Read ``31`` as one seed and ``31..50`` as all from 31 to 50. Raises ``ArgumentTypeError`` for another form."""
    found = _RANGE.fullmatch(text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if last < first:
        msg = "expected a seed or a range such as 31..50"
        raise argparse.ArgumentTypeError(msg)
    return list(range(first, last + 1))


def named_path(text: str) -> tuple[str, Path]:
    """Read ``NAME=CONFIG_DIR``. Raises ``ArgumentTypeError`` for another form."""
    name, _, path = text.partition("=")
    if not name or not path:
        msg = "expected NAME=CONFIG_DIR"
        raise argparse.ArgumentTypeError(msg)
    return name, Path(path)


def add_choice(
    parser: argparse.ArgumentParser, *, sets: Sequence[str], seeds: Sequence[int], levels: Sequence[str]
) -> None:
    """Add what says which data sets are linked; what is given here are the defaults."""
    parser.add_argument("--sets", nargs="*", choices=SETS, default=list(sets), help="sets that ship with the project")
    parser.add_argument(
        "--data", action="append", type=named_path, default=[], metavar="NAME=CONFIG_DIR", help="any other project"
    )
    parser.add_argument(
        "--seeds", nargs="+", type=seed_range, action=_Flat, default=list(seeds), help="such as 21 22 or 21..30"
    )
    parser.add_argument("--levels", "--level", nargs="+", choices=tuple(LEVELS), default=list(levels))
    parser.add_argument("--persons", type=int, default=PERSONS, help="victims in the population")


def choice(arguments: argparse.Namespace) -> Choice:
    """Return the data sets that the arguments choose."""
    return Choice(arguments.sets, arguments.data, arguments.levels, arguments.seeds, arguments.persons)


class _Flat(argparse.Action):
    """Put lists of seeds together, each seed once."""

    def __call__(
        self,
        _parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        _option: str | None = None,
    ) -> None:
        """Set the seeds in the order given."""
        setattr(namespace, self.dest, list(dict.fromkeys(seed for part in values or () for seed in part)))
