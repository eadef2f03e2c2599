"""Work in parts on the threads of this machine."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from linkage.workers.contract import Part, Result, Shared, Work

PARTS_PER_THREAD = 2


@dataclass(frozen=True)
class Threads:
    """Workers of this machine: ``count`` threads, or with one thread the caller itself.

    Threads help where the work releases the interpreter lock, as compiled kernels do.
    """

    count: int = 1

    def run(self, work: Work[Shared, Part, Result], shared: Shared, parts: Sequence[Part]) -> Iterator[Result]:
        """Yield ``work(shared, part)`` of every part in order; at most two parts a thread are begun and not yet given.

        What ``work`` raises is raised when the turn of its part has come.
        """
        if self.count <= 1:
            for part in parts:
                yield work(shared, part)
            return
        pool = ThreadPoolExecutor(max_workers=self.count)
        begun: deque[Future[Result]] = deque()
        try:
            for part in parts:
                begun.append(pool.submit(work, shared, part))
                if len(begun) >= PARTS_PER_THREAD * self.count:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
