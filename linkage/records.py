"""Encoded records of all sources as arrays: one dictionary of distinct filters per column and a code per record."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint64]

MISSING = -1


@dataclass(frozen=True)
class Dictionary:
    """Distinct values of one or more encoded columns.

    ``filters``: (distinct, words) bits; ``ones``: bits set in each. Comparing codes is comparing values.
    """

    filters: Words
    ones: npt.NDArray[np.int64]

    @property
    def size(self) -> int:
        """How many distinct values there are."""
        return len(self.filters)


@dataclass(frozen=True)
class Records:
    """All records, sorted by source and record id; row numbers are what candidate pairs hold.

    ``starts``: row where each source begins, with the number of records last. ``columns``: codes into
    ``dictionaries[column]`` (``-1`` is missing).
    """

    sources: tuple[str, ...]
    deduplicated: tuple[bool, ...]
    starts: npt.NDArray[np.int64]
    record_ids: npt.NDArray[np.object_]
    columns: Mapping[str, Codes]
    dictionaries: Mapping[str, Dictionary]

    def __len__(self) -> int:
        """Return the number of records."""
        return int(self.starts[-1])

    @property
    def source_of(self) -> npt.NDArray[np.int64]:
        """Source number of each record."""
        return np.repeat(np.arange(len(self.sources)), np.diff(self.starts))

    def present(self, column: str) -> npt.NDArray[np.bool_]:
        """Whether each record has a value in an encoded column."""
        present: npt.NDArray[np.bool_] = self.columns[column] != MISSING
        return present
