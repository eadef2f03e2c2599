"""The report page: whole, offline, escaped, and careful with small counts."""

import json
import math
import re
from typing import Any, cast, get_type_hints

import pytest
from html_page import Page

from validation import report, report_data
from validation.drawings import column_chart, match_weight, weight_span

LOADING = {"src", "href", "srcset", "action", "data", "poster", "xlink:href", "formaction", "background"}


def test_a_full_run_is_on_the_page(full_run: dict[str, Any]) -> None:
    """Every section, every source, every finding, and well-formed markup with captions."""
    page = Page(report.render(full_run))
    assert page.open == []
    assert page.tags["table"] == page.tags["caption"] > 10
    assert (page.tags["h1"], page.tags["main"], page.tags["script"]) == (1, 1, 0)
    for text in (
        *("5f0c1e9a2b7d4c31", "Wpg art. 22", "comensha \u00d7 shelter", "bsn eleven test", "30,118", "97.0%", "agrees"),
        *("Strangers within a source", "aangifte", "help within 30 days", "officer", "hidden", "<10 10"),
    ):
        assert text in page.words, text
    assert "not run" not in page.words


def test_checks_of_the_model_are_on_the_page(full_run: dict[str, Any]) -> None:
    """The second scorer per source pair with its reason, drift since the last run, and weights that never read 1e-2."""
    levels = {"year_only": {"m": 0.0302, "u": 0.03}, "equal": {"m": 0.9, "u": 0.0001}}
    full_run["linkage"]["model"]["groups"][0]["comparisons"] = {"birth_date.partial": levels}
    words = Page(report.render(full_run)).words
    for text in (
        *("shelter \u00d7 youth care: agrees, 301 matches by the model and 297 by the scorer", "moderate, since run"),
        *("police \u00d7 shelter: not compared, a source has duplicates", "birth date, partial", "+0.0", "+13.1"),
    ):
        assert text in words, text
    assert report.bits(None) == "-"


def test_the_page_loads_nothing(full_run: dict[str, Any]) -> None:
    """No address, no element that loads; every link stays on the page; a policy forbids the rest."""
    html = report.render(full_run)
    page = Page(html)
    assert re.search(r"(?i)https?:|//[a-z]|url\(|@import|javascript:", html) is None
    links = [value for _, name, value in page.attributes if name in LOADING]
    assert links
    assert all(value.startswith("#") for value in links)
    targets = {value for _, name, value in page.attributes if name == "id"}
    assert {value[1:] for value in links} <= targets
    assert not {"script", "link", "img", "iframe", "object", "embed", "form"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert ("meta", "content", "default-src 'none'; style-src 'unsafe-inline'") in page.attributes


def _poison(value: object, text: str) -> object:
    match value:
        case dict():
            return {key if key in _KNOWN else f"{key}{text}": _poison(item, text) for key, item in value.items()}
        case list():
            return [_poison(item, text) for item in value]
        case str():
            return value + text
        case _:
            return value


_KNOWN = {name for shape in vars(report_data).values() if isinstance(shape, type) for name in get_type_hints(shape)}


def test_hostile_text_is_escaped_everywhere(full_run: dict[str, Any]) -> None:
    """Whatever text or key holds markup, the page has the same elements as without it."""
    clean = Page(report.render(full_run))
    poison = "\"'><script>alert(1)</script><img src=//x>"
    html = report.render(cast("dict[str, Any]", _poison(full_run, poison)))
    page = Page(html)
    assert page.open == []
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html
    assert {tag for tag in page.tags if tag not in clean.tags} == set()
    assert not [name for _, name, _ in page.attributes if name.startswith("on") or name == "src"]


def test_an_empty_run_is_a_page_that_says_so() -> None:
    """Every part may be missing."""
    page = Page(report.render({}))
    assert page.open == []
    for part in ("Deliveries", "Validation", "Quarantine", "Linkage", "Pathways", "Approval of a release"):
        assert f"{part}: not run." in page.words


@pytest.mark.parametrize("part", ["header", "deliveries", "linkage", "pathways", "approvals"])
def test_any_part_may_be_missing_or_null(part: str, full_run: dict[str, Any]) -> None:
    """A run that stopped half-way has a page too."""
    without = {key: value for key, value in full_run.items() if key != part}
    assert "not run" in Page(report.render(without)).words
    assert report.render(without) == report.render(without | {part: None})


@pytest.mark.parametrize("section", ["linkage", "pathways", "header"])
def test_any_key_of_a_part_may_be_missing(section: str, full_run: dict[str, Any]) -> None:
    """Keys may be left out one at a time."""
    for key in full_run[section]:
        rest = {name: value for name, value in full_run[section].items() if name != key}
        assert Page(report.render(full_run | {section: rest})).open == []


def test_any_key_of_a_delivery_may_be_missing(full_run: dict[str, Any]) -> None:
    """A refused delivery has no records encoded, an unreadable one no counts."""
    for key in full_run["deliveries"][0]:
        rest = {name: value for name, value in full_run["deliveries"][0].items() if name != key}
        assert Page(report.render(full_run | {"deliveries": [rest]})).open == []


def test_small_counts_of_persons_are_hidden_even_if_nobody_hid_them(full_run: dict[str, Any]) -> None:
    """At the limit shown, below it not, zero included; the limit comes with the figures."""
    pathways = full_run["pathways"]
    pathways["pathway_variants"] = [{"variant": name, "n_persons": n} for name, n in (("aa", 9), ("bb", 10), ("cc", 0))]
    pathways["victims_per_year"][0]["n_persons"] = 7
    words = Page(report.render(full_run)).words
    for text in ("aa <10", "bb 10", "cc <10", "<10 2016"):
        assert text in words, text
    pathways["minimum_cell"] = 5
    words = Page(report.render(full_run)).words
    for text in ("aa 9", "cc <5"):
        assert text in words, text


def test_a_run_from_json_gives_the_same_page(full_run: dict[str, Any]) -> None:
    """The page can be written again from the stored summary."""
    assert report.render(json.loads(json.dumps(full_run))) == report.render(full_run)


def test_columns_are_in_proportion() -> None:
    """Heights follow counts, all stand on the baseline, a hidden count has no height."""
    chart = column_chart([("a", 100), ("b", 50), ("c", "<10")])
    a, b, c = chart.columns
    assert (a.height, b.height, c.height) == (150, 75, 0)
    assert {column.y + column.height for column in chart.columns} == {chart.baseline}
    assert (c.hidden, c.text) == (True, "<10")
    assert column_chart([]).columns == ()


def test_match_weight_is_in_bits() -> None:
    """log2(m/u), none where a level never occurs; drawn to the right for, to the left against, within the frame."""
    assert match_weight(0.8, 0.1) == pytest.approx(3)
    assert match_weight(0.1, 0.8) == pytest.approx(-3)
    assert match_weight(0.0, 0.5) is None
    assert weight_span(8.0) == (80, 40)
    assert weight_span(-8.0) == (40, 40)
    assert weight_span(math.inf) == (80, 80)
    assert weight_span(None) == (80, 0)


def test_numbers_are_readable() -> None:
    """Thousands apart, shares in per cent, tiny numbers not as zero, nothing as a dash."""
    assert (report.number(12345), report.number(None), report.number("<10")) == ("12,345", "-", "<10")
    assert (report.percent(0.1234), report.percent(None)) == ("12.3%", "-")
    assert (report.decimal(0.5), report.decimal(2e-7), report.decimal(0)) == ("0.5000", "2.0e-07", "0.0000")
    assert report.moment("2026-11-23T10:12:00+00:00") == "2026-11-23 10:12:00 UTC"
