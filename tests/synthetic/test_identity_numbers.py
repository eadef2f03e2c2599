"""Fictional numbers pass, and mistyped ones pass or fail, the eleven-test as promised."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ketenzicht.synthetic.identity_numbers import (
    break_bsn,
    draw_bsns,
    draw_v_numbers,
    mistype_bsn,
    passes_eleven_test,
)

seeds = st.integers(min_value=0, max_value=2**32)


@given(seeds)
def test_bsns_are_distinct_and_pass_the_eleven_test(seed: int) -> None:
    """Nine digits each."""
    numbers = draw_bsns(np.random.default_rng(seed), 50)
    assert len(set(numbers)) == 50
    assert all(len(number) == 9 and passes_eleven_test(number) for number in numbers)


@given(seeds)
def test_a_mistyped_bsn_is_another_valid_one_and_a_broken_one_fails(seed: int) -> None:
    """The first is a silent error, the second one that validation sees."""
    rng = np.random.default_rng(seed)
    bsn = draw_bsns(rng, 1)[0]
    mistyped = mistype_bsn(rng, bsn)
    assert mistyped != bsn
    assert passes_eleven_test(mistyped)
    assert not passes_eleven_test(break_bsn(bsn))


def test_known_numbers_of_the_test_range() -> None:
    """The published ends of the test range pass; the sentinel 999999999 fails and 000000000 passes."""
    assert passes_eleven_test("999900006")
    assert passes_eleven_test("999999990")
    assert passes_eleven_test("000000000")
    assert not passes_eleven_test("999999999")


def test_v_numbers_have_ten_digits_and_are_distinct() -> None:
    """As many as asked."""
    numbers = draw_v_numbers(np.random.default_rng(1), 500)
    assert len(set(numbers)) == 500
    assert {len(number) for number in numbers} == {10}
