"""Validate a delivery: evaluate its suite, and sort its rows into passed and quarantined."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from validation.errors import RunError
from validation.outcome import QUARANTINE_COLUMNS, Action, ExpectationCount, Outcome, Severity
from validation.suites import Suite

if TYPE_CHECKING:
    from validation.engine import Finding

OUTSIDE_PERIOD = "inside_delivery_period"
_OUTSIDE_CURE = "deliver the row with the period it belongs to, or correct its date"


def run(
    suite: Suite,
    frame: pd.DataFrame,
    *,
    source: str,
    codes: Mapping[str, Collection[str]],
    period: tuple[date, date],
    outside_period: pd.Index | None = None,
) -> Outcome:
    """Hold a delivery to its suite with Great Expectations.

    ``frame`` has text or null in every column and unique row numbers as its index. ``codes`` and ``period`` (first and
    last day) fill the placeholders of the suite. ``outside_period`` are rows known to lie outside the period: they are
    quarantined too. The outcome holds row numbers and counts, no values.

    Raises ``SuiteError`` for a suite that does not fit the delivery, ``RunError`` for one that cannot be evaluated.
    """
    if not frame.index.is_unique:
        msg = f"{source}: row numbers are not unique. Cure: number every row of the delivery once."
        raise RunError(msg)
    from validation import engine  # noqa: PLC0415 - Great Expectations takes seconds to import

    findings = engine.evaluate(suite, frame, codes, period)
    counts = [_count(finding) for finding in findings]
    entries = [_entries(finding) for finding in findings if finding.expectation.action is not Action.WARN]
    if outside_period is not None:
        counts.append(_outside_count(len(frame), len(outside_period)))
        entries.append(_lines(tuple(outside_period), "(period)", OUTSIDE_PERIOD, _OUTSIDE_CURE))
    quarantine = _together(entries)
    return Outcome(
        source=source,
        suite=suite.name,
        rows_in=len(frame),
        passed=frame.index[~frame.index.isin(quarantine["row"])],
        quarantine=quarantine,
        expectations=tuple(counts),
    )


def _count(finding: "Finding") -> ExpectationCount:
    expectation = finding.expectation
    return ExpectationCount(
        rule=expectation.rule,
        column=", ".join(expectation.columns) or "(whole file)",
        severity=expectation.severity,
        action=expectation.action,
        evaluated=finding.evaluated,
        failed=finding.failed,
        passed=finding.passed,
        cure=expectation.cure,
    )


def _outside_count(rows: int, outside: int) -> ExpectationCount:
    return ExpectationCount(
        rule=OUTSIDE_PERIOD,
        column="(period)",
        severity=Severity.CRITICAL,
        action=Action.QUARANTINE,
        evaluated=rows,
        failed=outside,
        passed=outside == 0,
        cure=_OUTSIDE_CURE,
    )


def _entries(finding: "Finding") -> pd.DataFrame:
    expectation = finding.expectation
    return _lines(finding.rows, ", ".join(expectation.columns), expectation.rule, expectation.cure)


def _lines(rows: tuple[int, ...], column: str, rule: str, cure: str) -> pd.DataFrame:
    return pd.DataFrame({"row": pd.Series(rows, dtype="int64"), "column": column, "rule": rule, "cure": cure})


def _together(entries: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [lines for lines in entries if not lines.empty]
    if not filled:
        return pd.DataFrame({column: pd.Series(dtype="object") for column in QUARANTINE_COLUMNS})
    return pd.concat(filled, ignore_index=True).sort_values("row", kind="stable", ignore_index=True)
