"""Work in parts on a Dask cluster: parts are submitted, what they share lies on storage that all workers reach.

A worker that is lost takes with it the parts it was at, and nothing else: the shared object is no data of the cluster,
and results are fetched as soon as they are there.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from distributed import Client, Security

from linkage.errors import LinkageError
from linkage.settings import WorkerSettings
from linkage.workers.contract import Part, Result, Shared, Work
from linkage.workers.flight import Flight
from linkage.workers.part import forget
from linkage.workers.storage import packed, put, removed

GOODBYE = 10.0  # seconds that workers have to let go of a run at its end


@dataclass
class Cluster:
    """Workers of a Dask cluster, for one run of the linkage. ``connected`` makes it and ends it."""

    client: Client
    folder: str
    settings: WorkerSettings
    flights: int = 0
    stored: set[str] = field(default_factory=set)
    latest: tuple[object, str] | None = None

    def run(self, work: Work[Shared, Part, Result], shared: Shared, parts: Sequence[Part]) -> Iterator[Result]:
        """Yield ``work(shared, part)`` of every part in order; at most two parts a worker's thread are not yet given.

        ``shared`` is written to the storage once for the run, however often it is worked on.

        Raises:
            LinkageError: a part failed as often as the settings allow, or killed its workers; no worker is there; the
                scheduler or the storage is lost. The message names the part's number and never data.
        """
        self.flights += 1
        flight = Flight[Result](self.client, self.settings, f"part-{self.client.id}-{self.flights}", len(parts))
        name = self._placed(shared)
        try:
            yield from flight.results(work, parts, self.folder, name)
        finally:
            flight.end()

    def leave(self) -> None:
        """Let workers forget the run, close the connection, and remove what was stored.

        Raises:
            LinkageError: the storage could not be emptied; the message names the folder.
        """
        try:
            with suppress(Exception):  # a cluster that is gone has forgotten
                asked = [
                    self.client.submit(forget, self.folder, workers=[address], pure=False)
                    for address in self.client.nthreads()
                ]
                self.client.gather(asked, errors="skip")
            with suppress(Exception):
                self.client.close(timeout=GOODBYE)
        finally:
            removed(self.folder)

    def _placed(self, shared: object) -> str:
        """Name of the shared object on the storage, where it now is."""
        if self.latest is not None and self.latest[0] is shared:
            return self.latest[1]
        item = packed(shared)
        if item.name not in self.stored:
            put(self.folder, item)
            self.stored.add(item.name)
        self.latest = (shared, item.name)
        return item.name


@contextmanager
def connected(settings: WorkerSettings) -> Iterator[Cluster]:
    """Give the cluster that ``settings`` name; at the end, also after an error, nothing of the run is left on it.

    Raises:
        LinkageError: the scheduler cannot be reached, or the storage not be emptied.
    """
    client = _client(settings)
    cluster = Cluster(client, f"{(settings.storage or '').rstrip('/')}/{client.id}", settings)
    try:
        yield cluster
    finally:
        cluster.leave()


def _client(settings: WorkerSettings) -> Client:
    try:
        return Client(settings.scheduler, timeout=settings.patience, security=_security(settings), set_as_default=False)
    except Exception as error:  # noqa: BLE001 - networks and certificates fail in many ways
        msg = (
            f"scheduler {settings.scheduler}: cannot be reached within {settings.patience} seconds "
            f"({type(error).__name__}). Cure: start it, and check its address and certificates in [workers]."
        )
        raise LinkageError(msg) from None


def _security(settings: WorkerSettings) -> Security | None:
    """The certificates of the connection; None on this machine itself."""
    if settings.tls is None:
        return None
    return Security(
        tls_ca_file=str(settings.tls.authority),
        tls_client_cert=str(settings.tls.certificate),
        tls_client_key=str(settings.tls.key),
        require_encryption=True,
    )
