"""Review from question to answer, with real keys: each domain sees what it may, and only signed answers count."""

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ketenzicht import flow, keys, packages
from ketenzicht.context import Context, open_context
from ketenzicht.errors import ConfigurationError, DataRefused, KetenzichtError
from ketenzicht.journal import read as read_journal
from ketenzicht.reviewing import rounds, stored
from ketenzicht.stages import linkage_unit, review_agency, review_unit

CONFIG = Path(__file__).parents[2] / "config"
SOURCES = ("comensha", "police", "shelter", "youth_care")
Said = Callable[[str, str], str]


@pytest.fixture(scope="module")
def delivered(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which every agency has delivered and nothing was linked yet."""
    place = tmp_path_factory.mktemp("delivered") / "workspace"
    context = open_context(CONFIG, place, "Anna")
    keys.create(context.workspace, context.project.pipeline.sources, context.entropy)
    files = {
        "police": "police.csv",
        "comensha": "comensha.xlsx",
        "shelter": "shelter.jsonl",
        "youth_care": "youth_care.txt",
    }
    for source, file in files.items():
        flow.encode(context, source, small_world / file, context.project.period)
        flow.deliver(context, source, context.project.period)
    return place


@pytest.fixture
def context(delivered: Path, tmp_path: Path) -> Context:
    """Anna at a copy of that workspace."""
    return open_context(CONFIG, Path(shutil.copytree(delivered, tmp_path / "copy")), "Anna", threads=1)


@pytest.fixture(scope="module")
def person(small_world: Path) -> dict[tuple[str, str], str]:
    """The truth, as a steward finds it in the register."""
    table = pd.read_csv(small_world / "truth.csv", dtype=str)
    return dict(zip(zip(table["source"], table["native_id"], strict=True), table["person"], strict=True))


@pytest.fixture
def truthful(person: dict[tuple[str, str], str]) -> Said:
    """How a careful police steward answers."""
    return lambda a, b: "same" if person["police", a] == person["police", b] else "different"


def ask(context: Context, pairs: int = 20, source: str = "police") -> rounds.AskedRound:
    made = review_unit.ask(context, source, context.project.period, pairs=pairs)
    return rounds.read(context.workspace, source, made["round"])


def fill(path: Path, say: Said) -> None:
    """Answer a worksheet as a spreadsheet program would save it."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream, delimiter=";")
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows([header, *([n, a, b, say(a, b)] for n, a, b, _ in rows)])


def respond(context: Context, say: Said) -> None:
    sheet = Path(review_agency.show(context, "police")["worksheet"])
    fill(sheet, say)
    review_agency.answer(context, "police", sheet, by="C. de Vries")


def native_ids(context: Context, source: str) -> list[str]:
    table = pd.read_csv(context.workspace.key_file(source), dtype=str)
    return [text for text in table["native_id"] if len(text) >= 6]


def test_the_whole_way_by_the_command_line(
    ketenzicht: Callable[..., Any], delivered: Path, tmp_path: Path, truthful: Said
) -> None:
    """Ask, show, answer, take, link: the answers hold in the crosswalk, and the run has an id of its own."""
    place = Path(shutil.copytree(delivered, tmp_path / "copy"))
    shared = ("--config", CONFIG, "--workspace", place, "--json")
    asked = ketenzicht("review", "ask", "police", "--pairs", 20, *shared)
    assert asked.code == 0, asked.err
    sheet = Path(json.loads(ketenzicht("review", "show", "police", *shared).out)["worksheet"])
    fill(sheet, truthful)
    answered = ketenzicht("review", "answer", "police", sheet, "--by", "C. de Vries", *shared)
    assert answered.code == 0, answered.err
    waiting = json.loads(ketenzicht("review", "status", *shared).out)["rounds"]
    assert [row["state"] for row in waiting] == ["answers wait to be taken"]
    taken = json.loads(ketenzicht("review", "take", "police", *shared).out)
    assert taken["answered_by"] == "C. de Vries"
    assert taken["decoys_share"] >= 0.8
    assert taken["same"] + taken["different"] == json.loads(asked.out)["pairs"]
    (state,) = json.loads(ketenzicht("review", "status", *shared).out)["rounds"]
    assert (state["state"], state["same"]) == ("taken", taken["same"])
    assert ketenzicht("audit", "verify", *shared).code == 0


@pytest.mark.parametrize("word", ["same", "different"])
def test_answers_hold_in_the_next_run_and_its_draws(context: Context, word: str) -> None:
    """Even against all scores: what the register says goes before what the encodings say, in every draw as well."""
    asked = ask(context, pairs=20)
    before = linkage_unit.open_packages(context, context.project.period)
    assert not before.answers
    respond(context, lambda *_: word)
    review_unit.take(context, "police", least_well=0.0)
    opened = linkage_unit.open_packages(context, context.project.period)
    assert opened.run_id != before.run_id
    assert opened.run_id == linkage_unit.open_packages(context, context.project.period).run_id
    assert len(opened.answers.pairs) == len(asked.pairs)
    assert {pair.role for pair in asked.pairs} == {"uncertain", "surely_same", "surely_different"}
    linkage = linkage_unit.link(context, opened)
    ids = {record_id for pair in asked.pairs for record_id in pair.ids}
    for cluster in clusters(linkage.crosswalk.to_pandas(), linkage.draws.to_pandas(), ids):
        assert all((cluster[pair.record_id_a] == cluster[pair.record_id_b]) == (word == "same") for pair in asked.pairs)


def clusters(crosswalk: pd.DataFrame, draws: pd.DataFrame, ids: set[str]) -> list[dict[Any, Any]]:
    """Record id to cluster of the records asked about: in the crosswalk, and in every draw."""
    point = crosswalk[crosswalk["record_id"].isin(ids)].set_index("record_id")["cluster"].to_dict()
    moved = draws[draws["record_id"].isin(ids)].groupby("draw")
    return [point, *(point | own.set_index("record_id")["cluster"].to_dict() for _, own in moved)]


def test_questions_follow_from_the_source_alone(context: Context, delivered: Path, tmp_path: Path) -> None:
    """With all other agencies' packages, with none, and after another's review: the same questions, byte for byte."""
    alone = open_context(CONFIG, Path(shutil.copytree(delivered, tmp_path / "alone")), "Anna", threads=2)
    for source in set(SOURCES) - {"police"}:
        alone.workspace.received_linkage(source, str(alone.project.period)).unlink()
    ask(context, source="comensha")
    one, two = ask(context), ask(alone)
    assert one == two
    paths = [place.workspace.asked("police", 1) for place in (context, alone)]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    tables = [questions(place).tables["questions"] for place in (context, alone)]
    assert tables[0].equals(tables[1])


def questions(context: Context) -> packages.OpenedPackage:
    """The questions, as the police open them."""
    secrets = keys.load_agency_review(context.workspace, "police")
    path = context.workspace.questions_package("police", 1)
    return packages.open_sealed(path, secrets.identity, {"linkage_unit": secrets.linkage_unit})


def test_the_package_tells_numbers_and_record_ids_and_nothing_else(context: Context) -> None:
    """No role, score, level or count of decoys reaches the agency, in the table, the manifest or the journal."""
    asked = ask(context)
    package = questions(context)
    assert package.tables["questions"].column_names == ["pair", "record_id_a", "record_id_b"]
    said = package.manifest.model_dump(mode="json")
    assert said["validation"] == {}
    (entry,) = (entry for entry in read_journal(context.workspace.journal) if entry.action == "review_ask")
    assert entry.counts == {"pairs": len(asked.pairs)}
    told = package.manifest.canonical() + entry.line() + package.tables["questions"].to_pandas().to_csv().encode()
    assert not any(word in told for word in (b"sure", b"uncertain", b"decoy", b"probab"))
    assert {pair.role for pair in asked.pairs} == {"uncertain", "surely_same", "surely_different"}


def test_only_the_agency_asked_can_open_the_questions(context: Context) -> None:
    """Sealed to the police; the shelter's and the linkage unit's own keys do not open it."""
    ask(context)
    path = context.workspace.questions_package("police", 1)
    trusted = {"linkage_unit": keys.load_agency_review(context.workspace, "police").linkage_unit}
    unit = keys.load_unit_review(context.workspace, SOURCES)
    for identity in (keys.load_agency_review(context.workspace, "shelter").identity, unit.identity):
        with pytest.raises(DataRefused, match="sealed to another recipient"):
            packages.open_sealed(path, identity, trusted)


def test_the_agencys_own_numbers_stay_there(context: Context, truthful: Said) -> None:
    """After a whole round no native id stands in the linkage unit's domain, its opened packages or the journal."""
    ask(context)
    respond(context, truthful)
    path = context.workspace.received_answers("police", 1)
    unit = keys.load_unit_review(context.workspace, SOURCES)
    opened = packages.open_sealed(path, unit.identity, unit.agencies)
    review_unit.take(context, "police")
    held = [file.read_bytes() for file in context.workspace.linkage_unit.rglob("*") if file.is_file()]
    held += [context.workspace.journal.read_bytes(), opened.manifest.canonical()]
    held += [table.to_pandas().to_csv().encode() for table in opened.tables.values()]
    everything = b"\n".join(held)
    ids = native_ids(context, "police")
    assert len(ids) > 50
    assert not any(text.encode() in everything for text in ids)
    assert any(text.encode() in context.workspace.review_worksheet("police", 1).read_bytes() for text in ids)


def test_a_source_without_duplicates_is_not_asked(context: Context) -> None:
    """No two of its records are one person: exit code 2, with the way to go."""
    with pytest.raises(ConfigurationError, match=r"shelter: each person is in it once.*`ketenzicht review patterns`"):
        ask(context, source="shelter")


def test_careless_answers_are_not_taken(context: Context) -> None:
    """Who says unsure, or the same of everything, fails the decoys: nothing is kept, the share is told and noted."""
    ask(context)
    respond(context, lambda *_: "unsure")
    with pytest.raises(DataRefused, match=r"police round 1: 0 of \d+ decoys were judged well.*Cure:"):
        review_unit.take(context, "police")
    assert not stored.load(context.project, context.workspace, SOURCES)
    (entry,) = (entry for entry in read_journal(context.workspace.journal) if entry.action == "review_refuse")
    assert entry.counts["decoys_well"] == 0
    respond_again(context, lambda *_: "same")
    with pytest.raises(DataRefused, match="decoys were judged well"):
        review_unit.take(context, "police")


def respond_again(context: Context, say: Said) -> None:
    context.workspace.review_worksheet("police", 1).unlink()
    respond(context, say)


def test_the_next_round_asks_other_pairs(context: Context, truthful: Said) -> None:
    """A round that is not answered is replaced by the same; once taken, other pairs are asked."""
    first = ask(context, pairs=6)
    assert ask(context, pairs=6) == first
    respond(context, truthful)
    with pytest.raises(DataRefused, match="answers of round 1 wait"):
        ask(context)
    review_unit.take(context, "police")
    second = ask(context, pairs=6)
    assert second.number == 2
    assert not {pair.ids for pair in first.pairs} & {pair.ids for pair in second.pairs}


def test_answers_to_other_questions_are_refused(context: Context, truthful: Said) -> None:
    """Asked anew with other pairs, the earlier answers no longer fit."""
    ask(context, pairs=20)
    respond(context, truthful)
    path = context.workspace.received_answers("police", 1)
    content = path.read_bytes()
    path.unlink()
    ask(context, pairs=6)
    path.write_bytes(content)
    with pytest.raises(DataRefused, match="answers other questions than those of this round"):
        review_unit.take(context, "police")


def test_nobody_answers_for_another(context: Context, truthful: Said) -> None:
    """Answers of the police, moved under the shelter's key or altered, are refused; so is what comes unsigned."""
    ask(context)
    respond(context, truthful)
    path = context.workspace.received_answers("police", 1)
    mine = keys.load_agency_review(context.workspace, "shelter")
    unit = keys.load_unit_review(context.workspace, SOURCES)
    opened = packages.open_sealed(path, unit.identity, unit.agencies)
    fields = packages.ManifestFields(**opened.manifest.model_dump(include=set(packages.ManifestFields.model_fields)))
    packages.seal("answers", opened.tables, fields, mine.signing_key, mine.linkage_unit_recipient, path)
    with pytest.raises(DataRefused, match="signed by an unknown signer"):
        review_unit.take(context, "police")
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DataRefused, match="truncated, or altered"):
        review_unit.take(context, "police")


def test_what_was_taken_cannot_be_altered_or_replaced_by_older(context: Context, truthful: Said) -> None:
    """Runs verify answers anew; answers sealed before the ones taken are refused, newer ones replace them."""
    ask(context)
    respond(context, truthful)
    old = context.workspace.received_answers("police", 1).read_bytes()
    now = context.clock()
    later = replace(context, clock=lambda: now + timedelta(hours=1))
    respond_again(later, truthful)
    review_unit.take(context, "police")
    context.workspace.received_answers("police", 1).write_bytes(old)
    with pytest.raises(DataRefused, match="sealed before the answers that were taken"):
        review_unit.take(context, "police")
    kept = context.workspace.accepted_answers("police", 1)
    kept.write_bytes(old[:-40])
    with pytest.raises(DataRefused, match=r"001\.answers\.age: truncated, or altered"):
        linkage_unit.open_packages(context, context.project.period)
    asked = context.workspace.asked("police", 1)
    asked.write_text("{}", encoding="utf-8")
    with pytest.raises(KetenzichtError, match="was altered after it was written"):
        linkage_unit.open_packages(context, context.project.period)


def test_contradicting_answers_are_not_taken(context: Context) -> None:
    """Pairs of three records judged same, same and different: refused by their numbers, without an id."""
    asked = ask(context)
    one, two, three = (f"{number:032x}" for number in range(3))
    chosen = [("p", one, two), ("p", two, three), ("p", one, three)]
    pairs = tuple(
        rounds.AskedPair(pair=number, record_id_a=a, record_id_b=b, role="uncertain")
        for number, (_, a, b) in enumerate(chosen, start=1)
    )
    table = pd.DataFrame(
        [{"native_id": f"x{number}", "record_id": text} for number, text in enumerate((one, two, three))]
    )
    table.to_csv(context.workspace.key_file("police"), index=False)
    reasked(context, asked.model_copy(update={"pairs": pairs}))
    respond(context, lambda a, b: "different" if {a, b} == {"x0", "x2"} else "same")
    with pytest.raises(
        DataRefused, match=r"police round 1 pair 3 says different, but .*pair 1.*pair 2 says same"
    ) as caught:
        review_unit.take(context, "police")
    assert one not in str(caught.value)


def reasked(context: Context, asked: rounds.AskedRound) -> None:
    """Put these questions in the place of those of the round."""
    import pyarrow as pa  # noqa: PLC0415 - here alone

    from ketenzicht.reviewing import exchange  # noqa: PLC0415 - here alone

    rows = [pair.model_dump(exclude={"role"}) for pair in asked.pairs]
    table = pa.Table.from_pylist(rows, schema=exchange.QUESTIONS)
    named = asked.model_copy(update={"request": rounds.request_name("police", asked.number, table)})
    rounds.write(context.workspace, named)
    exchange.seal_questions(
        context.project,
        keys.load_unit_review(context.workspace, SOURCES),
        "police",
        table=table,
        period=asked.period,
        request=named.request,
        moment=context.clock(),
        path=context.workspace.questions_package("police", asked.number),
    )


def test_records_that_are_not_the_agencys_are_not_shown(context: Context) -> None:
    """A question about a record that the key file does not hold is refused as a whole, by count."""
    ask(context)
    path = context.workspace.key_file("police")
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(
        DataRefused, match=r"police: (\d+) of \1 pairs hold a record that is not in the agency's key file"
    ):
        review_agency.show(context, "police")
    path.unlink()
    with pytest.raises(
        ConfigurationError, match=r"key file is missing or damaged\. Cure: run `ketenzicht encode police`"
    ):
        review_agency.show(context, "police")


def test_a_worksheet_with_answers_is_not_overwritten(context: Context, truthful: Said) -> None:
    """Shown again, an empty worksheet is replaced, one with answers is kept."""
    ask(context)
    sheet = Path(review_agency.show(context, "police")["worksheet"])
    review_agency.show(context, "police")
    fill(sheet, truthful)
    before = sheet.read_bytes()
    with pytest.raises(ConfigurationError, match="holds answers already"):
        review_agency.show(context, "police")
    assert sheet.read_bytes() == before


@pytest.mark.parametrize("name", ["", "   ", "C.\nde Vries", "x" * 501])
def test_an_answer_has_a_name(context: Context, truthful: Said, name: str) -> None:
    """Who judged is part of what is signed."""
    ask(context)
    sheet = Path(review_agency.show(context, "police")["worksheet"])
    fill(sheet, truthful)
    with pytest.raises(ConfigurationError, match="--by: empty, too long"):
        review_agency.answer(context, "police", sheet, by=name)


def test_before_anything_was_asked(context: Context) -> None:
    """Each command says what comes first."""
    with pytest.raises(ConfigurationError, match="no questions"):
        review_agency.show(context, "police")
    with pytest.raises(ConfigurationError, match="nothing was asked yet"):
        review_unit.take(context, "police")
    ask(context)
    with pytest.raises(DataRefused, match=r"police-001\.answers\.age: not in"):
        review_unit.take(context, "police")
