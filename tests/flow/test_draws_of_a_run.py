"""What a run says of its doubt travels sealed to the warehouse, and leaves the crosswalk as it was."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import warehouse
from ketenzicht.stages import linkage_unit

CONFIG = Path(__file__).parents[2] / "config"
SCHEMA = pa.schema([("draw", pa.uint8()), ("source", pa.string()), ("record_id", pa.string()), ("cluster", pa.int64())])


@dataclass(frozen=True)
class WithDraws:
    """A linkage with draws of a test's making."""

    crosswalk: pa.Table
    links: pa.Table
    candidates: pa.Table
    records: pa.Table
    summary: dict[str, Any]
    draws: pa.Table


def parted(linked: Any) -> WithDraws:  # noqa: ANN401 - whatever linkage yields
    """The same linkage with two draws: in the first every tenth record is alone, the second is as the crosswalk."""
    crosswalk = linked.crosswalk
    rows = np.arange(0, crosswalk.num_rows, 10)
    last = pc.max(crosswalk["cluster"]).as_py()
    moved = {
        "draw": np.ones(len(rows), dtype=np.uint8),
        "source": crosswalk["source"].take(pa.array(rows)),
        "record_id": crosswalk["record_id"].take(pa.array(rows)),
        "cluster": last + 1 + np.arange(len(rows)),
    }
    draws = pa.table(moved, schema=SCHEMA)
    overall = {"precision": 0.9, "recall": 0.8, "recall_low": 0.7, "recall_high": 0.9}
    summary = {**linked.summary, "draws": 2, "overall": overall}
    return WithDraws(crosswalk, linked.links, linked.candidates, linked.records, summary, draws)


@pytest.fixture
def with_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every linkage gets the draws of ``parted``."""
    link: Callable[..., Any] = linkage_unit.link
    monkeypatch.setattr(linkage_unit, "link", lambda *given: parted(link(*given)))


@pytest.mark.usefixtures("with_draws")
def test_draws_reach_warehouse_page_and_evaluation(ketenzicht, small_world: Path, tmp_path: Path) -> None:  # noqa: ANN001
    """Written with person ids, sealed beside the crosswalk, loaded, and compared with the truth per group."""
    shared = ("--config", CONFIG, "--workspace", tmp_path / "w", "--json")
    done = json.loads(ketenzicht("run", "--sources", small_world, *shared).out)
    folder = tmp_path / "w" / "linkage_unit" / "runs" / done["run_id"]
    crosswalk, drawn = (pq.read_table(folder / f"{name}.parquet").to_pandas() for name in ("crosswalk", "draws"))
    assert list(drawn.columns) == ["draw", "source", "record_id", "person_id"]
    assert len(drawn) == -(-len(crosswalk) // 10)
    assert drawn["person_id"].is_unique
    assert not set(drawn["person_id"]) & set(crosswalk["person_id"])
    marts = tmp_path / "w" / "warehouse" / "warehouse.duckdb"
    rows = {(row["grouping"], row["group_name"]): row for row in warehouse.quality_by_group(marts)}
    whole = rows["overall", "all records"]
    assert whole["links"] == done["linkage"]["links"]
    assert 0 < whole["recall_low"] <= whole["recall"] <= whole["recall_high"] <= 1
    assert whole["precision_low"] < whole["precision"] < whole["precision_high"] <= 1.0
    assert "all records" in Path(done["report"]).read_text(encoding="utf-8")
    said = json.loads(ketenzicht("evaluate", "--truth", small_world / "truth.csv", *shared).out)
    for name in ("NL", "EU", "non-EU"):
        group = said["subgroups"]["nationality_group"][name]
        assert group["estimated_precision"] == rows["nationality_group", name]["precision"]


def linkage(draws: list[tuple[int, str, str, int]]) -> Any:  # noqa: ANN401 - stands in for a linkage
    """Three records of two persons, with these draws."""
    columns = [dict(zip(SCHEMA.names, row, strict=True)) for row in draws]
    crosswalk = pa.table({
        "source": ["a", "a", "b"], "record_id": ["1", "2", "3"], "cluster": [0, 1, 0],
        "link_method": ["similarity", "single", "similarity"], "link_probability": [0.9, 1.0, 0.9],
    })  # fmt: skip
    return SimpleNamespace(crosswalk=crosswalk, draws=pa.Table.from_pylist(columns, schema=SCHEMA))


CONTEXT: Any = SimpleNamespace(project=SimpleNamespace(pipeline=SimpleNamespace(seed=7)))
OPENED: Any = SimpleNamespace(run_id="0123456789abcdef")


def test_the_crosswalk_is_the_same_bytes_with_draws_and_without() -> None:
    """Clusters that only draws have get their ids after all others."""
    without = linkage_unit.identify(CONTEXT, OPENED, linkage([]))
    drawn = [(1, "b", "3", 1), (2, "b", "3", 2), (3, "a", "2", 3), (3, "b", "3", 2)]
    several = linkage_unit.identify(CONTEXT, OPENED, linkage(drawn))
    assert several.crosswalk.equals(without.crosswalk)
    assert without.draws.num_rows == 0
    known = several.crosswalk["person_id"].to_pylist()
    first, second, third, fourth = several.draws["person_id"].to_pylist()
    assert first == known[1]
    assert second == fourth
    assert len({*known, second, third}) == 4
