"""Laws of the encoded table: order, keys, missing values, similarity, refusals."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from linkage.encode import RECORD_ID, check_table, columns, encode, key_check, schema_hash
from linkage.encode.keys import EncodingKeys
from linkage.encode.search import date_tokens
from linkage.errors import EncodedDataRefused, EncodingRefused
from linkage.settings import EncodingSettings

SECRET = b"a linkage secret of some length"
FIELDS = {
    "given_name": {"kind": "given_name"},
    "family_name": {"kind": "family_name", "values": 2},
    "birth_date": {"kind": "date"},
    "sex": {"kind": "category"},
    "postcode": {"kind": "postcode"},
    "bsn": {"kind": "identifier"},
}
SETTINGS = EncodingSettings.model_validate({"fields": FIELDS})
REVERSED = EncodingSettings.model_validate({"fields": dict(reversed(FIELDS.items()))})
NORMALISED = [
    "given_name", "family_name", "family_name.2", "birth_date.year", "birth_date.month", "birth_date.day", "sex",
    "postcode", "bsn",
]  # fmt: skip
PEOPLE: list[list[str | None]] = [
    ["anna", "jansen", "boer", "1987", "05", "12", "v", "1234AB", "012345678"],
    ["jansen", "anna", None, "1987", "12", "05", "v", "1234AC", "012345679"],
    ["anna maria", "jansens", None, "1978", "05", None, None, None, None],
    [None, None, None, None, None, None, None, None, "111222333"],
    [None, None, None, None, None, None, None, None, None],
]


def people(rows: Sequence[Sequence[str | None]] = PEOPLE) -> pd.DataFrame:
    """Normalised persons p0, p1, ..."""
    index = pd.Index([f"p{number}" for number in range(len(rows))], name="native_id")
    return pd.DataFrame(rows, index=index, columns=NORMALISED, dtype=object)


def encoded(
    normalised: pd.DataFrame,
    settings: EncodingSettings = SETTINGS,
    secret: bytes = SECRET,
    epoch: str = "1",
) -> pa.Table:
    """Encode, with record ids that sort the other way round than the persons."""
    ids = pd.Series({f"p{number}": f"r{99 - number}" for number in range(10)})
    return encode(normalised, settings, secret=secret, epoch=epoch, record_ids=ids)


def cell(table: pa.Table, person: int, column: str) -> bytes | None:
    """The encoding of one attribute of one person."""
    row = table[RECORD_ID].to_pylist().index(f"r{99 - person}")
    value: bytes | None = table[column][row].as_py()
    return value


def dice(one: bytes | None, other: bytes | None) -> float:
    """Dice coefficient of two filters."""
    assert one is not None
    assert other is not None
    a, b = (np.unpackbits(np.frombuffer(filter_, np.uint8)).astype(bool) for filter_ in (one, other))
    return float(2 * (a & b).sum() / (a.sum() + b.sum()))


def test_the_table_is_what_columns_promises_and_sorted() -> None:
    table = encoded(people())
    assert table[RECORD_ID].to_pylist() == ["r95", "r96", "r97", "r98", "r99"]
    assert {name: table.schema.field(name).type.byte_width for name in columns(SETTINGS)} == columns(SETTINGS)
    check_table(table, SETTINGS)


def test_missing_stays_missing_and_nothing_else_is() -> None:
    table = encoded(people())
    normalised = people()
    for column in NORMALISED:
        for person in range(len(PEOPLE)):
            assert (cell(table, person, column) is None) == (normalised[column].iloc[person] is None)
    assert cell(table, 3, "given_name.phonetic") is None


def test_persons_added_without_any_value_are_missing_throughout() -> None:
    """Reindexing fills with NaN, which is as missing as None."""
    table = encoded(people().reindex([*people().index, "p7"]))
    assert all(cell(table, 7, name) is None for name in columns(SETTINGS))
    assert table.filter(pc.not_equal(table[RECORD_ID], "r92")).equals(encoded(people()))


def test_a_person_with_nothing_to_search_by_has_no_search_encoding() -> None:
    """Also who has only identifiers: they never enter a Bloom filter."""
    table = encoded(people())
    assert [cell(table, person, "search") is None for person in range(5)] == [False, False, False, True, True]


def test_a_field_outside_the_search_leaves_the_search_encoding_alone() -> None:
    fields = {**FIELDS, "postcode": {"kind": "postcode", "in_search": False}}
    without = EncodingSettings.model_validate({"fields": fields})
    other_postcode = people()
    other_postcode["postcode"] = "9999ZZ"
    assert cell(encoded(people(), without), 0, "search") == cell(encoded(other_postcode, without), 0, "search")
    assert cell(encoded(people()), 0, "search") != cell(encoded(other_postcode), 0, "search")


def test_the_order_of_rows_does_not_count() -> None:
    assert encoded(people()).equals(encoded(people().iloc[[3, 1, 4, 0, 2]]))


def test_a_record_encodes_alone_as_it_does_among_others() -> None:
    alone = encoded(people().iloc[[2]])
    table = encoded(people())
    assert all(cell(alone, 2, name) == cell(table, 2, name) for name in columns(SETTINGS))


def test_the_order_of_fields_does_not_count() -> None:
    table = encoded(people())
    assert encoded(people(), REVERSED).select(table.column_names).equals(table)
    assert schema_hash(SETTINGS) == schema_hash(REVERSED)
    assert key_check(SETTINGS, SECRET, "1") == key_check(REVERSED, SECRET, "1")


def test_similar_names_have_similar_filters() -> None:
    table = encoded(people())
    same = dice(cell(table, 0, "family_name"), cell(table, 0, "family_name"))
    near = dice(cell(table, 0, "family_name"), cell(table, 2, "family_name"))
    far = dice(cell(table, 0, "family_name"), cell(table, 0, "family_name.2"))
    assert same == 1
    assert 0.7 < near < 1
    assert far < 0.4


def test_swapped_names_find_each_other() -> None:
    table = encoded(people())
    assert cell(table, 0, "given_name") == cell(table, 1, "family_name")
    assert cell(table, 0, "family_name") == cell(table, 1, "given_name")
    assert dice(cell(table, 0, "search"), cell(table, 1, "search")) > 0.7


def test_a_longer_given_name_contains_the_shorter() -> None:
    table = encoded(people())
    short, long = cell(table, 0, "given_name"), cell(table, 2, "given_name")
    assert short is not None
    assert long is not None
    assert bytes(a & b for a, b in zip(short, long, strict=True)) == short


def test_swapped_day_and_month_find_each_other() -> None:
    table = encoded(people())
    assert cell(table, 0, "birth_date.month") == cell(table, 1, "birth_date.day")
    assert cell(table, 0, "birth_date.day") == cell(table, 1, "birth_date.month")


def test_one_wrong_digit_keeps_most_of_a_year_and_a_postcode() -> None:
    rows = [list(PEOPLE[0]) for _ in range(3)]
    rows[1][3], rows[1][7] = "1986", "1234AC"
    rows[2][3], rows[2][7] = "2064", "9876XY"
    table = encoded(people(rows))
    for column, least in (("birth_date.year", 0.7), ("postcode", 0.75)):
        assert least < dice(cell(table, 0, column), cell(table, 1, column)) < 1
        assert dice(cell(table, 0, column), cell(table, 2, column)) < 0.4


def test_a_month_is_no_day_of_another_field() -> None:
    """Fields have their own keys: equal texts in two date fields do not show."""
    fields = {"born": {"kind": "date"}, "seen": {"kind": "date"}}
    names = [f"{field}.{part}" for field in fields for part in ("year", "month", "day")]
    row = pd.DataFrame([["1987", "05", "12"] * 2], index=["p0"], columns=names, dtype=object)
    table = encoded(row, EncodingSettings.model_validate({"fields": fields}))
    assert cell(table, 0, "born.year") != cell(table, 0, "seen.year")


def test_another_secret_or_epoch_changes_every_encoding_and_the_check() -> None:
    table = encoded(people())
    for other in (encoded(people(), secret=SECRET + b"!"), encoded(people(), epoch="2")):
        assert all(cell(table, 0, name) != cell(other, 0, name) for name in columns(SETTINGS))
    checks = {
        key_check(SETTINGS, SECRET, "1"),
        key_check(SETTINGS, SECRET + b"!", "1"),
        key_check(SETTINGS, SECRET, "2"),
    }
    assert len(checks) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"sex": {"kind": "text"}},
        {"family_name": {"kind": "family_name", "values": 1}},
        {"family_name": {"kind": "family_name", "values": 2, "language": "none"}},
        {"postcode": {"kind": "postcode", "in_search": False}},
    ],
)
def test_other_settings_have_another_schema_hash(change: dict[str, dict[str, str]]) -> None:
    assert schema_hash(EncodingSettings.model_validate({"fields": {**FIELDS, **change}})) != schema_hash(SETTINGS)


@pytest.mark.parametrize("secret", [b"", b"short", b"x" * 15])
def test_an_empty_or_short_secret_is_refused_without_showing_it(secret: bytes) -> None:
    with pytest.raises(EncodingRefused, match=r"at least 16 are needed\. Cure") as refused:
        encoded(people(), secret=secret)
    assert "short" not in str(refused.value)
    with pytest.raises(EncodingRefused):
        key_check(SETTINGS, secret, "1")


def test_an_empty_epoch_is_refused() -> None:
    with pytest.raises(EncodingRefused, match="epoch is empty"):
        encoded(people(), epoch="")


def test_keys_do_not_print_the_secret() -> None:
    assert "linkage" not in repr(EncodingKeys(SECRET, "1"))


def test_a_person_without_record_id_is_refused_without_naming_the_person() -> None:
    with pytest.raises(EncodingRefused, match=r"1 persons have none\. Cure") as refused:
        encode(people(), SETTINGS, secret=SECRET, epoch="1", record_ids=pd.Series({f"p{n}": f"r{n}" for n in range(4)}))
    assert "p4" not in str(refused.value)


@pytest.mark.parametrize(
    "ids", [pd.Series({f"p{n}": "r" for n in range(5)}), pd.Series(list("abcdef"), index=["p0", *people().index])]
)
def test_ambiguous_record_ids_are_refused(ids: pd.Series) -> None:
    with pytest.raises(EncodingRefused, match="Cure: mend the key file"):
        encode(people(), SETTINGS, secret=SECRET, epoch="1", record_ids=ids)


def test_a_table_without_a_normalised_column_is_refused() -> None:
    with pytest.raises(EncodingRefused, match=r"lacks birth_date\.day"):
        encoded(people().drop(columns="birth_date.day"))


@pytest.mark.parametrize(("column", "value"), [("family_name", "jan\ud800sen"), ("bsn", 123456789)])
def test_a_value_that_is_no_text_does_not_escape(column: str, value: object) -> None:
    normalised = people()
    normalised[column] = pd.Series([value, *normalised[column].iloc[1:]], index=normalised.index, dtype=object)
    with pytest.raises(EncodingRefused, match=rf"column {column}: a value is no valid text\. Cure") as refused:
        encoded(normalised)
    assert refused.value.__suppress_context__
    assert "sen" not in str(refused.value)
    assert "1234" not in str(refused.value)


def test_empty_text_is_there_and_sets_no_bit() -> None:
    """Normalisation gives null for nothing; who passes an empty text is told that there is one, without a bit."""
    normalised = people([["", *PEOPLE[0][1:]]])
    assert cell(encoded(normalised), 0, "given_name") == bytes(64)


def test_progress_counts_up_to_the_last_column() -> None:
    seen: list[tuple[int, int]] = []
    ids = pd.Series({f"p{number}": str(number) for number in range(5)})
    encode(
        people(),
        SETTINGS,
        secret=SECRET,
        epoch="1",
        record_ids=ids,
        progress=lambda done, total: seen.append((done, total)),
    )
    total = len(columns(SETTINGS))
    assert seen == [(done, total) for done in range(1, total + 1)]


def test_an_empty_delivery_gives_an_empty_table_of_the_right_shape() -> None:
    table = encoded(people([]))
    assert table.num_rows == 0
    check_table(table, SETTINGS)


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (lambda table: table.drop_columns("sex"), r"missing \['sex'\]"),
        (lambda table: table.append_column("name", pa.array(["x"] * 5)), "1 not known"),
        (lambda table: table.select(table.column_names[::-1]), "reordered"),
        (lambda table: table.set_column(1, "given_name", pa.array([b"12"] * 5, pa.binary(2))), "column given_name"),
        (lambda table: table.take([1, 0, 2, 3, 4]), "column record_id"),
        (lambda table: table.take([0, 0, 1, 2, 3]), "column record_id"),
        (lambda table: table.set_column(0, RECORD_ID, pa.array([None, *"abcd"])), "column record_id"),
    ],
)
def test_a_table_that_breaks_the_promise_is_refused(spoil, place: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    with pytest.raises(EncodedDataRefused, match=place) as refused:
        check_table(spoil(encoded(people())), SETTINGS)
    assert "Cure" in str(refused.value)


@pytest.mark.parametrize(
    ("date", "count"), [("1987-05-12", 15), ("1987-05-", 9), ("1987--", 5), ("-05-12", 8), ("--", 0)]
)
def test_a_partial_date_gives_the_tokens_of_what_is_known(date: str, count: int) -> None:
    assert len(date_tokens(date)) == len(set(date_tokens(date))) == count


def test_swapped_day_and_month_share_a_token() -> None:
    assert "S05-12" in set(date_tokens("1987-05-12")) & set(date_tokens("1987-12-05"))
