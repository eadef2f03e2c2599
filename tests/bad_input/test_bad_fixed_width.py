"""Bad fixed-width files are refused by a message that names line, rule and cure."""

from collections.abc import Callable

import pytest

from ketenzicht.settings import SourceSettings

LINE = "1Kanariewaarde V2020-03-01\n"


@pytest.fixture
def source(source_of: Callable[..., SourceSettings]) -> SourceSettings:
    """The settings that every file of this module breaks."""
    return source_of(type="fixed_width", widths={"id": 1, "name": 14, "sex": 1, "date": 10})


@pytest.mark.parametrize("content", ["", "\n"])
def test_an_empty_delivery(source: SourceSettings, refusal_of: Callable[..., str], content: str) -> None:
    """No bytes, blank lines or a header alone are no delivery."""
    assert "empty delivery" in refusal_of(source, content.encode())


@pytest.mark.parametrize("cut", [1, 2, 15])
def test_a_file_cut_within_its_last_line_is_truncated(
    source: SourceSettings, refusal_of: Callable[..., str], cut: int
) -> None:
    """Even where only the line end is gone."""
    message = refusal_of(source, (LINE * 2).encode()[:-cut])
    assert "line 2" in message
    assert "truncated" in message


@pytest.mark.parametrize("bad", [LINE.replace(" ", ""), LINE.replace(" ", "   ")])
@pytest.mark.parametrize("number", [1, 2])
def test_a_line_of_another_length(
    source: SourceSettings, refusal_of: Callable[..., str], bad: str, number: int
) -> None:
    """Shorter or longer, in the first line or in the middle."""
    lines = [LINE, LINE, LINE]
    lines[number - 1] = bad
    message = refusal_of(source, "".join(lines).encode())
    assert f"line {number}: {len(bad) - 1} characters instead of 26" in message


def test_a_file_of_another_layout_is_not_called_truncated(
    source: SourceSettings, refusal_of: Callable[..., str]
) -> None:
    """A first line that is short says that the layout differs."""
    assert "truncated" not in refusal_of(source, b"1Kanariewaarde V\n")


def test_a_letter_outside_ascii(source: SourceSettings, refusal_of: Callable[..., str]) -> None:
    """The statutory record layout is ASCII."""
    message = refusal_of(source, (LINE + LINE.replace("w", "é")).encode("cp1252"))
    assert "line 2" in message
    assert "declared as ascii" in message
