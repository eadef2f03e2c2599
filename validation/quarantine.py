"""Quarantine: the file a data steward mends rows with, and the verdict on the delivery as a whole."""

import os
from enum import StrEnum
from pathlib import Path

from validation.outcome import Outcome

PRIVATE = 0o600


class Verdict(StrEnum):
    """What becomes of a delivery."""

    PASSED = "passed"
    WARNED = "warned"
    REFUSED = "refused"


def verdict(outcome: Outcome, warn_above: float, refuse_above: float) -> Verdict:
    """Judge a delivery by the share of its rows in quarantine (both limits are shares, 0 to 1).

    A broken rule whose action is ``refuse`` refuses the delivery, and so does a delivery without rows.
    """
    share = outcome.share_quarantined
    if outcome.refusals or outcome.rows_in == 0 or share > refuse_above:
        return Verdict.REFUSED
    return Verdict.WARNED if share > warn_above else Verdict.PASSED


def write(outcome: Outcome, path: Path) -> None:
    """Write row, column, rule and cure of every quarantined row as CSV that only its owner can read.

    Whole or not at all: the file is written beside and renamed. An empty quarantine gives a file with a header only.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        outcome.quarantine.to_csv(file, index=False, lineterminator="\n")
    beside.replace(path)
