"""Best Dice and best overlap coefficient over two sets of filters: the compiled way, and the plain way beside it."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Pairs
from linkage.kernels import best_dice, run_in_parts
from linkage.records import MISSING, Records

Scores = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


class Similarity(Protocol):
    """Best Dice and best overlap coefficient of each pair over two sets of columns."""

    def __call__(
        self, records: Records, pairs: Pairs, left: Sequence[str], right: Sequence[str], threads: int
    ) -> Scores:
        """Return the two coefficients per pair; -1 where either record has no value in its columns."""


def similarity(records: Records, pairs: Pairs, left: Sequence[str], right: Sequence[str], threads: int) -> Scores:
    """Best Dice and overlap coefficient, compiled. Left and right columns share one dictionary."""
    dictionary = records.dictionaries[left[0]]
    dice, cover = np.empty(len(pairs)), np.empty(len(pairs))
    run_in_parts(
        best_dice,
        len(pairs),
        threads,
        pairs.left,
        pairs.right,
        _sets(records, left),
        _sets(records, right),
        dictionary.filters,
        dictionary.ones,
        dice,
        cover,
    )
    return dice, cover


def plain_similarity(records: Records, pairs: Pairs, left: Sequence[str], right: Sequence[str], threads: int) -> Scores:  # noqa: ARG001
    """Compute the same with numpy alone: Dice is 2|a and b| / (|a| + |b|), overlap |a and b| / min(|a|, |b|)."""
    filters, ones = records.dictionaries[left[0]].filters, records.dictionaries[left[0]].ones
    dice, cover = np.full(len(pairs), -1.0), np.full(len(pairs), -1.0)
    for one in left:
        for other in right:
            a, b = records.columns[one][pairs.left], records.columns[other][pairs.right]
            both = (a != MISSING) & (b != MISSING)
            common = np.bitwise_count(filters[a[both]] & filters[b[both]]).sum(axis=1)
            total, smaller = ones[a[both]] + ones[b[both]], np.minimum(ones[a[both]], ones[b[both]])
            dice[both] = np.maximum(dice[both], np.divide(2.0 * common, total, where=total > 0, out=total * 0.0))
            cover[both] = np.maximum(cover[both], np.divide(common, smaller, where=smaller > 0, out=smaller * 0.0))
    return dice, cover


def _sets(records: Records, columns: Sequence[str]) -> npt.NDArray[np.int32]:
    return np.ascontiguousarray(np.stack([records.columns[column] for column in columns], axis=1))
