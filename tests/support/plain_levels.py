"""Levels of comparisons in plain numpy, one rule after another: what the compiled comparison is held to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Pairs
from linkage.compare.crowded import FEWEST, crowded_cells
from linkage.compare.equality import MOST_RECORDS
from linkage.compare.grading import CONTAINED
from linkage.compare.layout import DATE_PARTS, FieldColumns
from linkage.compare.plan import RARITY_SHARES, Comparison, Method
from linkage.records import MISSING, Records

Levels = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Scores = tuple[Floats, Floats]


def plain_levels(  # noqa: C901 - a case for each method
    records: Records, pairs: Pairs, comparisons: Sequence[Comparison]
) -> Levels:
    """Return (pairs, comparisons) level numbers; 0 where either record lacks the field."""
    levels = np.zeros((len(pairs), len(comparisons)), dtype=np.int8)
    for column, comparison in enumerate(comparisons):
        match comparison.method:
            case Method.NAME:
                levels[:, column] = name_levels(records, pairs, comparison)
            case Method.INITIAL:
                levels[:, column] = initial_levels(records, pairs, comparison)
            case Method.SIMILARITY:
                best, _ = plain_similarity(records, pairs, comparison.field.members, comparison.field.members)
                levels[:, column] = graded(best, comparison.cut_points)
            case Method.POSTCODE:
                levels[:, column] = _postcode(records, pairs, comparison)
            case Method.DATE:
                levels[:, column] = date_levels(records, pairs, comparison)
            case Method.PARTIAL_DATE:
                levels[:, column] = partial_date_levels(records, pairs, comparison)
            case Method.EQUALITY:
                levels[:, column] = equality_levels(records, pairs, comparison)
            case Method.RARITY:
                levels[:, column] = rarity_levels(records, pairs, comparison)
            case Method.IDENTIFIER:
                levels[:, column] = identifier_levels(records, pairs, comparison)
    settle_swaps(levels, comparisons)
    return levels


def rarity_levels(records: Records, pairs: Pairs, comparison: Comparison) -> Levels:
    """Of the names that two records have in common, the level of the rarest; 0 where they have none."""
    members = comparison.field.members
    holders: dict[int, set[int]] = {}
    for row in range(len(records)):
        for member in members:
            holders.setdefault(int(records.columns[member][row]), set()).add(row)
    known = len(set().union(*(rows for code, rows in holders.items() if code != MISSING)))
    found = np.zeros(len(pairs), dtype=np.int8)
    for place, (left, right) in enumerate(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)):
        one, other = ({int(records.columns[member][row]) for member in members} for row in (left, right))
        for code in (one & other) - {MISSING}:
            share = len(holders[code]) / known
            found[place] = max(found[place], 1 + sum(share < bound for bound in RARITY_SHARES))
    return found


def _postcode(records: Records, pairs: Pairs, comparison: Comparison) -> Levels:
    """Dice in levels; ``area`` where only the digits agree, or are all that one of the two has."""
    best, cover = plain_similarity(records, pairs, comparison.field.members, comparison.field.members)
    level = graded(best, comparison.cut_points)
    if comparison.field.coarse is not None:
        areas = records.columns[comparison.field.coarse]
        same = (areas[pairs.left] == areas[pairs.right]) & (areas[pairs.left] != MISSING)
        unlike = (best >= 0) & (best < comparison.cut_points[1])
        shorter = (cover >= CONTAINED) & (best < comparison.cut_points[0])
        level[same & (unlike | shorter)] = comparison.number("area")
    return level


def graded(dice: Floats, cut_points: Sequence[float]) -> Levels:
    """0 where there is no Dice (negative), else 1 plus the number of cut points reached (highest first)."""
    reached = np.sum([dice >= cut for cut in cut_points], axis=0)
    return np.where(dice < 0, 0, 1 + reached).astype(np.int8)


def date_levels(records: Records, pairs: Pairs, comparison: Comparison) -> Levels:
    """Levels of two full dates: equal, one digit off, day and month swapped, two of three parts, year, differ.

    Equal dates on a crowded day are a level of their own: they may both stand for the year alone. A crowded day against
    another says nothing of month and day, and is left to ``partial_date_levels``.
    """
    parts, crowded = _parts(records, pairs, comparison), _either_crowded(records, pairs, comparison)
    known = np.logical_and.reduce([part.known for part in parts])
    equal = np.sum([part.equal for part in parts], axis=0)
    near = np.logical_or.reduce([part.near & ~part.equal for part in parts])
    year = parts[0].equal
    level = np.full(len(pairs), comparison.number("differ"), dtype=np.int8)
    level[year] = comparison.number("year_only")
    level[equal == len(parts) - 1] = comparison.number("two_parts")
    level[(equal == len(parts) - 1) & near] = comparison.number("one_digit")
    if len(parts) == len(DATE_PARTS):
        level[year & (equal == 1) & _crosswise(records, pairs, comparison.field.parts)] = comparison.number("swapped")
    level[equal == len(parts)] = comparison.number("equal")
    level[(equal == len(parts)) & crowded] = comparison.number("equal_crowded")
    level[~known | (crowded & (equal < len(parts)))] = 0
    return level


def partial_date_levels(records: Records, pairs: Pairs, comparison: Comparison) -> Levels:
    """Levels of two dates of which one or both lack month or day, or have a crowded one in their place.

    0 where both are full, or equal, or a year is missing.
    """
    crowded = _either_crowded(records, pairs, comparison)
    year, *rest = _parts(records, pairs, comparison)
    full = np.logical_and.reduce([year.known, *(part.known for part in rest)])
    equal = np.logical_and.reduce([year.equal, *(part.equal for part in rest)])
    level = np.full(len(pairs), comparison.number("differ"), dtype=np.int8)
    level[year.near] = comparison.number("year_near")
    level[year.equal] = comparison.number("year")
    if rest:
        level[year.equal & rest[0].equal & ~crowded] = comparison.number("year_month")
    level[(full & (~crowded | equal)) | ~year.known] = 0
    return level


def _either_crowded(records: Records, pairs: Pairs, comparison: Comparison) -> Flags:
    """Whether one of the two dates, or both, is on a crowded day."""
    parts = comparison.field.parts
    if len(parts) < len(DATE_PARTS):
        return np.zeros(len(pairs), dtype=np.bool_)
    crowded = crowded_dates(records, *parts)
    return crowded[pairs.left] | crowded[pairs.right]


@dataclass(frozen=True)
class _Part:
    """Agreement of one date part over all pairs: both known, equal, equal or one digit off."""

    known: Flags
    equal: Flags
    near: Flags


def _parts(records: Records, pairs: Pairs, comparison: Comparison) -> list[_Part]:
    """Year, month and day. One digit off leaves three of four digits of a year, and one of two of a month or day."""
    _, *cuts = comparison.cut_points
    return [
        _part(records, pairs, column, cuts[0] if number == 0 else cuts[-1])
        for number, column in enumerate(comparison.field.parts)
    ]


def _part(records: Records, pairs: Pairs, column: str, cut: float) -> _Part:
    codes, dictionary = records.columns[column], records.dictionaries[column]
    left, right = codes[pairs.left], codes[pairs.right]
    known = (left != MISSING) & (right != MISSING)
    common = np.bitwise_count(dictionary.filters[:, None, :] & dictionary.filters[None, :, :]).sum(axis=2)
    total = dictionary.ones[:, None] + dictionary.ones[None, :]
    # A row and a column more, for the code of a missing part.
    alike = np.pad(2 * common >= cut * total, ((0, 1), (0, 1)))
    return _Part(known, known & (left == right), known & alike[left, right])


def _crosswise(records: Records, pairs: Pairs, parts: Sequence[str]) -> Flags:
    """Whether the day of one is the month of the other, both ways (month and day share a dictionary)."""
    month, day = records.columns[parts[1]], records.columns[parts[2]]
    agree: Flags = (month[pairs.left] == day[pairs.right]) & (day[pairs.left] == month[pairs.right])
    return agree


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


def name_levels(records: Records, pairs: Pairs, comparison: Comparison) -> Levels:
    """Best Dice over the name sets; what lifts pairs that spell differently; given and family name swapped."""
    members = comparison.field.members
    best, cover = plain_similarity(records, pairs, members, members)
    level = graded(best, comparison.cut_points)
    weak = np.flatnonzero((level > 0) & (level < len(comparison.cut_points)))
    level[weak] = _lifted(records, pairs, comparison, level, cover, weak)
    if comparison.swapped_with is not None:
        swapped = _swapped(records, pairs, comparison, comparison.swapped_with, best)
        level[swapped] = comparison.number("swapped")
    return level


def _lifted(
    records: Records,
    pairs: Pairs,
    comparison: Comparison,
    level: Levels,
    cover: npt.NDArray[np.float64],
    weak: npt.NDArray[np.int64],
) -> Levels:
    """Levels of the pairs ``weak``, whose spelling differs: each kind of likeness overrules the ones before it.

    ``elsewhere`` and ``skeleton`` say less than a likeness in spelling, and lift only pairs that have next to none.
    """
    field, some = comparison.field, Pairs(pairs.left[weak], pairs.right[weak], pairs.size)
    found = level[weak]
    unlike = found < len(comparison.cut_points) - 1
    if comparison.elsewhere:
        one, other = (
            plain_similarity(records, some, left, right)[1]
            for left, right in ((field.members, comparison.elsewhere), (comparison.elsewhere, field.members))
        )
        found[unlike & (np.maximum(one, other) >= CONTAINED)] = comparison.number("elsewhere")
    if field.skeleton:
        heard, _ = plain_similarity(records, some, field.skeleton, field.skeleton)
        found[unlike & (heard >= comparison.cut_points[0])] = comparison.number("skeleton")
    if field.phonetic:
        sound, part = plain_similarity(records, some, field.phonetic, field.phonetic)
        found[part >= CONTAINED] = comparison.number("part_sounds")
        found[sound >= comparison.cut_points[0]] = comparison.number("phonetic")
    found[cover[weak] >= CONTAINED] = comparison.number("contained")
    return found


def _swapped(
    records: Records,
    pairs: Pairs,
    comparison: Comparison,
    other: FieldColumns,
    straight: npt.NDArray[np.float64],
) -> Flags:
    """Whether given and family name agree crosswise, better than they do straight."""
    one, _ = plain_similarity(records, pairs, comparison.field.members, other.members)
    two, _ = plain_similarity(records, pairs, other.members, comparison.field.members)
    family, _ = plain_similarity(records, pairs, other.members, other.members)
    crosswise = np.minimum(one, two)
    return (crosswise >= comparison.cut_points[1]) & (crosswise > np.minimum(straight, family))


def settle_swaps(levels: Levels, comparisons: Sequence[Comparison]) -> None:
    """Count a swap once: at the given name; the family name is then no evidence of its own."""
    place = {comparison.name: column for column, comparison in enumerate(comparisons)}
    for column, comparison in enumerate(comparisons):
        if comparison.swapped_with is not None:
            swapped = levels[:, column] == comparison.number("swapped")
            levels[swapped, place[comparison.swapped_with.field]] = 0


def initial_levels(records: Records, pairs: Pairs, comparison: Comparison) -> Levels:
    """Equal or different first letters, where one of the two records has nothing but initials; else 0."""
    named = np.zeros(len(records), dtype=np.bool_)
    for member in comparison.field.members:
        named |= records.present(member)
    letters = records.columns[str(comparison.field.initial)]
    left, right = letters[pairs.left], letters[pairs.right]
    known = (left != MISSING) & (right != MISSING) & ~(named[pairs.left] & named[pairs.right])
    return np.where(known, np.where(left == right, 2, 1), 0).astype(np.int8)


def plain_similarity(records: Records, pairs: Pairs, left: Sequence[str], right: Sequence[str]) -> Scores:
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


def crowded_dates(records: Records, year: str, month: str, day: str) -> Flags:
    """Whether each record has a full date of which month and day are crowded, over all sources.

    ``year``, ``month``, ``day``: the encoded columns of the parts.
    """
    years, months, days = (records.columns[part] for part in (year, month, day))
    flags = np.zeros(len(records), dtype=np.bool_)
    known = np.flatnonzero((years != MISSING) & (months != MISSING) & (days != MISSING))
    if len(known) < FEWEST:
        return flags
    rows, row = np.unique(months[known], return_inverse=True)
    columns, column = np.unique(days[known], return_inverse=True)
    cell, shape = row * len(columns) + column, (len(rows), len(columns))
    counts = np.bincount(cell, minlength=len(rows) * len(columns)).astype(np.float64)
    size = records.dictionaries[year].size
    distinct = np.unique(cell * size + years[known]) // size
    enough = np.bincount(distinct, minlength=len(counts)) >= FEWEST
    flags[known] = (crowded_cells(counts.reshape(shape)).ravel() & enough)[cell]
    return flags
