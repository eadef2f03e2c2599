"""Privacy profiles: encodings, cut points, scorer and candidates, chosen together because each depends on the others.

Cut points calibrated for one encoding are wrong for another (recalibration was worth seven points of F1 on one data
set), so nobody combines them freely: a profile is looked up by its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from linkage.errors import EncodingRefused
from linkage.settings import FieldKind


@dataclass(frozen=True)
class FilterDesign:
    """One Bloom filter column: its length in bits, its tokens and how many bits each token sets."""

    bits: int
    tokens: Literal["bigrams", "positional", "words", "whole"]
    bits_per_token: int

    @property
    def bytes(self) -> int:
        """Width of the column in bytes."""
        return self.bits // 8


@dataclass(frozen=True)
class SearchDesign:
    """The search encoding: one filter over all search fields, a fixed number of bits per feature.

    ``feature_bits``: insertions per value of a kind. ``phonetic_bits``: further insertions for the phonetic keys of a
    name. ``date_token_bits``: insertions per token of a date (year, month, day, their pairs, sorted month and day,
    and each digit). ``further_share``: share of the bits that the second and later values of a name set get.
    """

    bits: int
    feature_bits: Mapping[FieldKind, int]
    phonetic_bits: Mapping[FieldKind, int]
    date_token_bits: int
    further_share: float

    @property
    def bytes(self) -> int:
        """Width of the column in bytes."""
        return self.bits // 8


@dataclass(frozen=True)
class Profile:
    """What one privacy profile does with a field of each kind.

    ``filters``: the attribute filter of each kind (identifiers have none: they are a keyed digest).
    ``cut_points``: lower bounds of the Dice levels, highest first; below the last is disagreement. For a date they
    hold for each of year, month and day. ``derived``: the further columns made of a value: the area of a postcode, the
    initial of a given name, the consonant skeleton of a name. ``scorer`` and ``candidates`` name the method that suits
    these encodings.
    """

    name: str
    filters: Mapping[FieldKind, FilterDesign]
    phonetic: FilterDesign
    digest_bytes: int
    derived: frozenset[Literal["area", "initial", "skeleton"]]
    search: SearchDesign
    cut_points: Mapping[FieldKind, tuple[float, ...]]
    phonetic_cut_points: tuple[float, ...]
    scorer: Literal["fellegi_sunter", "discriminative"]
    candidates: Literal["search_top_k"]


_NAME_FILTER = FilterDesign(bits=512, tokens="bigrams", bits_per_token=8)

RESEARCH = Profile(
    name="research",
    filters=MappingProxyType(
        {
            FieldKind.GIVEN_NAME: _NAME_FILTER,
            FieldKind.FAMILY_NAME: _NAME_FILTER,
            FieldKind.TEXT: FilterDesign(bits=512, tokens="bigrams", bits_per_token=8),
            FieldKind.DATE: FilterDesign(bits=256, tokens="positional", bits_per_token=10),
            FieldKind.POSTCODE: FilterDesign(bits=256, tokens="positional", bits_per_token=8),
            FieldKind.CATEGORY: FilterDesign(bits=128, tokens="whole", bits_per_token=16),
        }
    ),
    phonetic=FilterDesign(bits=256, tokens="words", bits_per_token=16),
    digest_bytes=16,
    derived=frozenset({"area", "initial", "skeleton"}),
    search=SearchDesign(
        bits=1024,
        feature_bits=MappingProxyType(
            {
                FieldKind.GIVEN_NAME: 60,
                FieldKind.FAMILY_NAME: 80,
                FieldKind.POSTCODE: 50,
                FieldKind.TEXT: 40,
                FieldKind.CATEGORY: 20,
            }
        ),
        phonetic_bits=MappingProxyType({FieldKind.GIVEN_NAME: 20, FieldKind.FAMILY_NAME: 30}),
        date_token_bits=5,
        further_share=0.5,
    ),
    cut_points=MappingProxyType(
        {
            FieldKind.GIVEN_NAME: (0.999, 0.85, 0.7, 0.5),
            FieldKind.FAMILY_NAME: (0.999, 0.85, 0.7, 0.5),
            FieldKind.TEXT: (0.999, 0.85, 0.7, 0.6),
            FieldKind.DATE: (0.999, 0.7, 0.4),
            FieldKind.POSTCODE: (0.999, 0.75, 0.6),
            FieldKind.CATEGORY: (0.999,),
            FieldKind.IDENTIFIER: (0.999,),
        }
    ),
    phonetic_cut_points=(0.999,),
    scorer="fellegi_sunter",
    candidates="search_top_k",
)

PROFILES: Mapping[str, Profile] = MappingProxyType({RESEARCH.name: RESEARCH})


def profile(name: str) -> Profile:
    """The profile of that name.

    Raises ``EncodingRefused`` for a name that is not known.
    """
    if name not in PROFILES:
        known = ", ".join(PROFILES)
        msg = f"profile {name!r} is not known. Cure: choose one of {known} in encoding.toml."
        raise EncodingRefused(msg)
    return PROFILES[name]
