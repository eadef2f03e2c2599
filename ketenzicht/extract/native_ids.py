"""The id a source knows a person by."""

import numpy as np
import pandas as pd

from ketenzicht.errors import DataRefused
from ketenzicht.settings import SourceSettings

_JOINT = "|"


def native_ids(frame: pd.DataFrame, source: SourceSettings) -> pd.Series:
    """The source's own person id of each row: its columns joined by a bar, on the index of ``frame``.

    Where one of them is missing or a sentinel, the fallback columns are joined instead (in the CBS youth-care
    delivery sex, birth date and place stand in for an unknown BSN). Raises ``DataRefused`` naming the first row that
    has neither: such rows would all become one person.
    """
    columns = list(source.native_id)
    unknown = frame[columns].isna().any(axis=1).to_numpy()
    if source.native_id_missing:
        unknown |= frame[columns].isin(source.native_id_missing).any(axis=1).to_numpy()
    ids = joined(frame, columns).to_numpy(dtype=object, copy=True)
    if unknown.any():
        ids[unknown] = _fallback(frame[unknown], source)
    return pd.Series(ids, index=frame.index, dtype=object, name="native_id")


def joined(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    """The texts of several columns joined by a bar, empty where missing; on the index of ``frame``.

    Raises ``DataRefused`` naming row and column where a text holds the bar itself: two ids could become one.
    """
    texts = frame[columns[0]].fillna("")
    if len(columns) > 1:
        _refuse_bars(frame[columns])
    for column in columns[1:]:
        texts = texts + _JOINT + frame[column].fillna("")
    return texts.astype(object)


def _refuse_bars(rows: pd.DataFrame) -> None:
    for column in rows.columns:
        found = rows[column].fillna("").str.contains(_JOINT, regex=False).to_numpy(dtype=bool)
        if found.any():
            row = rows.index[int(np.argmax(found))]
            msg = (
                f"row {row}, column {column}: holds a bar ({_JOINT}), which separates the parts of an id. "
                "Cure: let the source write its ids without it."
            )
            raise DataRefused(msg)


def _fallback(rows: pd.DataFrame, source: SourceSettings) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    columns = list(source.native_id_fallback)
    nothing = rows[columns].isna().all(axis=1).to_numpy()
    if nothing.any():
        row = rows.index[int(np.argmax(nothing))]
        named = ", ".join(source.native_id)
        msg = (
            f"source {source.name}, row {row}, column {named}: no native id, and no fallback for it. Cure: fill it, "
            "quarantine such rows by the source's suite, or give native_id_fallback."
        )
        raise DataRefused(msg)
    return joined(rows, columns).to_numpy(dtype=object)
