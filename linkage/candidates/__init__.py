"""Candidate pairs: exhaustive nearest neighbours on the search filter, and equality passes on encoded columns."""

import numpy as np

from linkage.candidates.equality import any_equal_pairs, equal_pairs, passes, usable
from linkage.candidates.neighbours import further_neighbours, neighbours
from linkage.candidates.pairs import Pairs, Strata, strata
from linkage.candidates.sample import sample_of_others
from linkage.candidates.sparse import sparse_pairs
from linkage.compare.layout import Layout
from linkage.records import Records
from linkage.settings import CandidateSettings, FieldKind

__all__ = ["Pairs", "Strata", "candidates", "further_neighbours", "sample_of_others", "strata"]


def candidates(records: Records, layout: Layout, settings: CandidateSettings, threads: int) -> Pairs:
    """Return the candidate pairs of a run, across sources and within each source.

    Pairs within a source without duplicates are known non-matches; the model learns from them what resemblance of
    strangers looks like.
    """
    found = [] if layout.search is None else [neighbours(records, layout.search, settings, threads)]
    budget = settings.pairs_per_record * len(records)
    found += [equal_pairs(records, columns, budget) for columns in passes(layout) if usable(records, columns)]
    numbers = [field.members for field in layout.of_kind(FieldKind.IDENTIFIER) if len(field.members) > 1]
    found += [any_equal_pairs(records, members, budget) for members in numbers]
    found.append(sparse_pairs(records, layout, strata(records), settings.pairs_per_record // 2))
    none = np.zeros(0, dtype=np.int64)
    return Pairs.from_keys(np.unique(np.concatenate([none, *(pairs.keys for pairs in found)])), len(records))
