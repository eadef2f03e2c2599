"""The last step that all methods share, and how a rival's pairs get there."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.final_step import Scored, crosswalks

SIZE = 5
PAIR = st.tuples(st.integers(0, SIZE - 1), st.integers(SIZE, 2 * SIZE - 1))


def plain(*sizes: int) -> dict[str, pd.DataFrame]:
    return {
        name: pd.DataFrame(index=pd.Index([f"{name}{row}" for row in range(size)], name="native_id"))
        for name, size in zip("abc", sizes, strict=False)
    }


def persons(table: pd.DataFrame) -> list[set[str]]:
    found = table.groupby("person_id")["native_id"].agg(set)
    return sorted((group for group in found if len(group) > 1), key=sorted)


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(PAIR, st.integers(-5, 5), max_size=15))
def test_two_sources_without_duplicates_end_one_to_one_best_first(scores: dict[tuple[int, int], int]) -> None:
    """What a greedy loop over the scores says, ties by record order."""
    left, right = ([pair[side] for pair in scores] for side in (0, 1))
    scored = Scored.of(left, right, list(scores.values()), -1.0, 2 * SIZE)
    taken: set[int] = set()
    expected = []
    for (a, b), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if score > 0 and not {a, b} & taken:
            taken |= {a, b}
            expected.append({f"a{a}", f"b{b - SIZE}"})
    for table in crosswalks(plain(SIZE, SIZE), {"a": True, "b": True}, scored):
        assert persons(table) == sorted(expected, key=sorted)


def test_a_pair_within_a_source_counts_only_where_it_may_hold_duplicates() -> None:
    scored = Scored.of([0, 2], [1, 3], [3.0, 3.0], -1.0, 4)
    first, second = crosswalks(plain(2, 2), {"a": True, "b": False}, scored)
    assert persons(first) == persons(second) == [{"b0", "b1"}]


def test_pairs_not_scored_count_as_random_in_the_first_and_as_nothing_in_the_second() -> None:
    """Two links of a chain: the third pair was never scored, and decides."""
    scored = Scored.of([0, 1], [1, 2], [1.0, 2.0], -4.0, 3)
    first, second = crosswalks(plain(3), {"a": False}, scored)
    assert persons(first) == [{"a1", "a2"}]
    assert persons(second) == [{"a0", "a1", "a2"}]


def test_of_a_pair_given_twice_the_larger_score_counts() -> None:
    scored = Scored.of([2, 0, 1], [1, 1, 2], [1.0, 0.5, 3.0], 0.0, 3)
    assert list(zip(scored.pairs.left, scored.pairs.right, scored.score, strict=True)) == [(0, 1, 0.5), (1, 2, 3.0)]


def test_no_pairs_leave_everybody_alone() -> None:
    none = np.zeros(0)
    for table in crosswalks(plain(2, 1), {"a": True, "b": True}, Scored.of(none, none, none, -1.0, 3)):
        assert table["person_id"].is_unique
        assert list(table["native_id"]) == ["a0", "a1", "b0"]
