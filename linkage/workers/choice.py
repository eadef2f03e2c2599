"""Which workers a run has: those its settings name."""

from collections.abc import Iterator
from contextlib import contextmanager

from linkage.errors import LinkageError
from linkage.settings import WorkerSettings
from linkage.workers.contract import Workers
from linkage.workers.local import Threads


@contextmanager
def workers(settings: WorkerSettings, threads: int) -> Iterator[Workers]:
    """Give the workers of one run: the cluster that ``settings`` name, else ``threads`` threads of this machine.

    At the end of the block, also after an error, the cluster holds nothing of the run any more.

    Raises:
        LinkageError: the scheduler or the storage cannot be reached, or the extra ``scale`` is not installed.
    """
    if settings.scheduler is None:
        yield Threads(threads)
        return
    try:
        from linkage.workers.dask_cluster import connected  # noqa: PLC0415 - of the extra `scale`, needed here only
    except ModuleNotFoundError as error:
        msg = f"[workers] names a scheduler, and {error.name} is not installed. Cure: install the extra `scale`."
        raise LinkageError(msg) from None
    with connected(settings) as cluster:
        yield cluster
