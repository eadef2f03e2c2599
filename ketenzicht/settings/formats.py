"""The file formats that sources deliver in."""

from typing import Annotated, Literal

from pydantic import Field

from linkage.settings import Frozen

Columns = Annotated[tuple[str, ...], Field(min_length=1)]


class CsvFormat(Frozen):
    """Delimited text with a header line."""

    type: Literal["csv"]
    """Delimited text."""
    columns: Columns
    """Every column of the header, no more and no fewer; their order in the file is free."""
    separator: Annotated[str, Field(min_length=1, max_length=1)] = ";"
    """One character between values."""
    encoding: Literal["utf-8", "cp1252", "ascii"] = "utf-8"
    """How letters are written as bytes."""
    trim: bool = True
    """Whether blanks around values are taken off."""
    final_line_end: bool = True
    """Whether the last line must have a line end; a file without one is refused as truncated."""


class XlsxFormat(Frozen):
    """One sheet of an Excel workbook, header in the first row."""

    type: Literal["xlsx"]
    """An Excel workbook."""
    columns: Columns
    """Every column of the header, no more and no fewer."""
    sheet: str
    """The name of the sheet."""


class JsonLinesFormat(Frozen):
    """One JSON object a line."""

    type: Literal["jsonl"]
    """JSON Lines."""
    columns: Columns
    """Every key an object may hold; nested keys are named by dots (``persoon.achternaam``)."""


class FixedWidthFormat(Frozen):
    """Fixed-width ASCII without a header."""

    type: Literal["fixed_width"]
    """Fixed width."""
    widths: Annotated[dict[str, Annotated[int, Field(ge=1)]], Field(min_length=1)]
    """Column name to number of positions, in file order."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The column names in file order."""
        return tuple(self.widths)


class ParquetFormat(Frozen):
    """A Parquet file; every listed column is read as text."""

    type: Literal["parquet"]
    """Parquet."""
    columns: Columns
    """The columns to read; others are refused."""


SourceFormat = Annotated[
    CsvFormat | XlsxFormat | JsonLinesFormat | FixedWidthFormat | ParquetFormat, Field(discriminator="type")
]
