"""The encoded table: one row per record, one column of fixed width per attribute, and its check on arrival."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from linkage.encode.attributes import attribute, fixed_width
from linkage.encode.check import check_sample
from linkage.encode.columns import RECORD_ID, SEARCH, attribute_columns, columns
from linkage.encode.keys import EncodingKeys
from linkage.encode.search import search_filters
from linkage.encode.sounds import hearing
from linkage.encode.texts import Ints, Texts, distinct, texts
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
    seed: int = 0,
) -> pa.Table:
    """Encode normalised identifiers: an Arrow table sorted by ``record_id``, columns as in ``columns(settings)``.

    ``normalised`` is the wide table of ``linkage.normalise``; ``record_ids`` gives the record id of each of its
    ``native_id`` (by index, in any order; more are ignored). Missing values are null. Neither the order of rows nor
    that of fields changes an encoding. ``progress`` is called with columns done and columns in all. ``seed`` chooses
    the sample of records that clkhash encodes once more.

    Raises ``EncodingRefused`` for an empty or short secret, missing columns, values that are no text, a person without
    a record id, record ids that are not unique, and where the sample differs from clkhash's encodings by one bit.
    """
    keys = EncodingKeys(secret, epoch)
    ids = _record_ids(normalised, settings, record_ids)
    order = _sorted(ids)
    total = len(columns(settings))
    out: dict[str, pa.Array] = {RECORD_ID: ids.take(pa.array(order))}
    values = {
        column: distinct(texts(normalised[column].to_numpy(dtype=object), column)).ordered(order)
        for name, field in settings.fields.items()
        for column in column_names(name, field)
    }
    heard = hearing(values)
    for column in attribute_columns(settings):
        out[column.name] = attribute(column, values[column.source], heard, keys)
        if progress is not None:
            progress(len(out) - 1, total)
    search = profile(settings.profile).search
    out[SEARCH] = fixed_width(*search_filters(values, len(normalised), settings.fields, search, keys, heard))
    table = pa.table(out)
    check_sample(table, normalised, ids, settings, keys, seed)
    if progress is not None:
        progress(total, total)
    return table


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


def _record_ids(normalised: pd.DataFrame, settings: EncodingSettings, record_ids: pd.Series) -> Texts:
    """The record id of each row of ``normalised``."""
    needed = [column for name, field in settings.fields.items() for column in column_names(name, field)]
    missing = [column for column in needed if column not in normalised.columns]
    if missing:
        msg = f"normalised table lacks {', '.join(missing)}. Cure: normalise with the fields of encoding.toml."
        raise EncodingRefused(msg)
    if not record_ids.index.is_unique:
        raise EncodingRefused("record_id: a native_id has more than one. Cure: mend the key file.")
    same = record_ids.index.equals(normalised.index)
    found = texts((record_ids if same else record_ids.reindex(normalised.index)).to_numpy(dtype=object), RECORD_ID)
    if found.null_count:
        msg = f"record_id: {found.null_count} persons have none. Cure: mend the key file."
        raise EncodingRefused(msg)
    return found


def _sorted(ids: Texts) -> Ints:
    """The order that sorts ``ids``, by code point."""
    order: Ints = pc.sort_indices(ids).to_numpy().astype(np.int64)
    ordered = ids.take(pa.array(order))
    if len(ids) > 1 and pc.any(pc.equal(ordered[1:], ordered[:-1])).as_py():
        raise EncodingRefused("record_id: two persons have the same. Cure: mend the key file.")
    return order
