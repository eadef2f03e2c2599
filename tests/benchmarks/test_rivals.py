"""The rivals that the tests' environment can run: recordlinkage whole, anonlink but for its similarity."""

import logging
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from bitarray import bitarray

from benchmarks.anonlink_rival import THRESHOLD, anonlink_scores, encodings
from benchmarks.cases import FIXED, Case, prepare
from benchmarks.final_step import Scored
from benchmarks.methods import METHODS, figures, found_fields, versions
from benchmarks.plain_table import blocking_rules, plain_table, usable_fields
from benchmarks.recordlinkage_rival import recordlinkage_scores


@pytest.fixture(scope="module")
def febrl1() -> Case:
    return prepare("febrl1", FIXED["febrl1"], None, None)


@pytest.fixture
def halves(febrl1: Case) -> dict[str, pd.DataFrame]:
    """FEBRL 1 as two sources: 60 originals and their duplicates."""
    whole = febrl1.plain["register"]
    number = whole.index.str.extract(r"rec-(\d+)-")[0].astype(int).to_numpy()
    original = whole.index.str.endswith("-org")
    return {"one": whole[original & (number < 60)], "other": whole[~original & (number < 60)]}


def as_pairs(scored: Scored) -> set[tuple[int, int]]:
    return set(zip(scored.pairs.left.tolist(), scored.pairs.right.tolist(), strict=True))


def test_recordlinkage_links_the_copies_of_a_clean_file(febrl1: Case) -> None:
    """FEBRL 1 has ten informative fields, so anything below this is a fault of the adapter."""
    found = figures("recordlinkage", febrl1, seed=1)
    assert found["f1"] > 0.97
    assert found["pair_completeness"] > 0.97
    assert found["seconds"] > 0


def test_recordlinkage_compares_what_a_blocking_rule_joins(febrl1: Case, halves: dict[str, pd.DataFrame]) -> None:
    """And nothing within a source that holds each person once."""
    fields = febrl1.project.encoding.fields
    found = recordlinkage_scores(halves, fields, {"one": True, "other": False}, 1)
    table = plain_table(halves, fields)
    expected = set()
    for rule in blocking_rules(usable_fields(table, fields)):
        for rows in table.dropna(subset=list(rule)).groupby(list(rule))["unique_id"].agg(list):
            expected |= {(a, b) for a in rows for b in rows if a < b and b >= len(halves["one"])}
    assert as_pairs(found) == expected
    assert np.isfinite(found.score).all()


def test_recordlinkage_leaves_logging_as_it_was(febrl1: Case, halves: dict[str, pd.DataFrame]) -> None:
    root = logging.getLogger()
    before = (list(root.filters), list(root.handlers), root.level)
    recordlinkage_scores(halves, febrl1.project.encoding.fields, {"one": True, "other": True}, 1)
    assert (root.filters, root.handlers, root.level) == before


def test_clks_have_half_their_bits_set(febrl1: Case) -> None:
    """Whatever the number of fields: here ten."""
    [filters] = encodings(febrl1.plain, febrl1.project.encoding.fields).values()
    fill = np.mean([each.count() for each in filters]) / len(filters[0])
    assert len(filters[0]) == 1024
    assert 0.4 < fill < 0.55


def test_a_missing_value_adds_no_bit(febrl1: Case) -> None:
    fields = febrl1.project.encoding.fields
    frame = febrl1.plain["register"].iloc[:3].copy()
    frame.iloc[0] = None
    frame.loc[frame.index[2], :] = frame.iloc[1]
    frame.loc[frame.index[2], "suburb"] = None
    empty, whole, lacking = encodings({"register": frame}, fields)["register"]
    assert empty.count() == 0
    assert lacking & whole == lacking
    assert lacking.count() < whole.count()


def stand_in(datasets: tuple[list[bitarray], list[bitarray]], threshold: float) -> tuple[object, tuple[object, object]]:
    """What anonlink's similarity returns, pair by pair."""
    found = [
        (2 * (a & b).count() / max(a.count() + b.count(), 1), row, column)
        for row, a in enumerate(datasets[0])
        for column, b in enumerate(datasets[1])
    ]
    kept = [each for each in found if each[0] >= threshold]
    dice, rows, columns = zip(*kept, strict=True) if kept else ((), (), ())
    return dice, (rows, columns)


@pytest.mark.parametrize("deduplicated", [True, False])
def test_anonlink_scores_each_similar_pair_once(
    febrl1: Case, halves: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch, *, deduplicated: bool
) -> None:
    """Rows count through both sources; a source without duplicates is not held against itself."""
    monkeypatch.setitem(sys.modules, "anonlink", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "anonlink.similarities", SimpleNamespace(dice_coefficient=stand_in))
    fields = febrl1.project.encoding.fields
    found = anonlink_scores(halves, fields, {"one": deduplicated, "other": deduplicated}, 1)
    filters = [each for part in encodings(halves, fields).values() for each in part]
    own = len(halves["one"])
    expected = {
        (a, b): 2 * (filters[a] & filters[b]).count() / (filters[a].count() + filters[b].count()) - THRESHOLD
        for a in range(len(filters))
        for b in range(a + 1, len(filters))
        if not deduplicated or a < own <= b
    }
    expected = {pair: score for pair, score in expected.items() if score >= 0}
    assert as_pairs(found) == set(expected)
    assert np.allclose(found.score, list(expected.values()))
    assert -THRESHOLD < found.random < 0


def test_the_fields_of_records_come_in_the_order_of_the_rows(halves: dict[str, pd.DataFrame]) -> None:
    found = found_fields({name: halves[name] for name in ("other", "one")})
    assert list(found["native_id"]) == [*halves["one"].index, *halves["other"].index]
    assert "birth_date" in found["present"].iloc[0]


def test_the_releases_compared_are_named() -> None:
    """None stands for a package that is not installed."""
    found = versions()
    assert set(found) >= set(METHODS) - {"encoded"}
    assert found["recordlinkage"] == "0.16"
