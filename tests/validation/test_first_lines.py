"""The first lines of a run's page: the estimate of the whole, and whoever is linked notably worse."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validation import report
from validation.drawings import BAR_WIDTH, share_span
from validation.first_lines import NOTABLE_GAP, f1, first_lines


def top_of(html: str) -> str:
    """The text of the page up to the facts of the run, markup taken out and blanks made one."""
    body = html[html.index("<body>") : html.index('<dl class="facts">')]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace(" ,", ",").replace(" ;", ";")


def test_the_whole_stands_on_top_with_its_intervals(full_run: dict[str, Any]) -> None:
    """Precision and recall with 90% intervals come before everything but the title."""
    top = top_of(report.render(full_run))
    assert "precision 98.2% (90% interval 97.4 to 98.9%)" in top
    assert "recall 91.1% (90% interval 89.4 to 92.7%); F1 94.5%" in top


def test_every_part_that_is_notably_worse_is_named_on_top_worst_first(full_run: dict[str, Any]) -> None:
    """A group by the draws, source pairs by their own estimates; those within .05 are not named."""
    top = top_of(report.render(full_run))
    names = ("shelter \u00d7 youth care : F1", "comensha \u00d7 youth care : F1", "nationality group non-EU : F1 85.7%")
    places = [top.index(text) for text in names]
    assert places == sorted(places)
    assert "9.0 points below the 94.6% of all records (precision 95.0%, 94.0 to 96.0%; recall 78.0%" in top
    assert "group NL" not in top
    assert "police \u00d7 comensha" not in top


def test_recall_that_is_not_estimable_says_why_on_top(full_run: dict[str, Any]) -> None:
    """The reason of the whole and of each source pair, the latter from the row or from the findings."""
    linkage = full_run["linkage"]
    linkage["overall"] |= {"recall": None, "recall_low": None, "recall_high": None, "recall_reason": "Too few fields."}
    linkage["source_pairs"][0] |= {"recall": None, "recall_reason": "No names in one of the sources."}
    linkage["source_pairs"][1] |= {"recall": None}
    where = "{source_a} x {source_b}".format(**linkage["source_pairs"][1])
    linkage["findings"].append({"code": "recall_not_estimable", "where": where, "message": "Leaves no trace."})
    top = top_of(report.render(full_run))
    for text in ("recall not estimable : Too few fields.", "No names in one of the sources.", "Leaves no trace."):
        assert text in top, text


def test_recall_of_the_whole_says_how_much_of_it_is_not_told_apart(full_run: dict[str, Any]) -> None:
    """The share of expected matches that lies in source pairs without a recall; nothing where all have one."""
    linkage = full_run["linkage"]
    pair = {"source_a": "a", "source_b": "b", "links": 40, "precision": 0.98}
    linkage["source_pairs"] = [
        {**pair, "expected_matches": 30.0, "recall": 0.9},
        {**pair, "expected_matches": 10.0, "recall": None, "recall_reason": "Too little."},
    ]
    assert "Of all expected matches 25.0% lie there." in top_of(report.render(full_run))
    linkage["source_pairs"] = linkage["source_pairs"][:1]
    assert "expected matches" not in top_of(report.render(full_run))
    assert first_lines({"overall": {}}, (), 10).share_without_recall is None


def test_source_pair_without_recall_is_held_to_its_precision(full_run: dict[str, Any]) -> None:
    """A precision more than .05 below that of the whole is named where there is no F1."""
    linkage = full_run["linkage"]
    linkage["source_pairs"] = [{"source_a": "a", "source_b": "b", "links": 40, "precision": 0.93, "recall": None}]
    assert [(one.figure, one.where) for one in first_lines(linkage, (), 10).below] == [("precision", "a \u00d7 b")]


def test_source_pair_without_matches_has_no_recall_and_says_so(full_run: dict[str, Any]) -> None:
    """The finding that nothing is expected is the reason."""
    linkage = full_run["linkage"]
    linkage["source_pairs"] = [{"source_a": "a", "source_b": "b", "links": 0, "precision": None, "recall": None}]
    linkage["findings"] = [{"code": "no_overlap", "where": "a x b", "message": "No matches are expected."}]
    assert first_lines(linkage, (), 10).no_recall == (("a \u00d7 b", "No matches are expected."),)


@pytest.mark.parametrize(("precision", "named"), [(0.90, False), (0.85, False), (0.8499, True)])
def test_the_limit_is_more_than_five_points(precision: float, named: bool) -> None:  # noqa: FBT001
    """Exactly .05 below is not more than .05 below, whatever the digits of a computer say."""
    pair = {"source_a": "a", "source_b": "b", "links": 40, "precision": precision, "recall": None}
    linkage: Any = {"overall": {"precision": 0.9}, "source_pairs": [pair]}
    assert bool(first_lines(linkage, (), 10).below) is named


def test_groups_with_few_links_are_named_and_not_judged(full_run: dict[str, Any]) -> None:
    """Below the smallest cell neither number nor estimate is shown anywhere on the page."""
    html = report.render(full_run)
    assert "Too few links and matches (fewer than 10) to tell: sex O" in top_of(html)
    row = re.search(r'<th scope="row">O</th>.*?</tr>', html, flags=re.DOTALL)
    assert row
    assert "&lt;10" in row[0]
    assert "50.0%" not in row[0]


def test_a_group_that_is_hardly_linked_at_all_is_not_taken_for_a_small_one(full_run: dict[str, Any]) -> None:
    """Few links where many matches are expected is the worst of all, and loud."""
    hardly = {"links": 3, "expected_matches": 60.0, "precision": 1.0, "recall": 0.05, "f1": 0.095}
    full_run["quality_by_group"].append({"grouping": "sex", "group_name": "X", **hardly})
    top = top_of(report.render(full_run))
    assert "sex X : F1 9.5%" in top
    assert "<10 links" in top.replace("&lt;", "<")


def test_nothing_worse_is_said_too(full_run: dict[str, Any]) -> None:
    """A page without an alarm says that it looked."""
    full_run["linkage"]["source_pairs"] = full_run["linkage"]["source_pairs"][:2]
    full_run["quality_by_group"] = [row for row in full_run["quality_by_group"] if row["group_name"] != "non-EU"]
    top = top_of(report.render(full_run))
    assert "No source pair and no group is estimated to be linked worse" in top
    assert "Linked worse than" not in top


@given(st.floats(0.01, 1), st.floats(0.01, 1))
def test_f1_lies_between_precision_and_recall(precision: float, recall: float) -> None:
    """The harmonic mean; none without recall, and zero where nothing is found."""
    found = f1({"precision": precision, "recall": recall})
    assert found is not None
    assert min(precision, recall) - 1e-9 <= found <= max(precision, recall) + 1e-9
    assert f1({"precision": precision, "recall": None}) is None
    assert f1({"precision": None, "recall": 0.0}) == 0.0


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30)), max_size=6), st.floats(0, 1))
def test_a_group_is_named_if_and_only_if_it_is_notably_below(parts: list[tuple[float, int]], whole: float) -> None:
    """Whatever the order of the rows."""
    rows: list[Any] = [
        {"grouping": "g", "group_name": str(place), "links": links, "f1": value, "precision": None}
        for place, (value, links) in enumerate(parts)
    ]
    rows.append({"grouping": "overall", "group_name": "all records", "links": 50, "f1": whole})
    named = {one.where for one in first_lines({}, rows, 10).below}
    wanted = {f"g {n}" for n, (value, links) in enumerate(parts) if links >= 10 and whole - value > NOTABLE_GAP + 1e-8}
    maybe = {f"g {n}" for n, (value, _) in enumerate(parts) if abs(whole - value - NOTABLE_GAP) <= 1e-8}
    assert wanted <= named <= wanted | maybe


def test_an_interval_is_drawn_within_its_bar() -> None:
    """Ends outside 0 and 1 are cut, and their order does not matter."""
    assert share_span(0.25, 0.75) == (BAR_WIDTH / 4, BAR_WIDTH / 2)
    assert share_span(0.75, 0.25) == share_span(0.25, 0.75)
    assert share_span(-1, 2) == (0, BAR_WIDTH)
