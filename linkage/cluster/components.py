"""Connected components of links: the sets of records within which clustering has anything to decide."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from linkage.candidates.pairs import Pairs


def components(pairs: Pairs) -> npt.NDArray[np.int64]:
    """Return the component number of each record; equal numbers are joined by a chain of pairs."""
    ones = np.ones(len(pairs), dtype=np.int8)
    graph = coo_matrix((ones, (pairs.left, pairs.right)), shape=(pairs.size, pairs.size))
    _, labels = connected_components(graph, directed=False)
    component: npt.NDArray[np.int64] = labels.astype(np.int64)
    return component


def pairs_within(labels: npt.NDArray[np.int64], largest: int) -> Pairs:
    """Return every pair of records of one component, for components of 2 to ``largest`` records."""
    order = np.argsort(labels, kind="stable")
    sizes = np.bincount(labels)
    starts = np.cumsum(sizes) - sizes
    lefts, rights = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for size in np.unique(sizes[(sizes > 1) & (sizes <= largest)]):
        members = order[starts[sizes == size][:, None] + np.arange(size)]
        a, b = np.triu_indices(int(size), 1)
        lefts.append(members[:, a].reshape(-1))
        rights.append(members[:, b].reshape(-1))
    return Pairs.of(np.concatenate(lefts), np.concatenate(rights), len(labels))


def pairs_between(labels: npt.NDArray[np.int64], joined: Pairs, largest: int) -> Pairs:
    """Return every pair of records across two sets of ``labels`` that some ``joined`` pair connects.

    Two sets that together hold more than ``largest`` records are left out, so that no set that grew without bound
    makes pairs without bound.
    """
    order = np.argsort(labels, kind="stable")
    sizes = np.bincount(labels)
    starts = np.cumsum(sizes) - sizes
    ends = np.sort(np.column_stack([labels[joined.left], labels[joined.right]]), axis=1)
    lefts, rights = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for one, other in np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0):
        if sizes[one] + sizes[other] <= largest:
            rows, columns = (order[starts[which] : starts[which] + sizes[which]] for which in (one, other))
            lefts.append(np.repeat(rows, len(columns)))
            rights.append(np.tile(columns, len(rows)))
    return Pairs.of(np.concatenate(lefts), np.concatenate(rights), len(labels))
