"""What of a delivery, besides identifiers, travels to the warehouse."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import pandas as pd
import pyarrow as pa

from ketenzicht.extract.cells import CodeLists, read_lists, read_values
from ketenzicht.extract.dates import ISO, date_bounds
from ketenzicht.extract.disclosure import check_no_identifier
from ketenzicht.extract.native_ids import joined, native_ids
from ketenzicht.settings import Cell, EventSettings, RegistrationSettings, SourceSettings

Pseudonym: TypeAlias = Callable[[pd.Series, str], pd.Series]

_KEYS = [("source", pa.string()), ("record_id", pa.string()), ("registration_id", pa.string())]
_REGIONS = ("region_report", "region_exploitation", "region_shelter", "municipality")

REGISTRATIONS = pa.schema(
    [
        *_KEYS,
        ("registered_earliest", pa.date32()),
        ("registered_latest", pa.date32()),
        ("role", pa.string()),
        ("sex", pa.string()),
        ("birth_year", pa.int16()),
        ("nationality", pa.string()),
        ("residence_status", pa.string()),
        ("forms", pa.list_(pa.string())),
        ("reporter", pa.string()),
        ("dossier_type", pa.string()),
        *((name, pa.string()) for name in _REGIONS),
    ]
)

EVENTS = pa.schema(
    [
        *_KEYS,
        ("activity", pa.string()),
        ("start_earliest", pa.date32()),
        ("start_latest", pa.date32()),
        ("end_earliest", pa.date32()),
        ("end_latest", pa.date32()),
        ("detail", pa.string()),
        ("region", pa.string()),
        ("reason", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class Payload:
    """Registrations (one line a row) and events, in the schemas above, sorted by every column that has an order."""

    registrations: pa.Table = field(repr=False)
    events: pa.Table = field(repr=False)


def payload(frame: pd.DataFrame, source: SourceSettings, codes: CodeLists, pseudonym: Pseudonym) -> Payload:
    """The payload of the rows that passed validation.

    ``pseudonym`` maps texts to keyed pseudonyms for a purpose: "record" for native ids, "registration" for row keys.
    A source without payload settings gives empty tables. Raises ``ConfigurationError`` where the settings would carry
    an identifier along.
    """
    settings = source.payload
    if settings is None:
        return Payload(REGISTRATIONS.empty_table(), EVENTS.empty_table())
    check_no_identifier(source)
    keys = _keys(frame, source, pseudonym)
    registrations = _registrations(frame, keys, settings.registration, codes)
    events = [_events(frame, keys, event, codes) for event in settings.events]
    return Payload(_table(registrations, REGISTRATIONS), _table(pd.concat(events) if events else keys[:0], EVENTS))


def _keys(frame: pd.DataFrame, source: SourceSettings, pseudonym: Pseudonym) -> pd.DataFrame:
    texts = {"record": native_ids(frame, source), "registration": joined(frame, list(source.row_key))}
    columns: dict[str, object] = {"source": source.name}
    for purpose, values in texts.items():
        numbers, distinct = pd.factorize(values)
        columns[f"{purpose}_id"] = pseudonym(pd.Series(distinct, dtype=object), purpose).to_numpy(dtype=object)[numbers]
    return pd.DataFrame(columns, index=frame.index)


def _registrations(
    frame: pd.DataFrame, keys: pd.DataFrame, settings: RegistrationSettings, codes: CodeLists
) -> pd.DataFrame:
    table = keys.copy()
    table[["registered_earliest", "registered_latest"]] = _bounds(frame, settings.registered, codes)
    table["role"] = _fixed_or_read(frame, settings.role, codes)
    table["birth_year"] = _years(frame, settings.birth_year, codes)
    table["forms"] = _lists(frame, settings.forms, codes)
    for name in ("sex", "nationality", "residence_status", "reporter", "dossier_type", *_REGIONS):
        table[name] = _read(frame, getattr(settings, name), codes)
    return table


def _events(frame: pd.DataFrame, keys: pd.DataFrame, settings: EventSettings, codes: CodeLists) -> pd.DataFrame:
    """The events of one kind; a row without a readable start or activity has none."""
    chosen = pd.Series(data=True, index=frame.index)
    for column, values in settings.where.items():
        chosen &= frame[column].str.strip().isin(values)
    rows, table = frame[chosen], keys[chosen].copy()
    table["activity"] = _fixed_or_read(rows, settings.activity, codes)
    table[["start_earliest", "start_latest"]] = _bounds(rows, settings.start, codes)
    table[["end_earliest", "end_latest"]] = _bounds(rows, settings.end, codes)
    for name in ("detail", "region", "reason"):
        table[name] = _read(rows, getattr(settings, name), codes)
    return table[table["start_earliest"].notna() & table["activity"].notna()]


def _fixed_or_read(frame: pd.DataFrame, setting: str | Cell, codes: CodeLists) -> pd.Series:
    if isinstance(setting, str):
        return pd.Series(setting, index=frame.index, dtype=object)
    return _read(frame, setting, codes)


def _read(frame: pd.DataFrame, cell: Cell | None, codes: CodeLists) -> pd.Series:
    if cell is None:
        return pd.Series(None, index=frame.index, dtype=object)
    return read_values(frame, cell, codes)


def _bounds(frame: pd.DataFrame, cell: Cell | None, codes: CodeLists) -> pd.DataFrame:
    return date_bounds(_read(frame, cell, codes), ISO).set_axis([0, 1], axis=1)


def _years(frame: pd.DataFrame, cell: Cell | None, codes: CodeLists) -> pd.Series:
    """Years as nullable numbers; None where unknown."""
    dates = _read(frame, cell, codes)
    known = {iso: int(iso[:4]) for iso in dates.dropna().unique() if not iso.startswith("0000")}
    return pd.Series([known.get(iso) for iso in dates], index=frame.index, dtype="Int16")


def _lists(frame: pd.DataFrame, cell: Cell | None, codes: CodeLists) -> pd.Series:
    lists: list[list[str]] = [[]] * len(frame) if cell is None else read_lists(frame, cell, codes)
    return pd.Series(lists, index=frame.index, dtype=object)


def _table(lines: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    """Arrow table in the schema, sorted so that the order of rows says nothing of the order in the file."""
    table = pa.Table.from_pandas(lines.reindex(columns=schema.names), schema=schema, preserve_index=False)
    order = [(column.name, "ascending") for column in schema if not pa.types.is_list(column.type)]
    return table.sort_by(order).replace_schema_metadata(None)
