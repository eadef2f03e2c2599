"""Runs by blocking: found as exhaustive runs find, and the same bytes whoever does the work, in parts of any size."""

from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from elsewhere import Elsewhere

from linkage.candidates import candidates, strata
from linkage.compare import comparisons, layout
from linkage.gathering import gather
from linkage.link import Linkage, link
from linkage.observing import compared
from linkage.profiles import profile
from linkage.settings import CandidateSettings, EncodingSettings, LinkageSettings, WorkerSettings
from linkage.task import Task
from linkage.workers import Threads, Workers

Registers = tuple[dict[str, pa.Table], dict[str, int]]
TABLES = ("crosswalk", "links", "draws", "candidates", "records")
DEFAULT = WorkerSettings().partition


def linked(
    packages: dict[str, pa.Table],
    encoding: EncodingSettings,
    *,
    exhaustive: int = 0,
    partition: int = DEFAULT,
    threads: int = 1,
    chosen: Workers | None = None,
) -> Linkage:
    settings = LinkageSettings(
        candidates=CandidateSettings(exhaustive_records=exhaustive), workers=WorkerSettings(partition=partition)
    )
    alone = {"left": True, "right": False}
    return link(
        packages, encoding=encoding, settings=settings, deduplicated=alone, seed=7, threads=threads, workers=chosen
    )


def pairs_of(table: pa.Table) -> set[tuple[int, int]]:
    return set(zip(table["left"].to_pylist(), table["right"].to_pylist(), strict=True))


def f1(linkage: Linkage, truth: dict[str, int]) -> float:
    """Of pairs of records of one cluster, against those of one person."""
    frame = linkage.crosswalk.to_pandas()
    found = {pair for _, ids in frame.groupby("cluster")["record_id"] for pair in combinations(sorted(ids), 2)}
    true = {pair for pair in combinations(sorted(truth), 2) if truth[pair[0]] == truth[pair[1]]}
    return 2 * len(found & true) / (len(found) + len(true))


def arrow_bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


@pytest.mark.parametrize(
    ("partition", "threads", "chosen"),
    [
        (1, 1, None),
        (7, 1, None),
        (60, 2, None),
        (DEFAULT, 2, None),
        (23, 3, None),
        (DEFAULT, 3, None),
        (1, 1, Elsewhere()),
        (60, 2, Elsewhere()),
    ],
)
def test_parts_threads_and_workers_never_show_in_a_run_by_blocking(
    partition: int, threads: int, chosen: Workers | None, two_registers: Registers, encoding: EncodingSettings
) -> None:
    """Every table byte for byte, and the summary."""
    one = linked(two_registers[0], encoding)
    other = linked(two_registers[0], encoding, partition=partition, threads=threads, chosen=chosen)
    for name in TABLES:
        assert arrow_bytes(getattr(one, name)) == arrow_bytes(getattr(other, name)), name
    assert one.summary == other.summary
    assert one.links.num_rows >= 55
    if isinstance(chosen, Elsewhere):
        assert chosen.done["search_part"] > 1
        assert chosen.done["levels_of_part"] > 1


@pytest.mark.parametrize("partition", [1, 60])
def test_parts_never_show_in_an_exhaustive_run(
    partition: int, two_registers: Registers, encoding: EncodingSettings
) -> None:
    """The comparison is in parts there too; the search is not, whoever the workers are."""
    workers = Elsewhere()
    one = linked(two_registers[0], encoding, exhaustive=200)
    other = linked(two_registers[0], encoding, exhaustive=200, partition=partition, chosen=workers)
    for name in TABLES:
        assert arrow_bytes(getattr(one, name)) == arrow_bytes(getattr(other, name)), name
    assert one.summary == other.summary
    assert set(workers.done) == {"levels_of_part"}


def test_a_run_by_blocking_links_nearly_as_an_exhaustive_one(
    two_registers: Registers, encoding: EncodingSettings
) -> None:
    """With fewer candidates; the most records that are still searched exhaustively is what the settings say."""
    packages, truth = two_registers
    everything, within = linked(packages, encoding, exhaustive=200), linked(packages, encoding, exhaustive=199)
    assert within.candidates.num_rows < everything.candidates.num_rows
    best = f1(everything, truth)
    assert best > 0.95
    assert abs(best - f1(within, truth)) < 0.02
    true = {
        (a, b)
        for (a, one), (b, other) in combinations(enumerate(truth[name] for name in sorted(truth)), 2)
        if one == other
    }
    assert pairs_of(within.candidates) & true == pairs_of(everything.candidates) & true


@pytest.mark.parametrize("partition", [1, 9, 100, DEFAULT])
def test_vectors_come_in_order_and_of_as_many_records_as_a_part_may_have(
    partition: int, two_registers: Registers, encoding: EncodingSettings
) -> None:
    """Each slice has the pairs of at most so many left records, and all slices together have all pairs."""
    packages, _ = two_registers
    fields = layout(encoding, packages["left"].column_names)
    records = gather(packages, {"left": True, "right": False}, fields.shared_dictionaries)
    pairs = candidates(records, fields, CandidateSettings(), threads=1)
    plan = comparisons(fields, profile(encoding.profile))
    settings = LinkageSettings(workers=WorkerSettings(partition=partition))
    task = Task(records, strata(records), plan, settings, seed=1, threads=1, workers=Threads(2))
    found = list(compared(task, pairs))
    assert [rows.start for rows, _ in found] == [0, *(rows.stop for rows, _ in found[:-1])]
    assert found[-1][0].stop == len(pairs)
    np.testing.assert_array_equal(np.concatenate([levels for _, levels in found]), task.comparer.levels(pairs))
    for rows, levels in found:
        assert len(levels) == rows.stop - rows.start > 0
        assert len(set((pairs.left[rows] // partition).tolist())) == 1


def test_without_candidates_there_is_nothing_to_compare(two_registers: Registers, encoding: EncodingSettings) -> None:
    packages, _ = two_registers
    fields = layout(encoding, packages["left"].column_names)
    records = gather(packages, {"left": True, "right": False}, fields.shared_dictionaries)
    nothing = candidates(records, fields, CandidateSettings(), threads=1).where(slice(0, 0))
    plan = comparisons(fields, profile(encoding.profile))
    task = Task(records, strata(records), plan, LinkageSettings(), seed=1, threads=1)
    assert list(compared(task, nothing)) == []
