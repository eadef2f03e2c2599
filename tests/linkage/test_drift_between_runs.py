"""Which earlier run a linkage is compared with, what the summary says of it, and that broken files stop nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from ketenzicht.context import Context
from ketenzicht.periods import Period
from ketenzicht.settings import read_project
from ketenzicht.stages.parameter_drift import NOTHING_BEFORE, compared
from ketenzicht.workspace import Workspace

CONFIG = Path(__file__).resolve().parents[2] / "config"
MOVED = 0.5


def summary(differ: float = 0.02) -> dict[str, Any]:
    """A linkage of two registers with one field; ``differ``: share of matches that differ there."""
    levels = {"differ": {"m": differ, "u": 0.5}, "equal": {"m": 1 - differ, "u": 0.5}}
    fit = {"converged": True, "iterations": 3, "last_change": 0.0}
    group = {"source_pairs": [["north", "south"]], "comparisons": {"sex": levels}}
    row = {"source_a": "north", "source_b": "south", "pairs": 1_000_000, "expected_matches": 900.0}
    model = {"classes": ["match", "random"], "pooled": fit, "per_group": fit, "groups": [group]}
    known = {"code": "no_overlap", "where": "north x south", "message": "."}
    return {"records": {"north": 1_000, "south": 1_000}, "source_pairs": [row], "model": model, "findings": [known]}


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """An empty workspace of the project that comes with the package."""
    return Context(read_project(CONFIG), Workspace(tmp_path), "runner")


def finish(context: Context, run_id: str, period: str, finished: str, differ: float = 0.02) -> None:
    """Leave the files of a finished run behind."""
    found = compared(context, run_id, Period.parse(period), summary(differ))
    context.workspace.run(run_id).mkdir(parents=True)
    context.workspace.parameters(run_id).write_text(json.dumps(found.parameters), encoding="utf-8")
    said = {"run_id": run_id, "period": period, "finished": finished, "linkage": found.summary}
    context.workspace.linkage_summary(run_id).write_text(json.dumps(said), encoding="utf-8")


def test_a_first_run_says_that_there_is_nothing_to_compare_with(context: Context) -> None:
    """No verdict and no finding; what the linkage said of itself is kept as it was."""
    found = compared(context, "r1", Period.parse("2020"), summary())
    assert found.message == NOTHING_BEFORE
    assert (found.summary["drift"]["verdict"], found.summary["drift"]["compared_with"]) == (None, None)
    assert {name: part for name, part in found.summary.items() if name != "drift"} == summary()


def test_drift_is_a_finding_beside_the_others(context: Context) -> None:
    """A field that broke since last year: verdict, changes and finding; the summary given is not changed."""
    finish(context, "r1", "2019", "2020-01-05T10:00:00+00:00")
    given = summary(MOVED)
    found = compared(context, "r2", Period.parse("2020"), given)
    assert found.message == "large, since run r1 of 2019"
    assert [finding["code"] for finding in found.summary["findings"]] == ["no_overlap", "parameters_drifted"]
    assert found.summary["drift"]["changes"][0]["level"] == "differ"
    assert given == summary(MOVED)


def test_the_latest_earlier_run_is_compared_with(context: Context) -> None:
    """Latest period first, then the time of finishing; never a later period, and never the run itself."""
    finish(context, "r1", "2018", "2021-06-01T00:00:00+00:00")
    finish(context, "r2", "2019", "2020-01-01T00:00:00+00:00")
    finish(context, "r3", "2019", "2020-02-01T00:00:00+00:00", MOVED)
    finish(context, "r4", "2021", "2022-01-01T00:00:00+00:00")
    finish(context, "r5", "2020", "2021-01-01T00:00:00+00:00")
    again = compared(context, "r5", Period.parse("2020"), summary(MOVED))
    assert again.summary["drift"]["compared_with"] == {"run_id": "r3", "period": "2019"}
    assert again.summary["drift"]["verdict"] == "none"


def test_runs_with_other_settings_are_passed_over(context: Context) -> None:
    """Other linkage settings mean other parameters: nothing to compare with."""
    finish(context, "r1", "2019", "2020-01-05T10:00:00+00:00")
    model = context.project.linkage.model.model_copy(update={"prior_matches": 49.0})
    linkage = context.project.linkage.model_copy(update={"model": model})
    other = Context(context.project.model_copy(update={"linkage": linkage}), context.workspace, "runner")
    assert compared(other, "r2", Period.parse("2020"), summary()).message == NOTHING_BEFORE


@pytest.mark.parametrize("name", ["parameters.json", "linkage.json"])
def test_a_damaged_earlier_run_stops_nothing(context: Context, name: str) -> None:
    """A file that no longer reads, or that lacks its keys, is passed over like a run that was never there."""
    for run_id, text in (("r1", "{"), ("r2", "{}"), ("r3", "[]")):
        finish(context, run_id, "2019", "2020-01-05T10:00:00+00:00")
        (context.workspace.run(run_id) / name).write_text(text, encoding="utf-8")
    assert compared(context, "r4", Period.parse("2020"), summary()).message == NOTHING_BEFORE
