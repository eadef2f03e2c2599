"""Which victims are in which register, and when: reports, incidents, repeat victimisation, shelter."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ketenzicht.synthetic import margins, published
from ketenzicht.synthetic.population import DAY, LAST_DAY
from ketenzicht.synthetic.published import COURSE, EU, REPORTERS, REPORTS_PER_PERSON

Days = NDArray[np.datetime64]
Integers = NDArray[np.int64]
_DAYS_PER_YEAR = 365.25
_REPEATS = 3


@dataclass(frozen=True, slots=True)
class Careers:
    """What happens to the victims.

    ``victims``: one row per victim (index = person) with first_reporter, in_police, in_shelter, in_youth_care,
    shelter_request, aangifte, residence. ``reports``: person, day, reporter. ``incidents``: person, day, trafficking,
    repeat.
    """

    victims: pd.DataFrame
    reports: pd.DataFrame
    incidents: pd.DataFrame


def draw_careers(rng: np.random.Generator, persons: pd.DataFrame) -> Careers:
    """Careers of all victims; everybody is in at least one register."""
    victims = persons[persons["kind"] == "victim"].copy()
    victims["first_reporter"] = _first_reporters(rng, victims)
    _place_in_registers(rng, victims)
    victims["residence"] = _residence(rng, victims)
    victims["aangifte"] = victims["in_police"] & (
        rng.random(len(victims)) < COURSE.aangifte / victims["in_police"].mean()
    )
    repeats = _repeats(rng, victims)
    return Careers(victims, _reports(rng, victims, repeats), _incidents(rng, victims, repeats))


def _first_reporters(rng: np.random.Generator, victims: pd.DataFrame) -> NDArray[np.object_]:
    reporters = np.full(len(victims), "", dtype=object)
    for year in published.YEARS:
        rows = np.flatnonzero(victims["in_comensha"].to_numpy(bool) & (victims["year"] == year).to_numpy())
        if len(rows):
            reporters[rows] = margins.draw_reporters(rng, year, victims.iloc[rows])
    return reporters


def _place_in_registers(rng: np.random.Generator, victims: pd.DataFrame) -> None:
    """Add in_police, shelter_request, in_shelter and in_youth_care."""
    count = len(victims)
    known = victims["in_comensha"].to_numpy(bool)
    by_police = (victims["first_reporter"] == "police").to_numpy()
    police = np.select([by_police, known], [1.0, COURSE.police_without_police_report], COURSE.police_outside_comensha)
    victims["in_police"] = rng.random(count) < police
    victims["shelter_request"] = known & (rng.random(count) < COURSE.shelter_request)
    shelter = np.select(
        [victims["shelter_request"], known],
        [COURSE.shelter_after_request, COURSE.shelter_without_request],
        COURSE.shelter_outside_comensha,
    )
    victims["in_shelter"] = rng.random(count) < shelter
    dutch = (victims["nationality"] == "NL").to_numpy()
    youth = np.select(
        [victims["age_band"] == "<18", victims["age_band"] == "18-22"],
        [
            np.where(dutch, COURSE.youth_minor_dutch, COURSE.youth_minor_foreign),
            np.where(dutch, COURSE.youth_young_dutch, COURSE.youth_young_foreign),
        ],
        0.0,
    )
    victims["in_youth_care"] = rng.random(count) < youth
    nowhere = ~(known | victims["in_police"] | victims["in_shelter"] | victims["in_youth_care"]).to_numpy(bool)
    victims["in_police"] |= nowhere


def _residence(rng: np.random.Generator, victims: pd.DataFrame) -> NDArray[np.object_]:
    """Residence status as CoMensha writes it; permits for victims exist for third-country nationals only."""
    third = (
        "bedenktijd",
        "B8/3",
        "asielprocedure",
        "Dublin",
        "verblijfsvergunning",
        "voortgezet verblijf",
        "geen",
        "onbekend",
    )
    asylum, dublin = COURSE.asylum * 0.6, COURSE.asylum * 0.4
    shares = np.array([0.12, 0.15, asylum, dublin, 0.1, 0.03, 0.17, 0.1])
    drawn = np.array(third, dtype=object)[rng.choice(len(third), size=len(victims), p=shares / shares.sum())]
    nationality = victims["nationality"]
    status: NDArray[np.object_] = np.select(
        [nationality == "NL", nationality.isin(EU), nationality == "unknown"],
        ["Nederlander", "EU-burger", "onbekend"],
        drawn,
    ).astype(object)
    return status


def _repeats(rng: np.random.Generator, victims: pd.DataFrame) -> pd.DataFrame:
    """Later victimisations of persons known to the police, by a Weibull law from each event to the next."""
    rows = victims[victims["in_police"]]
    hazard = np.where(rows["age_band"] == "<18", COURSE.repeat_minor_hazard, COURSE.repeat_adult_hazard)
    day = rows["first_day"].to_numpy("datetime64[D]")
    person = rows.index.to_numpy(np.int64)
    parts = []
    for _ in range(_REPEATS):
        years = COURSE.repeat_scale * (rng.exponential(size=len(day)) / hazard) ** (1 / COURSE.repeat_shape)
        day = day + np.minimum(np.ceil(years * _DAYS_PER_YEAR), 20_000).astype(np.int64) * DAY
        kept = day <= LAST_DAY
        day, person, hazard = day[kept], person[kept], hazard[kept]
        trafficking = rng.random(len(day)) < COURSE.repeat_is_trafficking
        parts.append(pd.DataFrame({"person": person, "day": day, "trafficking": trafficking, "repeat": True}))
    return pd.concat(parts, ignore_index=True)


def _reports(rng: np.random.Generator, victims: pd.DataFrame, repeats: pd.DataFrame) -> pd.DataFrame:
    """Reports to CoMensha: the first, further ones in the same year, and new trafficking later on."""
    known = victims[victims["in_comensha"].astype(bool)]
    first = pd.DataFrame(
        {
            "person": known.index.to_numpy(np.int64),
            "day": known["first_day"].to_numpy("datetime64[D]"),
            "reporter": known["first_reporter"].to_numpy(),
        }
    )
    extra = known["year"].map(REPORTS_PER_PERSON).to_numpy(dtype=np.float64) - 1
    more = first[rng.random(len(first)) < extra].copy()
    year_end = (more["day"].dt.year + 1 - 1970).to_numpy().astype("datetime64[Y]").astype("datetime64[D]") - DAY
    later = more["day"].to_numpy("datetime64[D]") + rng.integers(5, 200, size=len(more)) * DAY
    more["day"] = np.minimum(later, year_end)
    more["reporter"] = _other_reporters(rng, more)
    again = repeats[repeats["trafficking"] & repeats["person"].isin(known.index)][["person", "day"]].assign(
        reporter="police"
    )
    return pd.concat([first, more, again], ignore_index=True)


def _other_reporters(rng: np.random.Generator, reports: pd.DataFrame) -> NDArray[np.object_]:
    """For each further report another reporter than the first, by the year's table."""
    shares = np.array([published.REPORTS_BY_REPORTER[int(day.year)] for day in reports["day"]], dtype=np.float64)
    shares = shares.reshape(len(reports), len(REPORTERS))
    first = reports["reporter"].map(REPORTERS.index).to_numpy(dtype=np.int64)
    shares[np.arange(len(reports)), first] *= 0.15
    return np.array(REPORTERS, dtype=object)[margins.choose(rng, shares)]


def _incidents(rng: np.random.Generator, victims: pd.DataFrame, repeats: pd.DataFrame) -> pd.DataFrame:
    """Police incidents with a victim role: the first, a few in the same case, and the repeats."""
    rows = victims[victims["in_police"]]
    first = pd.DataFrame(
        {
            "person": rows.index.to_numpy(np.int64),
            "day": rows["first_day"].to_numpy("datetime64[D]"),
            "trafficking": True,
        }
    )
    same_case = first[rng.random(len(first)) < 0.12].copy()  # noqa: PLR2004 - one in eight has a second registration
    shifted = same_case["day"].to_numpy("datetime64[D]") + rng.integers(1, 29, size=len(same_case)) * DAY
    same_case["day"] = np.minimum(shifted, LAST_DAY)
    return pd.concat([first.assign(repeat=False), same_case.assign(repeat=False), repeats], ignore_index=True)
