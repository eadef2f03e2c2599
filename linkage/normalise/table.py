"""The long table of identifier values to the wide table of normalised attributes, one row per person number."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linkage.errors import EncodingRefused
from linkage.normalise.values import rule
from linkage.settings import FieldKind, FieldSettings

Ints = NDArray[np.int64]
DATE_PARTS = ("year", "month", "day")


def column_names(name: str, field: FieldSettings) -> tuple[str, ...]:
    """Columns of the wide table that a field becomes, in order."""
    if field.kind is FieldKind.DATE:
        return tuple(f"{name}.{part}" for part in DATE_PARTS)
    return (name, *(f"{name}.{number}" for number in range(2, field.values + 1)))


def normalise(values: pd.DataFrame, fields: Mapping[str, FieldSettings]) -> pd.DataFrame:
    """One row per ``native_id``, one text column per attribute of ``fields``, null where nothing is known.

    ``values`` has the columns native_id, row, field, slot, value, prefix, one line per non-missing value. The index is
    ``native_id``, sorted; columns follow ``fields``, also for fields that the source does not have. Of several values
    a single-valued field keeps the most frequent, on a tie the one of the latest row; a field with more values keeps
    the distinct ones, by slot, then frequency, then latest row. Of dates the year with most votes wins and within it
    the most complete date, so that a partial date never outvotes a full one of its year. Name prefixes are not
    encoded, whether in their own column or in the name. The result does not depend on the order of lines.

    Raises ``EncodingRefused`` for a field without settings and for a date in another form, naming field and row.
    """
    unknown = sorted(set(values["field"].unique()) - set(fields))
    if unknown:
        msg = f"no encoding settings for field {', '.join(unknown)}. Cure: add it under [fields] in encoding.toml."
        raise EncodingRefused(msg)
    natives, ids = pd.factorize(values["native_id"], sort=True)
    columns: dict[str, NDArray[np.object_]] = {}
    for name, field in fields.items():
        chosen = (values["field"] == name).to_numpy()
        part = values.loc[chosen, ["row", "slot", "value"]]
        columns |= _field_columns(name, field, part, natives[chosen].astype(np.int64), len(ids))
    return pd.DataFrame(columns, index=pd.Index(ids, name="native_id"), dtype=object)


def _field_columns(
    name: str, field: FieldSettings, part: pd.DataFrame, natives: Ints, persons: int
) -> dict[str, NDArray[np.object_]]:
    """The filled columns of one field; ``natives`` is the person of each line."""
    lines = _canonical_lines(name, field, part, natives)
    out = {column: np.full(persons, None, dtype=object) for column in column_names(name, field)}
    if field.kind is FieldKind.DATE:
        best = _first_of_each(_ranked_dates(_votes(lines)))
        for number, column in enumerate(out):
            out[column][best["native"]] = [form[number] or None for form in best["form"]]
        return out
    ranked = _ranked_set(_votes(lines)) if field.values > 1 else _ranked_single(_votes(lines))
    place = ranked.groupby("native", sort=False).cumcount().to_numpy()
    for number, column in enumerate(out):
        here = ranked[place == number]
        out[column][here["native"]] = here["form"].to_numpy(dtype=object)
    return out


def _canonical_lines(name: str, field: FieldSettings, part: pd.DataFrame, natives: Ints) -> pd.DataFrame:
    """One line per canonical form: native, row, slot, extra (0 for a complete value), form.

    Each distinct raw value is normalised once.
    """
    codes, uniques = pd.factorize(part["value"])
    canonical = rule(field)
    forms: list[tuple[object, ...]] = []
    for number, raw in enumerate(uniques):
        try:
            found: tuple[object, ...] = canonical(str(raw))
        except ValueError:
            row = part["row"].iloc[int(np.flatnonzero(codes == number)[0])]
            msg = f"field {name}, row {row}: not a date. Cure: write it as YYYY-MM-DD, with 00 for unknown parts."
            raise EncodingRefused(msg) from None
        forms.append((found,) if field.kind is FieldKind.DATE and found else found)
    per_line = np.array([len(form) for form in forms], dtype=np.int64)[codes] if forms else np.empty(0, np.int64)
    starts = np.repeat(np.cumsum(per_line) - per_line, per_line)
    extra = np.arange(int(per_line.sum())) - starts
    flat = [form for code in codes for form in forms[code]]
    return pd.DataFrame(
        {
            "native": np.repeat(natives, per_line),
            "row": np.repeat(part["row"].to_numpy(), per_line),
            "slot": np.repeat(part["slot"].to_numpy(), per_line),
            "extra": np.minimum(extra, 1),
            "form": pd.Series(flat, dtype=object),
        }
    )


def _votes(lines: pd.DataFrame) -> pd.DataFrame:
    """One line per person and form: votes, latest row, and the best place (complete before part, then slot)."""
    grouped = lines.groupby(["native", "form"], sort=True)
    votes = grouped.agg(votes=("row", "size"), row=("row", "max"), slot=("slot", "min"), extra=("extra", "min"))
    return votes.reset_index()


def _ranked_single(votes: pd.DataFrame) -> pd.DataFrame:
    ranked = votes.sort_values(
        ["native", "extra", "votes", "row", "form"], ascending=[True, True, False, False, True], kind="stable"
    )
    return _first_of_each(ranked)


def _ranked_set(votes: pd.DataFrame) -> pd.DataFrame:
    return votes.sort_values(
        ["native", "extra", "slot", "votes", "row", "form"],
        ascending=[True, True, True, False, False, True],
        kind="stable",
    )


def _ranked_dates(votes: pd.DataFrame) -> pd.DataFrame:
    year = votes["form"].str[0]
    ranked = votes.assign(
        year_votes=votes.groupby([votes["native"], year])["votes"].transform("sum"),
        known=votes["form"].map(lambda form: sum(map(bool, form))),
    )
    return ranked.sort_values(
        ["native", "year_votes", "known", "votes", "row", "form"],
        ascending=[True, False, False, False, False, True],
        kind="stable",
    )


def _first_of_each(ranked: pd.DataFrame) -> pd.DataFrame:
    return ranked.drop_duplicates("native")
