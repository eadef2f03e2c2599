"""What a linkage tells of its stages while it runs: each from nothing to all of it, counted in its own unit."""

from collections import defaultdict
from itertools import pairwise

import pyarrow as pa
import pytest
from elsewhere import Elsewhere
from hypothesis import given
from hypothesis import strategies as st

from linkage.link import STAGES, Linkage, link
from linkage.progress import Progress, Stage, silent, told
from linkage.settings import EncodingSettings, LinkageSettings
from linkage.workers import Threads, Workers

Said = tuple[str, int, int, str]
Registers = tuple[dict[str, pa.Table], dict[str, int]]
UNITS = {
    "gather": "records",
    "candidates": "searches",
    "compare": "pairs",
    "estimate": "patterns",
    "cluster": "pairs",
    "draw": "draws",
    "report": "records",
}


class Heard(list[Said]):
    """Keeps what was told."""

    def __call__(self, stage: str, done: int, total: int, unit: str) -> None:
        """Keep a report."""
        self.append((stage, done, total, unit))

    @property
    def by_stage(self) -> dict[str, list[Said]]:
        """The reports of each stage, stages in the order in which they began."""
        found: dict[str, list[Said]] = defaultdict(list)
        for said in self:
            found[said[0]].append(said)
        return found


def run(
    registers: Registers,
    encoding: EncodingSettings,
    progress: Progress,
    workers: Workers | None = None,
    changed: dict[str, dict[str, int]] | None = None,
) -> Linkage:
    packages, _ = registers
    return link(
        packages,
        encoding=encoding,
        settings=LinkageSettings.model_validate(changed or {}),
        deduplicated=dict.fromkeys(packages, True),
        seed=7,
        threads=1,
        workers=workers,
        progress=progress,
    )


@given(total=st.integers(0, 50), steps=st.lists(st.integers(-3, 20)), grown=st.integers(0, 9))
def test_a_stage_ends_once_and_only_when_its_block_ends(total: int, steps: list[int], grown: int) -> None:
    """However it is counted: it begins at 0 unless nothing is to do, rises, and the last report says all is done."""
    heard = Heard()
    with told(heard, "dig", total, "holes") as stage:
        for step in steps:
            stage.count(step)
        stage.grow(grown)
        before = len(heard)
    assert len(heard) == before + 1
    assert heard[-1] == ("dig", total + grown, total + grown, "holes")
    assert all(done < of for _, done, of, _ in heard[:-1])
    assert [done for _, done, _, _ in heard[:-1]] == sorted({done for _, done, _, _ in heard[:-1]})
    assert heard[0][1] == 0 or total == 0


def test_a_stage_that_fails_never_says_that_it_is_done() -> None:
    heard = Heard()
    with pytest.raises(KeyError), told(heard, "dig", 2, "holes"):
        raise KeyError
    assert heard == [("dig", 0, 2, "holes")]


def test_what_was_done_before_is_not_told_again() -> None:
    heard = Heard()
    stage = Stage(heard, "dig", 9, "holes")
    for done in (3, 3, 2, 5, 9):
        stage.reached(done)
    assert [done for _, done, _, _ in heard] == [3, 5]


def test_every_stage_is_told_in_its_own_unit(two_registers: Registers, encoding: EncodingSettings) -> None:
    """The totals are those of the run: its records, candidates and draws."""
    heard = Heard()
    linkage = run(two_registers, encoding, heard)
    stages = heard.by_stage
    assert tuple(stages) == STAGES
    assert {stage: {unit for *_, unit in said} for stage, said in stages.items()} == {s: {u} for s, u in UNITS.items()}
    assert all(said[0][1] == 0 and said[-1][1] == said[-1][2] for said in stages.values())
    ended = {stage: said[-1][2] for stage, said in stages.items()}
    assert ended["gather"] == ended["candidates"] == ended["report"] == 200
    assert ended["draw"] == linkage.summary["draws"]
    assert stages["compare"][0][2] == ended["cluster"] == linkage.candidates.num_rows
    assert ended["compare"] > ended["cluster"], "the sample of other pairs is compared too"


@pytest.mark.parametrize("workers", [Threads(2), Elsewhere()])
def test_a_large_run_tells_of_each_road_and_part(
    workers: Workers, two_registers: Registers, encoding: EncodingSettings
) -> None:
    """By blocking, every record is searched once on each road; comparison is told part by part."""
    heard = Heard()
    large = {"candidates": {"exhaustive_records": 0}, "workers": {"partition": 20}}
    run(two_registers, encoding, heard, workers, large)
    stages = heard.by_stage
    roads = stages["candidates"][0][2] // 200
    searched = [done for _, done, _, _ in stages["candidates"]]
    assert roads > 2
    assert {200 * road for road in range(roads + 1)} <= set(searched)
    assert all(before < after for before, after in pairwise(searched))
    assert len(stages["compare"]) > 5


def test_being_watched_changes_nothing(two_registers: Registers, encoding: EncodingSettings) -> None:
    watched, alone = run(two_registers, encoding, Heard()), run(two_registers, encoding, silent)
    assert watched.crosswalk.equals(alone.crosswalk)
    assert watched.links.equals(alone.links)
    assert watched.summary == alone.summary
