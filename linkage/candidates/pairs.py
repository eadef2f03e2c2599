"""Sets of record pairs as two sorted columns of row numbers."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from linkage.records import Records

Rows = npt.NDArray[np.int64]


def distinct(keys: Rows) -> Rows:
    """Return the keys ascending, each once. Sorting whole arrays of integers is faster than numpy's unique."""
    ordered = np.sort(keys)
    if len(ordered) == 0:
        return ordered
    first = np.empty(len(ordered), dtype=np.bool_)
    first[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows with ``left < right``, sorted, each once. ``size`` is the number of records of the run."""

    left: Rows
    right: Rows
    size: int

    @classmethod
    def of(cls, a: Rows, b: Rows, size: int) -> Self:
        """Put pairs in order: smaller row left, sorted, without repeats and without a row paired to itself."""
        keys = np.minimum(a, b) * size + np.maximum(a, b)
        return cls.from_keys(distinct(keys[a != b]), size)

    @classmethod
    def from_keys(cls, keys: Rows, size: int) -> Self:
        """Pairs from sorted keys ``left * size + right``."""
        return cls(left=keys // max(size, 1), right=keys % max(size, 1), size=size)

    @property
    def keys(self) -> Rows:
        """One number per pair, ascending."""
        return self.left * self.size + self.right

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.left)

    def union(self, other: "Pairs") -> "Pairs":
        """Return the pairs that are in either."""
        return Pairs.from_keys(distinct(np.concatenate([self.keys, other.keys])), self.size)

    def where(self, keep: npt.NDArray[np.bool_] | slice) -> "Pairs":
        """Return the pairs at which ``keep`` is true, or a slice of them."""
        return Pairs(self.left[keep], self.right[keep], self.size)

    def contains(self, keys: Rows) -> npt.NDArray[np.bool_]:
        """Whether each key is among the pairs."""
        own = self.keys
        place = np.searchsorted(own, keys)
        inside = place < len(own)
        inside[inside] = own[place[inside]] == keys[inside]
        return inside


@dataclass(frozen=True)
class Strata:
    """Source pairs: number, names, size of the cross space, and whether a person may have a pair in it."""

    names: tuple[tuple[str, str], ...]
    spaces: npt.NDArray[np.float64]
    can_match: npt.NDArray[np.bool_]
    number: npt.NDArray[np.int64]

    def of(self, records: Records, pairs: Pairs) -> npt.NDArray[np.int64]:
        """Stratum number of each pair."""
        source = records.source_of
        found: npt.NDArray[np.int64] = self.number[source[pairs.left], source[pairs.right]]
        return found


def strata(records: Records) -> Strata:
    """Return the strata of a run: every pair of sources, and every source with itself."""
    count = len(records.sources)
    sizes = np.diff(records.starts).astype(np.float64)
    number = np.full((count, count), -1, dtype=np.int64)
    names: list[tuple[str, str]] = []
    spaces: list[float] = []
    can_match: list[bool] = []
    for a in range(count):
        for b in range(a, count):
            number[a, b] = number[b, a] = len(names)
            names.append((records.sources[a], records.sources[b]))
            spaces.append(sizes[a] * sizes[b] if a != b else sizes[a] * (sizes[a] - 1) / 2)
            can_match.append(a != b or not records.deduplicated[a])
    return Strata(tuple(names), np.array(spaces), np.array(can_match), number)
