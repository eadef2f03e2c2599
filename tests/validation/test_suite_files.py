"""Reading suite files, and what is said of bad ones."""

import re
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from validation import suites
from validation.errors import SuiteError
from validation.outcome import Action, Severity

CONFIG = Path(__file__).parents[2] / "config"
SOURCES = ("police", "comensha", "shelter", "youth_care")


@pytest.mark.parametrize("source", SOURCES)
def test_shipped_suites_fit_the_shipped_config(source: str) -> None:
    """Every column is one of the source's format, every code list exists, every rule name is used once."""
    suite = suites.read(CONFIG / "expectations" / f"{source}.json")
    settings = tomllib.loads((CONFIG / "sources" / f"{source}.toml").read_text(encoding="utf-8"))
    codes = tomllib.loads((CONFIG / "codes.toml").read_text(encoding="utf-8"))
    columns = set(settings["format"].get("columns") or settings["format"]["widths"])
    rules = [item.rule for item in suite.expectations]
    assert len(set(rules)) == len(rules)
    for item in suite.expectations:
        assert set(item.columns) <= columns, item.rule
        item.arguments(codes, (date(2019, 1, 1), date(2019, 12, 31)))


@pytest.mark.parametrize("source", SOURCES)
def test_shipped_suites_keep_the_keys(source: str) -> None:
    """Native id filled, row key unique over exactly its columns, and no rows refused."""
    suite = suites.read(CONFIG / "expectations" / f"{source}.json")
    settings = tomllib.loads((CONFIG / "sources" / f"{source}.toml").read_text(encoding="utf-8"))
    by_rule = {item.rule: item for item in suite.expectations}
    filled = {item.columns[0] for item in suite.expectations if item.type == "expect_column_values_to_not_be_null"}
    assert set(settings["native_id"]) <= filled
    assert list(by_rule["row_key_unique"].columns) == settings["row_key"]
    assert by_rule["delivery_has_rows"].action is Action.REFUSE


def test_the_expectations_are_listed() -> None:
    """docs/reference/expectations.md names every rule of every shipped suite under its source."""
    page = (CONFIG.parent / "docs" / "reference" / "expectations.md").read_text(encoding="utf-8")
    for source in SOURCES:
        section = page.split(f"\n## {source}\n")[1].split("\n## ")[0]
        listed = re.findall(r"^\| `([^`]+)`", section, flags=re.MULTILINE)
        assert listed == [item.rule for item in suites.read(CONFIG / "expectations" / f"{source}.json").expectations]


def test_meta_is_read(write_suite: Callable[..., Path]) -> None:
    """Severity and action are words with a meaning, not text."""
    suite = suites.read(write_suite(meta={"severity": "warning", "action": "warn"}))
    assert (suite.expectations[0].severity, suite.expectations[0].action) == (Severity.WARNING, Action.WARN)


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"meta": {"cure": None}}, "expectations.0.meta.cure", "add it"),
    ({"meta": {"owner": " "}}, "expectations.0.meta.owner", "write it out"),
    ({"meta": {"severity": "dire"}}, "expectations.0.meta.severity", "use critical, warning, info"),
    ({"meta": {"action": "ignore"}}, "expectations.0.meta.action", "use refuse, quarantine, warn"),
    ({"meta": {"colour": "red"}}, "expectations.0.meta.colour", "mend its spelling"),
    ({"type": None}, "expectations.0.type", "add it"),
    ({"type": "expect_everything"}, "expectations.0.type", "use one that docs/reference/expectations.md lists"),
    ({"kwargs": {"colunm": "a"}}, "expectations.0.kwargs", "give the arguments"),
    ({"kwargs": "a"}, "expectations.0.kwargs", "see docs/reference"),
    ({"kwargz": {}}, "expectations.0.kwargz", "mend its spelling"),
    (
        {"type": "expect_column_values_to_be_partial_dates", "kwargs": {"column": "a", "form": "DD-MM-YYYY"}},
        "expectations.0.kwargs",
        "give the arguments",
    ),
    (
        {
            "type": "expect_column_values_to_be_partial_dates",
            "kwargs": {"column": "a", "form": "DD-MM-YY", "partial": True, "unknown": []},
        },
        "expectations.0.kwargs",
        "give the arguments",
    ),
    (
        {
            "type": "expect_column_dates_to_be_between",
            "kwargs": {"column": "a", "form": "YYYY-MM-DD", "earliest": "1900", "latest": "$period:last"},
        },
        "expectations.0.kwargs",
        "give the arguments",
    ),
]


@pytest.mark.parametrize(("parts", "key", "cure"), BAD)
def test_a_bad_suite_is_refused_by_file_key_and_cure(
    parts: dict[str, Any], key: str, cure: str, write_suite: Callable[..., Path]
) -> None:
    """Whoever wrote it learns where it is wrong and what to do."""
    path = write_suite(**parts)
    with pytest.raises(SuiteError, match=rf"^{re.escape(str(path))}: key {re.escape(key)}.*Cure: .*{re.escape(cure)}"):
        suites.read(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", r"not valid JSON .*Cure: mend the syntax"),
        ("[]", r"key \(whole file\) is not an object\. Cure:"),
        ('{"expectations": [{}]}', r"key name is missing"),
        ('{"name": "x", "expectations": []}', r"key expectations is missing or empty\. Cure:"),
        ('{"name": "x", "expectations": [3]}', r"key expectations\.0 is not an object\. Cure:"),
    ],
)
def test_a_file_that_is_no_suite_is_refused(text: str, message: str, tmp_path: Path) -> None:
    """Bad JSON and other shapes are told apart from bad expectations."""
    path = tmp_path / "suite.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match=message):
        suites.read(path)


def test_a_missing_suite_is_refused(tmp_path: Path) -> None:
    """The message names the file that was looked for."""
    with pytest.raises(SuiteError, match=r"nowhere\.json: suite file is missing\. Cure:"):
        suites.read(tmp_path / "nowhere.json")


def test_placeholders_are_filled_wherever_they_stand() -> None:
    """Code lists by name, dates by the period with days added; text that looks like neither stays."""
    kwargs = {
        "column": "a",
        "value_sets": {"x": "$codes:one"},
        "latest": "$period:last+31",
        "earliest": "$period:first",
    }
    built = suites.minimal(["a"], ["a"]).expectations[0]
    item = suites.Expectation(
        built.type, kwargs, built.rule, built.severity, built.owner, built.reason, built.cure, built.action
    )
    assert item.arguments({"one": {"b", "a"}}, (date(2019, 1, 1), date(2019, 12, 31))) == {
        "column": "a",
        "value_sets": {"x": ["a", "b"]},
        "latest": "2020-01-31",
        "earliest": "2019-01-01",
    }
