"""What draws say of pairs: how often two records are together, and how many links of each kind survive."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from linkage.candidates.pairs import Pairs
from linkage.draws.component import Floats, Ints
from linkage.draws.draws import Draws


@dataclass(frozen=True)
class Counts:
    """Numbers of linked pairs of records per stratum.

    ``point``: (strata,), in the point linkage; ``draw`` and ``both``: (draws, strata), in each draw, and in both.
    Were the draw the truth, the point linkage's precision would be ``both / point`` and its recall ``both / draw``.
    """

    point: Ints
    draw: Ints
    both: Ints


def pair_agreement(draws: Draws, pairs: Pairs) -> Floats:
    """Return for each pair the share of draws in which its two records are together."""
    together = np.zeros(len(pairs), dtype=np.int64)
    for draw in range(1, draws.count + 1):
        labels = draws.labels(draw)
        together += labels[pairs.left] == labels[pairs.right]
    return together / draws.count


def counts_by(draws: Draws, records_source: Ints, number: Ints) -> Counts:
    """Count linked pairs per stratum, without listing them: clusters of either linkage and their intersections.

    ``number``: (sources, sources), symmetric, the stratum of each pair of sources; -1 for none.
    """
    drawn, both = [], []
    for draw in range(1, draws.count + 1):
        labels = draws.labels(draw)
        drawn.append(linked_pairs(labels, records_source, number))
        meeting = labels * (draws.start.max(initial=0) + 1) + draws.start
        both.append(linked_pairs(meeting, records_source, number))
    return Counts(linked_pairs(draws.start, records_source, number), np.array(drawn), np.array(both))


def linked_pairs(labels: Ints, records_source: Ints, number: Ints) -> Ints:
    """Return per stratum how many pairs of records have the same label."""
    clusters = np.unique(labels, return_inverse=True)[1]
    shape = (int(clusters.max(initial=-1)) + 1, len(number))
    held = csr_matrix((np.ones(len(labels), dtype=np.int64), (clusters, records_source)), shape=shape)
    held.sum_duplicates()
    across = (held.T @ held).toarray()
    np.fill_diagonal(across, (np.diag(across) - np.bincount(records_source, minlength=len(number))) // 2)
    rows, columns = np.triu_indices(len(number))
    strata = number[rows, columns]
    kept = strata >= 0
    found = np.zeros(int(number.max(initial=-1)) + 1, dtype=np.int64)
    np.add.at(found, strata[kept], across[rows, columns][kept])
    return found
