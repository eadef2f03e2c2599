"""What an auditor checks: that the journal is whole, and tells of every run and release there is."""

from typing import Any

from pydantic import ValidationError

from ketenzicht import journal
from ketenzicht.context import Context
from ketenzicht.errors import ConfigurationError, KetenzichtError


def verify_journal(context: Context, known: str | None = None) -> dict[str, Any]:
    """Whether the journal's chain is whole; ``head`` is what the auditor notes and gives as ``known`` the next time.

    Raises ``KetenzichtError`` naming the first entry that is not as it was written, or a run or release of which the
    journal does not tell, and ``ConfigurationError`` for a ``known`` that is no head.
    """
    path = context.workspace.journal
    checked = journal.verify(path, _head(known) if known else None)
    if checked.reason is not None:
        msg = (
            f"{path}: entry {checked.broken_at}: {checked.reason}. Cure: compare with the "
            "copy kept by the auditor; do not append to this journal."
        )
        raise KetenzichtError(msg)
    _check_told(context)
    head = f"{checked.head.sequence}:{checked.head.hash}"
    return {"journal": str(path), "entries": checked.entries, "intact": True, "head": head}


def _head(text: str) -> journal.Head:
    sequence, _, digest = text.partition(":")
    try:
        return journal.Head.model_validate({"sequence": int(sequence), "hash": digest})
    except (ValueError, ValidationError):
        msg = "--known: not a head. Cure: give NUMBER:HASH as `ketenzicht audit verify` printed it."
        raise ConfigurationError(msg) from None


def _check_told(context: Context) -> None:
    """A journal that was removed together with its head is empty and whole; the runs it told of still stand."""
    place = context.workspace
    # A release is told of by its approval, which stands in the journal before anything is published.
    names = {"release": "approve"}
    told = {(names.get(entry.action, entry.action), entry.run_id) for entry in journal.read(place.journal)}
    runs = {("link", path.parent.name) for path in place.runs.glob("*/linkage.json")}
    releases = {("approve", path.stem.removeprefix("release-")) for path in place.release.glob("release-*.duckdb")}
    for action, run_id in sorted((runs | releases) - told):
        msg = (
            f"{place.journal}: tells of no {action} of run {run_id}, which stands in the workspace. Cure: compare with "
            "the copy kept by the auditor; just after a crash, do that step again."
        )
        raise KetenzichtError(msg)
