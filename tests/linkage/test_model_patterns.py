"""Counting pairs by pattern: against numpy, whatever the parts and however wide the vectors."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.model.binary import count_binary
from linkage.model.numbering import SMALLEST_TABLE, Numbering, count_keys
from linkage.model.patterns import BLOCK, PatternCounter, Patterns, count_patterns

Counted = tuple[Patterns, dict[str, np.ndarray]]


def pairs(seed: int, size: int, comparisons: int, most: int) -> dict[str, np.ndarray]:
    """Pairs of five source pairs, a fifth of them known not to match and some known to."""
    random = np.random.default_rng(seed)
    return {
        "stratum": random.integers(0, 5, size),
        "may_match": random.random(size) < 0.8,
        "levels": random.integers(0, most + 1, (size, comparisons)).astype(np.int8),
        "weight": random.random(size),
        "must_match": random.random(size) < 0.1,
    }


def assert_equal(found: Patterns, expected: Patterns) -> None:
    for field in fields(Patterns):
        np.testing.assert_array_equal(getattr(found, field.name), getattr(expected, field.name))


@given(seed=st.integers(0, 10_000), size=st.integers(0, 300), comparisons=st.integers(0, 40), most=st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_patterns_are_the_distinct_rows_in_order(seed: int, size: int, comparisons: int, most: int) -> None:
    """Rows ascend, weights are added in the order of the pairs, and each pair finds its row; keys of many words too."""
    given = pairs(seed, size, comparisons, most)
    given["levels"][size // 2 :] = given["levels"][: size - size // 2]
    found = count_patterns(**given)
    columns = [given["stratum"], given["may_match"], given["must_match"], *given["levels"].T]
    rows, row_of = np.unique(np.column_stack(columns).astype(np.int64), axis=0, return_inverse=True)
    its = np.column_stack([found.stratum, found.may_match, found.must_match, found.levels]).astype(np.int64)
    np.testing.assert_array_equal(its, rows)
    np.testing.assert_array_equal(found.row_of, row_of.reshape(-1))
    weight = np.bincount(row_of.reshape(-1), weights=given["weight"], minlength=len(rows))
    np.testing.assert_array_equal(found.weight, weight)


@pytest.mark.parametrize("comparisons", [3, 40])
@pytest.mark.parametrize("cut", [0, 1, BLOCK, BLOCK + 7])
def test_parts_one_after_another_count_as_the_whole(comparisons: int, cut: int) -> None:
    """To the last bit, wherever the parts end."""
    given = pairs(3, BLOCK + 100, comparisons, 4)
    counter = PatternCounter(5, comparisons, 4)
    for part in (slice(0, cut), slice(cut, None)):
        counter.add(**{name: own[part] for name, own in given.items()})
    assert_equal(counter.patterns(), count_patterns(**given))


def test_rows_of_pairs_are_kept_only_where_they_are_wanted() -> None:
    """Without them memory does not grow with the number of pairs."""
    given = pairs(3, 1_000, 3, 2)
    counter = PatternCounter(5, 3, 2, rows=False)
    counter.add(**given)
    found = counter.patterns()
    assert len(found.row_of) == 0
    np.testing.assert_array_equal(found.weight, count_patterns(**given).weight)


def test_without_weights_and_flags_pairs_count_once_and_as_unknown() -> None:
    """The weight of a pattern is then the number of its pairs."""
    given = pairs(3, 1_000, 3, 2)
    counter = PatternCounter(5, 3, 2)
    counter.add(given["stratum"], None, given["levels"])
    found = counter.patterns()
    assert not found.may_match.any()
    assert not found.must_match.any()
    np.testing.assert_array_equal(found.weight, np.bincount(found.row_of))


@pytest.mark.parametrize("level", [3, -1])
def test_a_level_that_does_not_exist_is_refused(level: int) -> None:
    """It would be counted as another pattern."""
    levels = np.ones((4, 3), dtype=np.int8)
    levels[2, 1] = level
    with pytest.raises(ValueError, match="A level is not from 0 to 2"):
        PatternCounter(1, 3, 2).add(np.zeros(4, dtype=np.int64), None, levels)


def test_row_order_in_memory_does_not_matter() -> None:
    """Column by column or row by row, strided or not."""
    given = pairs(7, 500, 4, 3)
    columns = {**given, "levels": np.asfortranarray(given["levels"]), "weight": np.repeat(given["weight"], 2)[::2]}
    assert_equal(count_patterns(**columns), count_patterns(**given))


@given(seed=st.integers(0, 10_000), size=st.integers(0, 4 * SMALLEST_TABLE), span=st.sampled_from([3, 5_000, 2**62]))
@settings(max_examples=40, deadline=None)
def test_keys_are_counted_as_numpy_does(seed: int, size: int, span: int) -> None:
    """Distinct keys ascend, also when the table has grown on the way; weights are added in order."""
    random = np.random.default_rng(seed)
    keys, weight = random.integers(-span, span, size), random.random(size)
    distinct, row_of, sums = count_keys(keys, weight)
    expected, rows = np.unique(keys, return_inverse=True)
    np.testing.assert_array_equal(distinct, expected)
    np.testing.assert_array_equal(row_of, rows)
    np.testing.assert_array_equal(sums, np.bincount(rows, weights=weight, minlength=len(expected)))
    np.testing.assert_array_equal(count_keys(keys)[2], np.bincount(rows, minlength=len(expected)))


def test_numbers_go_by_first_appearance_and_stay() -> None:
    """A key keeps its number whatever comes after it."""
    table = Numbering()
    assert table.number(np.array([7, -2, 7, 9])).tolist() == [0, 1, 0, 2]
    table.number(np.arange(10 * SMALLEST_TABLE, 20 * SMALLEST_TABLE))
    assert table.number(np.array([9, 7, -2])).tolist() == [2, 0, 1]
    assert table.distinct[:3].tolist() == [7, -2, 9]
    assert len(table) == 3 + 10 * SMALLEST_TABLE


@given(seed=st.integers(0, 10_000), size=st.integers(0, 200), comparisons=st.integers(0, 70))
@settings(max_examples=60, deadline=None)
def test_yes_and_no_are_counted_as_levels(seed: int, size: int, comparisons: int) -> None:
    """However many bytes a vector takes; yes is level 2 and no is level 1."""
    random = np.random.default_rng(seed)
    binary = random.random((size, comparisons)) < random.choice([0.02, 0.5])
    whole = count_patterns(np.zeros(size, dtype=np.int64), np.ones(size, dtype=bool), binary + np.int8(1))
    assert_equal(count_binary(binary), replace(whole, row_of=np.zeros(0, dtype=np.int32)))


def test_yes_and_no_beyond_one_block() -> None:
    """What is left of an earlier block is not counted again."""
    binary = np.ones((BLOCK + 3, 3), dtype=bool)
    binary[-3:] = [[True, False, False], [False, False, True], [True, False, False]]
    found = count_binary(binary)
    assert found.levels.tolist() == [[1, 1, 2], [2, 1, 1], [2, 2, 2]]
    assert found.weight.tolist() == [1, 2, BLOCK]
