"""How rare a name is: two strangers seldom share a rare one.

A level of its own per band of frequency, whose probabilities are estimated like any other's, takes the place of the
value-specific weights of Newcombe et al. (1959) and Winkler (1989): where the names of matches are no rarer than those
that strangers share, as in families, estimation finds that out.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from linkage.compare.plan import RARITY_SHARES
from linkage.records import Records


def rarity(records: Records, members: Sequence[str]) -> npt.NDArray[np.int32]:
    """Return the level of rarity of each code of a field's dictionary, 1 for the most common values.

    ``members``: the columns of the field, which share the dictionary; a record that holds a value twice counts once.
    """
    size = records.dictionaries[members[0]].size
    counts = np.zeros(size, dtype=np.int64)
    known = np.zeros(len(records), dtype=np.bool_)
    for number, member in enumerate(members):
        codes = records.columns[member]
        new = records.present(member)
        known |= new
        for earlier in members[:number]:
            new = new & (records.columns[earlier] != codes)
        counts += np.bincount(codes[new], minlength=size)
    share = counts / max(int(known.sum()), 1)
    return (1 + np.searchsorted(-np.array(RARITY_SHARES), -share, side="left")).astype(np.int32)
