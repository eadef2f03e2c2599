"""Judgements on patterns across sources: masked, signed, in force until withdrawn, and part of the run's id."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ketenzicht import keys
from ketenzicht.context import Context, open_context
from ketenzicht.errors import ConfigurationError, DataRefused, KetenzichtError
from ketenzicht.journal import read as read_journal
from ketenzicht.reviewing import stored
from ketenzicht.stages import review_patterns
from linkage.review import PatternAnswer

CONFIG = Path(__file__).parents[2] / "config"
SOURCES = ("comensha", "police", "shelter", "youth_care")
RUN = "00112233aabbccdd"


def pattern(probability: float, pairs: int | None, linked: int | None, **levels: str) -> dict[str, Any]:
    apart = None if pairs is None or linked is None else pairs - linked
    return {
        "source_a": "comensha",
        "source_b": "police",
        "levels": levels,
        "probability": probability,
        "pairs": pairs,
        "linked": linked,
        "apart": apart,
    }


PATTERNS = [
    pattern(0.62, 40, 25, sex="equal", family_name="dice_0.7"),
    pattern(0.31, 30, None, sex="equal"),
    pattern(0.11, None, None, sex="differ"),
]


@pytest.fixture
def context(workspace: Path) -> Context:
    """A workspace with keys and the summary of one run."""
    context = open_context(CONFIG, workspace, "Anna")
    path = context.workspace.linkage_summary(RUN)
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"linkage": {"uncertain_patterns": PATTERNS}}), encoding="utf-8")
    return context


def judged(context: Context, *said: str, rename: str | None = None) -> Path:
    """The run's worksheet with these answers from the first pattern on."""
    path = Path(review_patterns.patterns(context, RUN)["worksheet"])
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream, delimiter=";")
    answers = [*said, *[""] * (len(rows) - len(said))]
    filled = path.with_name(f"{rename or 'filled'}.csv")
    with filled.open("w", encoding="utf-8", newline="") as stream:
        rows = [[*row[:-1], word] for row, word in zip(rows, answers, strict=True)]
        csv.writer(stream, delimiter=";").writerows([header, *rows])
    return filled


def decide(context: Context, *said: str) -> dict[str, Any]:
    return review_patterns.decide(
        context, judged(context, *said), run_id=RUN, by="B. Bakker", reason="twins, one house"
    )


def test_the_worksheet_speaks_in_words_and_masks_counts(context: Context) -> None:
    """Below ten: ``<10``; a part that would tell a small one: ``-``; an earlier judgement stands beside."""
    decide(context, "different")
    path = Path(review_patterns.patterns(context, RUN)["worksheet"])
    assert path.read_text(encoding="utf-8-sig").splitlines() == [
        "pattern;source_a;source_b;agreement;probability;pairs;linked_now;not_linked_now;judged_before;answer",
        '1;comensha;police;"sex: equal; family_name: dice_0.7";0.62;40;25;15;different;',
        "2;comensha;police;sex: equal;0.31;30;-;-;;",
        "3;comensha;police;sex: differ;0.11;<10;-;-;;",
    ]


def test_a_judgement_holds_until_another_or_unsure(context: Context) -> None:
    """Same, then different, then unsure on one pattern; the other stays."""
    first = {"sex": "equal", "family_name": "dice_0.7"}
    assert decide(context, "same", "zelfde")["in_force"] == 2
    assert decide(context, "different")["in_force"] == 2
    loaded = stored.load(context.project, context.workspace, SOURCES).patterns
    assert {(tuple(one.levels.items()), one.same) for one in loaded} == {
        (tuple(first.items()), False),
        ((("sex", "equal"),), True),
    }
    before = stored.digest(stored.load(context.project, context.workspace, SOURCES))
    assert decide(context, "unsure")["in_force"] == 1
    assert stored.digest(stored.load(context.project, context.workspace, SOURCES)) != before
    assert not stored.load(context.project, context.workspace, ["police"]).patterns


def test_who_judged_and_why_is_signed_and_journalled(context: Context) -> None:
    """Name, reason and counts stand in the journal; the file is refused after any change."""
    decide(context, "same", "different")
    (entry,) = (entry for entry in read_journal(context.workspace.journal) if entry.action == "review_decide")
    assert (entry.reason, entry.details["decided_by"]) == ("twins, one house", "B. Bakker")
    assert entry.counts == {"same": 1, "different": 1, "unsure": 0}
    path = context.workspace.pattern_decisions
    text = path.read_text(encoding="utf-8")
    for changed in (text.replace('"different"', '"same"'), text.replace("B. Bakker", "A. Anders"), "{}", text[:-9]):
        path.write_text(changed, encoding="utf-8")
        with pytest.raises(KetenzichtError, match=r"decisions\.json: not what the linkage unit signed\. Cure:"):
            stored.load(context.project, context.workspace, SOURCES)


def test_another_domains_signature_does_not_count(context: Context, tmp_path: Path) -> None:
    """Judgements signed with other keys are refused."""
    decide(context, "same")
    other = open_context(CONFIG, tmp_path / "other", "Boris")
    keys.create(other.workspace, SOURCES, other.entropy)
    other.workspace.reviews.mkdir(parents=True)
    shutil.copy(context.workspace.pattern_decisions, other.workspace.pattern_decisions)
    with pytest.raises(KetenzichtError, match="not what the linkage unit signed"):
        stored.load(other.project, other.workspace, SOURCES)


def test_a_worksheet_of_other_patterns_is_refused(context: Context) -> None:
    """By row and column: another run's pattern, a pattern twice, a wrong word, nothing answered, another header."""
    path = judged(context, "same", "different")
    text = path.read_text(encoding="utf-8")
    again = '\n1;comensha;police;"sex: equal; family_name: dice_0.7";'
    wrong = {
        text.replace("sex: equal;0.31", "sex: differ;0.31"): "row 3, pattern: not the pattern of this number",
        text.replace("\n2;", "\n9;"): "row 3, pattern: not the pattern",
        text.replace("\n2;comensha;police;sex: equal;", again): "twice",
        text.replace(";same", ";perhaps"): "row 2, answer: empty, or not an answer",
        text.replace(";same", ";").replace(";different", ";"): "no pattern is answered",
        text.replace("agreement", "overeenkomst"): "row 1: not the header",
    }
    for content, rule in wrong.items():
        path.write_text(content, encoding="utf-8")
        with pytest.raises(DataRefused, match=rule):
            review_patterns.decide(context, path, run_id=RUN, by="B. Bakker", reason="because")
    assert review_patterns.in_force(context) == 0


@pytest.mark.parametrize(("by", "reason", "rule"), [("", "because", "--by"), ("B. Bakker", " ", "--reason")])
def test_a_judgement_has_a_name_and_a_reason(context: Context, by: str, reason: str, rule: str) -> None:
    """Both are asked for before anything is read."""
    with pytest.raises(ConfigurationError, match=rule):
        review_patterns.decide(context, judged(context, "same"), run_id=RUN, by=by, reason=reason)


def test_by_the_command_line(ketenzicht: Any, context: Context) -> None:  # noqa: ANN401 - a command
    """List, decide and status; a run of an earlier version says what to do."""
    shared = ("--config", CONFIG, "--workspace", context.workspace.root)
    said = ketenzicht("review", "patterns", *shared)
    assert said.code == 0, said.err
    assert "<10" in said.out
    listed = json.loads(ketenzicht("review", "patterns", "--json", *shared).out)
    assert listed["patterns"] == PATTERNS
    sheet = judged(context, "same")
    words = ("--by", "B. Bakker", "--reason", "checked")
    assert ketenzicht("review", "decide", sheet, *words, *shared).code == 0
    assert json.loads(ketenzicht("review", "status", "--json", *shared).out)["patterns_in_force"] == 1
    context.workspace.linkage_summary(RUN).write_text(json.dumps({"linkage": {}}), encoding="utf-8")
    said = ketenzicht("review", "patterns", *shared)
    assert said.code == 2
    assert "link again" in said.err


def test_answers_are_of_the_run_s_sources(context: Context) -> None:
    """A pattern of two sources is no answer of a run that lacks one of them."""
    decide(context, "same")
    answers = stored.load(context.project, context.workspace, SOURCES)
    assert answers.patterns == (
        PatternAnswer("comensha", "police", PATTERNS[0]["levels"], True, "a judgement on a pattern"),
    )
