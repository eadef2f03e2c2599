"""Identifiers that belong to one person, and those that several share."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from linkage.records import MISSING, Records

Flags = npt.NDArray[np.bool_]

MOST_RECORDS = 20
"""Records of one person in a source with duplicates beyond which a number is taken to be nobody's own. It is also how
many of a record's nearest are kept there by default."""


def shared_numbers(records: Records, members: Sequence[str]) -> Flags:
    """Whether each code of an identifier belongs to more records of some source than one person can have there.

    One in a source without duplicates, ``MOST_RECORDS`` elsewhere. Such a number is a dummy, or two persons use it.
    """
    size = records.dictionaries[members[0]].size
    counts = np.zeros((len(records.sources), size), dtype=np.int64)
    for place, member in enumerate(members):
        codes = records.columns[member]
        # A record that holds a number twice counts once.
        counted = np.logical_and.reduce([codes != MISSING, *(codes != records.columns[one] for one in members[:place])])
        for source in range(len(records.sources)):
            rows = slice(records.starts[source], records.starts[source + 1])
            counts[source] += np.bincount(codes[rows][counted[rows]], minlength=size)
    most = np.where(records.deduplicated, 1, MOST_RECORDS)
    shared: Flags = np.logical_or.reduce(counts > most[:, None])
    return shared
