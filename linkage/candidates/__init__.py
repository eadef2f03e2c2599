"""Candidate pairs: exhaustive nearest neighbours on the search filter, and equality passes on encoded columns."""

from linkage.candidates.blockings import Blocking
from linkage.candidates.lists import CandidateLists, candidate_lists
from linkage.candidates.neighbours import further_neighbours
from linkage.candidates.pairs import Pairs, Strata, strata
from linkage.candidates.sample import sample_of_others
from linkage.candidates.sample_by_block import sample_by_block
from linkage.compare.layout import Layout
from linkage.records import Records
from linkage.settings import CandidateSettings

__all__ = [
    "Blocking",
    "CandidateLists",
    "Pairs",
    "Strata",
    "candidate_lists",
    "candidates",
    "further_neighbours",
    "sample_by_block",
    "sample_of_others",
    "strata",
]


def candidates(records: Records, layout: Layout, settings: CandidateSettings, threads: int) -> Pairs:
    """Return the candidate pairs of a run, across sources and within each source.

    Pairs within a source without duplicates are known non-matches; the model learns from them what resemblance of
    strangers looks like.
    """
    return candidate_lists(records, layout, settings, threads).all
