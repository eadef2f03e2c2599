"""The whole run on one page: what happens to registrations from an agency's export to an approved release.

Plain functions on a context and paths. The command line and the DAGs call these and nothing below them, so that the
same input, settings, keys and seed give the same crosswalk by either route. Every function may be run again: a step
replaces its own result and nothing else.
"""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from ketenzicht import sources
from ketenzicht.context import Context, open_context
from ketenzicht.errors import DataRefused
from ketenzicht.periods import Period
from ketenzicht.results import EncodeResult, LinkResult, LoadResult, ReceiveResult, ReleaseResult
from ketenzicht.stages import agency, explaining, linkage_unit, release_office, reporting, runs, warehouse_office

__all__ = [
    "deliver",
    "encode",
    "explain",
    "link",
    "load",
    "open_context",
    "receive",
    "release",
    "report",
    "request_release",
    "run",
]


def encode(context: Context, source: str, file: Path, period: Period, out: Path | None = None) -> EncodeResult:
    """At the agency: read, validate, quarantine, extract, normalise, encode and seal one delivery.

    Writes the sealed packages to ``out`` (default: the agency's outbox). Raises ``DataRefused`` where the file or too
    many of its rows break a rule; nothing is sealed then.
    """
    with agency.journalled_refusal(context, source, period):
        delivery = agency.read(context, source, file, period)
        checked = agency.validate(context, delivery)
        identifiers = agency.normalise(context, checked)
        encodings = agency.encode(context, checked, identifiers)
        payload = agency.extract_payload(context, checked)
        return agency.seal(context, checked, encodings, payload, out)


def deliver(context: Context, source: str, period: Period) -> list[str]:
    """On a single machine: copy the agency's sealed packages to the inboxes of linkage unit and warehouse."""
    return agency.deliver(context, source, period)


def receive(context: Context, source: str, period: Period) -> ReceiveResult:
    """At the linkage unit: check signature, sender, schema and key of one sealed package without keeping it open.

    Raises ``DataRefused`` naming the package, the rule and the cure.
    """
    return linkage_unit.receive(context, source, period)


def link(context: Context, period: Period | None = None, only: Collection[str] | None = None) -> LinkResult:
    """At the linkage unit: open every verified package of the period, link, and seal the crosswalk to the warehouse.

    ``only`` names the sources whose packages count; left out, all that arrived.
    """
    packages = linkage_unit.open_packages(context, period or context.project.period, only)
    linkage = linkage_unit.link(context, packages)
    identified = linkage_unit.identify(context, packages, linkage)
    return linkage_unit.write_run(context, packages, linkage, identified)


def load(context: Context, run_id: str) -> LoadResult:
    """At the warehouse: join payload to persons and build every table into a new database file."""
    return warehouse_office.load(context, run_id)


def report(context: Context, run_id: str) -> Path:
    """Write the run's offline report page, with the pages that explain its links beside it; return its path."""
    page = reporting.write(context, run_id)
    explaining.write(context, run_id)
    return page


def explain(context: Context, run_id: str) -> Path:
    """Write the offline pages that explain a run's links, and return the path of the first."""
    return explaining.write(context, run_id)


def request_release(context: Context, run_id: str) -> dict[str, Any]:
    """What an approver is shown before a release: counts and findings, no values."""
    return release_office.request(context, run_id)


def release(context: Context, run_id: str, approver: str, reason: str) -> ReleaseResult:
    """Publish the protected tables of a run under the name of an approver.

    Raises ``GateClosed`` where the approver is the runner or is not among the configured approvers.
    """
    return release_office.release(context, run_id, approver, reason)


def run(context: Context, folder: Path | None, names: Iterable[str] | None = None) -> dict[str, Any]:
    """Every step on one machine, up to the report; release waits for its approver.

    ``folder`` holds the deliveries under the names the config gives; None where the config says where they are.
    A source that is late or refused stops the run or is left out, as its ``delivery.when_missing`` says.
    """
    period = context.project.period
    agency.prepare_keys(context)
    deliveries = []
    for name in names or context.project.sources:
        try:
            file = sources.locate(context.project.source(name), folder, context.project.directory)
            encoded = encode(context, name, file, period)
        except DataRefused as refusal:
            agency.go_on_without(context, name, refusal)
            continue
        deliver(context, name, period)
        receive(context, name, period)
        deliveries.append(encoded.as_dict())
    linked = link(context, period, [delivery["source"] for delivery in deliveries])
    loaded = load(context, linked.run_id) if warehouse_office.has_payload(context) else None
    page = report(context, linked.run_id)
    return {
        "run_id": linked.run_id,
        "deliveries": deliveries,
        "linkage": linked.as_dict(),
        "findings": runs.read_summary(context, linked.run_id)["linkage"]["findings"],
        "warehouse": loaded.as_dict() if loaded else None,
        "report": str(page),
    }
