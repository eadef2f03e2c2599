"""The parts of one piece of work under way on a Dask cluster, from submission to results in order."""

import pickle
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Generic, NoReturn

from distributed import Client, Future, KilledWorker

from linkage.errors import LinkageError
from linkage.settings import WorkerSettings
from linkage.workers.contract import Part, Result, Shared, Work
from linkage.workers.local import PARTS_PER_THREAD
from linkage.workers.part import Outcome, PartFailed, SealedPart, do
from linkage.workers.release import release
from linkage.workers.storage import packed, put, removed

SENT_AT_MOST = 1 << 20  # bytes of a part that travel through the scheduler; larger ones lie on storage


@dataclass
class Flight(Generic[Result]):
    """Parts that are submitted and not yet given; their number is bounded by the threads of the cluster."""

    client: Client
    settings: WorkerSettings
    name: str
    count: int
    begun: int = 0
    under_way: dict[int, tuple["Future[Outcome]", SealedPart]] = field(default_factory=dict)
    landed: SimpleQueue[int] = field(default_factory=SimpleQueue)
    ready: dict[int, Result] = field(default_factory=dict)

    def results(
        self, work: Work[Shared, Part, Result], parts: Sequence[Part], folder: str, shared: str
    ) -> Iterator[Result]:
        """Yield the results in the order of ``parts``, submitting parts as room comes."""
        for turn in range(self.count):
            room = turn + PARTS_PER_THREAD * max(1, self._threads())
            while self.begun < min(room, self.count):
                self._submit(_sealed(self.begun, work, parts[self.begun], folder, shared))
                self.begun += 1
            while turn not in self.ready:
                self._land(self._next())
            yield self.ready.pop(turn)

    def end(self) -> None:
        """Call off what is still under way, as after an error or when nobody asks for the rest."""
        with suppress(Exception):  # a scheduler that is gone has called everything off
            self.client.cancel([future for future, _ in self.under_way.values()])
        self.under_way.clear()

    def _submit(self, part: SealedPart) -> None:
        number = part.number
        try:
            future = self.client.submit(
                do, part, key=f"{self.name}-{number}", retries=self.settings.retries, pure=False
            )
            self.under_way[number] = (future, part)
            future.add_done_callback(lambda _: self.landed.put(number))
        except Exception:  # noqa: BLE001 - as in _threads
            self._scheduler_lost()

    def _threads(self) -> int:
        """Threads of the workers that are there now; their number may change during a run."""
        try:
            return sum(self.client.nthreads().values())
        except Exception:  # noqa: BLE001 - a lost connection has many names
            self._scheduler_lost()

    def _next(self) -> int:
        """Wait for a part to end; where none does for long, a worker must at least be there."""
        while True:
            with suppress(Empty):
                return self.landed.get(timeout=self.settings.patience)
            if self._threads() == 0:
                msg = (
                    f"scheduler {self.settings.scheduler}: no worker has been there for {self.settings.patience} "
                    "seconds. Cure: start workers, or look into why they stop, and run again."
                )
                raise LinkageError(msg)

    def _land(self, number: int) -> None:
        """Take in a part that has ended, and let the cluster forget it."""
        future, part = self.under_way[number]
        outcome = self._outcome(future, f"part {number + 1} of {self.count}")
        future.release()
        del self.under_way[number]
        if part.stored is not None:
            removed(part.folder, part.stored)
        if outcome.refused is not None:
            msg = f"part {number + 1} of {self.count}: {outcome.refused}"
            raise LinkageError(msg)
        self.ready[number] = pickle.loads(outcome.content)  # noqa: S301 - from workers we have authenticated

    def _outcome(self, future: "Future[Outcome]", which: str) -> Outcome:
        tries = self.settings.retries + 1
        try:
            outcome: Outcome = future.result()
        except PartFailed as error:
            msg = (
                f"{which} failed {tries} times, at last: {error}. Cure: mend that, or the worker it ran on; run again."
            )
        except KilledWorker:
            msg = (
                f"{which}: every worker that did it died. Cure: give workers more memory, or make `partition` in "
                "[workers] smaller."
            )
        except Exception as error:  # noqa: BLE001 - its words may quote what was sent
            if future.cancelled():
                self._scheduler_lost()
            msg = (
                f"{which} failed ({type(error).__name__}). Cure: give scheduler and workers the image of this machine."
            )
        else:
            return outcome
        raise LinkageError(msg)

    def _scheduler_lost(self) -> NoReturn:
        msg = f"scheduler {self.settings.scheduler}: connection lost. Cure: see why it stopped, start it and run again."
        raise LinkageError(msg) from None


def _sealed(number: int, work: Any, part: Any, folder: str, shared: str) -> SealedPart:  # noqa: ANN401 - any work
    """A part as it travels: within the message where it is small, on storage where it is not."""
    item = packed((work, part))
    if sum(len(piece) for piece in item.pieces) <= SENT_AT_MOST:
        return SealedPart(number, release(), folder, shared, item.name, b"".join(item.pieces))
    put(folder, item)
    return SealedPart(number, release(), folder, shared, item.name)
