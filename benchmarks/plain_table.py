"""The normalised plain text as one table, and the blocking rules that the rivals who read it share."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from linkage.settings import FieldKind, FieldSettings


def plain_table(plain: Mapping[str, pd.DataFrame], fields: Mapping[str, FieldSettings]) -> pd.DataFrame:
    """All records, sources in alphabetical order, numbered by ``unique_id``, with ``source`` and ``native_id``.

    Text or null. A date is one full ISO column (null where a part is unknown) and its year, ``<date>_year``; a field of
    several values has its first and all of them, sorted and joined by bars, in ``<field>_set``.
    """
    parts = []
    for source in sorted(plain):
        frame = plain[source]
        out: dict[str, Any] = {"source": source, "native_id": frame.index.to_numpy()}
        for name, field in fields.items():
            if field.kind is FieldKind.DATE:
                days = [frame[f"{name}.{part}"] for part in ("year", "month", "day")]
                out[name] = (days[0] + "-" + days[1] + "-" + days[2]).to_numpy()
                out[f"{name}_year"] = days[0].to_numpy()
            else:
                out[name] = frame[name].to_numpy()
            if field.values > 1:
                members = frame[[column for column in frame.columns if column.split(".")[0] == name]]
                out[f"{name}_set"] = ["|".join(sorted(row.dropna())) or None for _, row in members.iterrows()]
        parts.append(pd.DataFrame(out))
    table = pd.concat(parts, ignore_index=True)
    table.insert(0, "unique_id", np.arange(len(table)))
    return table.astype(dict.fromkeys(table.columns[3:], "string"))


def usable_fields(table: pd.DataFrame, fields: Mapping[str, FieldSettings]) -> dict[str, FieldSettings]:
    """The fields of which some record has a value."""
    return {name: field for name, field in fields.items() if table[name].notna().any()}


def of_kind(fields: Mapping[str, FieldSettings], *kinds: FieldKind) -> list[str]:
    """Names of the fields of these kinds, in the order of the settings."""
    return [name for name, field in fields.items() if field.kind in kinds]


def blocking_rules(fields: Mapping[str, FieldSettings]) -> list[tuple[str, ...]]:
    """Tight rules: every identifier, the date of birth, and names with each other, with postcode and with year."""
    dates, postcodes = of_kind(fields, FieldKind.DATE), of_kind(fields, FieldKind.POSTCODE)
    given, family = of_kind(fields, FieldKind.GIVEN_NAME), of_kind(fields, FieldKind.FAMILY_NAME)
    rules: list[tuple[str, ...]] = [(name,) for name in (*of_kind(fields, FieldKind.IDENTIFIER), *dates)]
    rules += [(a, b) for a in given for b in family]
    rules += [(a, b) for a in (*given, *family) for b in postcodes]
    return rules + [(a, f"{b}_year") for a in (*given, *family) for b in dates]
