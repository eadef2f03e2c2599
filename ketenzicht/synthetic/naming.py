"""Names of persons, drawn by origin with the weights of the pools."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ketenzicht.synthetic.dutch_names import CALL_NAMES
from ketenzicht.synthetic.name_pools import NamePool, pool
from ketenzicht.synthetic.published import COURSE

Names = NDArray[np.object_]
Integers = NDArray[np.int64]

ORIGIN_OF = {
    "NL": "dutch", "BG": "bulgarian", "UA": "ukrainian", "RO": "romanian", "MD": "romanian", "HU": "hungarian",
    "PL": "polish", "SK": "slovak", "LT": "lithuanian", "NG": "nigerian", "GH": "ghanaian", "TR": "turkish",
    "BR": "brazilian", "ID": "indonesian", "VN": "vietnamese", "GM": "gambian", "GN": "guinean", "SL": "sierra_leonean",
    "ER": "eritrean", "ET": "ethiopian", "SO": "somali", "UG": "ugandan", "CM": "cameroonian", "SY": "syrian",
    "MA": "moroccan", "AL": "albanian", "PH": "filipino", "CN": "chinese", "stateless": "syrian", "unknown": "nigerian",
}  # fmt: skip
_OTHER_ORIGINS_OF_DUTCH = ("turkish", "moroccan", "polish", "ghanaian")
PARTNER_NAME_DUTCH, PARTNER_NAME_ELSEWHERE = 0.25, 0.08
COLUMNS = ("given", "call_name", "prefix", "family", "partner", "alias_given", "alias_family")


def give_names(rng: np.random.Generator, persons: pd.DataFrame) -> pd.DataFrame:
    """Add origin, given (full given names), call_name, prefix, family, partner, alias_given and alias_family.

    Household members share family name, prefix and origin. Persons of kind background get empty names.
    """
    origin = _origins(rng, persons)
    columns = {name: np.full(len(persons), "", dtype=object) for name in COLUMNS}
    household = persons["household"].to_numpy(np.int64)
    named = (persons["kind"] != "background").to_numpy()
    women = (persons["sex"] == "V").to_numpy()
    for name in sorted(set(origin)):
        rows = np.flatnonzero(named & (origin == name))
        if len(rows):
            drawn = _draw(rng, pool(name), women[rows], household[rows])
            for column, values in drawn.items():
                columns[column][rows] = values
    _add_partners(rng, persons, columns)
    return persons.assign(origin=origin, spelling=[pool(name).spelling for name in origin], **columns)


def _origins(rng: np.random.Generator, persons: pd.DataFrame) -> Names:
    """Origin of the names, one per household."""
    origin = persons["nationality"].map(ORIGIN_OF).to_numpy(dtype=object)
    elsewhere = rng.random(len(persons)) < COURSE.second_nationality_names
    other = np.array(_OTHER_ORIGINS_OF_DUTCH, dtype=object)[rng.choice(4, size=len(persons), p=(0.35, 0.45, 0.1, 0.1))]
    origin = np.where((origin == "dutch") & elsewhere, other, origin)
    shared: Names = origin[persons["household"].to_numpy(np.int64)]
    return shared


def _draw(rng: np.random.Generator, names: NamePool, women: NDArray[np.bool_], household: Integers) -> dict[str, Names]:
    count = len(women)
    given = _given(rng, names, women)
    heads, member = np.unique(household, return_inverse=True)
    family_index = _pick(rng, names.family_weights, len(heads))[member]
    alias_index = _pick(rng, names.family_weights, count)
    return {
        "given": _with_further_names(rng, names, women, given),
        "call_name": _call_names(rng, given),
        "prefix": names.prefix[family_index],
        "family": _feminine(names, names.family[family_index], women),
        "alias_given": _given(rng, names, women),
        "alias_family": _feminine(names, names.family[alias_index], women),
    }


def _pick(rng: np.random.Generator, weights: NDArray[np.float64], count: int) -> Integers:
    edges = np.cumsum(weights)
    picked: Integers = np.minimum(np.searchsorted(edges, rng.random(count) * edges[-1], side="right"), len(weights) - 1)
    return picked


def _given(rng: np.random.Generator, names: NamePool, women: NDArray[np.bool_]) -> Names:
    return np.where(
        women,
        names.women[_pick(rng, names.women_weights, len(women))],
        names.men[_pick(rng, names.men_weights, len(women))],
    )


def _with_further_names(rng: np.random.Generator, names: NamePool, women: NDArray[np.bool_], given: Names) -> Names:
    """A second given name for some, or the father's name where that is the custom."""
    further = _given(rng, names, women & (not names.patronymic))
    if names.patronymic:
        further = _patronymic(names, further, women)
    has = (rng.random(len(given)) < names.several_given) | names.patronymic
    return np.where(has & (further != given), given + np.full(len(given), " ", dtype=object) + further, given)


def _patronymic(names: NamePool, fathers: Names, women: NDArray[np.bool_]) -> Names:
    """The father's name, as a Bulgarian patronymic where family names have women's forms."""
    if not names.feminine:
        return fathers
    ended = [f"{name.rstrip('aeiouy')}ov" + ("a" if woman else "") for name, woman in zip(fathers, women, strict=True)]
    return np.array(ended, dtype=object)


def _call_names(rng: np.random.Generator, given: Names) -> Names:
    """The name a person goes by, where it differs from the first given name; else empty."""
    called = np.full(len(given), "", dtype=object)
    for row in np.flatnonzero(np.isin(given, list(CALL_NAMES))).tolist():
        choices = CALL_NAMES[given[row]]
        called[row] = choices[int(rng.integers(len(choices)))]
    return called


def _feminine(names: NamePool, family: Names, women: NDArray[np.bool_]) -> Names:
    if not names.feminine:
        return family
    changed = family.copy()
    for row in np.flatnonzero(women).tolist():
        for man, woman in names.feminine:
            if changed[row].endswith(man):
                changed[row] = changed[row].removesuffix(man) + woman
                break
    return changed


def _add_partners(rng: np.random.Generator, persons: pd.DataFrame, columns: dict[str, Names]) -> None:
    """Partner names for grown women, drawn from the Dutch pool."""
    names = pool("dutch")
    dutch = (persons["nationality"] == "NL").to_numpy()
    grown = (persons["birth"] < np.datetime64("1997-01-01")).to_numpy()
    chance = np.where(dutch, PARTNER_NAME_DUTCH, PARTNER_NAME_ELSEWHERE)
    named = (persons["kind"] != "background").to_numpy()
    rows = np.flatnonzero(named & grown & (persons["sex"] == "V").to_numpy() & (rng.random(len(persons)) < chance))
    picked = _pick(rng, names.family_weights, len(rows))
    columns["partner"][rows] = [
        f"{prefix} {family}".strip() for prefix, family in zip(names.prefix[picked], names.family[picked], strict=True)
    ]
