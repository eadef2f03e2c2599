"""Candidates by similarity: each record's nearest records in every source, by Dice on the search filter."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from linkage.candidates.listing import pairs_of_nearest
from linkage.candidates.pairs import Pairs
from linkage.candidates.parts import Division, Search, merge_nearest, parts_of_division, search_part
from linkage.progress import Count, Progress, silent, told, uncounted
from linkage.records import MISSING, Dictionary, Records
from linkage.search.held import Nearest
from linkage.search.rows import nearest_of_rows
from linkage.settings import CandidateSettings
from linkage.workers import Threads, Workers

Rows = npt.NDArray[np.int64]


def neighbours(records: Records, column: str, settings: CandidateSettings, threads: int) -> Pairs:
    """Return the pairs in which either record is among the other's nearest.

    The search is exhaustive (every record against every other), so recall rests on the filter alone and no blocking
    key has to be right. More neighbours are kept where one person may have several records.
    """
    everyone = np.arange(len(records), dtype=np.int64), np.array([0, len(records)])
    return neighbours_within(records, column, [everyone], settings, Threads(threads), len(records))


def neighbours_within(
    records: Records,
    column: str,
    divisions: Iterable[Division],
    settings: CandidateSettings,
    workers: Workers,
    partition: int,
    searched: Count = uncounted,
) -> Pairs:
    """Return the pairs in which either record is among the other's nearest of all it shares a block with.

    Each division is searched in turn. On this machine all threads fill the same lists; other ``workers`` fill lists of
    their own for parts of about ``partition`` records, which are then merged. ``searched`` is told of all records
    in each division, also those that are in no block of it.
    """
    filters, wanted = per_record(records, column), wanted_neighbours(records, settings)
    search = Search(filters.filters, filters.ones, records.source_of, wanted, settings.floor)
    held = Nearest.of(len(records), len(records.sources), int(wanted.max(initial=1)))
    for order, edges in divisions:
        if isinstance(workers, Threads):
            search.fill(held, order, edges, workers.count)
            searched(len(records))
            continue
        parts = parts_of_division(order, edges, partition)
        for part, entries in zip(parts, workers.run(search_part, search, parts), strict=True):
            merge_nearest(held.entries, np.sort(part[0]), entries, records.source_of, wanted)
            searched(len(part[0]))
        searched(len(records) - len(order))
    return pairs_of_nearest(held.found, records.source_of)


def further_neighbours(
    records: Records,
    column: str,
    likely: Pairs,
    settings: CandidateSettings,
    threads: int,
    progress: Progress = silent,
) -> Pairs | None:
    """Return more neighbours for records that may have been given too few; None where no record may.

    ``likely``: pairs that a first look takes for matches. Where a record's likely partners in a source with duplicates
    are half of the neighbours that were kept there or more, the search was cut short by its own limit, not by the data:
    such records are searched again for twice as many as their likely partners, and at most ``most_neighbours``.
    ``progress`` is told of stage "candidates again".
    """
    wanted = wanted_neighbours(records, settings)
    source = records.source_of
    partners = np.zeros((len(records), len(records.sources)), dtype=np.int64)
    for one, other in ((likely.left, likely.right), (likely.right, likely.left)):
        np.add.at(partners, (one, source[other]), 1)
    open_ended = ~np.array(records.deduplicated)
    short = (2 * partners >= wanted[source]) & open_ended[None, :]
    rows = np.flatnonzero(short.any(axis=1))
    if len(rows) == 0 or settings.most_neighbours <= wanted.max():
        return None
    more = np.zeros_like(wanted)
    for place in np.flatnonzero(open_ended).tolist():
        if short[:, place].any():
            enough = int(np.quantile(2 * partners[short[:, place], place], 0.99))
            more[:, place] = min(max(enough, 2 * int(wanted[:, place].max())), settings.most_neighbours)
    filters = per_record(records, column)
    with told(progress, "candidates again", len(rows), "searches"):
        found = nearest_of_rows(
            rows,
            filters.filters,
            filters.ones,
            records.source_of,
            wanted=more,
            floor=settings.floor,
            threads=threads,
        ).found
    at = np.nonzero(found != MISSING)
    return Pairs.of(rows[at[0]], found[at].astype(np.int64), len(records))


def per_record(records: Records, column: str) -> Dictionary:
    """Lay the filters out by record, so that the search reads memory in order; a missing filter has no bit set."""
    dictionary, codes = records.dictionaries[column], records.columns[column]
    filters = np.vstack([dictionary.filters, np.zeros((1, dictionary.filters.shape[1]), dtype=np.uint64)])
    ones = np.append(dictionary.ones, 0)
    return Dictionary(filters=np.ascontiguousarray(filters[codes]), ones=ones[codes])


def wanted_neighbours(records: Records, settings: CandidateSettings) -> npt.NDArray[np.int64]:
    """Return the neighbours to keep by own source and by the source they are in."""
    count = len(records.sources)
    wanted = np.full((count, count), settings.neighbours, dtype=np.int64)
    for source, deduplicated in enumerate(records.deduplicated):
        if not deduplicated:
            wanted[:, source] = max(settings.neighbours, settings.neighbours_with_duplicates // 2)
            wanted[source, source] = settings.neighbours_with_duplicates
    return wanted
