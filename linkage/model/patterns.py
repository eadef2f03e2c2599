"""Pattern counts: every distinct comparison vector of a stratum once, with the number of pairs it stands for."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from linkage.model.numbering import Numbering, Rows, count_keys, pack_levels, ranks

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.int8]

_KEY_LIMIT = 2**62
_NUMBERS = 2**31
"""More distinct keys than a table can number."""
BLOCK = 65_536
"""Pairs whose keys are held at a time: they stay in the processor's cache."""


@dataclass(frozen=True)
class Patterns:
    """Rows are distinct (stratum, may match, must match, levels), in that order.

    ``levels``: (rows, comparisons), 0 is missing. ``weight``: pairs a row stands for. ``may_match``: whether its pairs
    can be of one person; false for pairs within a source without duplicates. ``must_match``: whether its pairs are
    known to be (a reviewer said so). ``row_of``: row of each pair that was counted, in the order given.
    """

    stratum: Ints
    may_match: Flags
    levels: Levels
    weight: Floats
    row_of: Rows
    must_match: Flags

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.weight)

    def of_strata(self, chosen: Flags) -> "Patterns":
        """Return the rows of the strata at which ``chosen`` is true; ``row_of`` no longer applies and is empty."""
        keep = chosen[self.stratum]
        return Patterns(
            self.stratum[keep],
            self.may_match[keep],
            self.levels[keep],
            self.weight[keep],
            np.zeros(0, dtype=np.int32),
            self.must_match[keep],
        )


class PatternCounter:
    """Counts pairs by pattern, one part of them after another.

    Memory grows with the number of distinct patterns, and by four bytes a pair for ``row_of`` (none where ``rows`` is
    false). The pattern of a pair is one number: stratum and flags, then a digit per comparison. Where that outgrows 62
    bits, the first comparisons are numbered, and their number begins the key of the others.
    """

    def __init__(self, strata: int, comparisons: int, most_levels: int, *, rows: bool = True) -> None:
        """Strata are below ``strata``, levels at most ``most_levels``."""
        self.radix = most_levels + 1
        self.comparisons = comparisons
        self.rows: list[Rows] | None = [] if rows else None
        ends, span = [0], 4 * max(strata, 1)
        for column in range(comparisons):
            if span * self.radix >= _KEY_LIMIT:
                ends.append(column)
                span = _NUMBERS
            span *= self.radix
        self._spans = tuple(pairwise([*ends, comparisons]))
        self._tables = tuple(Numbering() for _ in self._spans)

    def add(
        self,
        stratum: Ints,
        may_match: Flags | None,
        levels: Levels,
        weight: Floats | None = None,
        must_match: Flags | None = None,
    ) -> None:
        """Count further pairs; weights of equal patterns are added in the order of the pairs.

        Without ``may_match`` or ``must_match`` these are false for all, without ``weight`` it is 1.

        Raises:
            ValueError: a level is negative, or above the highest that this counter was made for.
        """
        levels = np.ascontiguousarray(levels)
        weight = None if weight is None else np.ascontiguousarray(weight, dtype=np.float64)
        found = np.empty(len(levels), dtype=np.int32)
        for first in range(0, len(levels), BLOCK):
            block = slice(first, min(first + BLOCK, len(levels)))
            keys = stratum[block].astype(np.int64) * 4
            if may_match is not None:
                keys += may_match[block] * np.int64(2)
            if must_match is not None:
                keys += must_match[block]
            found[block] = self._numbered(levels, first, keys, None if weight is None else weight[block])
        if self.rows is not None:
            self.rows.append(found)

    def _numbered(self, levels: Levels, first: int, keys: Ints, weight: Floats | None) -> Rows:
        """Numbers of the patterns of one block, whose keys so far are ``keys``."""
        found = np.empty(0, dtype=np.int32)
        for (start, end), table in zip(self._spans, self._tables, strict=True):
            if not pack_levels(levels, first, start, end, self.radix, keys):
                msg = f"A level is not from 0 to {self.radix - 1}. Cure: count with the most levels there are."
                raise ValueError(msg)
            found = table.number(keys, weight)
            keys = found.astype(np.int64)
        return found

    def patterns(self) -> Patterns:
        """Return the patterns of all pairs so far, in ascending order; afterwards the counter is of no more use."""
        head, levels = self._unpacked()
        one_key = len(self._tables) == 1
        order = np.argsort(self._tables[0].distinct) if one_key else np.lexsort((*levels.T[::-1], head))
        head, levels = head[order], levels[order]
        return Patterns(
            stratum=head >> 2,
            may_match=(head & 2) > 0,
            levels=levels,
            weight=self._tables[-1].sums[order],
            row_of=self._rows(ranks(order)),
            must_match=(head & 1) > 0,
        )

    def _unpacked(self) -> tuple[Ints, Levels]:
        """Stratum with flags, and levels, of the distinct patterns by first appearance."""
        keys = self._tables[-1].distinct
        levels = np.zeros((len(keys), self.comparisons), dtype=np.int8)
        for number in range(len(self._spans) - 1, -1, -1):
            start, end = self._spans[number]
            for column in range(end - 1, start - 1, -1):
                keys, levels[:, column] = np.divmod(keys, self.radix)
            keys = keys if number == 0 else self._tables[number - 1].distinct[keys]
        return keys, levels

    def _rows(self, rank: Rows) -> Rows:
        parts = self.rows or []
        found = np.empty(sum(len(part) for part in parts), dtype=np.int32)
        last = len(found)
        while parts:
            part = parts.pop()
            found[last - len(part) : last] = rank[part]
            last -= len(part)
        return found


def count_patterns(
    stratum: Ints,
    may_match: Flags,
    levels: Levels,
    weight: Floats | None = None,
    must_match: Flags | None = None,
) -> Patterns:
    """Count pairs by pattern; weights of equal patterns are added in the order of the pairs, 1 each without any."""
    strata = int(stratum.max(initial=0)) + 1
    counter = PatternCounter(strata, levels.shape[1], int(levels.max(initial=0)))
    counter.add(stratum, may_match, levels, weight, must_match)
    return counter.patterns()


def pattern_keys(columns: npt.NDArray[np.int64]) -> Ints:
    """Return one number per row, equal exactly where rows are equal and ordered as rows are.

    Mixed radix; where the number would outgrow 62 bits, keys so far are renumbered by rank first.
    """
    keys = np.zeros(len(columns), dtype=np.int64)
    span = 1
    for column in columns.T:
        radix = int(column.max(initial=0)) + 1
        if span * radix >= _KEY_LIMIT:
            distinct, numbers, _ = count_keys(keys)
            keys, span = numbers.astype(np.int64), len(distinct)
        keys = keys * radix + column
        span *= radix
    return keys
