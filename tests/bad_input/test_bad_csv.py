"""Bad CSV files are refused by a message that names line, column, rule and cure."""

from collections.abc import Callable

import pytest

from ketenzicht.settings import SourceSettings

HEADER = "id;name;sex;date\r\n"


def _rows(*texts: str) -> str:
    return HEADER + "".join(f"{text}\r\n" for text in texts)


GOOD = "1;Kanariewaarde;V;2020-03-01"


def test_a_missing_file(source_of: Callable[..., SourceSettings], refusal_of: Callable[..., str]) -> None:
    """A path without a file is a refused delivery, not a traceback."""
    assert "the file is missing" in refusal_of(source_of(type="csv"), None)


@pytest.mark.parametrize("content", ["", "\r\n", HEADER])
def test_an_empty_delivery(
    source_of: Callable[..., SourceSettings], refusal_of: Callable[..., str], content: str
) -> None:
    """No bytes, blank lines or a header alone are no delivery."""
    assert "empty delivery" in refusal_of(source_of(type="csv"), content.encode())


@pytest.mark.parametrize("cut", [2, 3, 12, 14, 20])
def test_a_file_cut_anywhere_in_its_last_record_is_truncated(
    source_of: Callable[..., SourceSettings], refusal_of: Callable[..., str], cut: int
) -> None:
    """Also where the cut leaves the right number of fields."""
    whole = _rows(GOOD, "2;Kanariewaarde;M;2020-04-01").encode()
    assert "truncated" in refusal_of(source_of(type="csv"), whole[:-cut])


def test_a_last_record_with_too_few_fields_is_truncated(
    source_of: Callable[..., SourceSettings], refusal_of: Callable[..., str]
) -> None:
    """With a line end too, a short last record means that the file was cut."""
    message = refusal_of(source_of(type="csv"), _rows(GOOD, "2;Kanariewaarde").encode())
    assert "line 3" in message
    assert "truncated: the last record has 2 of 4 fields" in message


def test_an_unclosed_quote_names_the_line_it_began_on(
    source_of: Callable[..., SourceSettings], refusal_of: Callable[..., str]
) -> None:
    """Not the line where the file ended."""
    message = refusal_of(source_of(type="csv"), _rows(GOOD, '2;"Kanariewaarde;M;2020-04-01', GOOD).encode())
    assert "line 3" in message
    assert "quote is not closed" in message


def test_a_missing_last_line_end_names_the_setting_that_allows_it(
    source_of: Callable[..., SourceSettings], refusal_of: Callable[..., str]
) -> None:
    """The steward learns how to accept a program that leaves it out."""
    assert "format.final_line_end = false" in refusal_of(source_of(type="csv"), _rows(GOOD).rstrip().encode())


def test_a_record_in_the_middle_with_another_number_of_fields(
    source_of: Callable[..., SourceSettings], refusal_of: Callable[..., str]
) -> None:
    """A separator inside a name is found on its line."""
    message = refusal_of(source_of(type="csv"), _rows(GOOD, "2;Kanariewaarde;M", GOOD).encode())
    assert "line 3: 3 fields instead of 4" in message


def test_a_record_with_too_many_fields_at_the_end_is_not_called_truncated(
    source_of: Callable[..., SourceSettings], refusal_of: Callable[..., str]
) -> None:
    """Nothing is missing there."""
    message = refusal_of(source_of(type="csv"), _rows(GOOD, GOOD + ";Kanariewaarde").encode())
    assert "5 fields instead of 4" in message
    assert "truncated" not in message


def test_bytes_of_another_encoding_name_the_line(
    source_of: Callable[..., SourceSettings], refusal_of: Callable[..., str]
) -> None:
    """The cp1252 export of a source that declares UTF-8."""
    content = _rows(GOOD, "2;Kanariewaardé;M;2020-04-01").encode("cp1252")
    message = refusal_of(source_of(type="csv", encoding="utf-8"), content)
    assert "line 3" in message
    assert "wrong encoding" in message
    assert "export as utf-8" in message


def test_utf8_in_a_file_declared_as_cp1252(
    source_of: Callable[..., SourceSettings], refusal_of: Callable[..., str]
) -> None:
    """It would decode without complaint, so it is looked for."""
    content = _rows(GOOD, "2;Kanariewaardé;M;2020-04-01").encode("utf-8")
    message = refusal_of(source_of(type="csv", encoding="cp1252"), content)
    assert "line 3" in message
    assert "a UTF-8 character in a file declared as cp1252" in message
    assert "export as cp1252" in message


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize("written", ["utf-16", "utf-16-le"])
def test_utf16(
    source_of: Callable[..., SourceSettings], refusal_of: Callable[..., str], encoding: str, written: str
) -> None:
    """NUL bytes give it away in any declared encoding."""
    message = refusal_of(source_of(type="csv", encoding=encoding), _rows(GOOD).encode(written))
    assert f"declared as {encoding}" in message


def test_another_separator_is_named(source_of: Callable[..., SourceSettings], refusal_of: Callable[..., str]) -> None:
    """Both the separator found and the one declared."""
    message = refusal_of(source_of(type="csv"), _rows(GOOD).replace(";", ",").encode())
    assert "separated by comma, the source declares semicolon" in message
    assert "export with semicolon" in message


def test_a_missing_column_is_named(source_of: Callable[..., SourceSettings], refusal_of: Callable[..., str]) -> None:
    """By its name in the settings."""
    content = b"id;name;date\r\n1;Kanariewaarde;2020-03-01\r\n"
    assert "line 1: missing columns: sex." in refusal_of(source_of(type="csv"), content)


def test_an_extra_column_is_named(source_of: Callable[..., SourceSettings], refusal_of: Callable[..., str]) -> None:
    """By its name in the header."""
    content = b"id;name;sex;date;shoe size\r\n1;Kanariewaarde;V;2020-03-01;39\r\n"
    assert "extra columns: shoe size." in refusal_of(source_of(type="csv"), content)


def test_a_column_that_stands_twice_is_named(
    source_of: Callable[..., SourceSettings], refusal_of: Callable[..., str]
) -> None:
    """By its name, once."""
    content = b"id;name;name;sex;date\r\n1;Kanariewaarde;x;V;2020-03-01\r\n"
    assert "duplicate columns: name." in refusal_of(source_of(type="csv"), content)


def test_without_a_header_the_first_row_is_not_shown(
    source_of: Callable[..., SourceSettings], refusal_of: Callable[..., str]
) -> None:
    """What stands in the header's place may be a person."""
    message = refusal_of(source_of(type="csv"), f"{GOOD}\r\n{GOOD}\r\n".encode())
    assert "there is no header" in message
    assert "missing columns: id, name, sex, date" in message


def test_a_delivery_of_another_period_is_refused_with_counts(
    source_of: Callable[..., SourceSettings], refusal_of: Callable[..., str]
) -> None:
    """Undated rows do not count."""
    content = _rows(GOOD, "2;Kanariewaarde;V;2019-03-01", "3;x;V;2019-12-31", "4;x;V;no date").encode()
    message = refusal_of(source_of(type="csv"), content)
    assert "column date: wrong delivery period: 2 of 3 dated rows fall outside 2020" in message
