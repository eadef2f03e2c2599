"""Forms of arguments that several benchmarks take."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ketenzicht.synthetic.rates import LEVELS

PERSONS = 2000
_RANGE = re.compile(r"(\d+)(?:\.\.(\d+))?")


def seeds(text: str) -> list[int]:
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


def add_population(
    parser: argparse.ArgumentParser, default_seeds: Sequence[int], default_levels: Sequence[str]
) -> None:
    """Add what says which fictional populations and which further data sets are linked."""
    parser.add_argument("--data", action="append", type=named_path, default=[], metavar="NAME=CONFIG_DIR")
    parser.add_argument(
        "--seeds", nargs="+", type=seeds, action=_Flat, default=list(default_seeds), help="such as 21 22 or 21..30"
    )
    parser.add_argument("--levels", "--level", nargs="+", choices=tuple(LEVELS), default=list(default_levels))
    parser.add_argument("--persons", type=int, default=PERSONS, help="victims in the population")


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
