"""Levels of codes that only agree or differ: categories, and identifiers, of which a person may have several."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Pairs
from linkage.compare.plan import Comparison
from linkage.records import MISSING, Records

Levels = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

MOST_RECORDS = 20
"""Records of one person in a source with duplicates beyond which a number is taken to be nobody's own. It is also how
many of a record's nearest are kept there by default."""


def equality_levels(records: Records, pairs: Pairs, comparison: Comparison) -> Levels:
    """Equal where any value is common to both records, else differ; 0 where either has none."""
    members = comparison.field.members
    level = np.full(len(pairs), comparison.number("differ"), dtype=np.int8)
    for left, right in _combinations(records, pairs, members):
        level[(left == right) & (left != MISSING)] = comparison.number("equal")
    level[~_both_known(records, pairs, members)] = 0
    return level


def identifier_levels(records: Records, pairs: Pairs, comparison: Comparison) -> Levels:
    """Levels of two sets of numbers: one in common, only one in common that several persons share, none.

    Who changed numbers and is known by both agrees with either; 0 where a record has no number.
    """
    members = comparison.field.members
    level = np.full(len(pairs), comparison.number("differ"), dtype=np.int8)
    shared = np.append(shared_numbers(records, members), False)
    for wanted, name in ((True, "equal_shared"), (False, "equal")):
        for left, right in _combinations(records, pairs, members):
            level[(left == right) & (left != MISSING) & (shared[left] == wanted)] = comparison.number(name)
    level[~_both_known(records, pairs, members)] = 0
    return level


def shared_numbers(records: Records, members: Sequence[str]) -> Flags:
    """Whether each code of an identifier belongs to more records of some source than one person can have there.

    One in a source without duplicates, ``MOST_RECORDS`` elsewhere. Such a number is a dummy, or two persons use it.
    """
    size = records.dictionaries[members[0]].size
    codes = np.concatenate([records.columns[member].astype(np.int64) for member in members])
    rows = np.tile(np.arange(len(records), dtype=np.int64), len(members))
    # A record that holds a number twice counts once.
    held = np.unique(rows[codes != MISSING] * size + codes[codes != MISSING])
    shared = np.zeros(size, dtype=np.bool_)
    for source, deduplicated in enumerate(records.deduplicated):
        own = (held >= records.starts[source] * size) & (held < records.starts[source + 1] * size)
        shared |= np.bincount(held[own] % max(size, 1), minlength=size) > (1 if deduplicated else MOST_RECORDS)
    return shared


def _combinations(
    records: Records, pairs: Pairs, members: Sequence[str]
) -> Iterator[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]]:
    """The codes of each pair, for every member of the left against every member of the right record."""
    for one in members:
        for other in members:
            yield records.columns[one][pairs.left], records.columns[other][pairs.right]


def _both_known(records: Records, pairs: Pairs, members: Sequence[str]) -> Flags:
    known = np.logical_or.reduce([records.present(member) for member in members])
    both: Flags = known[pairs.left] & known[pairs.right]
    return both
