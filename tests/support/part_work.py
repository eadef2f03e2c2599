"""Work on parts, in a module of its own so that the processes of workers can import it."""

import os
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.errors import LinkageError

BIRTH = "jansen-19900412"


@dataclass(frozen=True)
class Table:
    """What the parts share: numbers that are not a worker's to change, and a text."""

    values: npt.NDArray[np.int64]
    names: npt.NDArray[np.object_]


def column(size: int) -> Table:
    """A table of ``size`` squares."""
    return Table(np.arange(size, dtype=np.int64) ** 2, np.array([f"n{n}" for n in range(5)], dtype=object))


def power_sums(table: Table, part: tuple[int, int]) -> npt.NDArray[np.float64]:
    """Sums over a slice, which differ from part to part."""
    own = table.values[part[0] : part[1]]
    return np.array([own.sum(), np.sqrt(own).sum(), len(own)], dtype=np.float64)


def slow_sums(table: Table, part: tuple[int, int]) -> npt.NDArray[np.float64]:
    """The same, slowly, so that a worker can be lost on the way."""
    time.sleep(0.1)
    return power_sums(table, part)


def summed(_: Table, part: npt.NDArray[np.int64]) -> int:
    """The sum of the part itself, which may be large."""
    return int(part.sum())


def writable(table: Table, part: int) -> tuple[bool, bool, int]:
    """Whether arrays of the shared object and of a result may be written to, as compiled kernels are made for."""
    return bool(table.values.flags.writeable), bool(table.values.flags.aligned), part


def fails_on_three(table: Table, part: int) -> int:
    """An error that quotes data, as those of other libraries do."""
    if part == 3:
        msg = f"cannot use {BIRTH} of {len(table.values)}"
        raise ValueError(msg)
    return part


def refuses(_: Table, part: int) -> int:
    """A refusal in the words of the linkage."""
    msg = "field birth_date: no level fits. Cure: mend the plan."
    raise LinkageError(msg)


def kills_its_worker(_: Table, part: int) -> int:
    """As a worker ends that runs out of memory."""
    os._exit(part + 1)
