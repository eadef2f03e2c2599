"""What somebody inside a domain may try: approving one's own run, speaking for another, sending what is old."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from ketenzicht import flow, keys, packages
from ketenzicht.context import Context, open_context
from ketenzicht.errors import ConfigurationError, DataRefused, GateClosed, KetenzichtError
from ketenzicht.journal import Journal
from ketenzicht.stages import audit, release_office
from ketenzicht.workspace import Workspace

CONFIG = Path(__file__).parents[2] / "config"
PERIOD = "2016-2020"


@pytest.fixture(scope="module")
def ran(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which Anna ran everything up to the report."""
    place = tmp_path_factory.mktemp("ran") / "workspace"
    flow.run(open_context(CONFIG, place, "Anna"), small_world)
    return place


@pytest.fixture
def context(ran: Path, tmp_path: Path) -> Context:
    """Boris at a copy of that workspace."""
    return open_context(CONFIG, Path(shutil.copytree(ran, tmp_path / "copy")), "Boris")


def run_id(context: Context) -> str:
    """The only run."""
    (summary,) = context.workspace.runs.glob("*/linkage.json")
    return summary.parent.name


def with_approvers(context: Context, *names: str) -> Context:
    """The same project with other approvers."""
    rules = context.project.pipeline.release.model_copy(update={"approvers": names})
    pipeline = context.project.pipeline.model_copy(update={"release": rules})
    return replace(context, project=context.project.model_copy(update={"pipeline": pipeline}))


@pytest.mark.parametrize("runner", ["Anna", "Boris, Anna", "Boris"])
@pytest.mark.parametrize("name", ["Anna", "anna", " ANNA "])
def test_no_spelling_and_no_edit_lets_the_runner_approve(context: Context, runner: str, name: str) -> None:
    """Not as one of two runners, not in capitals, and not after naming somebody else in the summary."""
    path = context.workspace.linkage_summary(run_id(context))
    summary = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(summary | {"runner": runner}), encoding="utf-8")
    with pytest.raises(GateClosed, match="ran this linkage"):
        flow.release(with_approvers(context, name), run_id(context), name, "mine")


def test_who_encoded_a_delivery_of_the_run_cannot_approve(context: Context, small_world: Path) -> None:
    """The run's own deliveries count, whoever linked them."""
    file = small_world / "police.csv"
    flow.encode(replace(context, actor="Cleo"), "police", file, context.project.period)
    with pytest.raises(GateClosed, match="ran this linkage"):
        flow.release(with_approvers(context, "Cleo"), run_id(context), "Cleo", "mine")


def test_nothing_is_published_without_an_entry(context: Context) -> None:
    """A reason that the journal cannot hold, or a journal that was tampered with, stops the release beforehand."""
    with pytest.raises(GateClosed, match="longer than 500"):
        flow.release(context, run_id(context), "officer", "x" * 501)
    context.workspace.journal.write_bytes(context.workspace.journal.read_bytes()[:-90])
    with pytest.raises(KetenzichtError, match="not what was last written"):
        flow.release(context, run_id(context), "officer", "checked")
    assert not list(context.workspace.release.glob("release-*"))


def test_an_approval_tells_who_typed_it(context: Context) -> None:
    """Approval before publication, release after it, and the person at the keyboard in both."""
    flow.release(context, run_id(context), "officer", "checked")
    entries = [json.loads(line) for line in context.workspace.journal.read_text(encoding="utf-8").splitlines()[-2:]]
    assert [entry["action"] for entry in entries] == ["approve", "release"]
    assert {(entry["actor"], entry["details"]["entered_by"]) for entry in entries} == {("officer", "Boris")}


def test_an_approver_is_shown_the_rules_of_disclosure(context: Context) -> None:
    """Whoever runs the release could have set the smallest cell to one."""
    shown = release_office.request(context, run_id(context))
    assert (shown["minimum_cell"], shown["round_to"]) == (10, 5)


@pytest.mark.parametrize("stage", ["encode", "link", "load"])
def test_no_stage_lets_anything_out_beside_a_broken_journal(context: Context, small_world: Path, stage: str) -> None:
    """What cannot be journalled is not done."""
    place = context.workspace
    before = {path: path.read_bytes() for path in place.root.rglob("*") if path.is_file() and "audit" not in path.parts}
    place.journal.write_bytes(place.journal.read_bytes()[:-90])
    stages = {
        "encode": lambda: flow.encode(context, "police", small_world / "police.csv", context.project.period),
        "link": lambda: flow.link(context),
        "load": lambda: flow.load(context, run_id(context)),
    }
    with pytest.raises(KetenzichtError, match="not what was last written"):
        stages[stage]()
    sealed = [path for path in before if path.suffix in {".age", ".parquet", ".duckdb"}]
    assert all(path.read_bytes() == before[path] for path in sealed)


def test_a_writer_killed_in_the_middle_of_a_line_stops_nobody(context: Context) -> None:
    """The next reader mends the journal as the next writer does."""
    with context.workspace.journal.open("ab") as stream:
        stream.write(b'{"action":"li')
    flow.receive(context, "police", context.project.period)
    with context.workspace.journal.open("ab") as stream:
        stream.write(b'{"action":"li')
    flow.release(context, run_id(context), "officer", "checked")
    assert audit.verify_journal(context)["intact"]


def test_a_journal_removed_with_its_head_is_missed(context: Context) -> None:
    """Its chain would be whole and empty; the run that it told of still stands."""
    for path in context.workspace.audit.glob("journal.jsonl*"):
        path.unlink()
    with pytest.raises(KetenzichtError, match="tells of no link"):
        audit.verify_journal(context)


def test_a_journal_written_anew_is_found_by_the_head_noted_before(context: Context) -> None:
    """The chain has no key, so only what the auditor noted elsewhere finds it."""
    head = audit.verify_journal(context)["head"]
    entries = [json.loads(line) for line in context.workspace.journal.read_text(encoding="utf-8").splitlines()]
    for path in context.workspace.audit.glob("journal.jsonl*"):
        path.unlink()
    fields = ("action", "reason", "recipient", "counts", "content_hash", "source", "run_id", "details")
    for entry in entries:
        Journal(context.workspace.journal, context.clock).append(
            actor="Boris", **{name: entry[name] for name in fields}
        )
    assert audit.verify_journal(context)["intact"]
    with pytest.raises(KetenzichtError, match="noted at an earlier audit"):
        audit.verify_journal(context, head)
    with pytest.raises(ConfigurationError, match="not a head"):
        audit.verify_journal(context, "nothing")


def test_an_older_package_is_not_received_again(context: Context, small_world: Path) -> None:
    """Rightly signed and sealed, of the right period, and overtaken: a replay."""
    period, place = context.project.period, context.workspace
    old = place.received_linkage("police", PERIOD).read_bytes()
    later = replace(context, clock=lambda: context.clock() + timedelta(hours=1))
    flow.encode(later, "police", small_world / "police.csv", period)
    flow.deliver(context, "police", period)
    flow.receive(context, "police", period)
    place.received_linkage("police", PERIOD).write_bytes(old)
    for again in (lambda: flow.receive(context, "police", period), lambda: flow.link(context, period)):
        with pytest.raises(DataRefused, match="sealed before the package"):
            again()


def test_a_package_from_the_future_is_refused(context: Context, small_world: Path) -> None:
    """No later package would ever count as newer."""
    later = replace(context, clock=lambda: context.clock() + timedelta(days=3))
    flow.encode(later, "police", small_world / "police.csv", context.project.period)
    flow.deliver(context, "police", context.project.period)
    with pytest.raises(DataRefused, match="sealed in the future"):
        flow.receive(context, "police", context.project.period)


def test_payload_of_another_encoding_than_was_linked_is_refused(context: Context, small_world: Path) -> None:
    """Half of a new delivery beside half of the old one would be counted as one."""
    later = replace(context, clock=lambda: context.clock() + timedelta(hours=1))
    flow.encode(later, "police", small_world / "police.csv", context.project.period)
    flow.deliver(context, "police", context.project.period)
    with pytest.raises(DataRefused, match="another time than the package that was linked"):
        flow.load(context, run_id(context))


def test_a_run_does_not_take_up_an_earlier_delivery_of_a_source_it_refused(context: Context, world: Path) -> None:
    """Left out means left out, also where yesterday's package still lies in the inbox."""
    (world / "police.csv").write_bytes(b"")
    police = context.project.source("police")
    lenient = police.model_copy(update={"delivery": police.delivery.model_copy(update={"when_missing": "continue"})})
    sources = context.project.sources | {"police": lenient}
    context = replace(context, project=context.project.model_copy(update={"sources": sources}))
    made = flow.run(context, world)
    summary = json.loads(context.workspace.linkage_summary(made["run_id"]).read_text(encoding="utf-8"))
    assert sorted(summary["inputs"]) == ["comensha", "shelter", "youth_care"]


def reseal(context: Context, kind: packages.Kind, change: Mapping[str, pa.Table]) -> None:
    """The police, rightly signing something else than it should."""
    place: Workspace = context.workspace
    mine = keys.load_agency(place, "police")
    if kind == "payload":
        path, theirs, recipient = (
            place.received_payload("police", PERIOD), keys.load_warehouse(place, tuple(context.project.sources)),
            mine.warehouse_recipient,
        )  # fmt: skip
    else:
        path, theirs, recipient = (
            place.received_linkage("police", PERIOD), keys.load_linkage_unit(place, tuple(context.project.sources)),
            mine.linkage_unit_recipient,
        )  # fmt: skip
    opened = packages.open_sealed(path, theirs.identity, theirs.agencies)
    fields = packages.ManifestFields(**opened.manifest.model_dump(include=set(packages.ManifestFields.model_fields)))
    packages.seal(kind, {**opened.tables, **change}, fields, mine.signing_key, recipient, path)


def payload_table(context: Context, name: str) -> pa.Table:
    """A table of the payload that the police sent."""
    theirs = keys.load_warehouse(context.workspace, tuple(context.project.sources))
    path = context.workspace.received_payload("police", PERIOD)
    return packages.open_sealed(path, theirs.identity, theirs.agencies).tables[name]


def constant(table: pa.Table, name: str, text: str) -> pa.Table:
    """The table with one column overwritten."""
    column = pa.array([text] * table.num_rows, pa.string())
    return table.set_column(table.schema.names.index(name), name, column)


@pytest.mark.parametrize(
    ("column", "text", "rule"),
    [
        ("source", "shelter", "rows in the name of another source"),
        ("record_id", "C0000005", "no pseudonym"),
        ("registration_id", "=HYPERLINK()", "no pseudonym"),
    ],
)
def test_an_agency_speaks_for_itself_and_in_pseudonyms(context: Context, column: str, text: str, rule: str) -> None:
    """A right signature is no right to register in another's name, or to send the agency's own numbers along."""
    changed = constant(payload_table(context, "registrations"), column, text)
    reseal(context, "payload", {"registrations": changed})
    with pytest.raises(DataRefused, match=rule) as caught:
        flow.load(context, run_id(context))
    assert text not in str(caught.value).replace("police-2016-2020", "")


def test_columns_that_were_not_agreed_do_not_reach_the_disk_of_the_warehouse(context: Context) -> None:
    """A name sent along is refused while it is still in memory."""
    table = payload_table(context, "events")
    reseal(context, "payload", {"events": table.append_column("name", pa.array(["x"] * table.num_rows))})
    with pytest.raises(DataRefused, match="other tables or columns"):
        flow.load(context, run_id(context))


def test_encodings_under_own_numbers_are_refused(context: Context) -> None:
    """The linkage unit must not see an agency's numbers."""
    place = context.workspace
    theirs = keys.load_linkage_unit(place, tuple(context.project.sources))
    path = place.received_linkage("police", PERIOD)
    table = packages.open_sealed(path, theirs.identity, theirs.agencies).tables["encodings"]
    numbers = pa.array([f"P{number:09}" for number in range(table.num_rows)])
    reseal(context, "linkage", {"encodings": table.set_column(0, "record_id", numbers)})
    with pytest.raises(DataRefused, match="no pseudonym"):
        flow.receive(context, "police", context.project.period)
