"""One part of the work, as it travels to a worker of a cluster and as it is done there.

Whatever a cluster may write to a log (the names of tasks, their arguments, their errors) is made here, so that it holds
numbers of parts and lines of code, and never data.
"""

import pickle
import traceback
from collections import OrderedDict
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from linkage.errors import LinkageError
from linkage.workers.release import release
from linkage.workers.storage import StorageFailed, fetched, unpacked

HELD_AT_MOST = 1

_held: OrderedDict[tuple[str, str], Any] = OrderedDict()
_lock = Lock()


class PartFailed(Exception):
    """A part could not be done, this time or here; the message is free of data."""


@dataclass(frozen=True, repr=False)
class SealedPart:
    """What a worker is sent: where the shared object is, and the work with its part, pickled or on storage."""

    number: int
    release: str
    folder: str
    shared: str
    name: str
    content: bytes | None = None

    @property
    def stored(self) -> str | None:
        """Name on the storage of what does not travel along."""
        return self.name if self.content is None else None

    def __repr__(self) -> str:
        """The number alone: clusters log the arguments of what fails."""
        return f"SealedPart({self.number})"


@dataclass(frozen=True, repr=False)
class Outcome:
    """What a worker sends back: the pickled result, or the words with which the work refused its part."""

    content: bytes
    refused: str | None = None


def do(part: SealedPart) -> Outcome:
    """Do one part and return its result, sealed.

    Raises:
        PartFailed: this worker runs other code than the run that asks, cannot read the storage, or the work failed.
    """
    if part.release != release():
        msg = f"the worker runs {release()}, the run {part.release}: give scheduler and workers the image of the run"
        raise PartFailed(msg)
    try:
        work, own = _content(part)
        return Outcome(pickle.dumps(work(_shared(part.folder, part.shared), own), protocol=5))
    except StorageFailed as error:
        failure = str(error)
    except LinkageError as error:
        return Outcome(b"", str(error))
    except Exception as error:  # noqa: BLE001 - told below, outside, so that nothing of it travels along
        failure = _where(error)
    raise PartFailed(failure)


def forget(folder: str) -> None:
    """Let go of what this process holds of a run."""
    with _lock:
        for key in [key for key in _held if key[0] == folder]:
            del _held[key]


def _content(part: SealedPart) -> tuple[Any, Any]:
    found: tuple[Any, Any] = (
        fetched(part.folder, part.name) if part.content is None else unpacked(BytesIO(part.content), part.name)
    )
    return found


def _shared(folder: str, name: str) -> Any:  # noqa: ANN401 - whatever the run shares
    """The shared object, read once a process; others are let go of first, which bounds the memory of a worker."""
    with _lock:
        if (folder, name) not in _held:
            while len(_held) >= HELD_AT_MOST:
                _held.popitem(last=False)
            _held[folder, name] = fetched(folder, name)
        return _held[folder, name]


def _where(error: Exception) -> str:
    """The kind of an error and the line that raised it; its words may quote data."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"
