"""Comparison vectors: the level of every comparison for every pair."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Pairs
from linkage.compare.building import program
from linkage.compare.grading import Levels
from linkage.compare.kernels import compare_pairs
from linkage.compare.plan import Comparison
from linkage.errors import LinkageError
from linkage.kernels import run_in_parts
from linkage.records import Records

Keys = npt.NDArray[np.int64]

KEY_LIMIT = 2**62


class Comparer:
    """A plan of comparisons made ready for the records of a run.

    Whatever is a matter of a record, of a value or of two values of a small dictionary is worked out once, here; pairs
    may then come in any number of slices. Safe to use from several threads.
    """

    def __init__(self, records: Records, plan: Sequence[Comparison]) -> None:
        """Prepare ``plan`` for all of ``records``."""
        self.plan = tuple(plan)
        self._program = program(records, plan)
        self._span, self._places = _places(self._program.radices)

    def levels(self, pairs: Pairs, threads: int = 1) -> Levels:
        """Return (pairs, comparisons) level numbers; 0 where either record lacks the field."""
        levels = np.empty((len(pairs), len(self.plan)), dtype=np.int8)
        self._run(pairs, threads, levels, np.empty(0, dtype=np.int64))
        return levels

    def keys(self, pairs: Pairs, threads: int = 1) -> Keys:
        """Return one number per pair: its levels in mixed radix, the first comparison's weighing most.

        Keys are equal exactly where levels are, and ordered as rows of levels are; ``span`` is above all of them.
        """
        keys = np.zeros(len(pairs), dtype=np.int64)
        self._run(pairs, threads, np.empty((0, len(self.plan)), dtype=np.int8), keys)
        return keys

    def unpacked(self, keys: Keys) -> Levels:
        """Return the (keys, comparisons) levels that ``keys`` were made of."""
        levels = np.empty((len(keys), len(self.plan)), dtype=np.int8)
        for column, (place, radix) in enumerate(zip(self.places, self._program.radices.tolist(), strict=True)):
            levels[:, column] = keys // place % radix
        return levels

    @property
    def span(self) -> int:
        """How many keys there can be; they are numbers from 0.

        Raises:
            LinkageError: a key would not fit in 62 bits.
        """
        if self._span >= KEY_LIMIT:
            msg = (
                f"{len(self.plan)} comparisons have more than 2^62 combinations of levels. "
                "Cure: leave fields that say little out of encoding.toml."
            )
            raise LinkageError(msg)
        return self._span

    @property
    def places(self) -> list[int]:
        """What one level of each comparison adds to a key. Raises ``LinkageError`` as ``span`` does."""
        return self._places if self.span else []

    def _run(self, pairs: Pairs, threads: int, levels: Levels, keys: Keys) -> None:
        places = np.array(self.places if len(keys) else [0] * len(self.plan), dtype=np.int64)
        left, right = (np.ascontiguousarray(rows, dtype=np.int64) for rows in (pairs.left, pairs.right))
        run_in_parts(compare_pairs, len(pairs), threads, self._program, left, right, places, levels, keys)


def compare(records: Records, pairs: Pairs, plan: Sequence[Comparison], threads: int = 1) -> Levels:
    """Return (pairs, comparisons) level numbers; who compares more than once keeps a ``Comparer``."""
    return Comparer(records, plan).levels(pairs, threads)


def _places(radices: npt.NDArray[np.int64]) -> tuple[int, list[int]]:
    """How many combinations of levels there are, and how many of those that follow each comparison."""
    places, span = [], 1
    for radix in reversed(radices.tolist()):
        places.append(span)
        span *= radix
    return span, places[::-1]
