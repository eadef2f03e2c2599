"""The quarantine file and the verdict."""

import json
import stat
from pathlib import Path

import pandas as pd
import pytest

from validation import quarantine
from validation.outcome import Action, ExpectationCount, Outcome, Severity
from validation.quarantine import Verdict


def outcome(rows: int, held: int, *, action: Action = Action.QUARANTINE, passed: bool = True) -> Outcome:
    index = pd.RangeIndex(2, rows + 2)
    lines = pd.DataFrame(
        {"row": index[:held], "column": "bsn", "rule": "bsn_eleven_test", "cure": "Correct it, or leave it empty."}
    )
    count = ExpectationCount("bsn_eleven_test", "bsn", Severity.CRITICAL, action, rows, held, passed, "Correct it.")
    return Outcome("police", "police", rows, index[held:], lines, (count,))


@pytest.mark.parametrize(
    ("rows", "held", "expected"),
    [
        (100, 0, Verdict.PASSED),
        (100, 1, Verdict.PASSED),
        (100, 2, Verdict.WARNED),
        (100, 5, Verdict.WARNED),
        (100, 6, Verdict.REFUSED),
        (0, 0, Verdict.REFUSED),
    ],
)
def test_verdict_by_share(rows: int, held: int, expected: Verdict) -> None:
    """At a limit is within it; above it is not; nothing delivered is refused."""
    assert quarantine.verdict(outcome(rows, held), 0.01, 0.05) is expected


def test_a_refusing_rule_refuses_whatever_the_share() -> None:
    """One broken rule with action refuse is enough; a warning is never too much."""
    assert quarantine.verdict(outcome(1000, 0, action=Action.REFUSE, passed=False), 0.5, 0.9) is Verdict.REFUSED
    assert quarantine.verdict(outcome(1000, 0, action=Action.WARN, passed=False), 0.5, 0.9) is Verdict.PASSED


def test_the_file_names_row_column_rule_and_cure(tmp_path: Path) -> None:
    """Only its owner can read it, and nothing half-written stays beside it."""
    path = tmp_path / "new" / "2019.csv"
    quarantine.write(outcome(3, 2), path)
    quarantine.write(outcome(3, 1), path)
    assert path.read_text(encoding="utf-8") == (
        'row,column,rule,cure\n2,bsn,bsn_eleven_test,"Correct it, or leave it empty."\n'
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["2019.csv"]


def test_an_empty_quarantine_has_a_header(tmp_path: Path) -> None:
    """A clean delivery replaces the file of the one before."""
    quarantine.write(outcome(3, 0), tmp_path / "2019.csv")
    assert (tmp_path / "2019.csv").read_text(encoding="utf-8") == "row,column,rule,cure\n"


def test_the_summary_is_plain() -> None:
    """Counts that survive JSON unchanged."""
    summary = outcome(100, 2, passed=False).summary()
    assert json.loads(json.dumps(summary)) == summary
    assert summary["rows_quarantined"] == 2
    assert summary["quarantined_by_rule"] == {"bsn_eleven_test": 2}
    assert summary["expectations"][0]["severity"] == "critical"
