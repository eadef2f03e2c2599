"""A generated population of four registers that hold names everywhere: what whole runs are timed on.

``records`` in all, a quarter in each register, each person at most once in each. Every register is a simple random
sample of one population, as large as makes half of a register's persons appear in another one too. Names:
rare_names.py. With ``families`` persons live in households of one to five, who share an address and three times in
four the family name; else each person lives alone.

Errors, drawn for each record by itself:

| error | chance |
|---|---|
| typing, hearing or scanning error in the given name, and in the family name | .03 each |
| day and month of birth swapped, where the day can be a month | .005 |
| field missing: each name, date of birth, sex, postcode, municipality | .02 each |
| moved house: another postcode, two in five times in another municipality | .15 |
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.speed.rare_names import DUTCH, Drawn, family_names, given_names
from ketenzicht.synthetic import spelling
from ketenzicht.synthetic.places import CODES, Addresses, draw_addresses, draw_moves
from linkage.normalise.names import name_rule
from linkage.settings import EncodingSettings, FieldKind, FieldSettings

REGISTERS = ("register_a", "register_b", "register_c", "register_d")
SAMPLED = 1 - 0.5 ** (1 / 3)
"""Share of the population in each register: half of its persons are then in at least one of the other three."""
TYPO, SWAPPED, MISSING, MOVED = 0.03, 0.005, 0.02, 0.15
ALONE = (1.0,)
HOUSEHOLDS = (0.38, 0.32, 0.12, 0.13, 0.05)
SAME_NAME = 0.75
FIELDS = {
    "given_name": FieldSettings(kind=FieldKind.GIVEN_NAME),
    "family_name": FieldSettings(kind=FieldKind.FAMILY_NAME),
    "birth_date": FieldSettings(kind=FieldKind.DATE),
    "sex": FieldSettings(kind=FieldKind.CATEGORY),
    "postcode": FieldSettings(kind=FieldKind.POSTCODE),
    "municipality": FieldSettings(kind=FieldKind.CATEGORY),
}
ENCODING = EncodingSettings(profile="research", fields=FIELDS)

_REFERENCE_DAY = np.datetime64("2018-07-01", "D")
_NAME_KINDS = (("given_name", FieldKind.GIVEN_NAME), ("family_name", FieldKind.FAMILY_NAME))
_DATE = ("birth_date.year", "birth_date.month", "birth_date.day")

Texts = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Population:
    """Normalised plain tables by register, as ``linkage.normalise`` gives them, and source, native_id and person."""

    plain: dict[str, pd.DataFrame]
    truth: pd.DataFrame


@dataclass(frozen=True)
class _Persons:
    """One entry a person; ``home`` and ``sex`` as the registers write them."""

    given: Texts
    family: Texts
    birth: npt.NDArray[np.datetime64]
    sex: Texts
    home: Addresses


def registers(records: int, seed: int, *, families: bool = False) -> Population:
    """Return the four registers; the same arguments give the same tables.

    Raises:
        ValueError: fewer than 40 records.
    """
    if records < 40:
        msg = f"{records} records are too few. Cure: ask for 40 or more."
        raise ValueError(msg)
    rng = np.random.default_rng([seed, records])
    size = records // len(REGISTERS)
    persons = _persons(rng, round(size / SAMPLED), HOUSEHOLDS if families else ALONE)
    plain, truth = {}, []
    for number, register in enumerate(REGISTERS):
        chosen = rng.permutation(len(persons.given))[:size]
        natives = np.char.add(f"{register[-1].upper()}", np.char.zfill(np.arange(size).astype(str), 8)).astype(object)
        plain[register] = _register(np.random.default_rng([seed, records, number]), persons, chosen, natives)
        truth.append(pd.DataFrame({"source": register, "native_id": natives, "person": chosen.astype(str)}))
    return Population(plain, pd.concat(truth, ignore_index=True))


def _persons(rng: np.random.Generator, count: int, sizes: tuple[float, ...]) -> _Persons:
    household, member = _households(rng, count, sizes)
    women = rng.random(count) < 0.5
    own = family_names().draw(rng, count)
    shared = own[np.flatnonzero(member == 0)[household]]
    given = np.where(women, _drawn(rng, given_names(women=True), women), _drawn(rng, given_names(women=False), ~women))
    homes = draw_addresses(rng, int(household[-1]) + 1).take(household)
    return _Persons(
        given=given,
        family=np.where(rng.random(count) < SAME_NAME, shared, own),
        birth=_births(rng, household, member),
        sex=np.where(women, "v", "m").astype(object),
        home=homes,
    )


def _households(rng: np.random.Generator, count: int, shares: tuple[float, ...]) -> tuple[Ints, Ints]:
    """Household of each person, ascending, and the person's number in it, from 0; shares of the sizes from 1."""
    sizes = rng.choice(np.arange(1, len(shares) + 1), size=count, p=shares)
    household = np.repeat(np.arange(count), sizes)[:count]
    starts = np.cumsum(sizes) - sizes
    return household, np.arange(count) - starts[household]


def _drawn(rng: np.random.Generator, names: Drawn, wanted: Flags) -> Texts:
    """Names where wanted, else empty."""
    drawn = np.full(len(wanted), "", dtype=object)
    drawn[wanted] = names.draw(rng, int(wanted.sum()))
    return drawn


def _births(rng: np.random.Generator, household: Ints, member: Ints) -> npt.NDArray[np.datetime64]:
    """Days of birth: heads of 18 to 90, the second member of about the same age, then children below 20."""
    heads = rng.triangular(18, 45, 90, size=int(household[-1]) + 1)[household]
    age = np.select(
        [member == 0, member == 1],
        [heads, np.clip(heads + rng.normal(0, 3, len(member)), 18, 95)],
        rng.uniform(0, 20, len(member)),
    )
    days: npt.NDArray[np.datetime64] = _REFERENCE_DAY - (age * 365.25).astype("timedelta64[D]")
    return days


def _register(rng: np.random.Generator, persons: _Persons, chosen: Ints, natives: Texts) -> pd.DataFrame:
    """One register's record of each chosen person."""
    home = _homes(rng, persons.home.take(chosen))
    columns: dict[str, Texts] = {
        "given_name": _miswritten(rng, persons.given[chosen]),
        "family_name": _miswritten(rng, persons.family[chosen]),
        **dict(zip(_DATE, _dates(rng, persons.birth[chosen]), strict=True)),
        "sex": persons.sex[chosen],
        "postcode": home.postcode,
        "municipality": CODES[home.municipality],
    }
    for name, kind in _NAME_KINDS:
        columns[name] = _canonical(kind, columns[name])
    for field in FIELDS:
        gone = rng.random(len(chosen)) < MISSING
        for column, values in columns.items():
            if column.split(".")[0] == field:
                values[gone] = None
    return pd.DataFrame(columns, index=pd.Index(natives, name="native_id"), dtype=object)


def _homes(rng: np.random.Generator, homes: Addresses) -> Addresses:
    moved = rng.random(len(homes.postcode)) < MOVED
    other = draw_moves(rng, homes)
    return Addresses(
        np.where(moved, other.municipality, homes.municipality), np.where(moved, other.postcode, homes.postcode)
    )


def _dates(rng: np.random.Generator, birth: npt.NDArray[np.datetime64]) -> tuple[Texts, Texts, Texts]:
    """Year, month and day as texts, a few with day and month swapped."""
    parts = np.char.partition(birth.astype(str), "-")
    rest = np.char.partition(parts[:, 2], "-")
    year, month, day = parts[:, 0].astype(object), rest[:, 0].astype(object), rest[:, 2].astype(object)
    swapped = (rng.random(len(birth)) < SWAPPED) & (rest[:, 2].astype(np.int64) <= 12)
    return year, np.where(swapped, day, month), np.where(swapped, month, day)


def _miswritten(rng: np.random.Generator, names: Texts) -> Texts:
    """The names, a few with one error of typing, hearing or scanning."""
    written = names.copy()
    ways = (spelling.keyboard_typo, spelling.phonetic_variant, spelling.ocr_error)
    for row in np.flatnonzero(rng.random(len(names)) < TYPO).tolist():
        written[row] = ways[int(rng.integers(len(ways)))](written[row], rng)
    return written


def _canonical(kind: FieldKind, names: Texts) -> Texts:
    """The canonical form of each name, None where nothing is left; each distinct name is normalised once."""
    rule = name_rule(kind, DUTCH)
    codes, distinct = pd.factorize(names)
    forms = np.array([next(iter(rule(name)), None) for name in distinct], dtype=object)
    canonical: Texts = forms[codes]
    return canonical
