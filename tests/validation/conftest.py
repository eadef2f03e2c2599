"""Hand-made deliveries and a full example of a run for the tests of validation."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

EXPECTATIONS = Path(__file__).parents[2] / "config" / "expectations"

GOOD_ROWS: dict[str, dict[str, str | None]] = {
    "police": {
        "incidentnummer": "PL0100-2019-1",
        "persoon_id": "P1",
        "rol": "SLACHTOFFER",
        "achternaam": "Gündoğan",
        "voorvoegsel": None,
        "voornamen": "Ana Maria",
        "partner_achternaam": None,
        "alias_achternaam": None,
        "alias_voornamen": None,
        "geboortedatum": "00-05-1999",
        "geslacht": "V",
        "bsn": "999900006",
        "v_nummer": "1234567890",
        "nationaliteit": "0001",
        "postcode": "1012 AB",
        "gemeente": "Amsterdam",
        "eenheid": "05",
        "maatschappelijke_klasse": "F180",
        "uitbuitingsvorm": "S,C",
        "aangifte": "J",
        "incident_datum": "30-06-2019",
        "registratie_datum": "01-07-2019",
    },
    "comensha": {
        "meldingsnummer": "M1",
        "dossiernummer": "D1",
        "dossiertype": "Registratie",
        "melddatum": "2019-07-01",
        "melder": "FairWork",
        "regio_melder": "Amsterdam",
        "achternaam": ".",
        "tussenvoegsel": None,
        "voornaam": "Đặng",
        "geboortedatum": "onbekend",
        "geslacht": "Onbekend",
        "nationaliteit": "Vietnamese",
        "v_nummer": None,
        "gemeente": "onbekend",
        "vorm_uitbuiting": "criminele activiteiten; bedelarij",
        "regio_uitbuiting": "onbekend",
        "verblijfsstatus": "B8/3",
        "opvang_gevraagd": "J",
        "opvangsoort": "COSM",
        "opvang_datum": "2019-07-03",
        "zorgcoordinatie_start": None,
        "toestemming": "J",
    },
    "shelter": {
        "bericht_id": "B1",
        "client_nummer": "C1",
        "soort": "plaatsing",
        "datum": "2019-07-03",
        "einddatum": "2019-10-03",
        "persoon.achternaam": "O'Brien-d'Or",
        "persoon.voorvoegsel": None,
        "persoon.voornamen": "Мария",
        "persoon.alias": None,
        "persoon.geboortedatum": "1999-00-00",
        "persoon.geslacht": "V",
        "persoon.bsn": "000000000",
        "persoon.v_nummer": None,
        "persoon.nationaliteit": "Bulgaarse",
        "voorziening.type": "COSM",
        "voorziening.regio": "Amsterdam",
        "gemeente_herkomst": None,
        "adres": None,
        "verblijfsstatus": "EU-burger",
        "vorm_uitbuiting": "seksuele dienstverlening",
        "reden_uitstroom": None,
    },
    "youth_care": {
        "bsn": "999999999",
        "geboortedatum": "20050000",
        "geslacht": "M",
        "woonplaats": "0363",
        "soort": "JB",
        "verwijzer": None,
        "hulpvorm": "11",
        "crisis": None,
        "begindatum": "20180501",
        "einddatum": None,
        "reden_einde": None,
        "gi_overgedragen": "20190630",
        "gi_ontvangen": "20190701",
        "aanbieder_kvk": "12345678",
        "verslagjaar": "2019",
    },
}

CODES: dict[str, list[str]] = {
    "sex": ["M", "V", "O", "Man", "Vrouw", "Onbekend"],
    "police_role": ["SLACHTOFFER", "VERDACHTE", "GETUIGE"],
    "form": ["S", "C", "A", "criminele activiteiten", "bedelarij", "seksuele dienstverlening"],
    "police_unit": ["05", "Amsterdam", "onbekend"],
    "reporter": ["FairWork"],
    "dossier_type": ["Registratie"],
    "residence_status": ["B8/3", "EU-burger"],
    "shelter_type": ["COSM"],
    "exit_reason": ["terugkeer"],
    "nationality": ["0001", "Vietnamese", "Bulgaarse"],
    "youth_help": ["01", "02", "13"],
    "youth_help_end": ["01", "05"],
    "youth_measure": ["11", "21", "41"],
}

KEYS = {
    "police": "incidentnummer",
    "comensha": "meldingsnummer",
    "shelter": "bericht_id",
    "youth_care": "aanbieder_kvk",
}


@pytest.fixture
def codes() -> dict[str, list[str]]:
    """Code lists as a project has them, in short."""
    return dict(CODES)


@pytest.fixture
def suite_file() -> Callable[[str], Path]:
    """Path of the shipped suite of a source."""
    return lambda source: EXPECTATIONS / f"{source}.json"


@pytest.fixture
def delivery() -> Callable[..., pd.DataFrame]:
    """Deliveries of good rows with distinct keys, numbered from 2 as in a file with a header, some cells changed."""

    def build(source: str, rows: int = 3, changes: dict[tuple[int, str], str | None] | None = None) -> pd.DataFrame:
        frame = pd.DataFrame([GOOD_ROWS[source]] * rows, dtype="object")
        frame.index = pd.RangeIndex(2, rows + 2, name="row")
        frame[KEYS[source]] = [f"{10_000_001 + place}" for place in range(rows)]
        for (row, column), value in (changes or {}).items():
            frame.loc[row, column] = value
        return frame

    return build


@pytest.fixture
def write_suite(tmp_path: Path) -> Callable[..., Path]:
    """A suite file of one expectation, parts of it replaced or (with None) left out."""

    def write(*, meta: dict[str, Any] | None = None, **parts: object) -> Path:
        good_meta = {
            "rule": "a_filled",
            "severity": "critical",
            "action": "quarantine",
            "owner": "somebody",
            "reason": "Because.",
            "cure": "Fill it in.",
        }
        item = {
            "type": "expect_column_values_to_not_be_null",
            "kwargs": {"column": "a"},
            "meta": {key: value for key, value in (good_meta | (meta or {})).items() if value is not None},
        } | parts
        path = tmp_path / "suite.json"
        left = {key: value for key, value in item.items() if value is not None}
        path.write_text(json.dumps({"name": "test", "expectations": [left]}), encoding="utf-8")
        return path

    return write


@pytest.fixture
def full_run() -> dict[str, Any]:
    """Everything a report page can show."""
    names = ("police", "comensha", "shelter", "youth_care")
    return {
        "header": _HEADER,
        "deliveries": [_delivery(name, rows) for name, rows in zip(names, (4210, 1873, 902, 30118), strict=True)],
        "linkage": _linkage(names),
        "quality_by_group": _groups(),
        "pathways": _pathways(names),
        "approvals": [
            {
                "approver": "officer",
                "decision": "approved",
                "time": "2026-11-23T10:12:00+00:00",
                "reason": "Figures for the yearly monitor",
            }
        ],
    }


_HEADER = {
    "project": "four_agencies",
    "title": "Care pathways of victims of human trafficking (fictional demonstration)",
    "purpose": "Scientific research and statistics on care pathways for the National Rapporteur",
    "legal_basis": "Wet Nationaal rapporteur 2013; Wpg art. 22; Jeugdwet art. 7.3.12; UAVG art. 24",
    "run_id": "5f0c1e9a2b7d4c31",
    "period": "2016-2020",
    "profile": "research",
    "software_version": "0.1.0",
    "key_fingerprint": "a1f2 9c44 07be 55d0",
    "runner": "steward",
    "started": "2026-11-23T09:58:12+00:00",
    "finished": "2026-11-23T10:01:40+00:00",
    "status": "success",
}


def _delivery(source: str, rows: int) -> dict[str, Any]:
    suite = json.loads((EXPECTATIONS / f"{source}.json").read_text(encoding="utf-8"))
    broken = {3: 2, 9: 5, 14: rows // 400}
    expectations = [
        {
            "rule": item["meta"]["rule"],
            "column": item["kwargs"].get("column", "(whole file)"),
            "severity": item["meta"]["severity"],
            "action": item["meta"]["action"],
            "evaluated": rows,
            "failed": broken.get(place, 0),
            "passed": place not in broken,
            "cure": item["meta"]["cure"],
        }
        for place, item in enumerate(suite["expectations"])
    ]
    return {
        "source": source,
        "title": source,
        "period": "2016-2020",
        "file_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "rows_in": rows,
        "rows_quarantined": sum(broken.values()),
        "encoded": int(rows * 0.82),
        "verdict": "warned" if source == "shelter" else "passed",
        "suite": source,
        "quarantined_by_rule": {row["rule"]: row["failed"] for row in expectations if row["failed"]},
        "expectations": expectations,
    }


def _linkage(names: tuple[str, ...]) -> dict[str, Any]:
    pairs = [(a, b) for place, a in enumerate(names) for b in names[place:] if a != b or a in names[:2]]
    levels = {
        "exact": {"m": 0.86, "u": 0.0021},
        "close": {"m": 0.09, "u": 0.011},
        "far": {"m": 0.03, "u": 0.1},
        "different": {"m": 0.02, "u": 0.8869},
    }
    group = {"comparisons": dict.fromkeys(("given_name", "family_name", "birth_date", "sex", "bsn"), levels)}
    fit = {"converged": True, "iterations": 41, "last_change": 8.1e-7, "log_likelihood": -48211.7}
    return {
        "records": {name: 1000 * (place + 1) for place, name in enumerate(names)},
        "candidates": 61240,
        "links": 1932,
        "persons": 31877,
        "draws": 20,
        "overall": {
            "links": 1932,
            "precision": 0.982,
            "precision_low": 0.974,
            "precision_high": 0.989,
            "recall": 0.911,
            "recall_low": 0.894,
            "recall_high": 0.927,
            "recall_reason": None,
            "f1": 0.945,
            "pair_completeness": 0.996,
        },
        "source_pairs": [
            {
                "source_a": a,
                "source_b": b,
                "pairs": 4_000_000,
                "candidates": 8900 - 400 * place,
                "links": 410 - 30 * place,
                "expected_matches": 431.2 - 30 * place,
                "precision": 0.991 - 0.006 * place,
                "precision_low": 0.981 - 0.006 * place,
                "precision_high": 0.997 - 0.006 * place,
                "recall": 0.954 - 0.03 * place,
                "recall_low": 0.934 - 0.03 * place,
                "recall_high": 0.974 - 0.03 * place,
                "pair_completeness": 0.997,
                "null_precision": None if place == 0 else 0.97,
            }
            for place, (a, b) in enumerate(pairs)
        ],
        "model": {
            "classes": ["match", "random", "lookalike"],
            "pooled": fit,
            "per_group": fit,
            "groups": [
                group | {"source_pairs": [list(pair) for pair in pairs[:4]]},
                group | {"source_pairs": [list(pair) for pair in pairs[4:]]},
            ],
        },
        "cross_check": {
            "pairs": 20000,
            "comparisons": 5,
            "difference": {"m": 2e-5, "u": 1e-6, "p": 0.0003},
            "agrees": True,
        },
        "scorers": {
            "agrees": True,
            "source_pairs": [
                {
                    "source_a": "shelter",
                    "source_b": "youth_care",
                    "agrees": True,
                    "matches_by_model": 301.2,
                    "matches_by_ratio": 296.8,
                },
                {"source_a": "police", "source_b": "shelter", "agrees": None, "reason": "a source has duplicates"},
            ],
        },
        "drift": {"message": "moderate, since run 0a1b2c of 2015"},
        "cluster_sizes": {"1": 29870, "2": 1420, "3": 455, "4": 101, "5": 24, "10": 7},
        "findings": [
            {
                "code": "strangers",
                "where": "comensha x youth_care",
                "message": "Strangers within a source score as high as many links do.",
            }
        ],
    }


def _groups() -> list[dict[str, Any]]:
    figures = (
        ("nationality_group", "EU", 310, 0.97, 0.9),
        ("nationality_group", "NL", 1200, 0.985, 0.94),
        ("nationality_group", "non-EU", 390, 0.95, 0.78),
        ("overall", "all records", 1932, 0.98, 0.915),
        ("sex", "M", 700, 0.98, 0.91),
        ("sex", "O", 4, 0.5, 0.5),
        ("sex", "V", 1300, 0.98, 0.92),
    )
    return [
        {
            "grouping": grouping,
            "group_name": name,
            "links": links,
            "precision": precision,
            "precision_low": precision - 0.01,
            "precision_high": precision + 0.01,
            "recall": recall,
            "recall_low": recall - 0.02,
            "recall_high": recall + 0.02,
            "f1": 2 * precision * recall / (precision + recall),
        }
        for grouping, name, links, precision, recall in figures
    ]


def _pathways(names: tuple[str, ...]) -> dict[str, Any]:
    totals = {2016: 950, 2017: 960, 2018: 670, 2019: 1335, 2020: 985}
    by_form = {"sexual": 0.5, "labour": 0.3, "criminal": 0.12, "organ_removal": 0.001}
    rows: list[dict[str, Any]] = [
        {"year": year, "characteristic": "total", "category": "total", "n_persons": count}
        for year, count in totals.items()
    ]
    rows += [
        {
            "year": year,
            "characteristic": "form",
            "category": form,
            "n_persons": 5 * round(count * share / 5) if count * share >= 10 else "<10",
        }
        for year, count in totals.items()
        for form, share in by_form.items()
    ]
    return {
        "minimum_cell": 10,
        "round_to": 5,
        "victims_per_year": rows,
        "first_help": [
            {
                "characteristic": "total",
                "category": "total",
                "measure": measure,
                "n_persons": 4600,
                "n_part": part,
                "share": None if isinstance(part, str) else part / 4600,
            }
            for measure, part in (
                ("already_in_care", 310),
                ("help_within_30_days", 1120),
                ("help_within_90_days", 1480),
                ("specialist_help_within_365_days", "."),
            )
        ],
        "register_overlap": [
            {
                "basis": "victim_role",
                "register_a": a,
                "register_b": b,
                "n_a": 1000,
                "n_b": 500,
                "n_both": 120,
                "coverage": 0.12,
            }
            for a in names
            for b in names
            if a != b
        ],
        "pathway_variants": [
            {"variant": "police_registration > comensha_report", "n_persons": 1240},
            {"variant": "police_registration > aangifte > comensha_report > shelter_placement", "n_persons": 310},
            {
                "variant": "comensha_report > shelter_request > shelter_intake > shelter_placement > shelter_exit",
                "n_persons": 45,
            },
            {"variant": "(other variants)", "n_persons": 780},
        ],
    }
