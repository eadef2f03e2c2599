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
