"""Candidate pairs by the road on which they were found, so that what all roads missed can be estimated."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.candidates.equality import any_equal_pairs, equal_pairs, passes, usable
from linkage.candidates.neighbours import neighbours
from linkage.candidates.pairs import Pairs, distinct, strata
from linkage.candidates.sparse import sparse_pairs
from linkage.compare.layout import Layout
from linkage.records import Records
from linkage.settings import CandidateSettings, FieldKind

ROADS = ("search", "identifiers", "dates", "words", "weak")


@dataclass(frozen=True)
class CandidateLists:
    """The pairs found on each road: nearest by search filter, equal identifiers, dates or words, weak agreement."""

    found: Mapping[str, Pairs]
    size: int

    @property
    def all(self) -> Pairs:
        """Every pair that some road found."""
        none = np.zeros(0, dtype=np.int64)
        keys = distinct(np.concatenate([none, *(pairs.keys for pairs in self.found.values())]))
        return Pairs.from_keys(keys, self.size)

    def times_found(self, pairs: Pairs) -> npt.NDArray[np.int64]:
        """Return on how many roads each of the pairs was found."""
        keys = pairs.keys
        found = np.zeros(len(keys), dtype=np.int64)
        for own in self.found.values():
            found += own.contains(keys)
        return found


def candidate_lists(records: Records, layout: Layout, settings: CandidateSettings, threads: int) -> CandidateLists:
    """Return the candidate pairs of a run by road, across sources and within each source."""
    none = np.zeros(0, dtype=np.int64)
    keys: dict[str, list[npt.NDArray[np.int64]]] = {road: [none] for road in ROADS}
    if layout.search is not None:
        keys["search"].append(neighbours(records, layout.search, settings, threads).keys)
    budget = settings.pairs_per_record * len(records)
    for columns in passes(layout):
        if usable(records, columns):
            keys[_road(columns, layout)].append(equal_pairs(records, columns, budget).keys)
    numbers = [field.members for field in layout.of_kind(FieldKind.IDENTIFIER) if len(field.members) > 1]
    keys["identifiers"] += [any_equal_pairs(records, members, budget).keys for members in numbers]
    weak = sparse_pairs(records, layout, strata(records), settings.pairs_per_record // 2)
    keys["weak"].append(weak.keys)
    size = len(records)
    found = {road: Pairs.from_keys(distinct(np.concatenate(own)), size) for road, own in keys.items()}
    return CandidateLists({road: pairs for road, pairs in found.items() if len(pairs)}, size)


def _road(columns: tuple[str, ...], layout: Layout) -> str:
    """What a pass asks to be equal: an identifier; a date, perhaps with a category; or words (names, places)."""
    identifiers = {column for field in layout.of_kind(FieldKind.IDENTIFIER) for column in field.members}
    plain = {column for field in layout.of_kind(FieldKind.CATEGORY) for column in field.members}
    plain |= {part for field in layout.of_kind(FieldKind.DATE) for part in field.parts}
    if identifiers & set(columns):
        return "identifiers"
    return "dates" if set(columns) <= plain else "words"
