"""Pattern counts: every distinct comparison vector of a stratum once, with the number of pairs it stands for."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Levels = npt.NDArray[np.int8]

_KEY_LIMIT = 2**62


@dataclass(frozen=True)
class Patterns:
    """Rows are distinct (stratum, may match, levels).

    ``levels``: (rows, comparisons), 0 is missing. ``weight``: pairs a row stands for. ``may_match``: whether its pairs
    can be of one person; false for pairs within a source without duplicates. ``must_match``: whether its pairs are
    known to be (a reviewer said so). ``row_of``: row of each pair that was counted, in the order given.
    """

    stratum: Ints
    may_match: npt.NDArray[np.bool_]
    levels: Levels
    weight: Floats
    row_of: Ints
    must_match: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.weight)

    def of_strata(self, chosen: npt.NDArray[np.bool_]) -> "Patterns":
        """Return the rows of the strata at which ``chosen`` is true; ``row_of`` no longer applies and is empty."""
        keep = chosen[self.stratum]
        return Patterns(
            self.stratum[keep],
            self.may_match[keep],
            self.levels[keep],
            self.weight[keep],
            np.zeros(0, dtype=np.int64),
            self.must_match[keep],
        )


def count_patterns(
    stratum: Ints,
    may_match: npt.NDArray[np.bool_],
    levels: Levels,
    weight: Floats,
    must_match: npt.NDArray[np.bool_] | None = None,
) -> Patterns:
    """Count pairs by pattern; weights of equal patterns are added in the order of the pairs."""
    known = np.zeros(len(stratum), dtype=bool) if must_match is None else must_match
    keys = pattern_keys(np.column_stack([stratum * 4 + may_match * 2 + known, levels.astype(np.int64)]))
    _, first, row_of = np.unique(keys, return_index=True, return_inverse=True)
    return Patterns(
        stratum=stratum[first],
        may_match=may_match[first],
        levels=levels[first],
        weight=np.bincount(row_of, weights=weight, minlength=len(first)).astype(np.float64),
        row_of=row_of.astype(np.int64),
        must_match=known[first],
    )


def pattern_keys(columns: npt.NDArray[np.int64]) -> Ints:
    """Return one number per row, equal exactly where rows are equal and ordered as rows are.

    Mixed radix; where the number would outgrow 62 bits, keys so far are renumbered by rank first.
    """
    keys = np.zeros(len(columns), dtype=np.int64)
    span = 1
    for column in columns.T:
        radix = int(column.max(initial=0)) + 1
        if span * radix >= _KEY_LIMIT:
            distinct, keys = np.unique(keys, return_inverse=True)
            keys, span = keys.astype(np.int64), len(distinct)
        keys = keys * radix + column
        span *= radix
    return keys
