"""Work in parts on this machine, the storage that machines share, and which workers settings ask for."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import part_work
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from linkage.errors import LinkageError
from linkage.settings import LinkageSettings, TlsSettings, WorkerSettings
from linkage.workers import Threads, workers
from linkage.workers.part import SealedPart
from linkage.workers.storage import StorageFailed, fetched, packed, put, removed

TLS = TlsSettings(authority=Path("ca.pem"), certificate=Path("unit.pem"), key=Path("unit.key"))


def doubled(shared: int, part: int) -> int:
    return shared * part


@given(parts=st.lists(st.integers(), max_size=30), threads=st.integers(1, 4))
def test_any_number_of_threads_gives_every_result_in_the_order_of_parts(parts: list[int], threads: int) -> None:
    assert list(Threads(threads).run(doubled, 2, parts)) == [2 * part for part in parts]


class Counted:
    """Parts that count how many are begun."""

    def __init__(self) -> None:  # noqa: D107 - nothing to say
        self.begun = 0
        self.lock = Lock()

    def __call__(self, _: None, part: int) -> int:
        """Count a part."""
        with self.lock:
            self.begun += 1
        return part


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_no_more_parts_are_begun_than_two_a_thread_beyond_those_given(threads: int) -> None:
    """Results wait in memory, so their number has to be bounded."""
    work = Counted()
    for given_so_far, _ in enumerate(Threads(threads).run(work, None, range(40)), start=1):
        assert work.begun <= given_so_far + 2 * threads


def test_whoever_stops_asking_leaves_no_thread_at_work() -> None:
    work = Counted()
    results = Threads(2).run(work, None, range(1000))
    next(results)
    results.close()  # type: ignore[attr-defined] # a generator
    assert work.begun <= 5


def test_an_error_of_a_part_is_raised_after_the_parts_before_it() -> None:
    table = part_work.column(5)
    results = Threads(2).run(part_work.fails_on_three, table, range(6))
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="cannot use"):
        next(results)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[str]:
    yield f"file://{tmp_path}/shared"
    removed(f"file://{tmp_path}/shared")


def test_what_is_put_on_storage_comes_back_equal_and_writable(folder: str) -> None:
    """Kernels are compiled for arrays that may be written to; others would be compiled anew or refused."""
    table = part_work.column(1000)
    item = packed(table)
    put(folder, item)
    back = fetched(folder, item.name)
    assert back.values.tobytes() == table.values.tobytes()
    assert back.names.tolist() == table.names.tolist()
    assert back.values.flags.writeable
    assert back.values.flags.c_contiguous


def test_the_name_follows_from_the_content() -> None:
    assert packed(part_work.column(9)).name == packed(part_work.column(9)).name
    assert packed(part_work.column(9)).name != packed(part_work.column(10)).name


@pytest.mark.parametrize("spoil", [lambda data: data[:-9], lambda data: data[:-1] + b"?", lambda data: data[::-1]])
def test_an_object_that_was_changed_on_storage_is_refused_before_it_is_opened(
    spoil: Callable[[bytes], bytes], folder: str, tmp_path: Path
) -> None:
    """Unpickling runs code, so the hash is checked first."""
    item = packed(part_work.column(100))
    put(folder, item)
    path = tmp_path / "shared" / item.name
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(StorageFailed, match="Cure"):
        fetched(folder, item.name)


def test_storage_that_is_not_there_is_told_with_its_cure(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match=r"shared: storage cannot be used .*Cure"):
        fetched(f"file://{tmp_path}/shared", "0" * 64)


def test_removing_leaves_nothing_and_may_be_done_twice(folder: str, tmp_path: Path) -> None:
    item = packed([1, 2])
    put(folder, item)
    removed(folder, item.name)
    assert list((tmp_path / "shared").iterdir()) == []
    put(folder, item)
    removed(folder)
    removed(folder)
    assert not (tmp_path / "shared").exists()


def test_work_that_cannot_travel_is_refused_without_its_data() -> None:
    with pytest.raises(LinkageError, match="function of a module") as caught:
        packed((lambda _, part: part, part_work.BIRTH))
    assert part_work.BIRTH not in str(caught.value)


def test_a_part_tells_its_number_and_nothing_else() -> None:
    """Clusters log the arguments of tasks that fail."""
    part = SealedPart(7, "release", "s3://bucket", "shared", "own", part_work.BIRTH.encode())
    assert repr(part) == "SealedPart(7)"


def test_without_a_scheduler_the_threads_of_this_machine_work() -> None:
    with workers(WorkerSettings(), 3) as chosen:
        assert chosen == Threads(3)


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"scheduler": "10.0.0.1:8786", "storage": "s3://b"}, "no tls:// address"),
        ({"scheduler": "tcp://10.0.0.1:8786", "storage": "s3://b"}, "unencrypted"),
        ({"scheduler": "tls://10.0.0.1:8786", "storage": "s3://b"}, "go together"),
        ({"scheduler": "tcp://127.0.0.1:8786", "storage": "s3://b", "tls": TLS}, "go together"),
        ({"scheduler": "tls://10.0.0.1:8786", "tls": TLS}, "storage is missing"),
        ({"scheduler": "tls://10.0.0.1:8786", "tls": TLS, "storage": "/mnt/shared"}, "no URL"),
        ({"partition": 0}, "greater than"),
    ],
)
def test_settings_that_would_not_work_or_leak_are_refused(keys: dict[str, Any], problem: str) -> None:
    """An open connection to another machine, a scheduler without storage, certificates that do not fit."""
    with pytest.raises(ValidationError, match=problem):
        WorkerSettings(**keys)


def test_where_the_work_is_done_is_no_part_of_what_a_run_is() -> None:
    """A run id and a summary are made from these settings, and workers change no result."""
    settings = LinkageSettings(
        workers=WorkerSettings(scheduler="tls://unit:8786", storage="s3://bucket/unit", tls=TLS, partition=7)
    )
    assert settings.model_dump(mode="json") == LinkageSettings().model_dump(mode="json")


def test_numpy_scalars_and_empty_arrays_travel(folder: str) -> None:
    item = packed({"none": np.zeros((0, 16), dtype=np.uint64), "one": np.float64(1.5)})
    put(folder, item)
    back = fetched(folder, item.name)
    assert back["none"].shape == (0, 16)
    assert back["one"] == 1.5
