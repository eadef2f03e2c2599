"""Source-consistent average linkage: merge while the mean match weight is positive."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Pairs
from linkage.cluster.components import by_label
from linkage.cluster.joining import join_components
from linkage.cluster.kernels import grouped

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_BITS = 64


def average_linkage(
    labels: Ints, pairs: Pairs, log_odds: Floats, source_of: Ints, exclusive: Sequence[int], unseen: float
) -> Ints:
    """Return the smallest record of the cluster of each record.

    Within each component of ``labels`` two clusters merge while the mean of ``log_odds`` over all their cross pairs is
    positive, best mean first, ties by smallest records; never so that two records of one ``exclusive`` source (one
    without duplicates) come together. Pairs of a component that are not among ``pairs`` count as ``unseen``. Time is
    linear in the pairs as long as components are small.

    Raises:
        ValueError: a pair joins two components.
    """
    own = labels[pairs.left]
    if (own != labels[pairs.right]).any():
        msg = "A scored pair joins two components. Cure: score pairs within components only."
        raise ValueError(msg)
    member_starts, members = by_label(labels)
    starts, order = grouped(own, len(member_starts) - 1)
    return join_components(
        starts,
        pairs.left[order],
        pairs.right[order],
        log_odds[order],
        member_starts,
        members,
        _promises(source_of, exclusive),
        unseen,
    )


def _promises(source_of: Ints, exclusive: Sequence[int]) -> npt.NDArray[np.uint64]:
    """Return (records, words): a bit per exclusive source, set at its records."""
    words = np.zeros((len(source_of), -(-len(exclusive) // _BITS)), dtype=np.uint64)
    for place, source in enumerate(exclusive):
        words[source_of == source, place // _BITS] = np.uint64(1) << np.uint64(place % _BITS)
    return words
