"""From the long table of identifier values to one row per person."""

from collections.abc import Sequence
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.errors import EncodingRefused
from linkage.normalise import normalise
from linkage.settings import FieldKind, FieldSettings

FIELDS = {
    "given_name": FieldSettings(kind=FieldKind.GIVEN_NAME),
    "family_name": FieldSettings(kind=FieldKind.FAMILY_NAME, values=3),
    "birth_date": FieldSettings(kind=FieldKind.DATE),
    "sex": FieldSettings(kind=FieldKind.CATEGORY),
    "bsn": FieldSettings(kind=FieldKind.IDENTIFIER),
}
COLUMNS = ["native_id", "row", "field", "slot", "value", "prefix"]
Line = tuple[str, int, str, int, str]


def long_table(lines: Sequence[Line], prefix: str | None = None) -> pd.DataFrame:
    """The table that extraction hands over."""
    return pd.DataFrame([(*line, prefix) for line in lines], columns=COLUMNS)


def person(lines: Sequence[Line]) -> dict[str, str | None]:
    """The one normalised row."""
    table = normalise(long_table(lines), FIELDS)
    assert len(table) == 1
    return {str(column): value for column, value in table.iloc[0].items() if value is not None}


def dates(*values: str) -> list[Line]:
    """One line per date, in rows 1, 2, ..."""
    return [("p", row, "birth_date", 0, value) for row, value in enumerate(values, start=1)]


def test_columns_follow_the_fields_also_when_the_source_lacks_them() -> None:
    table = normalise(long_table([("p2", 1, "sex", 0, "V"), ("p1", 2, "bsn", 0, "012345678")]), FIELDS)
    assert list(table.columns) == [
        "given_name", "family_name", "family_name.2", "family_name.3",
        "birth_date.year", "birth_date.month", "birth_date.day", "sex", "bsn",
    ]  # fmt: skip
    assert list(table.index) == ["p1", "p2"]
    assert table.index.name == "native_id"
    assert table.loc["p1"].dropna().to_dict() == {"bsn": "012345678"}


def test_an_empty_delivery_gives_an_empty_table() -> None:
    assert normalise(long_table([]), FIELDS).shape == (0, 9)


def test_the_most_frequent_value_wins_and_the_latest_row_breaks_ties() -> None:
    assert person([("p", 1, "sex", 0, "V"), ("p", 2, "sex", 0, "V"), ("p", 3, "sex", 0, "M")]) == {"sex": "v"}
    assert person([("p", 1, "sex", 0, "V"), ("p", 2, "sex", 0, "M")]) == {"sex": "m"}


def test_spellings_of_one_value_vote_together() -> None:
    lines = [("p", 1, "bsn", 0, "0123 45678"), ("p", 2, "bsn", 0, "012345678"), ("p", 3, "bsn", 0, "987654321")]
    assert person(lines) == {"bsn": "012345678"}


def test_a_name_set_keeps_slots_then_frequency() -> None:
    lines = [
        ("p", 1, "family_name", 2, "Alias"),
        ("p", 1, "family_name", 0, "de Boer"),
        ("p", 2, "family_name", 0, "Bakker"),
        ("p", 3, "family_name", 0, "Bakker"),
    ]
    assert person(lines) == {"family_name": "bakker", "family_name.2": "boer", "family_name.3": "alias"}


def test_parts_of_a_double_name_come_after_whole_names() -> None:
    lines = [("p", 1, "family_name", 0, "Jansen-de Vries"), ("p", 1, "family_name", 2, "Alias")]
    assert person(lines) == {"family_name": "jansen vries", "family_name.2": "alias", "family_name.3": "jansen"}


def test_the_prefix_column_changes_nothing() -> None:
    line = ("p", 1, "family_name", 0, "Berg")
    with_prefix = normalise(long_table([line], prefix="van den"), FIELDS)
    pd.testing.assert_frame_equal(with_prefix, normalise(long_table([line]), FIELDS))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("1990-00-00", "1990-00-00", "1990-05-17"), "1990 05 17"),
        (("1990-05-17", "1991-05-17", "1991-05-17"), "1991 05 17"),
        (("1990-00-00", "1990-00-00", "1991-05-17"), "1990"),
        (("1990-05-17", "1990-05-18"), "1990 05 18"),
        (("1990-05-00", "1990-00-00"), "1990 05"),
        (("0000-00-00",), ""),
    ],
)
def test_a_partial_date_never_outvotes_a_full_one_of_its_year(values: tuple[str, ...], expected: str) -> None:
    assert " ".join(part for part in person(dates(*values)).values() if part) == expected


def test_a_person_whose_values_say_nothing_keeps_a_row() -> None:
    assert person([("p", 1, "given_name", 0, "."), ("p", 1, "family_name", 0, "-")]) == {}


def test_a_name_written_whole_in_the_family_name_stays_there() -> None:
    assert person([("p", 1, "family_name", 0, "Dian Marini Maya")]) == {"family_name": "dian marini maya"}


def test_another_form_of_date_is_refused_without_its_value() -> None:
    with pytest.raises(EncodingRefused, match=r"field birth_date, row 7: not a date\. Cure") as refused:
        normalise(
            long_table([("p", 3, "birth_date", 0, "1990-05-17"), ("q", 7, "birth_date", 0, "17 mei 1991")]), FIELDS
        )
    assert "mei" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_a_field_without_settings_is_refused() -> None:
    with pytest.raises(EncodingRefused, match=r"field shoe_size\. Cure"):
        normalise(long_table([("p", 1, "shoe_size", 0, "38")]), FIELDS)


LINES = st.lists(
    st.tuples(
        st.sampled_from(["p", "q"]),
        st.integers(1, 5),
        st.just("family_name"),
        st.integers(0, 2),
        st.sampled_from(["Jansen", "de Vries", "Jansen-de Vries", "Vries", ".", "Bakker"]),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=30)
@given(LINES, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_count(lines: list[Line], shuffler: Random) -> None:
    shuffled = list(lines)
    shuffler.shuffle(shuffled)
    pd.testing.assert_frame_equal(normalise(long_table(lines), FIELDS), normalise(long_table(shuffled), FIELDS))


@settings(deadline=None, max_examples=30)
@given(LINES)
def test_a_name_set_has_no_repeats_and_no_holes(lines: list[Line]) -> None:
    for _, row in normalise(long_table(lines), FIELDS).iterrows():
        names = [row[column] for column in ("family_name", "family_name.2", "family_name.3")]
        known = [name for name in names if name is not None]
        assert len(set(known)) == len(known)
        assert names[: len(known)] == known
