"""What happens at the warehouse: payload and crosswalk in, marts out. It sees no encodings and no identifiers."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import warehouse
from ketenzicht import extract, keys, packages
from ketenzicht.context import Context
from ketenzicht.errors import DataRefused
from ketenzicht.results import LoadResult
from ketenzicht.stages import arrivals, linkage_unit
from ketenzicht.stages.runs import read_summary
from ketenzicht.workspace import make_directory

_OPENED = "opened-"


def has_payload(context: Context) -> bool:
    """Whether any source of the project sends payload."""
    return any(source.payload is not None for source in context.project.sources.values())


def load(context: Context, run_id: str) -> LoadResult:
    """Open payload and crosswalk, build the database beside the old one and put it in its place."""
    context.journal.check()
    summary = read_summary(context, run_id)
    period = str(summary["period"])
    sources = [name for name in summary["inputs"] if context.project.source(name).payload is not None]
    with _opened_folder(context) as folder:
        _open_crosswalk(context, run_id, period, folder)
        uncertainty = _uncertainty(folder, summary["linkage"])
        for source in sources:
            _open_payload(context, source, summary["inputs"][source], folder)
        try:
            built = warehouse.build(
                [folder / f"{source}-registrations.parquet" for source in sources],
                [folder / f"{source}-events.parquet" for source in sources],
                folder / "crosswalk.parquet",
                context.workspace.warehouse_database,
                settings=settings(context),
                run={"run_id": run_id, "project": context.project.pipeline.project, "period": period},
                uncertainty=uncertainty,
                progress=context.progress,
            )
        except warehouse.WarehouseRefused as error:
            raise DataRefused(str(error)) from None
    _note_load(context, run_id, built)
    return LoadResult(
        run_id=run_id,
        warehouse=context.workspace.warehouse_database,
        persons=built.tables["persons"],
        registrations=built.tables["registrations"],
        events=built.tables["events"],
    )


def settings(context: Context) -> warehouse.WarehouseSettings:
    """The warehouse's settings, as the project's config has them."""
    pipeline = context.project.pipeline
    last: date = pipeline.extraction_date or context.project.period.last
    return warehouse.WarehouseSettings(
        victim_roles=pipeline.victim_roles,
        keep_only_victims=pipeline.keep_only_victims,
        extraction_date=last,
        threads=context.threads,
    )


@contextmanager
def _opened_folder(context: Context) -> Iterator[Path]:
    """A folder for opened packages, emptied afterwards; what a killed run left is removed first."""
    place = make_directory(context.workspace.warehouse)
    for left in place.glob(f"{_OPENED}*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=_OPENED, dir=place) as folder:
        yield Path(folder)


def _open_crosswalk(context: Context, run_id: str, period: str, folder: Path) -> None:
    """Write the crosswalk, its links and its draws to ``folder``."""
    pipeline = context.project.pipeline
    secrets = keys.load_warehouse(context.workspace, pipeline.sources)
    expected = packages.Expectations(
        project=pipeline.project,
        kind="crosswalk",
        sources=(linkage_unit.SENDER,),
        period=period,
        run_id=run_id,
        purpose=pipeline.purpose,
    )
    path = context.workspace.crosswalk_package(run_id)
    trusted = {linkage_unit.SENDER: secrets.linkage_unit}
    opened = packages.open_sealed(path, secrets.identity, trusted, expected)
    for name, table in opened.tables.items():
        _write(folder / f"{name}.parquet", table)


def _uncertainty(folder: Path, linkage: Mapping[str, Any]) -> warehouse.Uncertainty | None:
    """What the linkage of summary ``linkage`` says of its doubt; None where it sent no draws."""
    links, draws = folder / "links.parquet", folder / "draws.parquet"
    if not links.exists() or not draws.exists():
        return None
    matches = {(row["source_a"], row["source_b"]): row["expected_matches"] for row in linkage["source_pairs"]}
    whole = linkage.get("overall") or {}
    recall, precision = (
        warehouse.Estimate(whole[name], whole.get(f"{name}_low"), whole.get(f"{name}_high"))
        if whole.get(name)
        else None
        for name in ("recall", "precision")
    )
    return warehouse.Uncertainty(links, draws, int(linkage.get("draws") or 0), matches, recall, precision)


def _open_payload(context: Context, source: str, linked: Mapping[str, Any], folder: Path) -> None:
    """Open the payload that was sealed together with the linkage package of manifest ``linked``."""
    pipeline = context.project.pipeline
    secrets = keys.load_warehouse(context.workspace, pipeline.sources)
    expected = packages.Expectations(
        project=pipeline.project,
        kind="payload",
        sources=pipeline.sources,
        source=source,
        period=linked["period"],
        purpose=pipeline.purpose,
        created=linked["created"],
    )
    path = context.workspace.received_payload(source, linked["period"])
    opened = packages.open_sealed(path, secrets.identity, secrets.agencies, expected)
    _check_payload(path.name, opened.tables, source)
    for name, table in opened.tables.items():
        _write(folder / f"{source}-{name}.parquet", table)


def _check_payload(package: str, tables: Mapping[str, pa.Table], source: str) -> None:
    """Pass where the tables hold the agreed columns and nothing else, in the sender's own name."""
    agreed = {"registrations": extract.REGISTRATIONS, "events": extract.EVENTS}
    if {name: table.schema.names for name, table in tables.items()} != {
        name: schema.names for name, schema in agreed.items()
    }:
        msg = f"{package}: other tables or columns than agreed. Cure: use the same version of ketenzicht on both sides."
        raise DataRefused(msg)
    for table in tables.values():
        arrivals.check_sender(package, table, source)
        arrivals.check_pseudonyms(package, table, ("record_id", "registration_id"))


def _write(path: Path, table: pa.Table) -> None:
    path.touch(mode=0o600)
    pq.write_table(table, path)


def _note_load(context: Context, run_id: str, built: warehouse.BuildResult) -> None:
    context.journal.append(
        action="load",
        actor=context.actor,
        reason=context.project.pipeline.purpose,
        recipient="warehouse",
        counts={name: built.tables[name] for name in ("persons", "registrations", "events")},
        run_id=run_id,
    )


def loaded_run(context: Context) -> str | None:
    """The id of the run that the warehouse holds; None where nothing is loaded."""
    if not context.workspace.warehouse_database.exists():
        return None
    facts = warehouse.query(context.workspace.warehouse_database, "SELECT answer FROM run WHERE fact = 'run_id'")
    return str(facts["answer"].iloc[0])


def quality_by_group(context: Context, run_id: str) -> list[dict[str, Any]]:
    """Estimated linkage quality per group, for the run's page and the auditor; empty where another run is loaded."""
    if loaded_run(context) != run_id:
        return []
    return warehouse.quality_by_group(context.workspace.warehouse_database)


def report_data(context: Context, run_id: str) -> Mapping[str, object]:
    """Protected figures of the warehouse for the run's page; empty where it does not hold that run."""
    if loaded_run(context) != run_id:
        return {}
    rules = context.project.pipeline.release
    return warehouse.report_data(
        context.workspace.warehouse_database, minimum_cell=rules.minimum_cell, round_to=rules.round_to
    )
