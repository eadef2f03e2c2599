"""Findings, reasons and cuts on the linkage pages: whatever a run says is said in both languages, figures kept."""

import re
from pathlib import Path
from typing import Any

import pytest

import linkage
from ketenzicht.explaining.cuts import cut_line
from ketenzicht.explaining.language import language
from ketenzicht.explaining.wording import finding, reason
from linkage.discriminate import scorer_findings
from linkage.drift import drift_findings
from linkage.estimates import NOTHING, TRACEABLE, WIDEST, Estimate, why_not

DUTCH, ENGLISH = language("nl"), language("en")
SETTINGS = {"clusters": {"probability": 0.5, "precision": 0.9}}


def codes_of_findings() -> set[str]:
    """The codes that the code of the linkage writes."""
    texts = [path.read_text(encoding="utf-8") for path in Path(linkage.__file__).parent.rglob("*.py")]
    return {code for text in texts for code in re.findall(r'(?:_finding\(|"code": )"(\w+)"', text)}


def test_every_finding_has_a_name_and_words_in_dutch() -> None:
    """No code that a run can write is left without its Dutch name and sentence."""
    codes = codes_of_findings()
    assert {"scorers_disagree", "parameters_drifted", "nothing_sure_enough", "recall_not_estimable"} <= codes
    assert codes <= set(DUTCH.texts["finding_names"])
    assert codes <= set(DUTCH.texts["findings"])


@pytest.mark.parametrize(
    ("found", "figures"),
    [
        (why_not(Estimate(0.9, 0.7, 0.7 + 2 * WIDEST), 1.0), ("0,70", f"{0.7 + 2 * WIDEST:.2f}".replace(".", ","))),
        (why_not(Estimate(0.9, 0.9, 0.9), TRACEABLE / 2), (f"{TRACEABLE / 2:.0%}",)),
        (why_not(NOTHING, 1.0), ("geen ware paren verwacht",)),
    ],
)
def test_every_reason_is_told_in_dutch_with_its_figures(found: str | None, figures: tuple[str, ...]) -> None:
    """The sentences the linkage makes today, not copies of them; in English they stand as they are."""
    assert found is not None
    told = reason(DUTCH, found)
    assert not told.english
    assert all(figure in told.text for figure in figures)
    assert reason(ENGLISH, found).text == found
    row = {"code": "recall_not_estimable", "where": "a x b_c", "message": f"Recall cannot be estimated: {found}."}
    assert told.text in finding(DUTCH, row).message.text


def test_a_reason_without_words_stays_in_english_and_says_so() -> None:
    """Rather than a sentence that is not quite it."""
    assert reason(DUTCH, "of another kind").english
    row = {"code": "recall_not_estimable", "where": "model", "message": "Of another kind."}
    assert (finding(DUTCH, row).message.text, finding(DUTCH, row).message.english) == ("Of another kind.", True)


def test_findings_with_figures_keep_them_in_dutch() -> None:
    """How many times as many matches; which level, from what to what."""
    row = {"source_a": "a", "source_b": "b", "agrees": False, "matches_by_model": 75.0, "matches_by_ratio": 30.0}
    (disagree,) = scorer_findings({"source_pairs": [row]})
    assert "2,5 keer zoveel" in finding(DUTCH, disagree).message.text
    changes = [
        {"comparison": "given_name.initial", "where": "a x b", "verdict": "large", "level": "year_month",
         "weight_before": -1.25, "weight": 3.5}
    ]  # fmt: skip
    (drifted,) = drift_findings(changes, "2019")
    told = finding(DUTCH, drifted)
    assert told.where == "voornaam, initiaal: a \u00d7 b"
    assert "Grote verandering sinds de run van 2019" in told.message.text
    assert "\u201cjaar en maand\u201d ging van \u22121,2 naar +3,5 bits" in told.message.text


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            {"threshold": 0.5, "cut": {"rule": "probability", "threshold": 0.45, "f1": 0.9, "usable": True}},
            ("set", None),
        ),
        ({"threshold": 0.7, "cut": {"rule": "probability", "threshold": 0.45, "f1": 0.9}}, ("floor", None)),
        (
            {"threshold": 0.8808, "cut": {"rule": "label_free", "threshold": 2.0, "usable": True}},
            ("label_free", 0.8808),
        ),
        ({"threshold": 0.95, "cut": {"rule": "label_free", "threshold": 2.0, "usable": True}}, ("floor", 0.8808)),
        ({"threshold": 0.5, "cut": {"rule": "probability", "threshold": -2.0, "usable": True}}, ("set", 0.1192)),
        ({"threshold": 0.5, "cut": {"rule": "probability", "threshold": -2.0, "usable": False}}, ("set", None)),
        ({"threshold": None, "cut": {"rule": "none"}}, (None, None)),
    ],
)
def test_the_rule_that_set_a_threshold_is_told(row: dict[str, Any], expected: tuple[str | None, float | None]) -> None:
    """The set probability, the label-free cut, or the floor above either; a cut that is only told is not it."""
    line = cut_line(row, SETTINGS)
    assert line.rule == expected[0]
    assert line.label_free == (pytest.approx(expected[1], abs=1e-4) if expected[1] else None)


def test_why_the_label_free_cut_was_not_used_is_kept() -> None:
    """Only where it was sought: the cut of the largest expected F1 has no say."""
    cut = {"rule": "probability", "threshold": -1.0, "usable": False, "reason": "low overlap: too few links"}
    assert cut_line({"threshold": 0.5, "cut": cut}, SETTINGS).unusable == "low overlap: too few links"
    assert cut_line({"threshold": 0.5, "cut": {**cut, "f1": 0.8}}, SETTINGS).unusable is None
