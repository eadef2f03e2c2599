"""What a validation found: which rows passed, which did not and why, and counts. No value of a delivery."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

QUARANTINE_COLUMNS = ("row", "column", "rule", "cure")


class Severity(StrEnum):
    """How much a broken rule matters to what is concluded from the data."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Action(StrEnum):
    """What a broken rule leads to."""

    REFUSE = "refuse"
    QUARANTINE = "quarantine"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class ExpectationCount:
    """One rule on one delivery: of ``evaluated`` rows (1 for a rule on the file as a whole), ``failed`` broke it."""

    rule: str
    column: str
    severity: Severity
    action: Action
    evaluated: int
    failed: int
    passed: bool
    cure: str

    @property
    def refuses(self) -> bool:
        """Whether this rule alone refuses the delivery."""
        return self.action is Action.REFUSE and not self.passed


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What validation says about a delivery.

    ``passed``: index of the rows that go on. ``quarantine``: one line per row and broken rule, columns row, column,
    rule, cure, sorted by row. ``expectations``: counts in the order of the suite.
    """

    source: str
    suite: str
    rows_in: int
    passed: pd.Index
    quarantine: pd.DataFrame
    expectations: tuple[ExpectationCount, ...]

    @property
    def rows_quarantined(self) -> int:
        """Rows that broke at least one rule whose action is not ``warn``."""
        return self.rows_in - len(self.passed)

    @property
    def share_quarantined(self) -> float:
        """Share of the rows that were quarantined; 0 for an empty delivery."""
        return self.rows_quarantined / self.rows_in if self.rows_in else 0.0

    @property
    def refusals(self) -> tuple[ExpectationCount, ...]:
        """Rules that refuse the delivery as a whole."""
        return tuple(count for count in self.expectations if count.refuses)

    def summary(self) -> Mapping[str, Any]:
        """Counts that can be written as JSON."""
        by_rule = self.quarantine.groupby("rule", sort=True).size()
        return {
            "source": self.source,
            "suite": self.suite,
            "rows_in": self.rows_in,
            "rows_passed": len(self.passed),
            "rows_quarantined": self.rows_quarantined,
            "quarantined_by_rule": {str(rule): int(count) for rule, count in by_rule.items()},
            "refused_by": [count.rule for count in self.refusals],
            "expectations": [asdict(count) for count in self.expectations],
        }
