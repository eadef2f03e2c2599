"""A Parquet file, every column read as text."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ketenzicht.settings import ParquetFormat
from ketenzicht.sources.header import check_columns
from ketenzicht.sources.records import TextTable
from ketenzicht.sources.refusal import empty, refusal
from ketenzicht.sources.workbook import text


def read_parquet(path: Path, content: bytes, form: ParquetFormat) -> TextTable:
    """The rows of a Parquet file, numbered from 1; dates in ISO form, whole numbers without decimals.

    Raises ``DataRefused`` for an empty delivery, a truncated or broken file, wrong columns, and a column of a type
    that has no text (lists, structures, bytes).
    """
    if not content:
        raise empty(path)
    rule, cure = "the file is truncated or not Parquet", "export or copy the file again, whole"
    try:
        file = pq.ParquetFile(io.BytesIO(content))
        names = list(file.schema_arrow.names)
    except (pa.ArrowException, OSError, ValueError):
        raise refusal(path, rule, cure) from None
    check_columns(path, names, form.columns, place=None)
    try:
        table = file.read()
    except (pa.ArrowException, OSError, ValueError):
        raise refusal(path, rule, cure) from None
    columns = {name: _as_text(path, name, table.column(name)) for name in form.columns}
    return TextTable(np.arange(1, table.num_rows + 1, dtype=np.int64), pa.table(columns))


def _as_text(path: Path, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    by_arrow: tuple[Callable[[pa.DataType], bool], ...] = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_integer,
        pa.types.is_date32,
        pa.types.is_null,
        pa.types.is_boolean,
    )
    if any(test(kind) for test in by_arrow):
        return pc.cast(column, pa.string())
    if pa.types.is_floating(kind) or pa.types.is_temporal(kind) or pa.types.is_decimal(kind):
        return pa.chunked_array([pa.array([text(value) for value in column.to_pylist()], type=pa.string())])
    rule = f"values of type {kind} have no text"
    raise refusal(path, rule, "write the column as text", column=name)
