"""The first lines of an evaluation: which subgroups are linked worse, and whether any was large enough to tell."""

from typing import Any

from ketenzicht.stages.evaluation import _first_lines


def figures(true_pairs: int, below: list[dict[str, Any]]) -> dict[str, Any]:
    """One subgroup with so many true pairs."""
    covered = {"records": 500, "with_truth": 500}
    return {
        "truth": covered,
        "f1": 0.95,
        "subgroups": {"sex": {"V": {"true_pairs": true_pairs}}},
        "subgroups_below": below,
    }


def test_small_subgroups_are_not_said_to_be_fine() -> None:
    """That no subgroup is worse is told only where one was large enough to be held against the whole."""
    assert _first_lines(figures(199, [])) == [
        "No subgroup has 200 true pairs or more, so none is held against the whole."
    ]
    assert _first_lines(figures(200, []))[0].startswith("No subgroup with 200 true pairs or more has an F1 below")


def test_a_truth_of_a_part_is_said_to_be() -> None:
    """Estimates of the whole run beside the truth of a few records would look like errors, or like success."""
    lines = _first_lines({**figures(250, []), "truth": {"records": 1500, "with_truth": 50}})
    assert lines[0].startswith("THE TRUTH COVERS 50 of 1,500 records")
    assert len(lines) == 2


def test_a_subgroup_that_is_worse_comes_first() -> None:
    """With its F1, how far below, and of how many pairs."""
    row = {"column": "sex", "group": "V", "f1": 0.85, "gap": 0.1, "true_pairs": 250}
    lines = _first_lines(figures(250, [row]))
    assert lines[0].startswith("SUBGROUPS LINKED WORSE")
    assert lines[1] == "  sex V: F1 0.8500, 0.1000 below, of 250 pairs"
