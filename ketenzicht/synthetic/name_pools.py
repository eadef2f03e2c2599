"""Pools of names by origin, with weights, read once from Faker's lists and our own.

Faker's lists are read and never drawn from, so its random state plays no part. Lists without published frequencies are
weighted by rank (Zipf), in a fixed shuffled order where the list is alphabetical.
"""

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ketenzicht.synthetic import dutch_names
from ketenzicht.synthetic.foreign_names import OWN_LISTS, VIETNAMESE_SHARES
from ketenzicht.synthetic.transliteration import bulgarian_to_latin, ukrainian_to_latin

FAMILY_EXPONENT = 0.7
GIVEN_EXPONENT = 0.6
Names = NDArray[np.object_]
Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NamePool:
    """Names of one origin; weights sum to one.

    ``spelling``: family of transliteration variants. ``patronymic``: the given names end in a man's name.
    ``feminine``: endings that a woman's family name changes, man's form to woman's form.
    """

    family: Names
    prefix: Names
    family_weights: Weights
    women: Names
    women_weights: Weights
    men: Names
    men_weights: Weights
    spelling: str = ""
    patronymic: bool = False
    several_given: float = 0.3
    feminine: tuple[tuple[str, str], ...] = ()


# Faker module(s), family of spellings, patronymic, endings of women's names, transliteration
_FAKER: dict[str, tuple[tuple[str, ...], str, bool, tuple[tuple[str, str], ...], Callable[[str], str] | None]] = {
    "bulgarian": (("bg_BG",), "cyrillic", True, (("ov", "ova"), ("ev", "eva"), ("ski", "ska")), bulgarian_to_latin),
    "ukrainian": (("uk_UA",), "cyrillic", False, (("skyi", "ska"), ("tskyi", "tska")), ukrainian_to_latin),
    "romanian": (("ro_RO",), "", False, (), None),
    "hungarian": (("hu_HU",), "", False, (), None),
    "polish": (("pl_PL",), "", False, (("ski", "ska"), ("cki", "cka"), ("dzki", "dzka")), None),
    "slovak": (("sk_SK",), "", False, (("ý", "á"), ("ik", "iková"), ("ák", "áková")), None),
    "lithuanian": (("lt_LT",), "", False, (("auskas", "auskienė"), ("as", "aitė")), None),
    "nigerian": (("yo_NG", "ig_NG", "en_NG", "ha_NG"), "", False, (), None),
    "ghanaian": (("tw_GH",), "", False, (), None),
    "turkish": (("tr_TR",), "", False, (), None),
    "brazilian": (("pt_BR",), "", False, (), None),
    "indonesian": (("id_ID",), "", False, (), None),
}
_SPELLING = {
    "gambian": "west_african",
    "guinean": "west_african",
    "sierra_leonean": "west_african",
    "eritrean": "horn",
    "ethiopian": "horn",
    "somali": "horn",
    "syrian": "arabic",
    "moroccan": "arabic",
}


@cache
def pool(origin: str) -> NamePool:
    """The pool of one origin. Raises ``KeyError`` for an origin without lists."""
    if origin == "dutch":
        return _dutch()
    if origin == "vietnamese":
        return _vietnamese()
    return _own(origin) if origin in OWN_LISTS else _faker(origin)


def origins() -> tuple[str, ...]:
    """Every origin that has a pool."""
    return ("dutch", "vietnamese", *OWN_LISTS, *_FAKER)


def zipf(count: int, exponent: float) -> Weights:
    """Weights that fall as rank to the power ``-exponent`` and sum to one."""
    weights = np.arange(1, count + 1, dtype=np.float64) ** -exponent
    shares: Weights = weights / weights.sum()
    return shares


def _dutch() -> NamePool:
    prefix, family, bearers = dutch_names.family_names()
    provider = _provider("nl_NL")
    women = [*dutch_names.OFFICIAL_FEMALE, *_shuffled(provider.first_names_female, dutch_names.OFFICIAL_FEMALE)]
    men = [*dutch_names.OFFICIAL_MALE, *_shuffled(provider.first_names_male, dutch_names.OFFICIAL_MALE)]
    return NamePool(
        family, prefix, bearers / bearers.sum(), *_weighted(women), *_weighted(men), several_given=0.55
    )  # fmt: skip


def _vietnamese() -> NamePool:
    provider = _provider("vi_VN")
    family = list(VIETNAMESE_SHARES)
    shares = np.array(list(VIETNAMESE_SHARES.values()))
    women = [f"Thị {name}" for name in (*provider.first_names_female, *provider.first_names_unisex)]
    men = [f"Văn {name}" for name in (*provider.first_names_male, *provider.first_names_unisex)]
    return NamePool(_array(family), _blank(family), shares / shares.sum(), *_weighted(women), *_weighted(men))


def _own(origin: str) -> NamePool:
    women, men, family = (_words(text) for text in OWN_LISTS[origin])
    family_names = family or men
    return NamePool(
        _array(family_names),
        _blank(family_names),
        zipf(len(family_names), FAMILY_EXPONENT),
        *_weighted(women),
        *_weighted(men),
        spelling=_SPELLING.get(origin, ""),
        patronymic=not family,
    )


def _faker(origin: str) -> NamePool:
    locales, spelling, patronymic, feminine, to_latin = _FAKER[origin]
    latin = to_latin or str
    providers = [_provider(locale) for locale in locales]
    family = _merge(_family_list(provider) for provider in providers)
    women = _merge(getattr(provider, "first_names_female", provider.first_names) for provider in providers)
    men = _merge(getattr(provider, "first_names_male", provider.first_names) for provider in providers)
    family_names = [latin(name) for name in family]
    return NamePool(
        _array(family_names),
        _blank(family_names),
        zipf(len(family_names), FAMILY_EXPONENT),
        *_weighted([latin(name) for name in women]),
        *_weighted([latin(name) for name in men]),
        spelling=spelling,
        patronymic=patronymic,
        feminine=feminine,
    )


def _provider(locale: str) -> Any:  # noqa: ANN401 - Faker ships no types
    return importlib.import_module(f"faker.providers.person.{locale}").Provider


def _family_list(provider: Any) -> Iterable[str]:  # noqa: ANN401 - Faker ships no types
    """The list of family names in men's form, whatever the locale calls it."""
    if hasattr(provider, "male_last_names"):
        return (*provider.male_last_names, *provider.unisex_last_names[:400])
    for name in ("last_names_male", "last_names"):
        if getattr(provider, name, None):
            return tuple(getattr(provider, name))
    return ()


def _merge(lists: Iterable[Iterable[str]]) -> list[str]:
    """Names of several lists in turn, each once, alphabetical lists shuffled."""
    columns = [_shuffled(names, ()) for names in lists]
    longest = max(len(column) for column in columns)
    woven = [column[rank] for rank in range(longest) for column in columns if rank < len(column)]
    return list(dict.fromkeys(woven))


def _shuffled(names: Iterable[str], without: tuple[str, ...]) -> list[str]:
    kept = sorted(set(names) - set(without))
    return [kept[position] for position in np.random.default_rng(3).permutation(len(kept))]


def _weighted(names: list[str]) -> tuple[Names, Weights]:
    return _array(names), zipf(len(names), GIVEN_EXPONENT)


def _words(text: str) -> list[str]:
    """Names of a list; ``el`` and ``Dela`` belong to the next word."""
    joined = text.replace(" el ", " el_").replace("Dela ", "Dela_")
    return [word.replace("_", " ") for word in joined.split()]


def _array(names: list[str]) -> Names:
    return np.array(names, dtype=object)


def _blank(names: list[str]) -> Names:
    return np.full(len(names), "", dtype=object)
