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
    dictionary, codes = records.dictionaries[column], records.columns[column]
    found, _ = nearest_rows(
        _per_record(dictionary, codes), records, _wanted(records, settings), settings.floor, threads
    )
    rows = np.repeat(np.arange(len(records), dtype=np.int64), found.shape[1] * found.shape[2])
    partners = found.reshape(-1).astype(np.int64)
    kept = partners != MISSING
    return Pairs.of(rows[kept], partners[kept], len(records))


def nearest_rows(
    filters: Dictionary, records: Records, wanted: npt.NDArray[np.int64], floor: float, threads: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]:
    """Return (records, sources, neighbours) row numbers, -1 where there are fewer, and their Dice."""
    shape = (len(records), len(records.sources), int(wanted.max(initial=1)))
    found = np.full(shape, MISSING, dtype=np.int32)
    scores = np.full(shape, -1.0)
    run_in_parts(
        nearest,
        len(records),
        threads,
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


def _wanted(records: Records, settings: CandidateSettings) -> npt.NDArray[np.int64]:
    """Neighbours to keep by own source and by the source they are in."""
    count = len(records.sources)
    wanted = np.full((count, count), settings.neighbours, dtype=np.int64)
    for source, deduplicated in enumerate(records.deduplicated):
        if not deduplicated:
            wanted[:, source] = max(settings.neighbours, settings.neighbours_with_duplicates // 2)
            wanted[source, source] = settings.neighbours_with_duplicates
    return wanted
