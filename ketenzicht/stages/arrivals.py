"""What a domain checks on arrival beyond signature and manifest: whose rows these are, and whether they are newest."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from ketenzicht import journal
from ketenzicht.context import Context
from ketenzicht.errors import DataRefused
from ketenzicht.packages import Manifest

# What ``ketenzicht.keys.pseudonym`` makes. Anything else may be an agency's own number.
_PSEUDONYM = "^[0-9a-f]{32}$"

# A sender's clock may run ahead this far; further, and no later package would ever count as newer.
_AHEAD = timedelta(days=1)


def check_pseudonyms(package: str, table: pa.Table, columns: Iterable[str]) -> None:
    """Pass where every id is a pseudonym; ``DataRefused`` naming package and column where one is not."""
    for column in columns:
        fits = pc.match_substring_regex(table[column], _PSEUDONYM)
        if table[column].null_count or not pc.all(fits, min_count=0).as_py():
            cure = "let the agency encode and seal again with ketenzicht, and ask whether its own numbers got out"
            msg = f"{package}, column {column}: holds what is no pseudonym. Cure: {cure}."
            raise DataRefused(msg)


def check_sender(package: str, table: pa.Table, source: str) -> None:
    """Pass where every row is in the name of its sender; ``DataRefused`` where an agency speaks for another."""
    if table["source"].null_count or not pc.all(pc.equal(table["source"], source), min_count=0).as_py():
        msg = f"{package}, column source: rows in the name of another source. Cure: let the agency seal its own rows."
        raise DataRefused(msg)


def check_newest(context: Context, package: str, manifest: Manifest) -> None:
    """Pass unless a package of this source and period that was sealed later has been received before.

    Raises ``DataRefused``, also for a package that was sealed in the future.
    """
    try:
        created = datetime.fromisoformat(manifest.created)
    except ValueError:
        msg = f"{package}: its manifest gives no date of sealing. Cure: let the agency seal again with ketenzicht."
        raise DataRefused(msg) from None
    if created > context.clock() + _AHEAD:
        msg = f"{package}: sealed in the future. Cure: set the clocks of both machines, and let the agency seal again."
        raise DataRefused(msg)
    seen = newest(context, manifest)
    if seen is not None and created < seen:
        msg = (
            f"{package}: sealed before the package of this period that was received earlier. "
            "Cure: put the newest one back; to return to this delivery, let the agency encode and seal it again."
        )
        raise DataRefused(msg)


def newest(context: Context, manifest: Manifest) -> datetime | None:
    """When the newest received package of this source and period was sealed, by the journal; None for the first."""
    context.journal.check()  # mends what a killed writer left, which could not be read
    moments = [
        datetime.fromisoformat(str(entry.details["created"]))
        for entry in journal.read(context.workspace.journal)
        if entry.action == "receive"
        and entry.source == manifest.source
        and entry.details.get("period") == manifest.period
        and "created" in entry.details
    ]
    return max(moments, default=None)


def note(context: Context, manifest: Manifest, recipient: str) -> None:
    """Write a received package into the journal."""
    context.journal.append(
        action="receive",
        actor=context.actor,
        reason=context.project.pipeline.purpose,
        recipient=recipient,
        counts={"records": manifest.record_count},
        content_hash=manifest.content_hash,
        source=manifest.source,
        details={"period": manifest.period, "created": manifest.created},
    )
