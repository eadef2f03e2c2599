"""Bad JSON Lines are refused by a message that names line, column, rule and cure."""

import json
from collections.abc import Callable

import pytest

from ketenzicht.settings import SourceSettings

GOOD = {"id": "1", "person": {"name": "Kanariewaarde", "sex": "V"}, "date": "2020-03-01"}
LINE = json.dumps(GOOD) + "\n"


@pytest.fixture
def source(source_of: Callable[..., SourceSettings]) -> SourceSettings:
    """The settings that every file of this module breaks."""
    return source_of(type="jsonl", columns=["id", "person.name", "person.sex", "date"]).model_copy(
        update={"identifiers": {}}
    )


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_an_empty_delivery(source: SourceSettings, refusal_of: Callable[..., str], content: str) -> None:
    """No bytes, blank lines or a header alone are no delivery."""
    assert "empty delivery" in refusal_of(source, content.encode())


@pytest.mark.parametrize("cut", [2, 10, 40, 70])
def test_a_file_cut_within_its_last_object_is_truncated(
    source: SourceSettings, refusal_of: Callable[..., str], cut: int
) -> None:
    """The last line is not complete JSON."""
    message = refusal_of(source, (LINE * 3).encode()[:-cut])
    assert "line 3" in message
    assert "truncated" in message


@pytest.mark.parametrize("bad", ['{"id": "Kanariewaarde"', "Kanariewaarde", '"Kanariewaarde"', '{"id": NaN}'])
def test_a_line_in_the_middle_that_is_no_object(
    source: SourceSettings, refusal_of: Callable[..., str], bad: str
) -> None:
    """Broken JSON, a bare text and NaN alike."""
    message = refusal_of(source, (LINE + bad + "\n" + LINE).encode())
    assert "line 2" in message
    assert "not a JSON object" in message


def test_a_line_nested_beyond_reading(source: SourceSettings, refusal_of: Callable[..., str]) -> None:
    """A recursion limit is met with a refusal."""
    assert "line 2" in refusal_of(source, (LINE + '{"a":' * 100_000 + "\n" + LINE).encode())


def test_bytes_that_are_not_utf8(source: SourceSettings, refusal_of: Callable[..., str]) -> None:
    """JSON is UTF-8 by its standard (RFC 8259)."""
    content = (LINE + LINE.replace("waarde", "waardé")).encode("cp1252")
    message = refusal_of(source, content)
    assert "line 2" in message
    assert "wrong encoding" in message


def test_half_a_surrogate_pair(source: SourceSettings, refusal_of: Callable[..., str]) -> None:
    """JSON escapes can spell what is no text."""
    message = refusal_of(source, (LINE + LINE.replace("Kanariewaarde", r"Kanariewaarde\ud800")).encode())
    assert "line 2, column person.name: wrong encoding" in message


def test_a_list_names_line_and_column(source: SourceSettings, refusal_of: Callable[..., str]) -> None:
    """A column holds one text."""
    bad = json.dumps(GOOD | {"date": ["Kanariewaarde"]})
    message = refusal_of(source, (LINE + bad + "\n").encode())
    assert "line 2, column date: a list where one value is expected" in message


def test_a_key_given_twice(source: SourceSettings, refusal_of: Callable[..., str]) -> None:
    """JSON parsers would keep the last and drop the first."""
    message = refusal_of(source, (LINE + LINE.replace('"id"', '"date"')).encode())
    assert "line 2: duplicate columns: a key is given twice" in message


def test_missing_and_extra_keys_are_named(source: SourceSettings, refusal_of: Callable[..., str]) -> None:
    """Nested keys by their dotted names."""
    bad = {"id": "1", "person": {"name": "Kanariewaarde", "size": 3}, "date": "2020-03-01"}
    message = refusal_of(source, (json.dumps(bad) + "\n").encode())
    assert "missing columns: person.sex; extra columns: person.size." in message


def test_keys_of_another_file_are_not_shown(source: SourceSettings, refusal_of: Callable[..., str]) -> None:
    """Keys may be values where the file is of another kind."""
    message = refusal_of(source, b'{"Kanariewaarde": "1"}\n')
    assert "the header is of another file" in message
