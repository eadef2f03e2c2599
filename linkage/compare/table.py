"""What comparisons read of each record, side by side in one row: a pair then costs two places in memory, not forty."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from linkage.kernels import LINE, aligned
from linkage.records import Codes, Dictionary, Words


class RecordTable:
    """Columns of numbers per record, each kept once; runs of columns that are compared as one set stand together."""

    def __init__(self, size: int) -> None:
        """Begin a table of ``size`` records without a column."""
        self.size = size
        self._names: list[str] = []
        self._columns: list[Codes] = []

    def place(self, named: Iterable[tuple[str, Codes]]) -> int:
        """Return the number of the first of the columns, which follow each other; puts them there where they do not."""
        wanted = list(named)
        names = [name for name, _ in wanted]
        for first in range(len(self._names) - len(names) + 1):
            if self._names[first : first + len(names)] == names:
                return first
        self._names += names
        self._columns += [column for _, column in wanted]
        return len(self._names) - len(names)

    def position(self, name: str) -> int:
        """Return the number of a column that is there already, else -1."""
        return self._names.index(name) if name in self._names else -1

    @property
    def width(self) -> int:
        """Numbers per row, filled up to whole cache lines."""
        each = LINE // np.dtype(np.int32).itemsize
        return max(-(-len(self._columns) // each), 1) * each

    def rows(self) -> npt.NDArray[np.int32]:
        """Return all rows, one after another (records * width)."""
        rows = aligned(self.size * self.width, np.int32)
        by_column = rows.reshape(self.size, self.width)
        for number, column in enumerate(self._columns):
            by_column[:, number] = column
        return rows


class FilterStore:
    """The filters of several dictionaries one after another, each dictionary once."""

    def __init__(self) -> None:
        """Begin without a dictionary."""
        self._known: dict[int, tuple[int, int]] = {}
        self._dictionaries: list[Dictionary] = []
        self._words = 0
        self._values = 0

    def place(self, dictionary: Dictionary) -> tuple[int, int]:
        """Return the word and the value at which a dictionary begins."""
        if id(dictionary) not in self._known:
            self._known[id(dictionary)] = (self._words, self._values)
            self._dictionaries.append(dictionary)
            each = LINE // np.dtype(np.uint64).itemsize
            self._words += -(-dictionary.filters.size // each) * each
            self._values += dictionary.size
        return self._known[id(dictionary)]

    @property
    def most(self) -> int:
        """Most bits that a filter has set."""
        return max((int(one.ones.max(initial=0)) for one in self._dictionaries), default=0)

    def filters(self) -> Words:
        """Return all words."""
        words = aligned(self._words, np.uint64)
        for one in self._dictionaries:
            first, _ = self._known[id(one)]
            words[first : first + one.filters.size] = one.filters.ravel()
        return words

    def ones(self) -> npt.NDArray[np.int32]:
        """Return the bits set in each value."""
        return _joined([one.ones.astype(np.int32) for one in self._dictionaries])


def _joined(parts: Sequence[npt.NDArray[np.int32]]) -> npt.NDArray[np.int32]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)
