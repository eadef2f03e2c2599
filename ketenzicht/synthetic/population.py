"""The truth: who lives, with whom, under which names and numbers, and where.

Persons are rows of one table; a household shares family name, origin, nationality and address. Persons who never appear
in a register with names (the youth-care background) get no names.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ketenzicht.synthetic import identity_numbers, margins, naming, published
from ketenzicht.synthetic.places import CODES, Addresses, draw_addresses, draw_moves
from ketenzicht.synthetic.published import COURSE, EU, YEARS

Integers = NDArray[np.int64]
DAY = np.timedelta64(1, "D")
FIRST_DAY = np.datetime64("2016-01-01", "D")
LAST_DAY = np.datetime64("2020-12-31", "D")
HOLDS_V_NUMBER = 0.85
HOLDS_BSN_FOREIGN = 0.40
LODGERS_PER_ADDRESS = 8
SHARE_WOMEN_OTHERS, SHARE_GIRLS = 0.3, 0.47
SHARE_SIBLINGS = 0.5  # of relatives, the others are parents


@dataclass(frozen=True, slots=True)
class Streams:
    """One random stream per part, so that a change in one part leaves the others as they were."""

    seed: int

    def of(self, part: str) -> np.random.Generator:
        """The stream of a part, by its name."""
        return np.random.default_rng(np.random.SeedSequence([self.seed, *part.encode()]))


def draw_population(streams: Streams, victims: int) -> pd.DataFrame:
    """All persons; ``kind`` is victim, other (in police files only) or background (youth care only).

    Columns: kind, nationality, sex, age_band, form, year, first_day (first registration), in_comensha, household, birth
    (day), origin and the names of ``naming.give_names``, bsn, bsn_held, bsn_chance, v_number, address_a and address_b
    (municipality code and postcode).
    """
    rng = streams.of("persons")
    persons = pd.concat([_victims(rng, victims), _others(rng, victims), _background(rng, victims)], ignore_index=True)
    persons = _settle_households(streams.of("households"), persons)
    persons = _number(streams.of("numbers"), persons)
    persons = _house(streams.of("addresses"), persons)
    return naming.give_names(streams.of("names"), persons)


def _victims(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Victims of all years, the known and the unknown to CoMensha, with birth dates."""
    known = round(count * COURSE.in_comensha)
    parts = []
    for is_known, total in ((True, known), (False, count - known)):
        shares = np.array([published.PERSONS[year] if is_known else 1.0 for year in YEARS])
        weights = None if is_known else margins.outside_comensha()
        for year, size in zip(YEARS, margins.apportion(total, shares), strict=True):
            parts.append(margins.draw_year(rng, year, int(size), weights).assign(in_comensha=is_known))
    victims = pd.concat(parts, ignore_index=True).assign(kind="victim")
    start = (victims["year"] - 1970).to_numpy().astype("datetime64[Y]").astype("datetime64[D]")
    victims["first_day"] = start + rng.integers(0, 365, size=count) * DAY
    victims["birth"] = victims["first_day"].to_numpy("datetime64[D]") - _ages(rng, victims["age_band"]) * DAY
    return victims


def _ages(rng: np.random.Generator, bands: pd.Series) -> Integers:
    """Age in days: minors mostly 15 to 17, adults from 23 with an exponential tail to 68."""
    count = len(bands)
    minor = np.where(rng.random(count) < 0.04, rng.uniform(2, 12, count), 18 - 6 * rng.beta(1.2, 2.4, count))  # noqa: PLR2004
    young = rng.uniform(18.01, 22.99, count)
    adult = 23 + np.minimum(rng.exponential(9.5, count), 45)
    years = np.select([bands == "<18", bands == "18-22"], [np.minimum(minor, 17.99), young], adult)
    days: Integers = np.floor(years * 365.25).astype(np.int64)
    return days


def _others(rng: np.random.Generator, victims: int) -> pd.DataFrame:
    """Suspects, witnesses and others involved, mostly grown men."""
    count = round(victims * COURSE.others_per_victim)
    nationality = rng.choice(("NL", "RO", "BG", "HU", "PL", "TR", "MA", "NG", "AL"), size=count, p=(0.6, *(0.05,) * 8))
    return pd.DataFrame(
        {
            "nationality": nationality.astype(object),
            "sex": np.where(rng.random(count) < SHARE_WOMEN_OTHERS, "V", "M").astype(object),
            "kind": "other",
            "birth": np.datetime64("2018-01-01", "D") - (rng.uniform(17, 60, count) * 365.25).astype(np.int64) * DAY,
        }
    )


def _background(rng: np.random.Generator, victims: int) -> pd.DataFrame:
    """Children in youth care who are no victims."""
    count = round(victims * COURSE.youth_background)
    nationality = rng.choice(
        ("NL", "PL", "SY", "ER", "TR", "unknown"), size=count, p=(0.93, 0.02, 0.02, 0.01, 0.01, 0.01)
    )
    birth = np.datetime64("2000-01-01", "D") + rng.integers(0, 365 * 19, size=count) * DAY
    return pd.DataFrame(
        {
            "nationality": nationality.astype(object),
            "sex": np.where(rng.random(count) < SHARE_GIRLS, "V", "M").astype(object),
            "kind": "background",
            "birth": birth,
        }
    )


def _settle_households(rng: np.random.Generator, persons: pd.DataFrame) -> pd.DataFrame:
    """Give each person a household; those who join one take its nationality and a birth date that fits."""
    household = np.arange(len(persons), dtype=np.int64)
    birth = persons["birth"].to_numpy("datetime64[D]").copy()
    kind = persons["kind"].to_numpy()
    victims, others, children = (np.flatnonzero(kind == name) for name in ("victim", "other", "background"))
    _pair_victims(rng, persons, victims, household, birth)
    relatives = others[rng.random(len(others)) < COURSE.relatives_among_others]
    household[relatives] = household[rng.choice(victims, size=len(relatives))]
    gaps = np.where(
        rng.random(len(relatives)) < SHARE_SIBLINGS,
        rng.uniform(1, 6, len(relatives)),
        rng.uniform(18, 38, len(relatives)),
    )
    birth[relatives] = birth[household[relatives]] - (gaps * 365.25).astype(np.int64) * DAY
    _join_children(rng, persons, victims, children, household, birth)
    settled = persons.assign(household=household, birth=birth)
    settled["nationality"] = settled["nationality"].to_numpy()[household]
    return settled


def _pair_victims(
    rng: np.random.Generator,
    persons: pd.DataFrame,
    victims: Integers,
    household: Integers,
    birth: NDArray[np.datetime64],
) -> None:
    """Brothers and sisters among victims: of the same nationality and age band, now and then twins."""
    keys = (persons["nationality"] + persons["age_band"]).to_numpy()[victims]
    order = victims[np.argsort(keys, kind="stable")]
    sorted_keys = np.sort(keys, kind="stable")
    chosen = np.flatnonzero(
        (rng.random(len(order) - 1) < COURSE.sibling_victims) & (sorted_keys[1:] == sorted_keys[:-1])
    )
    for position in chosen.tolist():
        first, second = int(order[position]), int(order[position + 1])
        if household[first] == first:
            household[second] = first
            if rng.random() < 1 / 12:
                birth[second] = birth[first]


def _join_children(
    rng: np.random.Generator,
    persons: pd.DataFrame,
    victims: Integers,
    children: Integers,
    household: Integers,
    birth: NDArray[np.datetime64],
) -> None:
    """Children of the background join a young victim's household or one another's."""
    young = victims[(persons["age_band"].to_numpy()[victims] != "23+") & (household[victims] == victims)]
    hosts = np.concatenate([young, children])
    joins = np.flatnonzero(rng.random(len(children)) < COURSE.youth_siblings / 2)
    host = hosts[rng.integers(0, len(hosts), size=len(joins))]
    usable = (household[host] == host) & (host != children[joins]) & ~np.isin(host, children[joins])
    joined, host = children[joins[usable]], host[usable]
    gap = np.where(rng.random(len(joined)) < COURSE.twins, 0, rng.integers(330, 2200, size=len(joined)))
    earlier = birth[host] > np.datetime64("2010-01-01", "D")
    household[joined] = host
    birth[joined] = birth[host] + np.where(earlier, -gap, gap) * DAY


def _number(rng: np.random.Generator, persons: pd.DataFrame) -> pd.DataFrame:
    """BSN for everybody (held by the Dutch and some others) and V-numbers for third-country nationals."""
    count = len(persons)
    nationality = persons["nationality"]
    dutch = (nationality == "NL").to_numpy()
    third = ~dutch & ~nationality.isin([*EU, "unknown"]).to_numpy()
    numbers = identity_numbers.draw_v_numbers(rng, count)
    young = (persons["kind"] == "background").to_numpy() | (persons["age_band"] == "<18").to_numpy()
    chance = np.where(dutch | young, 1.0, HOLDS_BSN_FOREIGN)
    return persons.assign(
        bsn=identity_numbers.draw_bsns(rng, count),
        bsn_chance=chance,
        bsn_held=rng.random(count) < chance,
        v_number=np.where(third & (rng.random(count) < HOLDS_V_NUMBER), numbers, ""),
    )


def _house(rng: np.random.Generator, persons: pd.DataFrame) -> pd.DataFrame:
    """Addresses: one per household, lodgings shared by foreign adults, and a second address for a move."""
    count = len(persons)
    homes = draw_addresses(rng, count).take(persons["household"].to_numpy(np.int64))
    lodger = ((persons["nationality"] != "NL") & (persons["age_band"] == "23+")).to_numpy()
    lodger &= rng.random(count) < COURSE.shared_lodging
    lodgings = draw_addresses(rng, max(1, int(lodger.sum()) // LODGERS_PER_ADDRESS))
    room = rng.integers(0, len(lodgings.municipality), size=count)
    homes = Addresses(
        np.where(lodger, lodgings.municipality[room], homes.municipality),
        np.where(lodger, lodgings.postcode[room], homes.postcode),
    )
    moved = draw_moves(rng, homes)
    return persons.assign(
        municipality_a=CODES[homes.municipality],
        postcode_a=homes.postcode,
        municipality_b=CODES[moved.municipality],
        postcode_b=moved.postcode,
        place=homes.municipality,
    )
