"""Rows of the CoMensha workbook: one per report; a dossier holds the reports of one person."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ketenzicht.synthetic.careers import Careers
from ketenzicht.synthetic.code_words import FORM_WORDS, NATIONALITY_WORD, REPORTER_WORDS
from ketenzicht.synthetic.observation import filled, observe
from ketenzicht.synthetic.places import UNIT_OF, UNITS
from ketenzicht.synthetic.population import DAY
from ketenzicht.synthetic.rates import Rates

Names = NDArray[np.object_]
_BY_LAW = ("police", "kmar", "labour_inspectorate")
_ELSEWHERE = 0.15
_UNKNOWN_REGION = 0.1


def comensha_rows(rng: np.random.Generator, persons: pd.DataFrame, careers: Careers, rates: Rates) -> pd.DataFrame:
    """The workbook's columns as text, with ``person`` in front; ordered by report date."""
    reports = careers.reports.sort_values(["day", "person"], kind="stable").reset_index(drop=True)
    reports["dossier"] = _dossiers(rng, reports["person"].to_numpy(np.int64), rates.comensha.duplicate_person)
    dossiers = reports.drop_duplicates("dossier")
    identities = _identities(rng, persons.loc[dossiers["person"]], dossiers["reporter"], rates)
    identities["dossier"] = dossiers["dossier"].to_numpy()
    rows = reports.merge(identities, on="dossier", how="left", validate="m:1", suffixes=("", "_of_birth"))
    return _as_export(rng, rows, persons, careers)


def _dossiers(rng: np.random.Generator, person: NDArray[np.int64], duplicate_share: float) -> NDArray[np.int64]:
    """Dossier of each report: 2 x person, or 2 x person + 1 for the later reports of persons with a second dossier.

    Only a person with several reports can have several dossiers; the share among those keeps the whole as stated.
    """
    people, sizes = np.unique(person, return_counts=True)
    several = people[sizes > 1]
    wanted = duplicate_share * len(people) / max(len(several), 1)
    doubled = several[rng.random(len(several)) < min(wanted, 1.0)]
    later = pd.Series(person).duplicated().to_numpy()
    numbers: NDArray[np.int64] = 2 * person + (np.isin(person, doubled) & later)
    return numbers


def _identities(rng: np.random.Generator, people: pd.DataFrame, reporter: pd.Series, rates: Rates) -> pd.DataFrame:
    """One identity per dossier: names by law or by consent, the rest as far as known."""
    fill = rates.fill
    seen = observe(rng, people, rates.comensha)
    by_law = reporter.isin(_BY_LAW).to_numpy()
    named = rng.random(len(seen)) < np.where(by_law, fill.comensha_names_by_law, fill.comensha_names_by_consent)
    seen["consent"] = np.where(by_law, "", np.where(named, "J", "N"))
    for name in ("given", "family", "prefix"):
        seen[name] = np.where(named, seen[name], "")
    seen["v_number"] = filled(rng, seen["v_number"].to_numpy(object), fill.comensha_v_number)
    seen["municipality"] = filled(rng, seen["municipality"].to_numpy(object), fill.comensha_municipality)
    seen["birth_known"] = rng.random(len(seen)) < fill.comensha_birth_date
    nationality = people["nationality"].map(NATIONALITY_WORD).to_numpy(dtype=object)
    seen["nationality"] = np.where(rng.random(len(seen)) < fill.comensha_nationality, nationality, "onbekend")
    return seen


def _as_export(rng: np.random.Generator, rows: pd.DataFrame, persons: pd.DataFrame, careers: Careers) -> pd.DataFrame:
    victims = careers.victims.loc[rows["person"]].reset_index(drop=True)
    regions = _regions(rng, persons["place"].to_numpy(np.int64)[rows["person"]])
    shelter = _shelter_requests(rng, rows, victims)
    care = (rows["reporter"] == "care_coordinator").to_numpy() | (rng.random(len(rows)) < 0.15)  # noqa: PLR2004 - assumed
    start = rows["day"].to_numpy("datetime64[D]") + rng.integers(0, 60, size=len(rows)) * DAY
    birth = (
        rows["year"].astype(str)
        + "-"
        + rows["month"].map("{:02d}".format)
        + "-"
        + rows["day_of_birth"].map("{:02d}".format)
    )
    return pd.DataFrame(
        {
            "person": rows["person"],
            "meldingsnummer": "M" + pd.Series(np.arange(len(rows)) + 1).astype(str).str.zfill(8),
            "dossiernummer": "D" + _dossier_numbers(rows["dossier"]),
            "dossiertype": shelter["type"],
            "melddatum": rows["day"].dt.strftime("%Y-%m-%d"),
            "melder": rows["reporter"].map(REPORTER_WORDS),
            "regio_melder": np.where(rows["reporter"] == "labour_inspectorate", "onbekend", regions),
            "achternaam": rows["family"],
            "tussenvoegsel": rows["prefix"],
            "voornaam": rows["given"],
            "geboortedatum": np.where(rows["birth_known"], birth, "onbekend"),
            "geslacht": rows["sex"].map({"M": "Man", "V": "Vrouw", "": "Onbekend"}),
            "nationaliteit": rows["nationality"],
            "v_nummer": rows["v_number"],
            "gemeente": rows["municipality"].replace("", "onbekend"),
            "vorm_uitbuiting": victims["form"].map(FORM_WORDS),
            "regio_uitbuiting": _regions(rng, persons["place"].to_numpy(np.int64)[rows["person"]]),
            "verblijfsstatus": victims["residence"],
            "opvang_gevraagd": shelter["requested"],
            "opvangsoort": shelter["kind"],
            "opvang_datum": shelter["day"],
            "zorgcoordinatie_start": np.where(care, start.astype(str), ""),
            "toestemming": rows["consent"],
        }
    )


def _regions(rng: np.random.Generator, place: NDArray[np.int64]) -> Names:
    """The region of the home for most, another for some, unknown for a few."""
    home = UNIT_OF[place]
    elsewhere = rng.random(len(home)) < _ELSEWHERE
    named = np.array(UNITS, dtype=object)[np.where(elsewhere, rng.integers(0, len(UNITS), size=len(home)), home)]
    regions: Names = np.where(rng.random(len(home)) < _UNKNOWN_REGION, "onbekend", named)
    return regions


def _shelter_requests(rng: np.random.Generator, rows: pd.DataFrame, victims: pd.DataFrame) -> pd.DataFrame:
    """Dossier type, whether shelter was asked, of which kind and from when; the type changes with a later report."""
    count = len(rows)
    later = rows.duplicated("person").to_numpy()
    several = rows.duplicated("person", keep=False).to_numpy()
    # A person with several reports asks with one of them, so the type of the dossier changes on the way.
    at_later = rng.random(len(rows)) < 0.5  # noqa: PLR2004 - as often at the first report as later
    asking = np.where(several, later == at_later, True)
    requested = victims["shelter_request"].to_numpy(bool) & asking
    advice = rng.random(count) < 0.12  # noqa: PLR2004 - assumed
    kinds = rng.choice(
        ("COSM", "vrouwenopvang", "complex", "maatschappelijke opvang", "AZC"),
        size=count,
        p=(0.6, 0.2, 0.1, 0.05, 0.05),
    )
    start = rows["day"].to_numpy("datetime64[D]") + rng.integers(0, 21, size=count) * DAY
    placed = requested & victims["in_shelter"].to_numpy(bool)
    return pd.DataFrame(
        {
            "type": np.select(
                [requested, advice], ["Registratie en Opvang", "Registratie, Informatie en Advies"], "Registratie"
            ),
            "requested": np.where(requested, "J", "N"),
            "kind": np.where(requested, kinds, ""),
            "day": np.where(placed, start.astype(str), ""),
        }
    )


def _dossier_numbers(dossier: pd.Series) -> pd.Series:
    """Numbers that tell nothing of order: a fixed one-to-one scrambling."""
    scrambled = (dossier.to_numpy(np.int64) * 5_432_101 + 987_653) % 99_999_989
    return pd.Series(scrambled, index=dossier.index).astype(str).str.zfill(8)
