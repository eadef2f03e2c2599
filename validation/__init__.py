"""Hold a delivery to its rules, keep what breaks them in quarantine, and write the page an auditor reads."""

from validation import quarantine, report, report_data, suites
from validation.errors import RunError, SuiteError, ValidationError
from validation.outcome import Action, ExpectationCount, Outcome, Severity
from validation.quarantine import Verdict
from validation.running import run
from validation.suites import Suite

__all__ = [
    "Action",
    "ExpectationCount",
    "Outcome",
    "RunError",
    "Severity",
    "Suite",
    "SuiteError",
    "ValidationError",
    "Verdict",
    "quarantine",
    "report",
    "report_data",
    "run",
    "suites",
]
