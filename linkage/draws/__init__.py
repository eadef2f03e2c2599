"""Posterior draws of a whole linkage: what every later figure needs to carry the doubt about who is who."""

from linkage.draws.balance import stratum_offsets
from linkage.draws.component import AVERAGE_LINKAGE, SPANNING_TREE
from linkage.draws.counts import Counts, counts_by, linked_pairs, pair_agreement
from linkage.draws.draws import Draws, name_clusters
from linkage.draws.sampler import posterior_draws
from linkage.draws.table import draw_table

__all__ = [
    "AVERAGE_LINKAGE",
    "SPANNING_TREE",
    "Counts",
    "Draws",
    "counts_by",
    "draw_table",
    "linked_pairs",
    "name_clusters",
    "pair_agreement",
    "posterior_draws",
    "stratum_offsets",
]
