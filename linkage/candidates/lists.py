"""Candidate pairs by the road on which they were found, so that what all roads missed can be estimated."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from linkage.candidates.blockings import Blocking, blockings, blocks, share_block
from linkage.candidates.equality import any_equal_pairs, equal_pairs, passes, share_value, usable
from linkage.candidates.neighbours import neighbours, neighbours_within
from linkage.candidates.pairs import Pairs, distinct, strata
from linkage.candidates.sparse import bare_pairs, sparse_pairs
from linkage.compare.layout import FieldColumns, Layout
from linkage.progress import Count, Progress, silent, told
from linkage.records import Records
from linkage.settings import CandidateSettings, FieldKind
from linkage.workers import Threads, Workers

PARTITION = 50_000
STAGE, UNIT = "candidates", "searches"
ROADS = ("search", "identifiers", "dates", "words", "weak")
Ints = npt.NDArray[np.int64]


class CandidateLists(Protocol):
    """The candidate pairs of a run, and on how many roads each was found."""

    @property
    def all(self) -> Pairs:
        """Every pair that some road found."""

    @property
    def roads(self) -> tuple[Blocking, ...]:
        """The blockings within which the search was made; none where it was exhaustive."""

    def times_found(self, pairs: Pairs) -> Ints:
        """Return on how many roads each of the pairs was found."""


@dataclass(frozen=True)
class ListsByRoad:
    """The pairs found on each road: nearest by search filter, equal identifiers, dates or words, weak agreement."""

    found: Mapping[str, Pairs]
    size: int
    roads: tuple[Blocking, ...] = ()

    @property
    def all(self) -> Pairs:
        """Every pair that some road found."""
        none = np.zeros(0, dtype=np.int64)
        keys = distinct(np.concatenate([none, *(pairs.keys for pairs in self.found.values())]))
        return Pairs.from_keys(keys, self.size)

    def times_found(self, pairs: Pairs) -> Ints:
        """Return on how many roads each of the pairs was found."""
        keys = pairs.keys
        found = np.zeros(len(keys), dtype=np.int64)
        for own in self.found.values():
            found += own.contains(keys)
        return found


@dataclass(frozen=True)
class ListsByBlocking:
    """The pairs of a large run: nearest within blocks, equal identifiers, and weak agreement of records without names.

    The roads are the blockings, on each of which two records meet that agree on it, and the identifiers, of which
    ``numbers`` has the columns.
    """

    all: Pairs
    records: Records
    roads: tuple[Blocking, ...]
    numbers: tuple[tuple[str, ...], ...] = ()

    def times_found(self, pairs: Pairs) -> Ints:
        """Return on how many blockings the records of each pair meet, one more for each identifier in common."""
        found = np.zeros(len(pairs), dtype=np.int64)
        for road in self.roads:
            found += share_block(self.records, road, pairs)
        for members in self.numbers:
            found += share_value(self.records, members, pairs)
        return found


def candidate_lists(
    records: Records,
    layout: Layout,
    settings: CandidateSettings,
    threads: int,
    workers: Workers | None = None,
    partition: int = PARTITION,
    progress: Progress = silent,
) -> CandidateLists:
    """Return the candidate pairs of a run, across sources and within each source.

    Up to ``exhaustive_records`` records every one is held against every other, by ``threads`` of this machine; beyond,
    within blocks, which ``workers`` share in parts of about ``partition`` records. ``progress`` is told of searches:
    one of every record, or by blocking one of every record on each road.
    """
    count = len(records)
    if count <= settings.exhaustive_records or layout.search is None:
        with told(progress, STAGE, count, UNIT):
            return _by_road(records, layout, settings, threads)
    own = workers or Threads(threads)
    with told(progress, STAGE, count * len(blockings(layout)), UNIT) as stage:
        return _by_blocking(records, layout, layout.search, settings, own, partition, stage.count)


def _by_blocking(
    records: Records,
    layout: Layout,
    search: str,
    settings: CandidateSettings,
    workers: Workers,
    partition: int,
    searched: Count,
) -> ListsByBlocking:
    roads = blockings(layout)
    columns = list(dict.fromkeys(column for road in roads for column in road))
    divisions = (
        blocks(records, road, [column for column in columns if column not in road], settings.largest_block)
        for road in roads
    )
    near = neighbours_within(records, search, divisions, settings, workers, partition, searched)
    numbers = layout.of_kind(FieldKind.IDENTIFIER)
    budget = settings.pairs_per_record * len(records)
    further = [any_equal_pairs(records, field.members, budget) for field in numbers]
    further.append(bare_pairs(records, layout, strata(records), settings.pairs_per_record // 2))
    for pairs in further:
        near = near.union(pairs) if len(pairs) else near
    return ListsByBlocking(near, records, roads, tuple(field.members for field in numbers))


def _by_road(records: Records, layout: Layout, settings: CandidateSettings, threads: int) -> ListsByRoad:
    none = np.zeros(0, dtype=np.int64)
    keys: dict[str, list[Ints]] = {road: [none] for road in ROADS}
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
    return ListsByRoad({road: pairs for road, pairs in found.items() if len(pairs)}, size)


def _road(columns: tuple[str, ...], layout: Layout) -> str:
    """What a pass asks to be equal: an identifier; a date, perhaps with a category; or words (names, places)."""
    identifiers = _columns(layout.of_kind(FieldKind.IDENTIFIER))
    plain = {column for field in layout.of_kind(FieldKind.CATEGORY) for column in field.members}
    plain |= {part for field in layout.of_kind(FieldKind.DATE) for part in field.parts}
    if identifiers & set(columns):
        return "identifiers"
    return "dates" if set(columns) <= plain else "words"


def _columns(fields: tuple[FieldColumns, ...]) -> set[str]:
    return {column for field in fields for column in field.members}
