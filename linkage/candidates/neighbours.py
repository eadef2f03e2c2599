"""Candidates by similarity: each record's nearest records in every source, by Dice on the search filter."""

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Pairs
from linkage.kernels import nearest, run_in_parts
from linkage.records import MISSING, Dictionary, Records
from linkage.settings import CandidateSettings


def neighbours(records: Records, column: str, settings: CandidateSettings, threads: int) -> Pairs:
    """Return the pairs in which either record is among the other's nearest.

    The search is exhaustive (every record against every other), so recall rests on the filter alone and no blocking
    key has to be right. More neighbours are kept where one person may have several records.
    """
    everyone = np.arange(len(records), dtype=np.int64)
    return _pairs(records, column, everyone, wanted_neighbours(records, settings), settings, threads)


def further_neighbours(
    records: Records, column: str, likely: Pairs, settings: CandidateSettings, threads: int
) -> Pairs | None:
    """Return more neighbours for records that may have been given too few; None where no record may.

    ``likely``: pairs that a first look takes for matches. Where a record's likely partners in a source with duplicates
    are half of the neighbours that were kept there or more, the search was cut short by its own limit, not by the data:
    such records are searched again for twice as many as their likely partners, and at most ``most_neighbours``.
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
    return _pairs(records, column, rows, more, settings, threads)


def _pairs(
    records: Records,
    column: str,
    rows: npt.NDArray[np.int64],
    wanted: npt.NDArray[np.int64],
    settings: CandidateSettings,
    threads: int,
) -> Pairs:
    """The pairs of ``rows`` with their nearest records."""
    filters = _per_record(records.dictionaries[column], records.columns[column])
    found, _ = nearest_rows(filters, records, wanted, settings.floor, threads, rows)
    repeated = np.repeat(rows, found.shape[1] * found.shape[2])
    partners = found.reshape(-1).astype(np.int64)
    kept = partners != MISSING
    return Pairs.of(repeated[kept], partners[kept], len(records))


def nearest_rows(
    filters: Dictionary,
    records: Records,
    wanted: npt.NDArray[np.int64],
    floor: float,
    threads: int,
    rows: npt.NDArray[np.int64] | None = None,
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]:
    """Return (rows, sources, neighbours) row numbers, -1 where there are fewer, and their Dice.

    ``rows``: the records to search for, all where it is None.
    """
    chosen = np.arange(len(records), dtype=np.int64) if rows is None else rows
    shape = (len(chosen), len(records.sources), int(wanted.max(initial=1)))
    found = np.full(shape, MISSING, dtype=np.int32)
    scores = np.full(shape, -1.0)
    run_in_parts(
        nearest,
        len(chosen),
        threads,
        chosen,
        filters.filters,
        filters.ones,
        records.starts,
        wanted,
        records.source_of,
        floor,
        found,
        scores,
    )
    return found, scores


def _per_record(dictionary: Dictionary, codes: npt.NDArray[np.int32]) -> Dictionary:
    """Lay the filters out by record, so that the search reads memory in order; a missing filter has no bit set."""
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
