"""Candidates by weak agreement: for pairs of which one record has no name, or whose names do not resemble each other.

The search filter of a record without names has few bits, and the nearest by Dice are then records as bare as it. So
pairs are also sought by two parts of a date with a category and, where one of the two has no name, by a year with a
category or two categories together. Blocks are joined per source pair, so that the many pairs within a source without
duplicates cost nothing, and the largest are left out beyond a budget.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from linkage.candidates.joining import pairs_across_blocks
from linkage.candidates.pairs import Pairs, Strata, distinct
from linkage.compare.layout import NAMES, Layout
from linkage.records import Records
from linkage.settings import FieldKind

Rows = npt.NDArray[np.int64]

EACH_BARE = 50
"""Pairs of a pass and a source pair for each record without a name."""


def sparse_passes(layout: Layout) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """Return the column combinations, and whether they are for pairs with a record without a name only.

    Derived from the kinds of the fields alone, strongest first.
    """
    dates = [field.parts for field in layout.of_kind(FieldKind.DATE) if field.parts]
    categories = [field.members[0] for field in layout.of_kind(FieldKind.CATEGORY) if field.members]
    places = [field.coarse or field.members[0] for field in layout.of_kind(FieldKind.POSTCODE) if field.members]
    two = [(*parts, category) for date in dates for parts in combinations(date, 2) for category in categories]
    weak = [(date[0], place) for date in dates for place in places]
    weak += [(date[0], category) for date in dates for category in categories]
    weak += list(combinations(categories, 2))
    return (*((columns, False) for columns in two), *((columns, True) for columns in weak))


def sparse_pairs(records: Records, layout: Layout, parts: Strata, budget: int) -> Pairs:
    """Return the pairs that agree weakly; per pass and source pair at most ``budget`` a record."""
    return _of_passes(records, layout, parts, budget, sparse_passes(layout))


def bare_pairs(records: Records, layout: Layout, parts: Strata, budget: int) -> Pairs:
    """Return the pairs that agree weakly, or on a whole date, of which one record has no name.

    What a large run adds to its search, which finds pairs with names on both sides; ``budget`` as in ``sparse_pairs``,
    and at most ``EACH_BARE`` for each record without a name: where few lack one, they would use up what is meant for
    all.
    """
    dates = [field.parts for field in layout.of_kind(FieldKind.DATE) if field.parts]
    categories = [field.members[0] for field in layout.of_kind(FieldKind.CATEGORY) if field.members]
    whole = [date for date in dates if len(date) > 1] + [(*date, other) for date in dates for other in categories]
    passes = (*((columns, True) for columns in whole), *((columns, True) for columns, _ in sparse_passes(layout)))
    return _of_passes(records, layout, parts, budget, passes, each_bare=EACH_BARE)


def _of_passes(
    records: Records,
    layout: Layout,
    parts: Strata,
    budget: int,
    passes: Iterable[tuple[tuple[str, ...], bool]],
    each_bare: int | None = None,
) -> Pairs:
    """The pairs of all passes; ``each_bare``: a budget for each record without a name, besides."""
    bare = np.ones(len(records), dtype=bool)
    for field in layout.of_kind(*NAMES):
        for column in field.members:
            bare &= ~records.present(column)
    found = [np.zeros(0, dtype=np.int64)]
    if layout.of_kind(*NAMES):
        for columns, only_bare in passes:
            keys = _keys(records, columns)
            met = np.isin(keys, keys[bare]) & (keys >= 0) if only_bare else keys >= 0
            for one, other, most in _sides(records, parts, bare if only_bare else None, budget, each_bare):
                found += [pairs.keys for pairs in _joined(keys, one[met[one]], other[met[other]], most)]
    return Pairs.from_keys(distinct(np.concatenate(found)), len(records))


def _keys(records: Records, columns: Sequence[str]) -> Rows:
    """One number per record, equal where all columns are; -1 where one is missing."""
    keys = np.zeros(len(records), dtype=np.int64)
    for column in columns:
        keys = keys * (records.dictionaries[column].size + 1) + records.columns[column]
    keys[~np.logical_and.reduce([records.present(column) for column in columns])] = -1
    return keys


def _sides(
    records: Records, parts: Strata, bare: npt.NDArray[np.bool_] | None, budget: int, each_bare: int | None
) -> Iterator[tuple[Rows, Rows, int]]:
    """Rows to join, for every source pair in which a person can have two records.

    All with all, or, given which are ``bare``, the bare with all and then the others with the bare.
    """
    for a in range(len(records.sources)):
        for b in range(a, len(records.sources)):
            if not parts.can_match[parts.number[a, b]]:
                continue
            one, other = (np.arange(records.starts[source], records.starts[source + 1]) for source in (a, b))
            most = budget * (len(one) + (len(other) if a != b else 0))
            if bare is None:
                yield one, other, most
                continue
            lone, partner = one[bare[one]], other[bare[other]]
            yield lone, other, most if each_bare is None else min(most, each_bare * len(lone))
            if a != b:
                yield one[~bare[one]], partner, most if each_bare is None else min(most, each_bare * len(partner))


def _joined(keys: Rows, one: Rows, other: Rows, most: int) -> Iterator[Pairs]:
    """Pairs across two sets of rows whose keys are equal, the largest blocks left out beyond ``most`` pairs."""
    left, right = _blocks(keys, one), _blocks(keys, other)
    shared, at_left, at_right = np.intersect1d(left[0], right[0], assume_unique=True, return_indices=True)
    sizes = left[2][at_left] * right[2][at_right]
    order = np.argsort(sizes, kind="stable")
    kept = order[np.cumsum(sizes[order]) <= most]
    if len(shared) == 0 or len(kept) == 0:
        return
    a, b = (np.empty(int(sizes[kept].sum()), dtype=np.int64) for _ in range(2))
    pairs_across_blocks(*_at(left, at_left[kept]), *_at(right, at_right[kept]), a, b)
    yield Pairs.of(a, b, len(keys))


_Blocks = tuple[Rows, Rows, Rows, Rows]


def _blocks(keys: Rows, rows: Rows) -> _Blocks:
    """Keys of the blocks (ascending), where each starts, its size, and the rows ordered by block."""
    own = keys[rows]
    order = np.argsort(own, kind="stable")
    ordered = own[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    return ordered[starts], starts, np.diff(np.append(starts, len(rows))), rows[order]


def _at(blocks: _Blocks, chosen: Rows) -> tuple[Rows, Rows, Rows]:
    """Rows ordered by block, and where the chosen blocks start and how large they are."""
    _, starts, sizes, rows = blocks
    return rows, starts[chosen], sizes[chosen]
