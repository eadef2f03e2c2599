"""The encoded table: one row per record, one column of fixed width per attribute, and its check on arrival."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from linkage.encode.attributes import encode_values, written
from linkage.encode.columns import RECORD_ID, SEARCH, EncodedColumn, attribute_columns, columns
from linkage.encode.filters import Filters
from linkage.encode.keys import EncodingKeys
from linkage.encode.search import search_filters
from linkage.errors import EncodedDataRefused, EncodingRefused
from linkage.normalise.table import column_names
from linkage.profiles import profile
from linkage.settings import EncodingSettings

Progress = Callable[[int, int], None]


def encode(
    normalised: pd.DataFrame,
    settings: EncodingSettings,
    *,
    secret: bytes,
    epoch: str,
    record_ids: pd.Series,
    progress: Progress | None = None,
) -> pa.Table:
    """Encode normalised identifiers: an Arrow table sorted by ``record_id``, columns as in ``columns(settings)``.

    ``normalised`` is the wide table of ``linkage.normalise``; ``record_ids`` gives the record id of each of its
    ``native_id`` (by index, in any order; more are ignored). Missing values are null. Neither the order of rows nor
    that of fields changes an encoding. ``progress`` is called with columns done and columns in all.

    Raises ``EncodingRefused`` for an empty or short secret, missing columns, a person without a record id or record
    ids that are not unique.
    """
    keys = EncodingKeys(secret, epoch)
    ids = _record_ids(normalised, settings, record_ids)
    ordered = normalised.iloc[np.argsort(ids, kind="stable")]
    total = len(columns(settings))
    out: dict[str, pa.Array] = {RECORD_ID: pa.array(np.sort(ids), pa.string())}
    for column in attribute_columns(settings):
        out[column.name] = _attribute(column, ordered, keys)
        if progress is not None:
            progress(len(out) - 1, total)
    out[SEARCH] = _fixed_width(*search_filters(ordered, settings.fields, profile(settings.profile).search, keys))
    if progress is not None:
        progress(total, total)
    return pa.table(out)


def check_table(table: pa.Table, settings: EncodingSettings) -> None:
    """Accept an encoded table only if it has the columns, widths and keys that ``settings`` promise.

    Raises ``EncodedDataRefused`` naming the column, the rule and the cure.
    """
    expected = {RECORD_ID: pa.string()} | {name: pa.binary(width) for name, width in columns(settings).items()}
    cure = "Cure: encode again with the encoding.toml of this run."
    if table.column_names != list(expected):
        missing = [name for name in expected if name not in table.column_names]
        extra = len([name for name in table.column_names if name not in expected])
        msg = f"columns are not those of encoding.toml: missing {missing}, {extra} not known, or reordered. {cure}"
        raise EncodedDataRefused(msg)
    for name, kind in expected.items():
        if table.schema.field(name).type != kind:
            msg = f"column {name}: type is {table.schema.field(name).type}, expected {kind}. {cure}"
            raise EncodedDataRefused(msg)
    ids = table[RECORD_ID].combine_chunks()
    if ids.null_count or (len(ids) > 1 and not pc.all(pc.less(ids[:-1], ids[1:])).as_py()):
        msg = f"column {RECORD_ID}: must be present, sorted and unique. {cure}"
        raise EncodedDataRefused(msg)


def _record_ids(normalised: pd.DataFrame, settings: EncodingSettings, record_ids: pd.Series) -> NDArray[np.object_]:
    """The record id of each row of ``normalised``."""
    needed = [column for name, field in settings.fields.items() for column in column_names(name, field)]
    missing = [column for column in needed if column not in normalised.columns]
    if missing:
        msg = f"normalised table lacks {', '.join(missing)}. Cure: normalise with the fields of encoding.toml."
        raise EncodingRefused(msg)
    if not record_ids.index.is_unique:
        raise EncodingRefused("record_id: a native_id has more than one. Cure: mend the key file.")
    ids = record_ids.reindex(normalised.index).to_numpy(dtype=object)
    absent = int(pd.isna(ids).sum())
    if absent:
        msg = f"record_id: {absent} persons have none. Cure: mend the key file."
        raise EncodingRefused(msg)
    if len(set(ids)) != len(ids):
        raise EncodingRefused("record_id: two persons have the same. Cure: mend the key file.")
    return ids


def _attribute(column: EncodedColumn, normalised: pd.DataFrame, keys: EncodingKeys) -> pa.Array:
    """One encoded column: each distinct value is encoded once and gathered."""
    codes, uniques = pd.factorize(normalised[column.source].to_numpy(dtype=object))
    texts = [written(column, str(value)) for value in uniques]
    told = np.array([*(text is not None for text in texts), False])  # code -1, missing, is the last row
    known = np.zeros((len(told), column.bytes), dtype=np.uint8)
    known[told] = encode_values(column, [text for text in texts if text is not None], keys)
    return _fixed_width(known[codes], told[codes])


def _fixed_width(rows: Filters, present: NDArray[np.bool_]) -> pa.Array:
    """A ``fixed_size_binary`` array of the rows, null where not present."""
    validity = None if present.all() else pa.py_buffer(np.packbits(present, bitorder="little").tobytes())
    kind = pa.binary(rows.shape[1])
    return pa.FixedSizeBinaryArray.from_buffers(kind, len(rows), [validity, pa.py_buffer(np.ascontiguousarray(rows))])
