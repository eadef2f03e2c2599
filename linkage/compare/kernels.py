"""The compiled loop over pairs: block by block, each comparison over all pairs of a block.

The rows of a block are asked for before it begins, and the filters of a pair some pairs ahead, so that memory is not
waited for. The rules are those of ``dates``, ``grading`` and the methods' docstrings below; 0 is always missing.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

from linkage.compare.dates import CROSSWISE, CROWDED, PART_BITS
from linkage.compare.program import (
    CUTS,
    DATE,
    ELSEWHERE,
    EQUALITY,
    FILTERS,
    FIRST,
    FLAG,
    GRADES,
    INITIAL,
    IS_AREA,
    IS_CONTAINED,
    IS_DIFFER,
    IS_ELSEWHERE,
    IS_EQUAL,
    IS_PART_SOUNDS,
    IS_PHONETIC,
    IS_SHARED,
    IS_SKELETON,
    IS_SWAPPED,
    LAST,
    METHOD,
    NAME,
    NEAR,
    ONES,
    OTHER,
    OWN,
    POSTCODE,
    RARITY,
    RARITY_MASK,
    SETTLES,
    SKELETON,
    SOUND,
    WORDS,
    Program,
)
from linkage.popcount import common_bits, prefetch

Codes = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Table = npt.NDArray[np.uint8]
Levels = npt.NDArray[np.int8]

BLOCK = 512
"""Pairs of a block: their rows and levels stay in the nearest caches."""
AHEAD = 8
"""Pairs between asking for a filter and reading it."""
LINE_CODES = 16
"""Codes of a cache line."""


@njit(nogil=True, cache=True)
def _alike(  # noqa: PLR0913, PLR0917 - a compiled kernel takes arrays, not objects
    program: Program, i: Ints, one: int, j: Ints, other: int, grades: int, chosen: Ints, level: Levels, part: Levels
) -> None:
    """Over the pairs ``chosen``: best level over two sets of filters, and whether any filter is part of another.

    ``i``, ``j``: where the rows of the two records of each pair begin. ``one``, ``other``: sets with one dictionary.
    Writes ``level`` (0 where either is empty) and ``part`` in the order of ``chosen``.
    """
    rows, filters, ones, lookups, sets = program.rows, program.filters, program.ones, program.lookups, program.sets
    contained, stride = program.contained, len(program.contained)
    words, at, at_ones = sets[one, WORDS], sets[one, FILTERS], sets[one, ONES]
    first_one, last_one, first_other, last_other = (
        sets[one, FIRST],
        sets[one, LAST],
        sets[other, FIRST],
        sets[other, LAST],
    )
    count = len(chosen)
    for place in range(count):
        ahead = max(rows[j[chosen[min(place + AHEAD, count - 1)]] + first_other], 0)
        prefetch(filters, at + ahead * words)  # type: ignore[call-arg] # numba adds the typing context
        pair = chosen[place]
        best, found = 0, 0
        for here in range(i[pair] + first_one, i[pair] + last_one):
            a = np.int64(rows[here])
            if a < 0:
                continue
            for there in range(j[pair] + first_other, j[pair] + last_other):
                b = np.int64(rows[there])
                if b < 0:
                    continue
                ones_a, ones_b = np.int64(ones[at_ones + a]), np.int64(ones[at_ones + b])
                common = ones_a
                if a != b:
                    common = common_bits(filters, at + a * words, filters, at + b * words, words)
                best = max(best, np.int64(lookups[grades + (ones_a + ones_b) * stride + common]))
                found |= common >= contained[min(ones_a, ones_b)]
        level[place] = best
        part[place] = found


@njit(nogil=True, cache=True)
def _dice(program: Program, i: int, one: int, j: int, other: int) -> float:
    """Best Dice coefficient of one pair over two sets of filters; -1 where either is empty."""
    rows, ones, sets = program.rows, program.ones, program.sets
    words, at, at_ones = sets[one, WORDS], sets[one, FILTERS], sets[one, ONES]
    best = -1.0
    for here in range(i + sets[one, FIRST], i + sets[one, LAST]):
        for there in range(j + sets[other, FIRST], j + sets[other, LAST]):
            a, b = np.int64(rows[here]), np.int64(rows[there])
            if a < 0 or b < 0:
                continue
            common = common_bits(program.filters, at + a * words, program.filters, at + b * words, words)
            total = np.int64(ones[at_ones + a]) + np.int64(ones[at_ones + b])
            best = max(best, 2.0 * common / total if total > 0 else 0.0)
    return best


@njit(nogil=True, cache=True)
def _chosen(pairs: Ints, values: Levels, least: int, most: int) -> Ints:
    """The pairs of which the value, in the same order, is from ``least`` to ``most``."""
    found, count = np.empty(len(pairs), np.int64), 0
    for place in range(len(pairs)):
        found[count] = pairs[place]
        count += least <= values[place] <= most
    return found[:count]


@njit(nogil=True, cache=True)
def _swap(program: Program, step: Ints, i: Ints, j: Ints, every: Ints, out: Levels) -> None:
    """Give the level of swapped names to pairs of which given and family name agree crosswise, better than straight."""
    given, family, grades, near, top = step[OWN], step[OTHER], step[GRADES], step[CUTS], step[CUTS] + 1
    level, part = np.empty(len(every), np.int8), np.empty(len(every), np.int8)
    _alike(program, i, given, j, family, grades, every, level, part)
    some = _chosen(every, level, near, top)
    _alike(program, i, family, j, given, grades, some, level, part)
    for pair in _chosen(some, level, near, top):
        one = _dice(program, i[pair], given, j[pair], family)
        two = _dice(program, i[pair], family, j[pair], given)
        straight = _dice(program, i[pair], given, j[pair], given)
        if min(one, two) > min(straight, _dice(program, i[pair], family, j[pair], family)):
            out[pair] = step[IS_SWAPPED]


@njit(nogil=True, cache=True)
def _lift(program: Program, step: Ints, i: Ints, j: Ints, weak: Ints, out: Levels) -> None:  # noqa: C901 - rule by rule
    """Levels of names that spell differently, by what else is alike: the first of these rules that holds.

    A sound; a sound of a part; and where spelling says next to nothing a skeleton, or a name in another field.
    """
    grades, top, unlike = step[GRADES], step[CUTS] + 1, step[CUTS] - 1
    level, part = np.empty(len(weak), np.int8), np.empty(len(weak), np.int8)
    if step[SOUND] >= 0:
        _alike(program, i, step[SOUND], j, step[SOUND], grades, weak, level, part)
        for place in range(len(weak)):
            if level[place] == top:
                out[weak[place]] = step[IS_PHONETIC]
            elif part[place]:
                out[weak[place]] = step[IS_PART_SOUNDS]
    for place in range(len(weak)):
        level[place] = out[weak[place]]
    weak = _chosen(weak, level, 1, unlike - 1)
    if step[SKELETON] >= 0:
        _alike(program, i, step[SKELETON], j, step[SKELETON], grades, weak, level, part)
        for pair in _chosen(weak, level, top, top):
            out[pair] = step[IS_SKELETON]
        weak = _chosen(weak, level, 0, top - 1)
    if step[ELSEWHERE] >= 0:
        for way in range(2):
            one, other = (step[OWN], step[ELSEWHERE]) if way == 0 else (step[ELSEWHERE], step[OWN])
            _alike(program, i, one, j, other, grades, weak, level, part)
            for pair in _chosen(weak, part, 1, 1):
                out[pair] = step[IS_ELSEWHERE]
            weak = _chosen(weak, part, 0, 0)


@njit(nogil=True, cache=True)
def _by_dice(program: Program, step: Ints, i: Ints, j: Ints, every: Ints, out: Levels) -> None:
    """Likeness in spelling; what lifts names that spell differently, and swaps; areas of postcodes.

    Of a postcode the area counts where only that agrees, or is all that one of the two has.
    """
    rows, own, cuts, area = program.rows, step[OWN], step[CUTS], step[FLAG]
    part = np.empty(len(every), np.int8)
    _alike(program, i, own, j, own, step[GRADES], every, out, part)
    if step[METHOD] == NAME:
        for pair in every:
            if part[pair] and 0 < out[pair] < cuts:
                out[pair] = step[IS_CONTAINED]
        # The numbers of levels that lift a name come after those of its spelling.
        _lift(program, step, i, j, _chosen(every, out, 1, cuts - 1), out)
        if step[OTHER] >= 0:
            _swap(program, step, i, j, every, out)
    elif area >= 0:
        for pair in every:
            if 0 < out[pair] < cuts or (part[pair] and out[pair] == cuts):
                code = rows[i[pair] + area]
                if code >= 0 and code == rows[j[pair] + area]:
                    out[pair] = step[IS_AREA]


@njit(nogil=True, cache=True)
def _dates(program: Program, step: Ints, rows_i: Ints, rows_j: Ints, out: Levels) -> None:
    """What the parts of two dates have in common, looked up."""
    rows, lookups, near = program.rows, program.lookups, program.near
    column, count, crowded = program.sets[step[OWN], FIRST], step[CUTS], step[FLAG]
    for pair in range(len(out)):
        i, j = rows_i[pair], rows_j[pair]
        facts = 0
        for part in range(count):
            table = near[step[NEAR] + part, 0] + rows[i + column + part] * near[step[NEAR] + part, 1]
            facts += int(lookups[table + rows[j + column + part]]) << (PART_BITS * part)
        if crowded >= 0:
            month, day = column + 1, column + 2
            crosswise = (rows[i + month] == rows[j + day]) & (rows[i + day] == rows[j + month])
            facts |= CROSSWISE * crosswise + CROWDED * (rows[i + crowded] | rows[j + crowded])
        out[pair] = lookups[step[GRADES] + facts]


@njit(nogil=True, cache=True)
def _values(program: Program, step: Ints, rows_i: Ints, rows_j: Ints, out: Levels) -> None:
    """Equal where any value is common to both, else differ; a number shared by several persons is less.

    Of equal names the rarest counts. Initials count only where one of the two records has nothing but initials.
    """
    rows, method = program.rows, step[METHOD]
    column, count = program.sets[step[OWN], FIRST], program.sets[step[OWN], LAST] - program.sets[step[OWN], FIRST]
    for pair in range(len(out)):
        i, j = rows_i[pair] + column, rows_j[pair] + column
        level = 0
        for here in range(i, i + count):
            a = rows[here]
            for there in range(j, j + count):
                b = rows[there]
                if a < 0 or b < 0:
                    continue
                if method == RARITY:
                    level = max(level, a & RARITY_MASK) if a == b else level
                elif method == INITIAL:
                    both = step[IS_EQUAL] if a >> 1 == b >> 1 else step[IS_DIFFER]
                    level = 0 if a & b & 1 else both
                elif a != b:
                    level = max(level, step[IS_DIFFER])
                else:
                    level = max(level, step[IS_EQUAL] if method == EQUALITY or not a & 1 else step[IS_SHARED])
        out[pair] = level


@njit(nogil=True, cache=True)
def _ask_for_rows(program: Program, left: Ints, right: Ints, i: Ints, j: Ints) -> None:
    """Work out where the rows of the pairs begin, and ask for them."""
    rows, width = program.rows, program.width
    for pair in range(len(left)):
        i[pair], j[pair] = left[pair] * width, right[pair] * width
        for line in range(0, width, LINE_CODES):
            prefetch(rows, j[pair] + line)  # type: ignore[call-arg] # numba adds the typing context
            if pair == 0 or left[pair] != left[pair - 1]:
                prefetch(rows, i[pair] + line)


@njit(nogil=True, cache=True)
def compare_pairs(  # noqa: C901 - a compiled kernel takes arrays, not objects
    first: int, last: int, program: Program, left: Ints, right: Ints, places: Ints, levels: Levels, keys: Ints
) -> None:
    """Compare pairs ``first`` to ``last``; write ``levels`` (pairs, comparisons), or ``keys``, whichever has rows.

    A key is the sum of level times ``places`` over the comparisons. A swap counts once: at the given name; the family
    name is then no evidence of its own.
    """
    steps, count = program.steps, len(program.steps)
    block, all_i, all_j = np.empty((count, BLOCK), np.int8), np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int64)
    for start in range(first, last, BLOCK):
        size = min(BLOCK, last - start)
        i, j, every = all_i[:size], all_j[:size], np.arange(size)
        _ask_for_rows(program, left[start : start + size], right[start : start + size], i, j)
        for number in range(count):
            step, out = steps[number], block[number, :size]
            if step[METHOD] <= POSTCODE:
                _by_dice(program, step, i, j, every, out)
            elif step[METHOD] == DATE:
                _dates(program, step, i, j, out)
            else:
                _values(program, step, i, j, out)
        for number in range(count):
            if steps[number, SETTLES] >= 0:
                for pair in range(size):
                    if block[number, pair] == steps[number, IS_SWAPPED]:
                        block[steps[number, SETTLES], pair] = 0
        for number in range(count):
            for pair in range(min(size, len(levels) - start)):
                levels[start + pair, number] = block[number, pair]
            for pair in range(min(size, len(keys) - start)):
                keys[start + pair] += block[number, pair] * places[number]
