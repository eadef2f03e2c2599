"""F1 of what a side put together."""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.speed.folder import read_about, write_data
from benchmarks.speed.judge import Judge, pair_figures
from benchmarks.speed.population import ENCODING
from linkage.settings import LinkageSettings

LABELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=12)


@given(LABELS)
def test_pair_figures_are_those_of_listing_all_pairs(labels: list[tuple[int, int]]) -> None:
    found, true = (np.array(each, dtype=np.int64) for each in zip(*labels, strict=True))
    pairs = list(combinations(range(len(labels)), 2))
    linked = {pair for pair in pairs if found[pair[0]] == found[pair[1]]}
    real = {pair for pair in pairs if true[pair[0]] == true[pair[1]]}
    figures = pair_figures(found, true)
    assert figures["precision"] == (len(linked & real) / len(linked) if linked else None)
    assert figures["recall"] == (len(linked & real) / len(real) if real else None)
    both = len(linked) + len(real)
    assert figures["f1"] == (2 * len(linked & real) / both if both else None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two sources of two records each; the first of each is one person, and so is the second."""
    columns = [f"birth_date.{part}" for part in ("year", "month", "day")]
    columns = ["given_name", "family_name", *columns, "sex", "postcode", "municipality"]
    plain = {
        source: pd.DataFrame(None, index=pd.Index([f"{source}1", f"{source}2"], name="native_id"), columns=columns)
        for source in ("b", "a")
    }
    truth = pd.DataFrame({"source": list("bbaa"), "native_id": ["b1", "b2", "a1", "a2"], "person": list("xyxy")})
    write_data(tmp_path, plain, truth, {"a": True, "b": True}, ENCODING, LinkageSettings())
    return tmp_path


def _clusters(path: Path, labels: str, *, rows: bool = False) -> None:
    ids = [3, 2, 1, 0] if rows else ["b2", "b1", "a2", "a1"]
    table = pd.DataFrame({"source_dataset": list("bbaa"), "unique_id": ids, "cluster_id": list(labels)})
    table.to_parquet(path)


def _splink(folder: Path, components: str, best: str, *, rows: bool = False) -> Path:
    out = folder / "splink"
    out.mkdir(exist_ok=True)
    _clusters(out / "components.parquet", components, rows=rows)
    _clusters(out / "best_links.parquet", best, rows=rows)
    left, right = ([0, 0, 1], [2, 3, 3]) if rows else (["a1", "a1", "a2"], ["b1", "b2", "b2"])
    pairs = pd.DataFrame({"source_dataset_l": "a", "unique_id_l": left, "source_dataset_r": "b", "unique_id_r": right})
    pairs.assign(match_weight=[9.0, 3.0, 8.0]).to_parquet(out / "pairs.parquet")
    return out


@pytest.mark.parametrize("rows", [False, True])
def test_splink_gets_its_best_clustering_whether_it_names_records_or_numbers_them(folder: Path, rows: bool) -> None:  # noqa: FBT001 - pytest's parameter
    """All four in one component is half right, singles find nothing, one to one is right."""
    figures = Judge(folder).splink(_splink(folder, "zzzz", "abcd", rows=rows), random=-5.0)
    assert figures["f1_by_clustering"] == {"components": 0.5, "best_links": 0.0, "source_consistent": 1.0}
    assert (figures["clustering"], figures["f1"], figures["oracle_f1"]) == ("source_consistent", 1.0, 1.0)


def test_ours_is_judged_by_record_id(folder: Path) -> None:
    truth = pd.read_parquet(folder / "truth.parquet")
    table = truth[["source", "record_id"]].assign(cluster=truth["person"]).sort_values("record_id")
    table.to_parquet(folder / "crosswalk.parquet")
    assert Judge(folder).ours(folder)["f1"] == 1.0
    table.assign(cluster=np.arange(4)).to_parquet(folder / "crosswalk.parquet")
    assert Judge(folder).ours(folder)["recall"] == 0.0


def test_what_both_sides_know_comes_back_and_holds_no_person(folder: Path) -> None:
    about = read_about(folder)
    assert about.sources == ("a", "b")
    assert about.deduplicated == {"a": True, "b": True}
    assert (about.encoding, about.linkage) == (ENCODING, LinkageSettings())
    assert "person" not in json.loads((folder / "about.json").read_text())
    assert list(pd.read_parquet(folder / "plain" / "a.parquet").columns[:2]) == ["native_id", "record_id"]
