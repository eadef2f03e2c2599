"""The linkage pages: whole in both languages, offline, accessible, escaped, and careful with small counts."""

import copy
import re
import string
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from html_page import Page

from ketenzicht.explaining import LANGUAGES, PAGES, address, language, pages, render
from ketenzicht.settings import read_project
from linkage import encode
from linkage.compare import comparisons, layout
from linkage.profiles import profile

CONFIG = Path(__file__).parents[2] / "config"
TEXTS = Path(language.__file__).parent / "texts"
HEADER = {"project": "example", "run_id": "0f1e2d", "period": "2020", "profile": "research", "finished": "2026-11-23"}
BACK = "../0f1e2d.html"
GROUPS = [
    {"grouping": "overall", "group_name": "all records", "links": 400, "precision": 0.97, "recall": 0.93, "f1": 0.95},
    {"grouping": "sex", "group_name": "V", "links": 200, "precision": 0.9, "precision_low": 0.85,
     "precision_high": 0.93, "recall": 0.88, "recall_low": 0.8, "recall_high": 0.9, "f1": 0.8899},
    {"grouping": "sex", "group_name": "M", "links": 190, "precision": 0.97, "recall": 0.9301, "f1": 0.9496},
    {"grouping": "sex", "group_name": "O", "links": 9, "precision": 0.1111, "recall": 0.2222, "f1": 0.1481},
]  # fmt: skip


def pattern(kind: str, *, pairs: int | None, links: int | None, weight: float) -> dict[str, Any]:
    """A waterfall of two steps."""
    return {
        "kind": kind, "source_a": "city", "source_b": "child_care", "prior": -9.0, "together": weight - 1.5,
        "steps": [{"comparison": "family_name", "level": "dice_0.85", "weight": 12.5},
                  {"comparison": "sex", "level": "differ", "weight": -2.0}],
        "weight": weight, "probability": 1 / (1 + 2.0**-weight), "threshold": 0.0, "pairs": pairs, "links": links,
    }  # fmt: skip


@pytest.fixture
def linkage() -> dict[str, Any]:
    """The summary of a small linkage."""
    pair = {"source_a": "city", "source_b": "child_care"}
    estimates = {"precision": 0.971, "precision_low": 0.95, "precision_high": 0.99, "recall": None}
    return {
        "records": {"city": 1200, "child_care": 800},
        "candidates": 5000,
        "links": 412,
        "draws": 20,
        "cluster_sizes": {"1": 1176, "2": 412, "3": 7},
        "overall": {"links": 412, **estimates, "f1": None, "pair_completeness": 0.996, "recall_reason": "few fields"},
        "source_pairs": [
            {**pair, **estimates, "pairs": 960000, "candidates": 5000, "links": 412, "expected_matches": 430.0,
             "null_precision": 0.96, "traceable": 0.8},
        ],
        "findings": [{"code": "strangers", "where": "city x child_care", "message": "As high as links."},
                     {"code": "of_its_own", "where": "model", "message": "Only in English."}],
        "model": {
            "pooled": {"converged": True, "iterations": 40, "last_change": 1e-7},
            "per_group": {"converged": False, "iterations": 1000, "last_change": 1e-3},
            "groups": [{"source_pairs": [["city", "child_care"]], "comparisons": {
                "family_name": {"differ": {"m": 0.1, "u": 0.99}, "dice_0.85": {"m": 0.9, "u": 0.01}},
                "sex": {"differ": {"m": 0.0, "u": 0.5}, "equal": {"m": 1.0, "u": 0.5}}}}],
        },
        "explain": {
            "unit": "bits", "minimum": 10, "weak": 0.9, "weak_bridges": None,
            "patterns": [pattern("frequent", pairs=321, links=320, weight=1.5),
                         pattern("near", pairs=None, links=0, weight=-0.4)],
            "scores": [{**pair, "start": -4.0, "step": 2.0, "threshold": 0.0, "candidates": [4321, None, 12, 400],
                        "expected": [0.2, None, 9.5, 399.8], "strangers": [5187.6, None, 0.0, 0.0], "scale": 1.2}],
            "thresholds": [{**pair, "start": -1.0, "step": 1.0, "threshold": 0.0, "precision": [0.8765, 0.971, None],
                            "recall": [0.9911, 0.9822, 0.9733], "null_precision": None}],
            "bridges": [{"size": "2", "band": "none", "clusters": 0}, {"size": "2", "band": ">=0.99", "clusters": 412},
                        {"size": "3", "band": "none", "clusters": None}, {"size": "3", "band": ">=0.99", "clusters": 0},
                        {"size": "4", "band": "none", "clusters": 0}, {"size": "4", "band": ">=0.99", "clusters": 0}],
        },
    }  # fmt: skip


def test_every_page_stands_in_both_languages(linkage: dict[str, Any]) -> None:
    """Seven pages, well formed, one heading, in the language they declare, and with the same elements in both."""
    made = {code: render(linkage, HEADER, GROUPS, code, BACK) for code in LANGUAGES}
    assert all(list(made[code]) == [address(page, code) for page in PAGES] for code in LANGUAGES)
    for page in PAGES:
        english, dutch = (Page(made[code][address(page, code)]) for code in LANGUAGES)
        assert english.open == dutch.open == []
        assert english.tags == dutch.tags
        assert english.tags["h1"] == english.tags["main"] == 1
        assert (english.values("lang")[0], dutch.values("lang")[0]) == ("en", "nl")
        assert english.words != dutch.words


def test_pages_load_nothing_and_lead_to_each_other(linkage: dict[str, Any]) -> None:
    """No script, no address elsewhere; every link is to one of the pages, a place on the page, or the run's page."""
    made = {name: html for code in LANGUAGES for name, html in render(linkage, HEADER, GROUPS, code, BACK).items()}
    reached = set()
    for html in made.values():
        page = Page(html)
        assert re.search(r"(?i)https?:|//[a-z]|url\(|@import|javascript:", html) is None
        assert not {"script", "link", "img", "iframe", "object", "embed", "form"} & set(page.tags)
        assert not [name for _, name, _ in page.attributes if name.startswith("on") or name == "src"]
        assert ("meta", "content", "default-src 'none'; style-src 'unsafe-inline'") in page.attributes
        places = {f"#{value}" for value in page.values("id")}
        assert set(page.values("href")) <= set(made) | {BACK} | places
        reached |= set(page.values("href"))
    assert set(made) | {BACK} <= reached
    assert BACK not in "".join(render(linkage, HEADER, GROUPS, "en").values())


def test_charts_can_be_read_without_seeing_them(linkage: dict[str, Any]) -> None:
    """Every chart has a name and a description of its own on its page, and every table a caption."""
    for code in LANGUAGES:
        for name, html in render(linkage, HEADER, GROUPS, code, BACK).items():
            page = Page(html)
            ids = page.values("id")
            assert len(ids) == len(set(ids)), name
            labels = [label.split() for label in page.values("aria-labelledby")]
            assert {part for label in labels for part in label} <= set(ids)
            described = [label for label in labels if len(label) > 1]
            assert page.tags["title"] - 1 == page.tags["desc"] == len(described) == page.values("role").count("img")
            assert page.tags["table"] == page.tags["caption"]
            assert page.tags["table"] >= bool(described)


def test_the_figures_are_on_the_pages(linkage: dict[str, Any]) -> None:
    """Estimates, weights, waterfalls, bars and groups, in the language's own way of writing numbers."""
    made = {
        name: Page(html).words for code in LANGUAGES for name, html in render(linkage, HEADER, GROUPS, code).items()
    }
    expected = {
        "index.html": ("2,000 records of 2 sources became 1,595 persons by 412 links", "97.1%", "95.0\u201399.0%",
                       "not estimable", "few fields", "99.6%", "As high as links.", "20 posterior draws"),
        "index.nl.html": ("2.000 records", "97,1%", "niet te schatten", "Vreemden binnen een bron", "Only in English."),
        "weights.html": ("family name", "Dice \u2265 0.85", "+6.5", "\u22123.3", "\u221211.1", "no"),
        "weights.nl.html": ("achternaam", "Dice \u2265 0,85", "+6,5", "verschilt"),
        "patterns.html": ("321 pairs, 320 of them linked", "<10 pairs, 0 of them linked", "+12.5", "0.7388"),
        "scores.html": ("4,321", "<10", "399.8", "5187.6", "<12.0"),
        "thresholds.html": ("87.6%", "97.1%", "Recall cannot be estimated here."),
        "clusters.html": ("1,176", "with a weak bridge: <10", "2 records"),
        "subgroups.html": ("F1 more than .05 below the whole run: sex women (89.0%).", "men", "too few links", "<10"),
        "subgroups.nl.html": ("vrouwen (89,0%)", "mannen", "85,0\u201393,0%"),
    }  # fmt: skip
    for name, texts in expected.items():
        for text in texts:
            assert text in made[name], (name, text)
    assert "99.1%" not in made["thresholds.html"]
    assert "11.1%" not in made["subgroups.html"]
    assert "sex men (" not in made["subgroups.html"]
    assert " 7 " not in made["clusters.html"]


def test_a_group_exactly_as_far_below_is_not_called_out(linkage: dict[str, Any]) -> None:
    """More than .05 below the whole is, .05 is not; without a whole no group is held against it."""
    whole = {"f1": 0.75}
    assert pages._group({"links": 10, "f1": 0.7}, whole["f1"], 10)["is_below"] is False
    assert pages._group({"links": 10, "f1": 0.69}, whole["f1"], 10)["is_below"] is True
    assert pages._group({"links": 9, "f1": 0.69}, whole["f1"], 10)["is_below"] is False
    without = render({**linkage, "overall": None}, HEADER, GROUPS[1:], "en")["subgroups.html"]
    assert "no F1 as a whole" in Page(without).words


def _paths(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*path, key)
            yield from _paths(item, (*path, key))


def test_any_part_may_be_missing(linkage: dict[str, Any]) -> None:
    """A run of an earlier version, or one that stopped half-way, has pages too."""
    for code in LANGUAGES:
        empty = render({}, {}, [], code)
        assert all(Page(html).open == [] for html in empty.values())
    for key in linkage:
        rest = {name: value for name, value in linkage.items() if name != key}
        assert all(Page(html).open == [] for html in render(rest, HEADER, GROUPS, "en").values()), key
    for key in linkage["explain"]:
        explain = {name: value for name, value in linkage["explain"].items() if name != key}
        assert all(Page(html).open == [] for html in render({**linkage, "explain": explain}, HEADER, [], "nl").values())
    assert "does not hold this run" in Page(render(linkage, HEADER, [], "en")["subgroups.html"]).words


def _poison(value: object, text: str) -> object:
    match value:
        case dict():
            return {key: _poison(item, text) for key, item in value.items()}
        case list():
            return [_poison(item, text) for item in value]
        case str():
            return value + text
        case _:
            return value


def test_hostile_text_is_escaped_everywhere(linkage: dict[str, Any]) -> None:
    """Whatever text holds markup, a page has no element that it has not without it."""
    poison = "\"'><script>alert(1)</script><img src=//x>"
    hostile = copy.deepcopy(linkage)
    for key in ("source_pairs", "findings"):
        hostile[key] = _poison(hostile[key], poison)
    hostile["model"]["groups"][0]["comparisons"] = {
        f"{name}{poison}": {f"{level}{poison}": found for level, found in levels.items()}
        for name, levels in hostile["model"]["groups"][0]["comparisons"].items()
    }
    for row in hostile["explain"]["patterns"]:
        row["steps"] = _poison(row["steps"], poison)
    groups = [{**row, "group_name": f"{row['group_name']}{poison}"} for row in GROUPS]
    header = {key: f"{value}{poison}" for key, value in HEADER.items()}
    clean = render(linkage, HEADER, GROUPS, "en", BACK)
    for name, html in render(hostile, header, groups, "en", BACK).items():
        page = Page(html)
        assert page.open == []
        assert "<script" not in html
        assert "<img" not in html
        assert set(page.tags) <= set(Page(clean[name]).tags)


def test_both_languages_say_the_same_things() -> None:
    """The same texts with the same places to fill in; only the words for names and findings may differ in number."""
    texts = {code: tomllib.loads((TEXTS / f"{code}.toml").read_text(encoding="utf-8")) for code in LANGUAGES}
    words = {"comparisons", "groups", "findings", "finding_names", "reasons", "verdicts"}
    said = {code: {path for path in _paths(found) if path[0] not in words} for code, found in texts.items()}
    assert said["en"] == said["nl"]
    assert len(said["en"]) > 150
    for path in said["en"]:
        english, dutch = texts["en"], texts["nl"]
        for key in path:
            english, dutch = english[key], dutch[key]
        if isinstance(english, str):
            assert _fields(english) == _fields(dutch), path


def test_every_level_of_the_project_has_its_words() -> None:
    """A level or comparison that a run of this project makes is not shown under the name it has in the code."""
    encoding = read_project(CONFIG).encoding
    plan = comparisons(layout(encoding, set(encode.columns(encoding))), profile(encoding.profile))
    for code in LANGUAGES:
        tongue = language.language(code)
        for comparison in plan:
            assert "." not in tongue.word("comparisons", comparison.name)
            levels = {level.name for level in comparison.levels if not level.name.startswith("dice_")}
            assert levels <= set(tongue.texts["levels"]), code


def _fields(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_a_run_has_its_pages(ketenzicht: Callable[..., Any], small_world: Path, workspace: Path) -> None:
    """Run, and the run's page leads to pages that lead back; `explain` writes the same again."""
    shared = ("--config", CONFIG, "--workspace", workspace, "--json")
    assert ketenzicht("run", "--sources", small_world, *shared).code in {0, 5}
    (page,) = (workspace / "audit" / "reports").glob("*.html")
    folder = page.with_name(f"{page.stem}-linkage")
    assert f'href="{folder.name}/index.html"' in page.read_text(encoding="utf-8")
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(first) == {address(name, code) for name in PAGES for code in LANGUAGES}
    assert all(f"../{page.name}".encode() in html for html in first.values())
    assert b"waterfall" not in first["index.html"]
    assert first["patterns.html"].count(b"<figure>") > 10
    said = ketenzicht("explain", page.stem, *shared)
    assert said.code == 0, said.err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    assert ketenzicht("explain", "0000", *shared).code == 2
