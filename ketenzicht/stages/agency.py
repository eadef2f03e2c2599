"""What happens at an agency, between its export and two sealed packages; no identifier leaves it unencoded."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

import validation
from ketenzicht import __version__, extract, keys, packages, sources
from ketenzicht.context import Context
from ketenzicht.errors import DataRefused
from ketenzicht.periods import Period
from ketenzicht.results import EncodeResult, Verdict
from ketenzicht.settings import SourceSettings
from ketenzicht.workspace import atomic_write, linkage_package_name, make_directory, payload_package_name
from linkage import encode as encoding
from linkage import normalise as normalisation
from linkage.errors import LinkageError
from linkage.progress import told


@dataclass(frozen=True)
class Checked:
    """A delivery after validation: the rows that passed and what is said of the others."""

    delivery: sources.RawDelivery
    outcome: validation.Outcome
    verdict: Verdict
    rows: pd.DataFrame

    @property
    def source(self) -> str:
        """The source's name."""
        return self.delivery.source


def read(context: Context, source: str, file: Path, period: Period) -> sources.RawDelivery:
    """Read an export; refuses a broken file, other columns, or another period's rows (``DataRefused``)."""
    settings = context.project.source(source)
    if not context.project.period.covers(period):
        msg = (
            f"{source} {period}: outside the run's period {context.project.period}. "
            "Cure: give a period within it, or change `period` in pipeline.toml."
        )
        raise DataRefused(msg)
    with told(context.progress, f"{source}: read", 1, "file"):
        delivery = sources.read(settings, file, period)
        sources.check_period(delivery, settings)
    return delivery


def validate(context: Context, delivery: sources.RawDelivery) -> Checked:
    """Run the source's Great Expectations suite; write quarantine file and counts; refuse above the limit."""
    settings = context.project.source(delivery.source)
    with told(context.progress, f"{delivery.source}: validate", len(delivery.frame), "rows"):
        outcome = validation.run(
            _suite(context, settings),
            delivery.frame,
            source=delivery.source,
            codes={name: frozenset(codes) for name, codes in context.project.codes.items()},
            period=(delivery.period.first, delivery.period.last),
            outside_period=sources.rows_outside_period(delivery, settings),
        )
    verdict = Verdict(validation.quarantine.verdict(outcome, settings.warn_above, settings.refuse_above).value)
    quarantine = context.workspace.quarantine(delivery.source, str(delivery.period))
    make_directory(quarantine.parent)
    validation.quarantine.write(outcome, quarantine)
    _write_report(context, delivery, outcome, verdict)
    if verdict is Verdict.REFUSED:
        raise DataRefused(_refusal(delivery, outcome, settings, quarantine))
    return Checked(delivery, outcome, verdict, delivery.frame.loc[outcome.passed])


def _suite(context: Context, settings: SourceSettings) -> validation.Suite:
    if settings.suite is None:
        return validation.suites.minimal(settings.native_id, settings.row_key)
    return validation.suites.read(context.project.directory / "expectations" / f"{settings.suite}.json")


def _refusal(
    delivery: sources.RawDelivery, outcome: validation.Outcome, settings: SourceSettings, quarantine: Path
) -> str:
    if outcome.refusals:
        rules = "; ".join(f"rule {count.rule}. Cure: {count.cure}" for count in outcome.refusals)
        return f"{delivery.source} {delivery.period}: the delivery as a whole breaks {rules}"
    refused = outcome.rows_quarantined
    return (
        f"{delivery.source} {delivery.period}: {refused} of {outcome.rows_in} rows break a rule, more than the allowed "
        f"share of {settings.refuse_above:.1%}. Cure: mend the rows listed in {quarantine} (row, column, rule, "
        "cure) and deliver the whole period again."
    )


def _write_report(
    context: Context, delivery: sources.RawDelivery, outcome: validation.Outcome, verdict: Verdict
) -> None:
    summary = {
        "source": delivery.source,
        "period": str(delivery.period),
        "file_sha256": delivery.sha256,
        "verdict": verdict.value,
        **outcome.summary(),
    }
    path = context.workspace.agency_report(delivery.source, str(delivery.period))
    atomic_write(path, json.dumps(summary, indent=1).encode())


def normalise(context: Context, checked: Checked) -> pd.DataFrame:
    """The identifiers of the rows that passed, one line per native id, in normal form."""
    settings = context.project.source(checked.source)
    with told(context.progress, f"{checked.source}: normalise", len(checked.rows), "rows"):
        values = extract.identifiers(checked.rows, settings, context.project.codes)
        # Fields that this source does not deliver become columns without a value: every package has the same columns.
        normalised = normalisation.normalise(values, context.project.encoding.fields)
    # A native id without any identifier still is a record: it is encoded as all missing and can link to nothing.
    everyone = pd.Index(sorted(extract.native_ids(checked.rows, settings).unique()), name=normalised.index.name)
    return normalised.reindex(everyone)


def encode(context: Context, checked: Checked, identifiers: pd.DataFrame) -> pa.Table:
    """Encode normalised identifiers under the agencies' linkage secret; sorted by record id."""
    secrets = keys.load_agency(context.workspace, checked.source)
    columns = len(encoding.columns(context.project.encoding))
    try:
        with told(context.progress, f"{checked.source}: encode", columns, "columns") as stage:
            return encoding.encode(
                identifiers,
                context.project.encoding,
                secret=secrets.linkage_secret,
                epoch=context.project.pipeline.epoch,
                record_ids=_record_ids(context, checked.source, identifiers.index),
                progress=lambda done, _total: stage.reached(done),
            )
    except LinkageError as error:
        msg = f"{checked.source}: {error}"
        raise DataRefused(msg) from None


def _record_ids(context: Context, source: str, native_ids: pd.Index) -> "pd.Series[Any]":
    secret = keys.load_agency(context.workspace, source).pseudonym_secret
    return keys.pseudonym(secret, source, "record", pd.Series(native_ids, index=native_ids, dtype=object))


def extract_payload(context: Context, checked: Checked) -> extract.Payload | None:
    """What of the rows, besides identifiers, travels to the warehouse; None for a source without payload."""
    settings = context.project.source(checked.source)
    if settings.payload is None:
        return None
    secret = keys.load_agency(context.workspace, checked.source).pseudonym_secret
    return extract.payload(
        checked.rows,
        settings,
        context.project.codes,
        lambda values, purpose: keys.pseudonym(secret, checked.source, purpose, values),
    )


def seal(
    context: Context, checked: Checked, encodings: pa.Table, payload: extract.Payload | None, out: Path | None
) -> EncodeResult:
    """Seal encodings to the linkage unit and payload to the warehouse; write the agency's key file."""
    context.journal.check()
    source, period = checked.source, str(checked.delivery.period)
    folder = make_directory(out or context.workspace.outbox(source))
    secrets = keys.load_agency(context.workspace, source)
    fields = _manifest_fields(context, checked, secrets)
    linkage_path = folder / linkage_package_name(source, period)
    payload_path = folder / payload_package_name(source, period) if payload is not None else None
    _write_key_file(context, checked)
    sealed = packages.seal(
        "linkage", {"encodings": encodings}, fields, secrets.signing_key, secrets.linkage_unit_recipient, linkage_path
    )
    if payload is not None and payload_path is not None:
        tables = {"registrations": payload.registrations, "events": payload.events}
        packages.seal("payload", tables, fields, secrets.signing_key, secrets.warehouse_recipient, payload_path)
    _note_sealing(context, checked, sealed)
    return EncodeResult(
        source=source,
        period=period,
        rows_in=checked.outcome.rows_in,
        quarantined=checked.outcome.rows_quarantined,
        records=encodings.num_rows,
        verdict=checked.verdict,
        content_hash=sealed.manifest.content_hash,
        linkage_package=linkage_path,
        payload_package=payload_path,
        quarantine_file=context.workspace.quarantine(source, period),
        key_file=context.workspace.key_file(source),
    )


def _manifest_fields(context: Context, checked: Checked, secrets: keys.AgencyKeys) -> packages.ManifestFields:
    project, pipeline = context.project, context.project.pipeline
    return packages.ManifestFields(
        project=pipeline.project,
        source=checked.source,
        period=str(checked.delivery.period),
        epoch=pipeline.epoch,
        schema_hash=encoding.schema_hash(project.encoding),
        software_version=__version__,
        profile=project.encoding.profile,
        purpose=pipeline.purpose,
        legal_basis=pipeline.legal_basis,
        legal_ground=project.source(checked.source).legal_ground,
        created=context.clock().isoformat(),
        key_fingerprint=keys.fingerprint("linkage_secret", secrets.linkage_secret),
        key_check=encoding.key_check(project.encoding, secrets.linkage_secret, pipeline.epoch),
        validation={"rows_in": checked.outcome.rows_in, "quarantined": checked.outcome.rows_quarantined},
    )


def _write_key_file(context: Context, checked: Checked) -> None:
    settings = context.project.source(checked.source)
    native_ids = pd.Series(sorted(extract.native_ids(checked.rows, settings).unique()), dtype=object)
    record_ids = _record_ids(context, checked.source, pd.Index(native_ids))
    table = pd.DataFrame({"native_id": native_ids, "record_id": record_ids.to_numpy()})
    atomic_write(context.workspace.key_file(checked.source), table.to_csv(index=False).encode())


def _note_sealing(context: Context, checked: Checked, sealed: packages.PackageInfo) -> None:
    context.journal.append(
        action="encode",
        actor=context.actor,
        reason=context.project.pipeline.purpose,
        recipient="linkage_unit, warehouse",
        counts={
            "rows": checked.outcome.rows_in,
            "quarantined": checked.outcome.rows_quarantined,
            "records": sealed.manifest.record_count,
        },
        content_hash=sealed.manifest.content_hash,
        source=checked.source,
        details={"period": str(checked.delivery.period)},
    )


def deliver(context: Context, source: str, period: Period) -> list[str]:
    """Copy the sealed packages from the agency's outbox to the two inboxes; returns the names that were copied."""
    place, text = context.workspace, str(period)
    pairs = [(place.linkage_package(source, text), place.received_linkage(source, text))]
    if context.project.source(source).payload is not None:
        pairs.append((place.payload_package(source, text), place.received_payload(source, text)))
    for outgoing, incoming in pairs:
        if not outgoing.exists():
            msg = f"{outgoing}: no sealed package. Cure: run `ketenzicht encode {source} FILE --period {period}` first."
            raise DataRefused(msg)
        atomic_write(incoming, outgoing.read_bytes())
    return [incoming.name for _, incoming in pairs]


def prepare_keys(context: Context) -> None:
    """On a single machine: make the keys that are missing in any domain."""
    keys.create(context.workspace, context.project.pipeline.sources, context.entropy)


@contextmanager
def journalled_refusal(context: Context, source: str, period: Period) -> Iterator[None]:
    """Note a refused delivery in the journal, without its message, and let the refusal go on."""
    try:
        yield
    except DataRefused:
        context.journal.append(
            action="refuse",
            actor=context.actor,
            reason=context.project.pipeline.purpose,
            recipient=context.project.source(source).owner,
            counts={},
            source=source,
            details={"period": str(period)},
        )
        raise


def go_on_without(context: Context, source: str, refusal: DataRefused) -> None:
    """Leave a source out of the run where its config says ``continue``; otherwise the refusal stops the run."""
    if context.project.source(source).delivery.when_missing != "continue":
        raise refusal
    context.progress(f"{source}: left out of this run ({refusal})", 1, 1, "")


def fingerprints(context: Context) -> dict[str, str]:
    """Every domain's keys by fingerprint."""
    shown = keys.fingerprints(context.workspace, context.project.pipeline.sources)
    return {f"{item.domain} {item.purpose}": item.fingerprint for item in shown}


def rotate(context: Context) -> dict[str, str]:
    """Replace the linkage secret of all agencies; fingerprints before and after."""
    rotation = keys.rotate(context.workspace, context.project.pipeline.sources, context.entropy)
    context.journal.append(
        action="rotate_keys",
        actor=context.actor,
        reason="key rotation",
        recipient="agencies",
        counts={"agencies": len(context.project.pipeline.sources)},
        details={"fingerprint": rotation.new},
    )
    return {"old": ", ".join(rotation.old), "new": rotation.new}
