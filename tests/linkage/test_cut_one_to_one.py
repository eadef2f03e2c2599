"""Greedy one-to-one links."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.cut import Scored, one_to_one

PAIRS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(0, 4)), max_size=40)


def _ordered(pairs: list[tuple[int, int, int]]) -> Scored:
    left, right, score = (np.array([pair[place] for pair in pairs], dtype=np.int64) for place in range(3))
    return Scored(left, right, score.astype(np.float64)).ordered()


@settings(deadline=None)  # the first call compiles
@given(PAIRS)
def test_each_record_is_used_once_and_no_pair_of_free_records_is_left(pairs: list[tuple[int, int, int]]) -> None:
    """A matching, and one that nothing can be added to."""
    ordered = _ordered(pairs)
    taken = ordered.where(one_to_one(ordered))
    used = [*taken.left.tolist(), *taken.right.tolist()]
    assert len(used) == len(set(used))
    assert all(
        a in used or b in used or a == b for a, b in zip(ordered.left.tolist(), ordered.right.tolist(), strict=True)
    )


@settings(deadline=None)  # the first call compiles
@given(PAIRS, st.integers(0, 4))
def test_links_above_a_score_do_not_depend_on_pairs_below(pairs: list[tuple[int, int, int]], least: int) -> None:
    """One pass serves every threshold."""
    ordered = _ordered(pairs)
    above = ordered.score > least
    np.testing.assert_array_equal(one_to_one(ordered)[above], one_to_one(ordered.where(above)))


@settings(deadline=None)  # the first call compiles
@given(PAIRS)
def test_ties_go_to_the_smaller_records(pairs: list[tuple[int, int, int]]) -> None:
    """Whatever the order in which pairs come, the links are the same."""
    turned = [(b, a, score) for a, b, score in reversed(pairs)]
    one, other = _ordered(pairs), _ordered(turned)
    first, second = one.where(one_to_one(one)), other.where(one_to_one(other))
    np.testing.assert_array_equal(first.left, second.left)
    np.testing.assert_array_equal(first.right, second.right)
