"""From packages (Arrow tables) to records as arrays."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.records import MISSING, Codes, Dictionary, Records


def gather(
    packages: Mapping[str, pa.Table], deduplicated: Mapping[str, bool], shared: Mapping[str, Sequence[str]]
) -> Records:
    """Return the records of all packages, sources in alphabetical order and records by id.

    ``shared``: dictionary name to the columns that are coded with one dictionary, so that they can be compared with
    each other (family with given names); columns not named there get a dictionary of their own.
    """
    sources = tuple(sorted(packages))
    table = pa.concat_tables([_by_record_id(packages[source]) for source in sources], promote_options="permissive")
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
        record_ids=table.column("record_id").to_numpy(),
        columns=columns,
        dictionaries=dictionaries,
    )


def _by_record_id(table: pa.Table) -> pa.Table:
    """The records by id; packages come that way, so that most need no sorting."""
    ids = table.column("record_id").combine_chunks()
    ascending = len(ids) == 0 or pc.all(pc.less_equal(ids[:-1], ids[1:])).as_py()
    return table if ascending is not False else table.sort_by("record_id")


def _encode(table: pa.Table, members: Sequence[str]) -> tuple[dict[str, Codes], Dictionary]:
    """Code several columns with one dictionary, in order of first appearance."""
    stacked = pa.chunked_array([chunk for member in members for chunk in table.column(member).chunks])
    coded = pc.dictionary_encode(stacked).combine_chunks()
    codes = coded.indices.fill_null(MISSING).to_numpy(zero_copy_only=False)
    parts = np.split(codes, len(members))
    return dict(zip(members, parts, strict=True)), dictionary_of(coded.dictionary)


def dictionary_of(values: pa.FixedSizeBinaryArray) -> Dictionary:
    """Return fixed-size binary values as padded 64-bit words."""
    width = values.type.byte_width
    words = -(-width // 8)
    padded = np.zeros((len(values), words * 8), dtype=np.uint8)
    if len(values):
        # A dictionary holds no null, so its values lie one after another.
        raw = np.frombuffer(values.buffers()[1], dtype=np.uint8)[values.offset * width :]
        padded[:, :width] = raw[: len(values) * width].reshape(len(values), width)
    filters = padded.view(np.uint64)
    return Dictionary(filters=filters, ones=np.bitwise_count(filters).sum(axis=1).astype(np.int64))
