"""Rows of the statutory youth-care delivery: one per episode of help, protection or probation."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ketenzicht.synthetic.careers import Careers
from ketenzicht.synthetic.observation import (
    filled,
    mistype_postcode,
    observe_birth_date,
    observe_bsn,
    observe_sex,
)
from ketenzicht.synthetic.population import DAY, FIRST_DAY, LAST_DAY
from ketenzicht.synthetic.rates import Rates

Names = NDArray[np.object_]
Days = NDArray[np.datetime64]
UNKNOWN_BSN, UNBORN_BSN, UNBORN_DATE = "999999999", "000000000", "00000000"
FALLBACK = ("geslacht", "geboortedatum", "woonplaats")
_UNBORN = 0.001
_TRANSFERS = 0.10
_PROVIDERS = 400
_STILL_RUNNING_YEARS = 2.5

_HELP = {"02": 0.60, "01": 0.14, "03": 0.05, "04": 0.03, "11": 0.07, "12": 0.03, "13": 0.01, "14": 0.07}
_PROTECTION = {"11": 0.66, "12": 0.05, "21": 0.13, "22": 0.03, "23": 0.02, "71": 0.02, "72": 0.09}
_PROBATION = {"41": 0.45, "42": 0.20, "31": 0.12, "63": 0.06, "62": 0.07, "50": 0.03, "51": 0.02, "61": 0.05}
_KINDS = {"JH": _HELP, "JB": _PROTECTION, "JR": _PROBATION}
_END_REASONS = {
    "JH": ("01", "02", "03", "04", "05"),
    "JB": ("01", "02", "03", "04", "05", "06", "07"),
    "JR": ("41", "42", "43", "51", "52"),
}
_REFERRERS = {"01": 0.42, "02": 0.33, "03": 0.04, "04": 0.10, "05": 0.07, "06": 0.02, "08": 0.02}


def youth_care_rows(rng: np.random.Generator, persons: pd.DataFrame, careers: Careers, rates: Rates) -> pd.DataFrame:
    """The delivery's columns as text, with ``person`` in front; ordered by start date."""
    victims = careers.victims.index[careers.victims["in_youth_care"]].to_numpy(np.int64)
    background = np.flatnonzero((persons["kind"] == "background").to_numpy())
    person = np.concatenate([victims, background])
    identities = _identities(rng, persons.loc[person], rates)
    episodes = _episodes(rng, persons, person, careers)
    rows = episodes.merge(identities, on="person", how="left", validate="m:1")
    rows = _with_transfers(rng, _as_export(rng, rows))
    rows = rows.sort_values(["begindatum", "person", "soort", "hulpvorm", "gi_ontvangen"], kind="stable")
    return rows.reset_index(drop=True)


def _identities(rng: np.random.Generator, people: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """One identity per person: BSN or the fallback key, never both wrong and shared by two persons."""
    fill, errors = rates.fill, rates.youth_care
    date = observe_birth_date(rng, people, errors)
    dutch = (people["nationality"] == "NL").to_numpy()
    bsn = observe_bsn(rng, people, errors)
    sex = observe_sex(rng, people, errors)
    bsn = filled(rng, bsn, np.where(dutch, fill.youth_bsn_dutch, fill.youth_bsn_foreign))
    identities = pd.DataFrame(
        {
            "person": people.index.to_numpy(np.int64),
            "bsn": np.where(bsn == "", UNKNOWN_BSN, bsn),
            "geboortedatum": date["year"].astype(str)
            + date["month"].map("{:02d}".format)
            + date["day"].map("{:02d}".format),
            "geslacht": np.where(sex == "", "O", sex),
            "woonplaats": _residence(rng, people, rates),
        }
    )
    unborn = (people["kind"] == "background").to_numpy() & (rng.random(len(people)) < _UNBORN)
    identities.loc[unborn, ["bsn", "geboortedatum", "geslacht"]] = [UNBORN_BSN, UNBORN_DATE, "O"]
    return _keep_keys_apart(identities, people["bsn"].to_numpy(object))


def _keep_keys_apart(identities: pd.DataFrame, true_bsn: Names) -> pd.DataFrame:
    """Where two persons would share a key, each of them gets the true BSN."""
    without = identities["bsn"].isin((UNKNOWN_BSN, UNBORN_BSN))
    key = identities["bsn"].where(~without, identities[list(FALLBACK)].agg("|".join, axis=1))
    shared = key.duplicated(keep=False).to_numpy() | (~without & (identities["bsn"] != true_bsn)
                                                      & identities["bsn"].isin(set(true_bsn))).to_numpy()  # fmt: skip
    identities.loc[shared, "bsn"] = true_bsn[shared]
    return identities


def _residence(rng: np.random.Generator, people: pd.DataFrame, rates: Rates) -> Names:
    """Postcode of six positions, else the municipality's code; of the home or of the responsible municipality."""
    errors = rates.youth_care
    other = rng.random(len(people)) < errors.other_address
    postcode = np.where(other, people["postcode_b"], people["postcode_a"])
    for row in np.flatnonzero(rng.random(len(people)) < errors.postcode_typo).tolist():
        postcode[row] = mistype_postcode(rng, postcode[row])
    municipality = np.where(other, people["municipality_b"], people["municipality_a"])
    known = rng.random(len(people)) < rates.fill.youth_postcode
    return np.where(known, postcode, municipality)


def _episodes(
    rng: np.random.Generator, persons: pd.DataFrame, person: NDArray[np.int64], careers: Careers
) -> pd.DataFrame:
    """person, soort, hulpvorm, begin and end (NaT where running); no two episodes of one form per person."""
    number = rng.choice((1, 2, 3, 4), size=len(person), p=(0.82, 0.13, 0.04, 0.01))
    who = np.repeat(person, number)
    count = len(who)
    birth = persons["birth"].to_numpy("datetime64[D]")[who]
    begin = _begins(rng, birth)
    age = (begin - birth) / DAY / 365.25
    kind = rng.choice(("JH", "JB", "JR"), size=count, p=(0.86, 0.10, 0.04))
    victim = np.isin(who, careers.victims.index)
    # Victims have a youth-protection measure or closed placement more often (assumed: three times as often).
    kind = np.where(victim & (rng.random(count) < 0.2), "JB", kind)  # noqa: PLR2004
    kind = np.where((kind == "JR") & (age < 12), "JH", kind)  # noqa: PLR2004 - no youth probation under twelve
    kind = np.where((kind == "JB") & (age >= 18), "JH", kind)  # noqa: PLR2004 - child protection ends at eighteen
    form = np.full(count, "", dtype=object)
    for name, shares in _KINDS.items():
        chosen = kind == name
        form[chosen] = _draw(rng, shares, int(chosen.sum()))
    length = np.minimum(rng.lognormal(5.3, 0.8, size=count), 365 * _STILL_RUNNING_YEARS).astype(np.int64) + 7
    end = begin + length * DAY
    episodes = pd.DataFrame({"person": who, "soort": kind.astype(object), "hulpvorm": form, "begin": begin})
    episodes["end"] = np.where(end <= LAST_DAY, end, np.datetime64("NaT"))
    return episodes.drop_duplicates(["person", "soort", "hulpvorm"]).reset_index(drop=True)


def _begins(rng: np.random.Generator, birth: Days) -> Days:
    """A start within 2016-2020 while under 18; for one in twenty, and for those already grown, up to 23."""
    grown = birth + np.int64(18 * 365) * DAY
    late = birth + np.int64(22 * 365 + 360) * DAY
    upper = np.where((rng.random(len(birth)) < 0.05) | (grown <= FIRST_DAY), late, grown)  # noqa: PLR2004
    lower = np.maximum(birth, FIRST_DAY)
    upper = np.maximum(np.minimum(upper, LAST_DAY), lower)
    span = (upper - lower) / DAY + 1
    days = np.floor(rng.random(len(birth)) * span).astype("timedelta64[D]")
    begins: Days = lower + days
    return begins


def _as_export(rng: np.random.Generator, rows: pd.DataFrame) -> pd.DataFrame:
    """The columns as text; a provider of protection or probation is a certified institution."""
    count = len(rows)
    ended = rows["end"].notna().to_numpy()
    is_help = (rows["soort"] == "JH").to_numpy()
    reason = np.full(count, "", dtype=object)
    for kind, reasons in _END_REASONS.items():
        chosen = ended & (rows["soort"] == kind).to_numpy()
        reason[chosen] = np.array(reasons, dtype=object)[rng.integers(0, len(reasons), size=int(chosen.sum()))]
    return pd.DataFrame(
        {
            "person": rows["person"],
            "bsn": rows["bsn"],
            "geboortedatum": rows["geboortedatum"],
            "geslacht": rows["geslacht"],
            "woonplaats": rows["woonplaats"],
            "soort": rows["soort"],
            "verwijzer": np.where(is_help, _draw(rng, _REFERRERS, count), ""),
            "hulpvorm": rows["hulpvorm"],
            "crisis": np.where(is_help, np.where(rng.random(count) < 0.04, "01", "02"), ""),  # noqa: PLR2004
            "begindatum": rows["begin"].dt.strftime("%Y%m%d"),
            "einddatum": rows["end"].dt.strftime("%Y%m%d").fillna(""),
            "reden_einde": reason,
            "gi_overgedragen": "",
            "gi_ontvangen": "",
            "aanbieder_kvk": _provider(rng, is_help),
            "verslagjaar": rows["begin"].dt.strftime("%Y"),
        }
    )


def _with_transfers(rng: np.random.Generator, rows: pd.DataFrame) -> pd.DataFrame:
    """Some measures pass to another institution: the first sends the start, the last the end, both the transfer."""
    begin = pd.to_datetime(rows["begindatum"], format="%Y%m%d")
    end = pd.to_datetime(rows["einddatum"].replace("", None), format="%Y%m%d").fillna(pd.Timestamp(LAST_DAY))
    long_enough = (end - begin).dt.days > 90  # noqa: PLR2004 - a measure is not passed on within weeks
    passed = (rows["soort"] != "JH") & long_enough & (rng.random(len(rows)) < _TRANSFERS)
    share = rng.uniform(0.2, 0.8, size=int(passed.sum()))
    handed = begin[passed] + pd.to_timedelta(np.floor((end - begin)[passed].dt.days * share), unit="D")
    first = rows[passed].assign(gi_overgedragen=handed.dt.strftime("%Y%m%d"), einddatum="", reden_einde="")
    second = rows[passed].assign(
        gi_overgedragen=first["gi_overgedragen"],
        gi_ontvangen=(handed + pd.Timedelta(days=1)).dt.strftime("%Y%m%d"),
        aanbieder_kvk=[str(int(number) + 1) for number in rows["aanbieder_kvk"][passed]],
    )
    return pd.concat([rows[~passed], first, second], ignore_index=True)


def _provider(rng: np.random.Generator, is_help: NDArray[np.bool_]) -> Names:
    """Chamber-of-commerce numbers, even ones, so that the receiving institution can have the next odd one."""
    helpers = 60_000_000 + 2 * rng.integers(0, _PROVIDERS, size=len(is_help))
    institutions = 70_000_000 + 2 * rng.integers(0, 14, size=len(is_help))
    return np.where(is_help, helpers, institutions).astype(str).astype(object)


def _draw(rng: np.random.Generator, shares: dict[str, float], count: int) -> Names:
    weights = np.array(list(shares.values()))
    return np.array(list(shares), dtype=object)[rng.choice(len(shares), size=count, p=weights / weights.sum())]
