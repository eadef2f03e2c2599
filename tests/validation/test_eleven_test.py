"""The eleven-test of citizen service numbers."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from validation.numbers import passes_eleven_test

WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def passes(*texts: str) -> list[bool]:
    return [bool(found) for found in passes_eleven_test(pd.Series(texts, dtype="object"))]


def test_known_numbers() -> None:
    """First test number of the published range passes; 000000000 passes and 999999999 fails, as is known of them."""
    assert passes("999900006", "000000000", "999999999") == [True, True, False]


@given(st.lists(st.from_regex(r"[0-9]{9}", fullmatch=True), min_size=1, max_size=20))
def test_it_is_the_weighted_sum_modulo_eleven(numbers: list[str]) -> None:
    """Whole columns give what the definition gives number by number."""
    plain = [sum(w * int(d) for w, d in zip(WEIGHTS, text, strict=True)) % 11 == 0 for text in numbers]
    assert passes(*numbers) == plain


@given(st.from_regex(r"[0-9]{9}", fullmatch=True), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_never_passes(text: str, place: int, shift: int) -> None:
    """No two numbers that differ in one digit both pass: 11 is prime and no weight is a multiple of it."""
    other = text[:place] + str((int(text[place]) + shift) % 10) + text[place + 1 :]
    assert passes(text, other) != [True, True]


def test_other_texts_fail() -> None:
    """Eight digits, ten digits, letters, digits of other scripts and nothing fail; they disturb no neighbour."""
    assert passes("99990000", "9999000060", "99990000a", "٩٩٩٩٠٠٠٠٦", "", "999900006") == [False] * 5 + [True]


def test_an_empty_column_is_no_error() -> None:
    """No rows, no answers."""
    assert passes() == []
