"""What a run reports of itself rests on counts of patterns, so that a shortened list of candidates changes nothing."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from linkage import link as linking
from linkage.cross_check import cross_check
from linkage.discriminate import training
from linkage.link import link
from linkage.settings import EncodingSettings, LinkageSettings
from linkage.task import Observed
from linkage.two_scorers import two_scorers

Registers = tuple[dict[str, pa.Table], dict[str, int]]
LOWEST = -6.0


@pytest.fixture
def observed(two_registers: Registers, encoding: EncodingSettings, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, ...]:
    """What a run knows when it comes to report: two registers of 100, free of duplicates, that share 60 persons."""
    caught: list[tuple[Any, ...]] = []
    monkeypatch.setattr(linking, "_result", lambda *given: caught.append(given))
    deduplicated = dict.fromkeys(two_registers[0], True)
    link(two_registers[0], encoding=encoding, settings=LinkageSettings(), deduplicated=deduplicated, seed=7, threads=1)
    monkeypatch.undo()
    return caught[0]


def shortened(seen: Observed, keep: np.ndarray) -> Observed:
    """The same observation with fewer candidates listed, all of them still counted."""
    listed = Observed(seen.pairs.where(keep), seen.row_of[keep], seen.patterns)
    listed.__dict__["count"] = seen.count
    return listed


def _sure(summary: dict[str, Any]) -> dict[str, Any]:
    """A summary without what rests on single pairs: completeness, and the scorers' folds."""
    found = {name: figures for name, figures in summary.items() if name != "scorers"}
    rows = [summary["overall"], *summary["source_pairs"]]
    found["overall"], *found["source_pairs"] = ({**row, "pair_completeness": None} for row in rows)
    return found


def test_a_shortened_list_of_candidates_gives_the_same_report(observed: tuple[Any, ...]) -> None:
    """Pairs far below any threshold may be dropped once they are counted: no figure but completeness moves."""
    task, fields, seen, model, decision, doubt, lists = observed
    keep = (seen.log_odds(model) > LOWEST) | decision.scored.contains(seen.pairs.keys)
    assert 0 < keep.sum() < len(keep) / 2
    report = linking._result(task, fields, shortened(seen, keep), model, decision, doubt, lists)
    whole = linking._result(*observed)
    assert report.summary["candidates"] == len(seen.pairs)
    assert report.crosswalk.equals(whole.crosswalk)
    assert report.summary["overall"]["pair_completeness"] == pytest.approx(
        whole.summary["overall"]["pair_completeness"], abs=0.01
    )
    assert _sure(report.summary) == _sure(whole.summary)
    assert report.summary["scorers"]["agrees"] == whole.summary["scorers"]["agrees"]


def test_a_large_run_fits_few_models_and_says_the_same(
    observed: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one model for the most common pattern and one for all others, both scorers still find the same matches."""
    task, _, seen, model, *_ = observed
    small = two_scorers(task, seen, model)
    monkeypatch.setattr(training, "LARGE", 0)
    monkeypatch.setattr(training, "MOST_MODELS", 1)
    large = two_scorers(task, seen, model)
    (row,), (other,) = small["source_pairs"], large["source_pairs"]
    assert row["agrees"] is other["agrees"] is True
    assert other["matches_by_ratio"] == pytest.approx(row["matches_by_ratio"], abs=3 * row["standard_error"])


def test_the_toolkit_is_asked_about_a_sample_of_what_was_counted(observed: tuple[Any, ...]) -> None:
    """Every candidate that can match is in the sample where they are few, whatever is listed; and both fits agree."""
    task, _, seen, *_ = observed
    check = cross_check(seen.patterns, seen.count, task.plan, task.parts.can_match, 1)
    assert check["pairs"] == task.parts.can_match[seen.stratum].sum()
    assert check["agrees"] is True
    thousandfold = cross_check(seen.patterns, seen.count * 1000, task.plan, task.parts.can_match, 1)
    assert thousandfold["pairs"] == 20_000
