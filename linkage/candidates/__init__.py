"""Candidate pairs: exhaustive nearest neighbours on the search filter, and equality passes on encoded columns."""

from linkage.candidates.equality import equal_pairs, passes, usable
from linkage.candidates.neighbours import neighbours
from linkage.candidates.pairs import Pairs, Strata, strata
from linkage.candidates.sample import sample_of_others
from linkage.compare.layout import Layout
from linkage.records import Records
from linkage.settings import CandidateSettings

__all__ = ["Pairs", "Strata", "candidates", "sample_of_others", "strata"]


def candidates(records: Records, layout: Layout, settings: CandidateSettings, threads: int) -> Pairs:
    """Return the candidate pairs of a run, across sources and within each source.

    Pairs within a source without duplicates are known non-matches; the model learns from them what resemblance of
    strangers looks like.
    """
    found = Pairs.of(records.starts[:0], records.starts[:0], len(records))
    if layout.search is not None:
        found = found.union(neighbours(records, layout.search, settings, threads))
    for combination in passes(layout):
        if usable(records, combination):
            found = found.union(equal_pairs(records, combination, settings.pairs_per_record * len(records)))
    return found
