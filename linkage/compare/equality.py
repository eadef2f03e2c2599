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
    codes = np.concatenate([records.columns[member].astype(np.int64) for member in members])
    rows = np.tile(np.arange(len(records), dtype=np.int64), len(members))
    # A record that holds a number twice counts once.
    held = np.unique(rows[codes != MISSING] * size + codes[codes != MISSING])
    shared = np.zeros(size, dtype=np.bool_)
    for source, deduplicated in enumerate(records.deduplicated):
        own = (held >= records.starts[source] * size) & (held < records.starts[source + 1] * size)
        shared |= np.bincount(held[own] % max(size, 1), minlength=size) > (1 if deduplicated else MOST_RECORDS)
    return shared
