"""Work in parts on a real cluster of two worker processes on this machine."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dask
import numpy as np
import part_work
import pytest
from distributed import LocalCluster, Security

from linkage.errors import LinkageError
from linkage.settings import TlsSettings, WorkerSettings
from linkage.workers import Threads, Workers, workers
from linkage.workers.dask_cluster import Cluster

LOOPBACK = "127.0.0.1:0"
SIZE = 10_000
TABLE = part_work.column(SIZE)
SLICES = [(first, first + 400) for first in range(0, SIZE, 400)]


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """Two processes of one thread; a part may cost two workers before it is given up."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=LOOPBACK,
            worker_dashboard_address=LOOPBACK,
            local_directory=str(tmp_path_factory.mktemp("workers")),
            memory_limit="1GiB",
        ) as cluster,
    ):
        yield cluster


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Path]:
    """Where the run stores what is shared; whatever happens in a test, nothing may be left there."""
    place = tmp_path / "storage"
    place.mkdir()
    yield place
    assert list(place.iterdir()) == []


@pytest.fixture
def settings(local: LocalCluster, storage: Path) -> WorkerSettings:
    return WorkerSettings(scheduler=local.scheduler_address, storage=f"file://{storage}", retries=1, patience=20)


def results_of(chosen: Workers, work: Callable[..., np.ndarray]) -> list[bytes]:
    return [found.tobytes() for found in chosen.run(work, TABLE, SLICES)]


def test_a_cluster_gives_the_bytes_and_the_order_of_threads(settings: WorkerSettings) -> None:
    """One, two or three threads, or two processes elsewhere."""
    expected = results_of(Threads(1), part_work.power_sums)
    assert results_of(Threads(2), part_work.power_sums) == expected
    assert results_of(Threads(3), part_work.power_sums) == expected
    with workers(settings, 1) as cluster:
        assert results_of(cluster, part_work.power_sums) == expected
        assert results_of(cluster, part_work.slow_sums) == expected


def test_a_worker_killed_midway_costs_nothing_but_time(local: LocalCluster, settings: WorkerSettings) -> None:
    """Its parts are done again elsewhere; results and order stay."""
    with workers(settings, 1) as cluster:
        results = cluster.run(part_work.slow_sums, TABLE, SLICES)
        found = [next(results).tobytes() for _ in range(3)]
        os.kill(next(iter(local.workers.values())).pid, signal.SIGKILL)
        found += [result.tobytes() for result in results]
    assert found == results_of(Threads(1), part_work.power_sums)


def test_what_parts_share_is_stored_once_and_can_be_written_to_as_at_home(
    settings: WorkerSettings, storage: Path
) -> None:
    """A second run of the same object, or of an equal one, stores nothing more."""
    with workers(settings, 1) as cluster:
        for table in (TABLE, TABLE, part_work.column(SIZE)):
            assert list(cluster.run(part_work.writable, table, range(3))) == [(True, True, part) for part in range(3)]
        assert len([path for path in storage.rglob("*") if path.is_file()]) == 1


def test_large_parts_travel_by_storage_and_are_removed_when_done(settings: WorkerSettings, storage: Path) -> None:
    """So that a scheduler never holds them."""
    parts = [np.full(200_000, number, dtype=np.int64) for number in range(6)]
    with workers(settings, 1) as cluster:
        assert list(cluster.run(part_work.summed, TABLE, parts)) == [200_000 * number for number in range(6)]
        assert len([path for path in storage.rglob("*") if path.is_file()]) == 1


def test_a_part_that_always_fails_is_named_with_its_cure_and_without_data(settings: WorkerSettings) -> None:
    """The words of the error quote data and stay where they are; its kind and line travel."""
    expected = r"part 4 of 6 failed 2 times, at last: ValueError at part_work.py:\d+. Cure: "
    with pytest.raises(LinkageError, match=expected) as caught, workers(settings, 1) as cluster:
        list(cluster.run(part_work.fails_on_three, TABLE, range(6)))
    assert part_work.BIRTH not in str(caught.value)


def test_a_refusal_by_the_work_keeps_its_words(settings: WorkerSettings) -> None:
    with (
        pytest.raises(LinkageError, match=r"part 1 of 1: field birth_date: no level fits. Cure: mend the plan."),
        workers(settings, 1) as cluster,
    ):
        list(cluster.run(part_work.refuses, TABLE, [0]))


def test_a_part_that_kills_every_worker_is_named_with_its_cure(settings: WorkerSettings) -> None:
    """As one that needs more memory than workers have."""
    with (
        pytest.raises(
            LinkageError, match=r"part 1 of 1: every worker that did it died. Cure: give workers more memory"
        ),
        workers(settings, 1) as cluster,
    ):
        list(cluster.run(part_work.kills_its_worker, TABLE, [0]))


def test_no_more_parts_are_begun_than_two_a_thread_beyond_those_given(settings: WorkerSettings) -> None:
    """Otherwise the results of millions of parts would pile up where one is slow."""
    with workers(settings, 1) as cluster:
        assert isinstance(cluster, Cluster)
        results = cluster.run(part_work.power_sums, TABLE, SLICES)
        next(results)
        time.sleep(0.5)
        submitted = cluster.client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))
        results.close()  # type: ignore[attr-defined] # a generator
    assert 0 < submitted <= 5


def test_workers_of_another_release_are_refused(settings: WorkerSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other code or other libraries could give other bytes."""
    monkeypatch.setattr("linkage.workers.flight.release", lambda: "python 2.7")
    with pytest.raises(LinkageError, match=r"the run python 2.7: give .* the image"), workers(settings, 1) as cluster:
        list(cluster.run(part_work.power_sums, TABLE, SLICES))


def test_a_scheduler_that_does_not_answer_is_told_with_its_cure(tmp_path: Path) -> None:
    settings = WorkerSettings(scheduler="tcp://127.0.0.1:1", storage=f"file://{tmp_path}", patience=1)
    with pytest.raises(LinkageError, match=r"cannot be reached within 1 seconds .*Cure"), workers(settings, 1):
        pass


def test_a_cluster_without_workers_is_told_with_its_cure(tmp_path: Path) -> None:
    """Instead of waiting for ever."""
    with LocalCluster(n_workers=0, processes=True, dashboard_address=LOOPBACK) as empty:
        settings = WorkerSettings(scheduler=empty.scheduler_address, storage=f"file://{tmp_path}/storage", patience=1)
        with pytest.raises(LinkageError, match="no worker has been there for 1 seconds"), workers(settings, 1) as idle:
            list(idle.run(part_work.power_sums, TABLE, SLICES))


@pytest.fixture
def certificates(tmp_path: Path) -> tuple[Security, TlsSettings]:
    """One certificate for all sides, in the form that a cluster takes and as the files that settings name."""
    security = Security.temporary()
    files = {"authority": security.tls_ca_file, "certificate": security.tls_client_cert, "key": security.tls_client_key}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="ascii")
    return security, TlsSettings(**{name: tmp_path / name for name in files})


def test_only_who_has_the_certificate_may_use_an_encrypted_cluster(
    certificates: tuple[Security, TlsSettings], storage: Path, tmp_path: Path
) -> None:
    """With it work is done as anywhere; with a certificate of another authority the scheduler does not answer."""
    security, own = certificates
    other = Security.temporary()
    (tmp_path / "other").write_text(other.tls_client_cert, encoding="ascii")
    (tmp_path / "other_key").write_text(other.tls_client_key, encoding="ascii")
    stranger = TlsSettings(authority=own.authority, certificate=tmp_path / "other", key=tmp_path / "other_key")
    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        security=security,
        protocol="tls",
        dashboard_address=LOOPBACK,
        local_directory=str(tmp_path / "scratch"),
    ) as encrypted:
        address, place = encrypted.scheduler_address, f"file://{storage}"
        with workers(WorkerSettings(scheduler=address, storage=place, tls=own), 1) as cluster:
            assert list(cluster.run(part_work.writable, TABLE, [1])) == [(True, True, 1)]
        refused = WorkerSettings(scheduler=address, storage=place, tls=stranger, patience=1)
        with pytest.raises(LinkageError, match="check its address and certificates"), workers(refused, 1):
            pass
