"""Bad Parquet files are refused by a message that names column, rule and cure."""

import io
from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ketenzicht.settings import SourceSettings

COLUMNS = {"id": ["1"], "name": ["Kanariewaarde"], "sex": ["V"], "date": ["2020-03-01"]}


def _parquet(columns: Mapping[str, Sequence[object]]) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), content)
    return content.getvalue()


@pytest.fixture
def source(source_of: Callable[..., SourceSettings]) -> SourceSettings:
    """The settings that every file of this module breaks."""
    return source_of(type="parquet")


@pytest.mark.parametrize("content", [b"", _parquet({name: [] for name in COLUMNS})])
def test_an_empty_delivery(source: SourceSettings, refusal_of: Callable[..., str], content: bytes) -> None:
    """No bytes, blank lines or a header alone are no delivery."""
    assert "empty delivery" in refusal_of(source, content)


@pytest.mark.parametrize("cut", [1, 8, 200])
def test_a_file_without_its_footer_is_truncated(
    source: SourceSettings, refusal_of: Callable[..., str], cut: int
) -> None:
    """Parquet's schema stands at the end."""
    assert "truncated" in refusal_of(source, _parquet(COLUMNS)[:-cut])


def test_a_file_whose_pages_are_damaged(source: SourceSettings, refusal_of: Callable[..., str]) -> None:
    """The footer is whole and the pages are not."""
    content = bytearray(_parquet(COLUMNS))
    content[4:60] = b"\xff" * 56
    assert "truncated" in refusal_of(source, bytes(content))


def test_missing_and_extra_columns_are_named(source: SourceSettings, refusal_of: Callable[..., str]) -> None:
    """Both in one message."""
    columns = {name: values for name, values in COLUMNS.items() if name != "sex"} | {"size": ["1"]}
    assert "missing columns: sex; extra columns: size." in refusal_of(source, _parquet(columns))


def test_a_column_without_text_is_named(source: SourceSettings, refusal_of: Callable[..., str]) -> None:
    """A list is no text."""
    message = refusal_of(source, _parquet(COLUMNS | {"sex": [["Kanariewaarde"]]}))
    assert "column sex" in message
    assert "have no text" in message
