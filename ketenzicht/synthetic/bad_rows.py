"""Truly bad rows: a small share of each delivery that validation must refuse, so that quarantine shows something."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from ketenzicht.synthetic.identity_numbers import break_bsn

Spoil = Callable[[str], str]
_SENTINELS = ("", "000000000", "999999999")

# per source: column, and what becomes of a filled cell
_KINDS: dict[str, tuple[tuple[str, Spoil], ...]] = {
    "police": (
        ("geboortedatum", lambda value: "31-02-" + value[6:]),
        ("rol", lambda _: "ONBEKEND"),
        ("bsn", break_bsn),
        ("registratie_datum", lambda value: value[:6] + "2061"),
    ),
    "comensha": (
        ("geboortedatum", lambda _: "2091-03-17"),
        ("melder", lambda _: "Gemeente"),
        ("vorm_uitbuiting", lambda _: "anders"),
    ),
    "shelter": (
        ("persoon.geboortedatum", lambda _: "1878-05-31"),
        ("soort", lambda _: "vertrek"),
        ("persoon.bsn", break_bsn),
    ),
    "youth_care": (
        ("geboortedatum", lambda value: value[:4] + "1345"),
        ("hulpvorm", lambda _: "99"),
        ("bsn", break_bsn),
        ("einddatum", lambda value: "19" + value[2:]),
    ),
}


def spoil(rng: np.random.Generator, source: str, rows: pd.DataFrame, share: float) -> pd.DataFrame:
    """The rows with a share of them spoiled in one cell; a row whose chosen cell is empty stays as it is.

    No native id comes to stand for two persons: rows known by a fallback key are not spoiled, and a spoiled BSN that
    some other row holds is left as it was.
    """
    by_fallback = rows["bsn"].isin(_SENTINELS).to_numpy() if source == "youth_care" else np.zeros(len(rows), dtype=bool)
    struck = np.flatnonzero((rng.random(len(rows)) < share) & ~by_fallback)
    kinds = rng.integers(0, len(_KINDS[source]), size=len(struck))
    spoiled = rows.copy()
    for number, (column, change) in enumerate(_KINDS[source]):
        values = spoiled[column].to_numpy(dtype=object).copy()
        taken = set(values) if change is break_bsn else set()
        for row in struck[kinds == number].tolist():
            new = change(values[row]) if values[row] not in _SENTINELS else values[row]
            if new not in taken or change is not break_bsn:
                values[row] = new
                taken.add(new)
        spoiled[column] = values
    return spoiled
