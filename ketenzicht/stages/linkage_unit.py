"""What happens at the linkage unit: encodings in, a crosswalk of pseudonyms out. It sees no payload and no secret."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ketenzicht import __version__, keys, packages
from ketenzicht.context import Context
from ketenzicht.errors import DataRefused
from ketenzicht.periods import Period
from ketenzicht.results import LinkResult, ReceiveResult
from ketenzicht.reviewing import stored
from ketenzicht.stages import arrivals, parameter_drift
from ketenzicht.workspace import atomic_write
from linkage import encode as encoding
from linkage.errors import LinkageError
from linkage.review import Answers
from linkage.workers import workers

if TYPE_CHECKING:
    from linkage.link import Linkage

SENDER = "linkage_unit"
_ID_BITS = 64
_NO_DRAWS = pa.schema(
    [("draw", pa.uint8()), ("source", pa.string()), ("record_id", pa.string()), ("cluster", pa.int64())]
).empty_table()


@dataclass(frozen=True)
class OpenedPackages:
    """The linkage packages of a run, opened in memory only; ``run_id`` follows from what they hold and the settings."""

    run_id: str
    period: Period
    started: datetime
    opened: Mapping[str, packages.OpenedPackage]
    answers: Answers = field(default=Answers(), repr=False)

    @property
    def encodings(self) -> dict[str, pa.Table]:
        """Source to its table of encodings."""
        return {source: package.tables["encodings"] for source, package in self.opened.items()}


def arrived(context: Context, period: Period) -> list[str]:
    """Sources on the allow-list whose sealed linkage package of the period is in the inbox."""
    return [
        source
        for source in context.project.pipeline.sources
        if context.workspace.received_linkage(source, str(period)).exists()
    ]


def receive(context: Context, source: str, period: Period) -> ReceiveResult:
    """Check one package on arrival and note it in the journal; raises ``DataRefused``."""
    context.project.source(source)
    package = open_package(context, source, period)
    arrivals.note(context, package.manifest, SENDER)
    return ReceiveResult(source, str(period), package.manifest.record_count, package.manifest.content_hash)


def open_package(context: Context, source: str, period: Period) -> packages.OpenedPackage:
    """Open one source's package of the period, in memory; ``DataRefused`` where it breaks a rule."""
    pipeline = context.project.pipeline
    secrets = keys.load_linkage_unit(context.workspace, pipeline.sources)
    expected = packages.Expectations(
        project=pipeline.project,
        kind="linkage",
        sources=pipeline.sources,
        source=source,
        period=str(period),
        epoch=pipeline.epoch,
        profile=context.project.encoding.profile,
        purpose=pipeline.purpose,
        schema_hash=encoding.schema_hash(context.project.encoding),
    )
    path = context.workspace.received_linkage(source, str(period))
    package = packages.open_sealed(path, secrets.identity, secrets.agencies, expected)
    if "encodings" not in package.tables:
        msg = f"{path.name}: holds no table of encodings. Cure: let the source encode and seal again."
        raise DataRefused(msg)
    try:
        encoding.check_table(package.tables["encodings"], context.project.encoding)
    except LinkageError as error:
        msg = f"{path.name}: {error}"
        raise DataRefused(msg) from None
    arrivals.check_pseudonyms(path.name, package.tables["encodings"], ("record_id",))
    arrivals.check_newest(context, path.name, package.manifest)
    return package


def open_packages(context: Context, period: Period, only: Collection[str] | None = None) -> OpenedPackages:
    """Open every package of the period that arrived; they must fit each other and the delivery calendar.

    ``only`` leaves out what lies in the inbox of other sources: where a delivery was refused, a run must not take up
    the source's earlier one.

    Raises ``DataRefused`` where a source is refused or missing that the run must not go without.
    """
    names = [name for name in arrived(context, period) if only is None or name in only]
    missing = [name for name in context.project.pipeline.sources if name not in names]
    needed = [name for name in missing if context.project.source(name).delivery.when_missing != "continue"]
    if needed or not names:
        msg = (
            f"{context.workspace.linkage_inbox}: no package for {period} of {', '.join(needed or missing)}. "
            "Cure: let the source deliver, or set its delivery.when_missing to 'continue'."
        )
        raise DataRefused(msg)
    started = context.clock()
    tried = {name: _open_or_leave_out(context, name, period) for name in names}
    opened = {name: package for name, package in tried.items() if package is not None}
    if not opened:
        msg = f"{context.workspace.linkage_inbox}: every package of {period} was refused. Cure: send them again."
        raise DataRefused(msg)
    together = [
        (context.workspace.received_linkage(name, str(period)).name, package.manifest)
        for name, package in opened.items()
    ]
    packages.verify_together(together)
    answers = stored.load(context.project, context.workspace, opened)
    return OpenedPackages(_run_id(context, opened, answers), period, started, opened, answers)


def _open_or_leave_out(context: Context, source: str, period: Period) -> packages.OpenedPackage | None:
    """The opened package; None where it is refused and the run may go on without this source, which is journalled."""
    try:
        package = open_package(context, source, period)
    except DataRefused as refusal:
        if context.project.source(source).delivery.when_missing != "continue":
            raise
        context.progress(f"{source}: left out of this run ({refusal})", 1, 1, "")
        context.journal.append(
            action="leave_out",
            actor=context.actor,
            reason=context.project.pipeline.purpose,
            recipient=SENDER,
            counts={},
            source=source,
            details={"period": str(period)},
        )
        return None
    if arrivals.newest(context, package.manifest) is None:
        arrivals.note(context, package.manifest, SENDER)
    return package


def _run_id(context: Context, opened: Mapping[str, packages.OpenedPackage], answers: Answers) -> str:
    """16 hexadecimal digits over inputs, answers, settings and seed: the same run again has the same id."""
    project = context.project
    said = {
        "software": __version__,
        "encoding": project.encoding.model_dump(mode="json"),
        "linkage": project.linkage.model_dump(mode="json"),
        "deduplicated": {name: project.source(name).deduplicated for name in opened},
        "seed": project.pipeline.seed,
        "inputs": {name: package.manifest.content_hash for name, package in opened.items()},
    }
    if answers:
        said["answers"] = stored.digest(answers)
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def link(context: Context, opened: OpenedPackages) -> "Linkage":
    """Candidates, comparisons, model and clusters over all opened packages.

    Done by the workers that ``linkage.toml`` names, else by ``context.threads`` threads. Raises ``DataRefused`` where a
    package cannot be linked or those workers cannot do it.
    """
    from linkage.link import link as link_encodings  # noqa: PLC0415 - loads a compiler, which agencies do not need

    project = context.project
    try:
        with workers(project.linkage.workers, context.threads) as own:
            return link_encodings(
                opened.encodings,
                encoding=project.encoding,
                settings=project.linkage,
                deduplicated={name: project.source(name).deduplicated for name in opened.opened},
                seed=project.pipeline.seed,
                threads=context.threads,
                answers=opened.answers,
                workers=own,
                progress=context.progress,
            )
    except LinkageError as error:
        raise DataRefused(str(error)) from None


@dataclass(frozen=True)
class Identified:
    """A linkage whose clusters have person ids.

    ``crosswalk``: source, record_id, person_id, run_id, link_method, link_probability, a row per record. ``draws``:
    draw, source, record_id, person_id, a row for each record that is with another person in that draw.
    """

    crosswalk: pa.Table
    draws: pa.Table


def identify(context: Context, opened: OpenedPackages, linkage: "Linkage") -> Identified:
    """Give every cluster a person id: random under seed and run, never derived from a record.

    Clusters that only a draw has get theirs after all others, so that the crosswalk does not depend on the draws.
    """
    draws: pa.Table = getattr(linkage, "draws", _NO_DRAWS)
    clusters, drawn = linkage.crosswalk["cluster"].to_numpy(), draws["cluster"].to_numpy()
    count = int(clusters.max(initial=-1)) + 1
    further = max(int(drawn.max(initial=-1)) + 1 - count, 0)
    material = hashlib.sha256(f"person ids {context.project.pipeline.seed} {opened.run_id}".encode()).digest()
    generator = np.random.Generator(np.random.PCG64(int.from_bytes(material, "big")))
    numbers = _distinct(generator, (count, further))
    person_ids = np.array([f"P{number:016x}" for number in numbers], dtype=object)
    rows = linkage.crosswalk.num_rows
    crosswalk = pa.table(
        {
            "source": linkage.crosswalk["source"],
            "record_id": linkage.crosswalk["record_id"],
            "person_id": pa.array(person_ids[clusters], pa.string()),
            "run_id": pa.array([opened.run_id] * rows, pa.string()),
            "link_method": linkage.crosswalk["link_method"],
            "link_probability": linkage.crosswalk["link_probability"],
        }
    )
    named = draws.select(["draw", "source", "record_id"])
    return Identified(crosswalk, named.append_column("person_id", pa.array(person_ids[drawn], pa.string())))


def _distinct(generator: np.random.Generator, counts: Sequence[int]) -> list[int]:
    """So many different numbers of 64 bits, one count after the other, in the order they were drawn."""
    drawn: dict[int, None] = {}
    wanted = 0
    for count in counts:
        wanted += count
        while len(drawn) < wanted:
            more = generator.integers(0, 2**_ID_BITS, size=wanted - len(drawn), dtype=np.uint64)
            drawn.update(dict.fromkeys(more.tolist()))
    return list(drawn)


def write_run(context: Context, opened: OpenedPackages, linkage: "Linkage", identified: Identified) -> LinkResult:
    """Write the run's files and seal the crosswalk to the warehouse; ``linkage.json`` last marks the run as whole."""
    context.journal.check()
    place, run_id = context.workspace, opened.run_id
    crosswalk = identified.crosswalk
    compared = parameter_drift.compared(context, run_id, opened.period, linkage.summary)
    tables = {
        place.links(run_id): linkage.links,
        place.candidates(run_id): linkage.candidates,
        place.records(run_id): linkage.records,
        place.draws(run_id): identified.draws,
        place.crosswalk(run_id): crosswalk,
    }
    for path, table in tables.items():
        atomic_write(path, _parquet(table))
    sealed = {"crosswalk": crosswalk, "links": linkage.links, "draws": identified.draws}
    _seal_crosswalk(context, opened, sealed)
    atomic_write(place.parameters(run_id), json.dumps(compared.parameters, indent=1).encode())
    summary = _summary(context, opened, compared.summary)
    atomic_write(place.linkage_summary(run_id), json.dumps(summary, indent=1).encode())
    result = LinkResult(
        run_id=run_id,
        records=crosswalk.num_rows,
        persons=len(crosswalk["person_id"].unique()),
        links=linkage.links.num_rows,
        findings=len(compared.summary["findings"]),
        drift=compared.message,
        crosswalk=place.crosswalk(run_id),
    )
    _note_link(context, result)
    return result


def _summary(context: Context, opened: OpenedPackages, linkage: dict[str, Any]) -> dict[str, Any]:
    """What the run's page and later stages need to know of it; counts, hashes and parameters."""
    return {
        "run_id": opened.run_id,
        "period": str(opened.period),
        "runner": context.actor,
        "started": opened.started.isoformat(),
        "finished": context.clock().isoformat(),
        "inputs": {name: package.manifest.model_dump(mode="json") for name, package in opened.opened.items()},
        "linkage": linkage,
    }


def _note_link(context: Context, result: LinkResult) -> None:
    context.journal.append(
        action="link",
        actor=context.actor,
        reason=context.project.pipeline.purpose,
        recipient="warehouse",
        counts={"records": result.records, "persons": result.persons, "links": result.links},
        content_hash=hashlib.sha256(result.crosswalk.read_bytes()).hexdigest(),
        run_id=result.run_id,
    )


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def _seal_crosswalk(context: Context, opened: OpenedPackages, tables: Mapping[str, pa.Table]) -> None:
    pipeline = context.project.pipeline
    secrets = keys.load_linkage_unit(context.workspace, pipeline.sources)
    fields = packages.ManifestFields(
        project=pipeline.project,
        source=SENDER,
        period=str(opened.period),
        epoch=pipeline.epoch,
        schema_hash=encoding.schema_hash(context.project.encoding),
        software_version=__version__,
        profile=context.project.encoding.profile,
        purpose=pipeline.purpose,
        legal_basis=pipeline.legal_basis,
        legal_ground=pipeline.legal_basis,
        created=context.clock().isoformat(),
        run_id=opened.run_id,
    )
    path = context.workspace.crosswalk_package(opened.run_id)
    packages.seal("crosswalk", tables, fields, secrets.signing_key, secrets.warehouse_recipient, path)
