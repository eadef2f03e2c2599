"""Messages of the shelters: intake, placement, transfer and exit of one client each."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ketenzicht.synthetic.careers import Careers
from ketenzicht.synthetic.code_words import BRP_NATIONALITY, EXIT_REASONS, FORM_WORDS
from ketenzicht.synthetic.observation import bsn_filled, filled, observe
from ketenzicht.synthetic.places import UNITS
from ketenzicht.synthetic.population import DAY, LAST_DAY
from ketenzicht.synthetic.rates import Rates

Days = NDArray[np.datetime64]
_TRANSFERRED = 0.25
_MESSAGES = ("intake", "plaatsing", "overplaatsing", "uitstroom")


def shelter_rows(rng: np.random.Generator, persons: pd.DataFrame, careers: Careers, rates: Rates) -> pd.DataFrame:
    """The messages' columns as text, with ``person`` in front; ordered by date. Nobody is a client twice."""
    people = careers.victims[careers.victims["in_shelter"]]
    stays = _stays(rng, people)
    clients = _clients(rng, persons.loc[people.index], rates)
    clients["status"] = people["residence"].to_numpy()
    clients["form"] = people["form"].map(FORM_WORDS).to_numpy()
    rows = pd.concat([_message(kind, stays, clients) for kind in _MESSAGES], ignore_index=True)
    order = np.lexsort((rows["sequence"], rows["person"], rows["datum"]))
    rows = rows.iloc[order].reset_index(drop=True)
    rows["bericht_id"] = "B" + pd.Series(np.arange(len(rows)) + 1).astype(str).str.zfill(8)
    return rows.drop(columns="sequence")


def _stays(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Days of intake, placement, transfer (or none) and exit (or none, still there at the end of 2020)."""
    count = len(people)
    intake = np.minimum(people["first_day"].to_numpy("datetime64[D]") + rng.geometric(0.03, size=count) * DAY, LAST_DAY)
    placed = np.minimum(intake + rng.geometric(0.08, size=count) * DAY, LAST_DAY)
    left = placed + np.minimum(rng.lognormal(4.5, 0.8, size=count).astype(np.int64) + 2, 900) * DAY
    middle = placed + ((left - placed) / DAY * rng.uniform(0.2, 0.8, count)).astype(np.int64) * DAY
    minor = (people["age_band"] == "<18").to_numpy()
    grown = rng.choice(
        ("COSM", "complex", "vrouwenopvang", "maatschappelijke opvang", "AZC"),
        size=count,
        p=(0.45, 0.15, 0.25, 0.1, 0.05),
    )
    return pd.DataFrame(
        {
            "person": people.index.to_numpy(np.int64),
            "intake": intake,
            "placed": placed,
            "moved": np.where(rng.random(count) < _TRANSFERRED, middle, np.datetime64("NaT")),
            "left": left,
            "type": np.where(minor, "jeugd", grown),
            "region": np.array(UNITS, dtype=object)[rng.integers(0, len(UNITS), size=count)],
            "next_region": np.array(UNITS, dtype=object)[rng.integers(0, len(UNITS), size=count)],
            "reason": rng.choice(EXIT_REASONS, size=count, p=(0.3, 0.25, 0.1, 0.2, 0.145, 0.005)),
        }
    )


def _message(kind: str, stays: pd.DataFrame, clients: pd.DataFrame) -> pd.DataFrame:
    """The messages of one kind that fall within the period."""
    day = stays[{"intake": "intake", "plaatsing": "placed", "overplaatsing": "moved", "uitstroom": "left"}[kind]]
    kept = (day.notna() & (day <= LAST_DAY)).to_numpy()
    stays, clients, day = stays[kept], clients[kept], day[kept]
    until = stays["moved"].fillna(stays["left"]) if kind == "plaatsing" else stays["left"]
    ended = kind in {"plaatsing", "overplaatsing"}
    after_transfer = kind == "overplaatsing" or (kind == "uitstroom" and stays["moved"].notna())
    return pd.DataFrame(
        {
            "person": stays["person"],
            "sequence": _MESSAGES.index(kind),
            "bericht_id": "",
            "client_nummer": clients["number"],
            "soort": kind,
            "datum": day.dt.strftime("%Y-%m-%d"),
            "einddatum": np.where(ended & (until <= LAST_DAY), until.dt.strftime("%Y-%m-%d"), ""),
            "persoon.achternaam": clients["family"],
            "persoon.voorvoegsel": clients["prefix"],
            "persoon.voornamen": clients["given"],
            "persoon.alias": clients["alias_family"],
            "persoon.geboortedatum": clients["birth_text"],
            "persoon.geslacht": clients["sex"],
            "persoon.bsn": clients["bsn"],
            "persoon.v_nummer": clients["v_number"],
            "persoon.nationaliteit": clients["nationality"],
            "voorziening.type": stays["type"],
            "voorziening.regio": np.where(after_transfer, stays["next_region"], stays["region"]),
            "gemeente_herkomst": clients["municipality"],
            "adres": "",
            "verblijfsstatus": clients["status"],
            "vorm_uitbuiting": clients["form"],
            "reden_uitstroom": stays["reason"] if kind == "uitstroom" else "",
        }
    )


def _clients(rng: np.random.Generator, people: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """One identity per client, with the fill rates applied."""
    fill = rates.fill
    seen = observe(rng, people, rates.shelter)
    seen["bsn"] = bsn_filled(
        rng, people, seen["bsn"].to_numpy(object), fill.shelter_bsn_dutch, fill.shelter_bsn_foreign
    )
    seen["v_number"] = filled(rng, seen["v_number"].to_numpy(object), fill.shelter_v_number)
    seen["municipality"] = filled(rng, seen["municipality"].to_numpy(object), fill.shelter_municipality)
    seen["nationality"] = people["nationality"].map(BRP_NATIONALITY).to_numpy(dtype=object)
    seen["birth_text"] = (
        seen["year"].astype(str) + "-" + seen["month"].map("{:02d}".format) + "-" + seen["day"].map("{:02d}".format)
    )
    numbers = rng.permutation(len(seen)) + 1
    seen["number"] = "C" + pd.Series(numbers).astype(str).str.zfill(7)
    return seen
