"""Rows of the police export: one per incident, person and role."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ketenzicht.synthetic.careers import Careers
from ketenzicht.synthetic.code_words import BRP_NATIONALITY, POLICE_FORMS
from ketenzicht.synthetic.observation import bsn_filled, filled, observe
from ketenzicht.synthetic.places import UNIT_OF, UNITS
from ketenzicht.synthetic.population import DAY, FIRST_DAY, LAST_DAY
from ketenzicht.synthetic.published import COURSE
from ketenzicht.synthetic.rates import Rates
from ketenzicht.synthetic.transliteration import fit_cp1252

Names = NDArray[np.object_]
_OTHER_CLASSES = ("Mishandeling", "Bedreiging", "Diefstal", "Zedenmisdrijf", "Huiselijk geweld", "Fraude")
_ELSEWHERE = 0.2


def police_rows(rng: np.random.Generator, persons: pd.DataFrame, careers: Careers, rates: Rates) -> pd.DataFrame:
    """The export's columns as text, with ``person`` (row of the population) in front; ordered by registration date."""
    roles = _roles(rng, persons, careers)
    roles["registration"] = _registrations(rng, roles, rates.police.duplicate_person)
    registered = roles.drop_duplicates("registration").sort_values("registration")
    people = persons.loc[registered["person"]]
    identities = _identities(rng, people, rates)
    identities["registration"] = registered["registration"].to_numpy()
    rows = roles.merge(identities, on="registration", how="left", validate="m:1")
    order = np.lexsort((rows["registration"], rows["incident"], rows["registratie"]))
    rows = rows.iloc[order].reset_index(drop=True)
    return _as_export(rows)


def _roles(rng: np.random.Generator, persons: pd.DataFrame, careers: Careers) -> pd.DataFrame:
    """person, role, incident and what is known of the incident."""
    incidents = careers.incidents.reset_index(drop=True)
    count = len(incidents)
    incidents["incident"] = np.arange(count)
    aangifte = careers.victims["aangifte"].reindex(incidents["person"]).to_numpy(bool) & ~incidents["repeat"].to_numpy(
        bool
    )
    incidents["aangifte"] = np.where(aangifte, "J", "N")
    form = careers.victims["form"].reindex(incidents["person"]).map(POLICE_FORMS).to_numpy(dtype=object)
    incidents["form"] = np.where(incidents["trafficking"], form, "")
    coded = incidents["trafficking"].to_numpy(bool) & (rng.random(count) < COURSE.trafficking_code_used)
    incidents["class"] = np.where(coded, "Mensenhandel", rng.choice(_OTHER_CLASSES, size=count))
    home = UNIT_OF[persons["place"].to_numpy(np.int64)[incidents["person"]]]
    incidents["unit"] = np.where(rng.random(count) < _ELSEWHERE, rng.integers(0, len(UNITS), size=count), home)
    lag = np.minimum(rng.exponential(25, size=count).astype(np.int64), 365)
    incidents["registratie"] = incidents["day"]
    incidents["datum"] = incidents["day"].to_numpy("datetime64[D]") - lag * DAY
    victims = incidents.assign(role="SLACHTOFFER")
    return pd.concat(
        [victims, _non_victims(rng, persons, victims), _victims_as_suspects(rng, careers, victims)], ignore_index=True
    )


def _non_victims(rng: np.random.Generator, persons: pd.DataFrame, victims: pd.DataFrame) -> pd.DataFrame:
    """Suspects, witnesses and others, in one or two incidents; relatives in an incident of their own victim."""
    others = np.flatnonzero((persons["kind"] == "other").to_numpy())
    by_person = victims.drop_duplicates("person").set_index("person")["incident"]
    own = by_person.reindex(persons["household"].to_numpy(np.int64)[others]).to_numpy(dtype=np.float64)
    anywhere = rng.integers(0, len(victims), size=len(others))
    first = np.where(np.isnan(own), anywhere, own).astype(np.int64)
    role = np.where(
        np.isnan(own),
        rng.choice(("VERDACHTE", "GETUIGE", "BETROKKENE"), size=len(others), p=(0.45, 0.25, 0.3)),
        rng.choice(("GETUIGE", "BETROKKENE"), size=len(others)),
    )
    second = np.flatnonzero(rng.random(len(others)) < 0.15)  # noqa: PLR2004 - some return in another incident
    person = np.concatenate([others, others[second]])
    incident = np.concatenate([first, rng.integers(0, len(victims), size=len(second))])
    rows = victims.set_index("incident").loc[incident].reset_index()
    rows = rows.assign(person=person, role=np.concatenate([role, role[second]]), aangifte="", form="")
    return rows.drop_duplicates(["incident", "person", "role"])


def _victims_as_suspects(rng: np.random.Generator, careers: Careers, victims: pd.DataFrame) -> pd.DataFrame:
    """Victims who are suspects of something else, before or after."""
    ids = careers.victims.index[careers.victims["in_police"]].to_numpy(np.int64)
    person = ids[rng.random(len(ids)) < COURSE.victim_also_suspect]
    count = len(person)
    day = FIRST_DAY + rng.integers(0, int((LAST_DAY - FIRST_DAY) / DAY), size=count) * DAY
    return pd.DataFrame(
        {
            "person": person,
            "day": day,
            "incident": len(victims) + np.arange(count),
            "aangifte": "",
            "form": "",
            "class": rng.choice(_OTHER_CLASSES, size=count),
            "unit": rng.integers(0, len(UNITS), size=count),
            "registratie": day,
            "datum": day - rng.integers(0, 30, size=count) * DAY,
            "role": "VERDACHTE",
        }
    )


def _registrations(rng: np.random.Generator, roles: pd.DataFrame, duplicate_share: float) -> NDArray[np.int64]:
    """Number of the person registration: 2 x person, or 2 x person + 1 for rows under a second number.

    Only a person with several rows can be a duplicate; the share among those is raised so that the whole has the stated
    share, and the last of the rows stands under the second number.
    """
    person = roles["person"].to_numpy(np.int64)
    sizes = roles.groupby("person")["incident"].transform("size").to_numpy(np.int64)
    several = np.unique(person[sizes > 1])
    wanted = duplicate_share * len(np.unique(person))
    doubled = several[rng.random(len(several)) < min(wanted / max(len(several), 1), 1.0)]
    is_last = ~roles.duplicated("person", keep="last").to_numpy()
    number: NDArray[np.int64] = 2 * person + (np.isin(person, doubled) & is_last)
    return number


def _identities(rng: np.random.Generator, people: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """One identity per person registration, with the fill rates applied."""
    fill = rates.fill
    seen = observe(rng, people, rates.police)
    dutch = (people["nationality"] == "NL").to_numpy()
    seen["bsn"] = bsn_filled(rng, people, seen["bsn"].to_numpy(object), fill.police_bsn_dutch, fill.police_bsn_foreign)
    seen["v_number"] = filled(rng, seen["v_number"].to_numpy(object), fill.police_v_number)
    postcode = np.where(dutch, fill.police_postcode_dutch, fill.police_postcode_foreign)
    place = np.where(dutch, fill.police_municipality_dutch, fill.police_municipality_foreign)
    seen["postcode"] = filled(rng, seen["postcode"].to_numpy(object), postcode)
    seen["municipality"] = filled(rng, seen["municipality"].to_numpy(object), place)
    seen["nationality"] = people["nationality"].map(BRP_NATIONALITY).to_numpy(dtype=object)
    for name in ("given", "family", "prefix", "partner", "alias_given", "alias_family"):
        seen[name] = [fit_cp1252(value) for value in seen[name]]
    return seen


def _as_export(rows: pd.DataFrame) -> pd.DataFrame:
    parts = rows[["year", "month", "day_y"]].astype(str)
    return pd.DataFrame(
        {
            "person": rows["person"],
            "incidentnummer": "PL" + (rows["incident"] + 100_000_000).astype(str),
            "persoon_id": _person_numbers(rows["registration"]),
            "rol": rows["role"],
            "achternaam": rows["family"],
            "voorvoegsel": rows["prefix"],
            "voornamen": rows["given"],
            "partner_achternaam": rows["partner"],
            "alias_achternaam": rows["alias_family"],
            "alias_voornamen": rows["alias_given"],
            "geboortedatum": parts["day_y"].str.zfill(2) + "-" + parts["month"].str.zfill(2) + "-" + parts["year"],
            "geslacht": rows["sex"],
            "bsn": rows["bsn"],
            "v_nummer": rows["v_number"],
            "nationaliteit": rows["nationality"],
            "postcode": rows["postcode"],
            "gemeente": rows["municipality"],
            "eenheid": (rows["unit"] + 1).astype(str).str.zfill(2),
            "maatschappelijke_klasse": rows["class"],
            "uitbuitingsvorm": rows["form"],
            "aangifte": rows["aangifte"],
            "incident_datum": rows["datum"].dt.strftime("%d-%m-%Y"),
            "registratie_datum": rows["registratie"].dt.strftime("%d-%m-%Y"),
        }
    )


def _person_numbers(registration: pd.Series) -> pd.Series:
    """Numbers that tell nothing of order or kin: a fixed one-to-one scrambling of the registration number."""
    scrambled = (registration.to_numpy(np.int64) * 7_654_321 + 1_234_567) % 999_999_937
    return pd.Series(scrambled, index=registration.index).astype(str).str.zfill(9)
