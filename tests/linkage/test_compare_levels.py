"""The compiled comparison against plain numpy over random records, and the keys of its vectors."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_levels import plain_levels

from linkage.candidates import Pairs
from linkage.compare import Comparer, Comparison, compare, comparisons, layout
from linkage.compare.grading import CONTAINED, contained, grades
from linkage.compare.plan import Method
from linkage.errors import LinkageError
from linkage.profiles import RESEARCH
from linkage.records import Dictionary, Records
from linkage.settings import EncodingSettings

ENCODING = EncodingSettings.model_validate(
    {
        "fields": {
            "given": {"kind": "given_name", "values": 2},
            "middle": {"kind": "given_name"},
            "last": {"kind": "given_name"},
            "family": {"kind": "family_name", "values": 3},
            "born": {"kind": "date"},
            "sex": {"kind": "category"},
            "languages": {"kind": "category", "values": 2},
            "postcode": {"kind": "postcode"},
            "place": {"kind": "text"},
            "number": {"kind": "identifier", "values": 2},
        }
    }
)
WORDS = MappingProxyType({"born": 4, "postcode": 4, "number": 2, "sex": 2, "languages": 2})
ALL = (
    *(f"{name}{kind}" for name in ("given", "middle", "last", "family") for kind in ("", ".phonetic", ".skeleton")),
    *("given.2", "given.initial", "family.2", "family.3", "born.year", "born.month", "born.day", "sex", "languages"),
    *("languages.2", "postcode", "postcode.area", "place", "number", "number.2"),
)
COLUMNS = st.one_of(st.just(list(ALL)), st.lists(st.sampled_from(ALL), min_size=1, unique=True))


def likenesses(random: np.random.Generator, size: int, words: int) -> Dictionary:
    """Filters of all degrees of likeness: each a choice of the same few groups of bits; the first is empty."""
    bits = np.zeros((6, words * 64), dtype=np.uint8)
    for group in bits:
        group[random.integers(0, words * 64, 9)] = 1
    chosen = random.random((size, 6)) < random.choice([0.4, 0.8])
    chosen[0] = False
    filters = np.packbits((chosen.astype(np.int64) @ bits > 0), axis=1).view(np.uint64)
    return Dictionary(filters, np.bitwise_count(filters).sum(axis=1).astype(np.int64))


def random_records(seed: int, columns: list[str], size: int) -> tuple[Records, tuple[Comparison, ...]]:
    """Records of two sources whose values are few, so that equal ones are frequent, and many dates on one day."""
    random = np.random.default_rng(seed)
    run = layout(ENCODING, columns)
    group_of = {column: group for group, members in run.shared_dictionaries.items() for column in members}
    dictionaries: dict[str, Dictionary] = {}
    coded: dict[str, npt.NDArray[np.int32]] = {}
    usual = {field: random.random(size) < 0.3 for field in sorted(ENCODING.fields)}
    for column in columns:
        group, field = group_of.get(column, column), column.split(".", maxsplit=1)[0]
        fewest = 16 if field == "born" else 2
        dictionaries.setdefault(group, likenesses(random, int(random.integers(fewest, 20)), WORDS.get(field, 8)))
        dictionaries[column] = dictionaries[group]
        values = dictionaries[group].size
        codes = random.integers(-max(values // 3, 1), values, size).clip(-1)
        coded[column] = np.where(usual[field] & (column != "born.year"), values - 1, codes).astype(np.int32)
    starts = np.array([0, size // 3, size], dtype=np.int64)
    ids = np.array([f"{row:04d}" for row in range(size)], dtype=object)
    records = Records(("a", "b"), (True, False), starts, ids, coded, dictionaries)
    return records, comparisons(run, RESEARCH, rarity=True)


def random_pairs(seed: int, records: Records, size: int) -> Pairs:
    rows = np.random.default_rng([seed, 1]).integers(0, len(records), (2, size))
    return Pairs(rows[0], rows[1], len(records))


@given(seed=st.integers(0, 2**32), columns=COLUMNS, threads=st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_compiled_levels_are_the_plain_ones(seed: int, columns: list[str], threads: int) -> None:
    """Every level of every kind of comparison, whichever columns there are, pairs in any order, any threads."""
    records, plan = random_records(seed, columns, 80)
    pairs = random_pairs(seed, records, 1300)
    if not plan:
        return
    comparer = Comparer(records, plan)
    expected = plain_levels(records, pairs, plan)
    np.testing.assert_array_equal(comparer.levels(pairs, threads), expected)
    np.testing.assert_array_equal(comparer.unpacked(comparer.keys(pairs, threads)), expected)


def test_random_records_reach_every_level() -> None:
    """What the test above compares is there to be compared; rare names take more records (test_compare_rarity.py)."""
    seen: dict[str, set[int]] = {}
    _, plan = random_records(0, list(ALL), 10)
    for seed in range(40):
        records, plan = random_records(seed, list(ALL), 300)
        levels = plain_levels(records, random_pairs(seed, records, 3000), plan)
        for comparison, column in zip(plan, levels.T, strict=True):
            seen.setdefault(comparison.name, set()).update(column.tolist())
    for comparison in plan:
        if comparison.method is Method.RARITY:
            continue
        missed = [
            level.name for number, level in enumerate(comparison.levels, 1) if number not in seen[comparison.name]
        ]
        assert not missed, (comparison.name, missed)


def test_keys_are_ordered_as_levels_are_and_slices_give_the_same() -> None:
    """A key stands for one vector; pairs may be compared in pieces."""
    records, plan = random_records(1, list(ALL), 100)
    pairs, comparer = random_pairs(1, records, 2000), Comparer(records, plan)
    keys, levels = comparer.keys(pairs), comparer.levels(pairs)
    np.testing.assert_array_equal(np.argsort(keys, kind="stable"), np.lexsort(levels.T[::-1]))
    assert keys.max() < comparer.span
    halves = [Pairs(pairs.left[part], pairs.right[part], 100) for part in (slice(0, 777), slice(777, None))]
    np.testing.assert_array_equal(np.concatenate([comparer.keys(half) for half in halves]), keys)


def test_a_plan_too_long_for_a_key_still_has_levels() -> None:
    """62 bits hold some twenty comparisons of names; more than that is refused by name of the cure."""
    records, plan = random_records(2, list(ALL), 30)
    long = tuple(replace(one, name=f"{one.name} {copy}") for copy in range(5) for one in plan)
    pairs = random_pairs(2, records, 50)
    comparer = Comparer(records, long)
    assert comparer.levels(pairs).shape == (50, len(long))
    with pytest.raises(LinkageError, match=r"2\^62"):
        comparer.keys(pairs)


def test_no_pairs_and_no_comparisons_are_no_error() -> None:
    records, plan = random_records(3, list(ALL), 30)
    nothing = Pairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 30)
    assert compare(records, nothing, plan).shape == (0, len(plan))
    assert Comparer(records, []).levels(random_pairs(3, records, 5)).shape == (5, 0)


@pytest.mark.parametrize("cut_points", [(0.999, 0.85, 0.7, 0.5), (0.75,), (1.0, 0.5, 1 / 3)])
def test_tabulated_grades_are_those_of_the_division(cut_points: tuple[float, ...]) -> None:
    """The table holds the same comparison of the same floating-point quotient, at the cut points too."""
    table = grades(cut_points, 60)
    for total in range(1, 121):
        for common in range(61):
            dice = 2.0 * common / total
            assert table[total, common] == 1 + sum(dice >= cut for cut in cut_points)
    assert (table[0] == 1).all()


def test_a_filter_is_part_of_another_from_the_same_quotient() -> None:
    """And an empty filter is part of none."""
    least = contained(100)
    assert least[0] > 100
    for smaller in range(1, 101):
        assert least[smaller] == next(common for common in range(101) if common / smaller >= CONTAINED)
