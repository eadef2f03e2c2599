"""``python -m benchmarks quality``: which runs there are, what is kept of them, and the table."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import quality
from benchmarks.arguments import named_path, seed_range
from benchmarks.cases import FIXED, SUBGROUPS, Case, Choice, prepare
from benchmarks.markdown import share
from benchmarks.measured import measured
from benchmarks.quality_table import over_seeds, table

PRIVATE = "A NAME FROM A RECORD"


def run_of(seed: int, f1: float | None, **more: object) -> dict[str, Any]:
    known = {"precision": f1, "recall": f1, "f1": f1, "pairs_sharing_names_or_identifier": {"f1": 1.0}, "seconds": 2.0}
    return {"set": "some", "level": None, "seed": seed, "method": "splink"} | known | more


@pytest.mark.parametrize(("text", "expected"), [("7", [7]), ("31..33", [31, 32, 33]), ("5..5", [5])])
def test_seeds_are_numbers_or_ranges(text: str, expected: list[int]) -> None:
    assert seed_range(text) == expected


@pytest.mark.parametrize("text", ["", "a", "5..4", "-1", "1..", "1...3"])
def test_other_seeds_are_wrong_use(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"31\.\.50"):
        seed_range(text)


@pytest.mark.parametrize("text", ["name", "=path", "name="])
def test_a_data_set_has_a_name_and_a_path(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="NAME=CONFIG_DIR"):
        named_path(text)


def test_the_number_of_cases_is_known_before_they_are_made() -> None:
    """Fixed sets and further ones once, the population per level and seed; a set given twice by name once."""
    data = [("mine", FIXED["febrl1"])]
    choice = Choice(["four_agencies", "febrl1"], data, ["light", "heavy"], [21], 20)
    made = [(case.name, level, seed) for case, level, seed in choice.cases()]
    assert made[:2] == [("febrl1", None, 21), ("mine", None, 21)]
    assert made[2:] == [("four_agencies", "light", 21), ("four_agencies", "heavy", 21)]
    assert len(choice) == len(made)
    assert len(Choice(["four_agencies"], [], ["light", "default", "heavy"], [21, 22], 20)) == 6


def test_the_population_comes_with_its_subgroups() -> None:
    """From persons.csv beside its truth; every record still has one person."""
    [(case, _, _)] = Choice(["four_agencies"], [], ["default"], [21], 25).cases()
    assert set(SUBGROUPS) < set(case.truth.columns)
    assert not case.truth.duplicated(["source", "native_id"]).any()
    assert case.truth[list(SUBGROUPS)].notna().all(axis=None)


def fake(method: str, case: Case, seed: int) -> dict[str, Any]:
    if method == "splink":
        raise RuntimeError(PRIVATE)
    return run_of(seed, 0.5) | {"method": method, "set": case.name}


def test_a_method_that_fails_is_reported_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1; the kind of error is kept, its text, which may quote a record, is not."""
    given = ["--sets", "febrl1", "--methods", "splink", "anonlink", "--out", str(tmp_path / "q.json")]
    assert quality.main(given, fake) == 1
    shown = capsys.readouterr()
    written = (tmp_path / "q.json").read_text(encoding="utf-8")
    assert [row.get("error") for row in json.loads(written)["runs"]] == ["RuntimeError", None]
    assert "failed in 1 of 1" in shown.out
    assert "1 of 2: febrl1" in shown.err
    assert "2 of 2: febrl1" in shown.err
    assert PRIVATE not in shown.out + shown.err + written


def test_what_is_done_is_written_before_the_next_run(tmp_path: Path) -> None:
    """A run that is cut short keeps what it has."""

    def cut(method: str, case: Case, seed: int) -> dict[str, Any]:
        if method == "anonlink":
            raise KeyboardInterrupt
        return fake(method, case, seed)

    given = ["--sets", "febrl1", "--methods", "encoded", "anonlink", "--out", str(tmp_path / "q.json")]
    with pytest.raises(KeyboardInterrupt):
        quality.main(given, cut)
    assert [row["method"] for row in json.loads((tmp_path / "q.json").read_text())["runs"]] == ["encoded"]


def test_a_data_set_that_cannot_be_read_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--sets", "--data", f"mine={tmp_path}", "--out", str(tmp_path / "q.json")]
    assert quality.main(given) == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_figures_are_pooled_over_seeds_with_their_range() -> None:
    [line] = over_seeds([run_of(1, 0.5), run_of(2, 0.75), run_of(3, None)])
    assert (line["runs"], line["failed"]) == (3, 0)
    assert line["f1"] == {"mean": 0.625, "lowest": 0.5, "highest": 0.75}
    assert line["peak_mb"] is None
    assert "| .6250 (.5000-.7500) |" in table([line])


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (0.99999, ".9999"), (0.5, ".5000"), (0.0, ".0000"), (-0.05, "-.0500"), (-1e-9, ".0000"), (None, "")],
)
def test_a_share_is_one_only_where_it_is_one(value: float | None, text: str) -> None:
    assert share(value) == text


def test_a_method_runs_in_a_process_of_its_own() -> None:
    """Its figures come back with the memory it took, in MB: more than an interpreter, less than a machine."""
    case = prepare("febrl1", FIXED["febrl1"], None, None)
    found = measured("recordlinkage", case, 1)
    assert found["f1"] > 0.97
    assert 50 < found["peak_mb"] < 20_000
