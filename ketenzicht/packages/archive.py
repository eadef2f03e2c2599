"""The plaintext form of a package: Parquet tables in an uncompressed zip, the same bytes for the same tables."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ROW_GROUP = 1 << 17


class BadArchive(Exception):
    """The archive is broken, or holds what it should not; the text says which, without values."""


def entry_name(table: str) -> str:
    """The name of a table's file in the archive."""
    return f"{table}.parquet"


def parquet(table: pa.Table) -> bytes:
    """A table as Parquet without metadata of pandas or of columns; independent of how the table is chunked."""
    fields = [pa.field(field.name, field.type, field.nullable) for field in table.schema]
    plain = pa.Table.from_arrays([column.combine_chunks() for column in table.columns], schema=pa.schema(fields))
    sink = BytesIO()
    # Statistics would only repeat the smallest and largest values; nobody filters inside a package.
    pq.write_table(plain, sink, compression="zstd", row_group_size=_ROW_GROUP, write_statistics=False)
    return sink.getvalue()


def read_parquet(content: bytes, rows: int, max_bytes: int) -> pa.Table:
    """A table of exactly ``rows`` rows, at most ``max_bytes`` uncompressed; ``BadArchive`` otherwise."""
    try:
        file = pq.ParquetFile(BytesIO(content))
        if file.metadata.num_rows != rows:
            raise BadArchive("a table has other than the declared number of rows")
        groups = range(file.metadata.num_row_groups)
        if sum(file.metadata.row_group(group).total_byte_size for group in groups) > max_bytes:
            raise BadArchive("a table is larger than this domain accepts")
        return file.read(use_threads=False)
    except (pa.ArrowException, OSError):
        raise BadArchive("a table is not a readable Parquet file") from None


def pack(entries: Mapping[str, bytes]) -> BinaryIO:
    """An uncompressed zip of the entries: sorted, with fixed times and modes; positioned at its start."""
    sink = BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(entries):
            info = zipfile.ZipInfo(name, date_time=_EPOCH)
            info.create_system = 3  # Unix, whatever this machine is
            info.external_attr = 0o600 << 16
            archive.writestr(info, entries[name])
    sink.seek(0)
    return sink


class Archive:
    """An archive opened for reading in memory. Nothing in it is trusted."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        """Read the directory of a zip of ``size`` bytes; ``BadArchive`` where it is broken or could expand."""
        try:
            self._zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, OSError):
            raise BadArchive("the archive inside is broken") from None
        entries = self._zip.infolist()
        self.names = frozenset(entry.filename for entry in entries)
        if len(self.names) != len(entries):
            raise BadArchive("the archive inside holds two entries of one name")
        stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
        if not stored or sum(entry.file_size for entry in entries) > size:
            raise BadArchive("the archive inside declares more bytes than it holds")

    def read(self, name: str) -> bytes:
        """One entry; ``BadArchive`` where it is missing or its checksum is wrong."""
        if name not in self.names:
            msg = f"{name} is missing"
            raise BadArchive(msg)
        try:
            return self._zip.read(name)
        except (zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError, OSError, EOFError):
            msg = f"{name} is broken"
            raise BadArchive(msg) from None
