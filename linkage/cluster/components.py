"""Connected components of links: the sets of records within which clustering has anything to decide."""

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Pairs
from linkage.cluster.kernels import component_numbers, fill_between, fill_within, grouped

Ints = npt.NDArray[np.int64]


def components(pairs: Pairs) -> Ints:
    """Return the component number of each record; equal numbers are joined by a chain of pairs.

    Components are numbered by their smallest record.
    """
    labels = np.empty(pairs.size, dtype=np.int64)
    component_numbers(pairs.left, pairs.right, labels)
    return labels


def by_label(labels: Ints) -> tuple[Ints, Ints]:
    """Return where each label starts in the order by label (and where the last ends), and that order, a stable one."""
    starts, order = grouped(labels, int(labels.max(initial=-1)) + 1)
    return starts, order


def pairs_within(labels: Ints, largest: int) -> Pairs:
    """Return every pair of records of one component, for components of 2 to ``largest`` records."""
    left, right = fill_within(labels, *by_label(labels), largest)
    return Pairs(left, right, len(labels))


def pairs_between(labels: Ints, joined: Pairs, largest: int) -> Pairs:
    """Return every pair of records across two sets of ``labels`` that some ``joined`` pair connects.

    Two sets that together hold more than ``largest`` records are left out, so that no set that grew without bound
    makes pairs without bound.
    """
    starts, order = by_label(labels)
    a, b = labels[joined.left], labels[joined.right]
    across = a != b
    sets = np.sort((np.minimum(a, b) * len(starts) + np.maximum(a, b))[across])
    sets = sets[np.diff(sets, prepend=-1) > 0]
    keys = fill_between(sets // len(starts), sets % len(starts), starts, order, largest)
    return Pairs.from_keys(np.sort(keys), len(labels))
