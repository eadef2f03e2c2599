"""Encoded records of all sources as arrays: one dictionary of distinct filters per column and a code per record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint64]

MISSING = -1


@dataclass(frozen=True)
class Dictionary:
    """Distinct values of one or more encoded columns.

    ``filters``: (distinct, words) bits; ``ones``: bits set in each. Comparing codes is comparing values.
    """

    filters: Words
    ones: npt.NDArray[np.int64]

    @property
    def size(self) -> int:
        """How many distinct values there are."""
        return len(self.filters)


@dataclass(frozen=True)
class Records:
    """All records, sorted by source and record id; row numbers are what candidate pairs hold.

    ``starts``: row where each source begins, with the number of records last. ``columns``: codes into the dictionary
    ``dictionary_of[column]`` (``-1`` is missing).
    """

    sources: tuple[str, ...]
    deduplicated: tuple[bool, ...]
    starts: npt.NDArray[np.int64]
    record_ids: pa.ChunkedArray
    columns: Mapping[str, Codes]
    dictionaries: Mapping[str, Dictionary]

    def __len__(self) -> int:
        """Return the number of records."""
        return int(self.starts[-1])

    @property
    def source_of(self) -> npt.NDArray[np.int64]:
        """Source number of each record."""
        return np.repeat(np.arange(len(self.sources)), np.diff(self.starts))

    def present(self, column: str) -> npt.NDArray[np.bool_]:
        """Whether each record has a value in an encoded column."""
        return self.columns[column] != MISSING

    def table(self, fields: Mapping[str, Sequence[str]]) -> pa.Table:
        """Return source, record_id and the list of fields present, a row per record; no encodings."""
        names = list(fields)
        present = np.zeros((len(self), len(names)), dtype=bool)
        for position, field in enumerate(names):
            for column in fields[field]:
                present[:, position] |= self.present(column)
        lengths = np.concatenate(([0], np.cumsum(present.sum(axis=1)))).astype(np.int32)
        values = pa.array(np.array(names, dtype=object)[np.nonzero(present)[1]], type=pa.string())
        return pa.table({
            "source": np.array(self.sources, dtype=object)[self.source_of],
            "record_id": self.record_ids.combine_chunks(),
            "present": pa.ListArray.from_arrays(pa.array(lengths), values),
        })


def gather(
    packages: Mapping[str, pa.Table], deduplicated: Mapping[str, bool], shared: Mapping[str, Sequence[str]]
) -> Records:
    """Return the records of all packages, sources in alphabetical order and records by id.

    ``shared``: dictionary name to the columns that are coded with one dictionary, so that they can be compared with
    each other (family with given names); columns not named there get a dictionary of their own.
    """
    sources = tuple(sorted(packages))
    table = pa.concat_tables(
        [packages[source].sort_by("record_id") for source in sources], promote_options="permissive"
    )
    starts = np.concatenate(([0], np.cumsum([packages[source].num_rows for source in sources]))).astype(np.int64)
    groups = {name: [column for column in columns if column in table.column_names] for name, columns in shared.items()}
    grouped = {column for columns in groups.values() for column in columns}
    groups |= {column: [column] for column in table.column_names if column not in grouped and column != "record_id"}
    columns: dict[str, Codes] = {}
    dictionaries: dict[str, Dictionary] = {}
    for name, members in groups.items():
        if members:
            codes, dictionary = _encode(table, members)
            columns.update(codes)
            dictionaries.update(dict.fromkeys([name, *members], dictionary))
    return Records(
        sources=sources,
        deduplicated=tuple(bool(deduplicated[source]) for source in sources),
        starts=starts,
        record_ids=table.column("record_id"),
        columns=columns,
        dictionaries=dictionaries,
    )


def _encode(table: pa.Table, members: Sequence[str]) -> tuple[dict[str, Codes], Dictionary]:
    """Code several columns with one dictionary, in order of first appearance."""
    stacked = pa.concat_arrays([table.column(member).combine_chunks() for member in members])
    coded = pc.dictionary_encode(stacked)
    codes = coded.indices.fill_null(MISSING).to_numpy(zero_copy_only=False).astype(np.int32)
    parts = np.split(codes, len(members))
    return dict(zip(members, parts, strict=True)), dictionary_of(coded.dictionary)


def dictionary_of(values: pa.FixedSizeBinaryArray) -> Dictionary:
    """Return fixed-size binary values as padded 64-bit words."""
    width = values.type.byte_width
    words = -(-width // 8)
    padded = np.zeros((len(values), words * 8), dtype=np.uint8)
    if len(values):
        raw = np.frombuffer(b"".join(values.to_pylist()), dtype=np.uint8)
        padded[:, :width] = raw.reshape(len(values), width)
    filters = padded.view(np.uint64)
    return Dictionary(filters=filters, ones=np.bitwise_count(filters).sum(axis=1).astype(np.int64))
