"""Pairs of two agencies are judged as patterns: in words, counts masked, and an answer decides on its own."""

import numpy as np
import pytest

from linkage.candidates import Strata
from linkage.compare.layout import FieldColumns
from linkage.compare.plan import Comparison, Level, Method
from linkage.review import Answers, PatternAnswer
from linkage.review.patterns import JUDGED, Seen, pattern_adjustment, uncertain_patterns
from linkage.settings import FieldKind

NAMES = (("police", "police"), ("police", "shelter"), ("shelter", "shelter"))
STRATA = Strata(NAMES, np.ones(3), np.array([True, True, False]), np.array([[0, 1], [1, 2]]))


def field(name: str) -> FieldColumns:
    return FieldColumns(name, FieldKind.CATEGORY, members=(name,))


PLAN = tuple(
    Comparison(name, field(name), Method.EQUALITY, (Level("differ", 0.1), Level("equal", 0.9)))
    for name in ("sex", "place")
)


def seen(*groups: tuple[int, tuple[int, int], float, int, int]) -> Seen:
    """Groups of (stratum, levels, log odds, pairs, of which linked)."""
    stratum, levels, odds, pairs, linked = zip(*groups, strict=True)
    return Seen(np.array(stratum), np.array(levels, dtype=np.int8), np.array(odds), np.array(pairs), np.array(linked))


def test_only_uncertain_patterns_across_sources_are_listed() -> None:
    """Sure ones, and those within a source, are not: the latter are for their agency to judge."""
    rows = uncertain_patterns(
        seen((0, (2, 1), 0.1, 50, 20), (1, (2, 1), 0.0, 40, 15), (1, (2, 2), 9.0, 40, 40), (1, (1, 1), -9.0, 40, 0)),
        PLAN,
        STRATA,
    )
    assert rows == [
        {
            "source_a": "police",
            "source_b": "shelter",
            "levels": {"sex": "equal", "place": "differ"},
            "probability": 0.5,
            "pairs": 40,
            "linked": 15,
            "apart": 25,
        }
    ]


@pytest.mark.parametrize(
    ("pairs", "linked", "shown"),
    [
        (9, 0, (None, None, None)),
        (10, 0, (10, 0, 10)),
        (10, 10, (10, 10, 0)),
        (30, 5, (30, None, None)),
        (30, 25, (30, None, None)),
        (30, 10, (30, 10, 20)),
    ],
)
def test_small_counts_are_masked_and_so_is_what_would_tell_them(
    pairs: int, linked: int, shown: tuple[int | None, ...]
) -> None:
    """At, below and above ten; of a sum and its parts not one part is left that gives the small one away."""
    (row,) = uncertain_patterns(seen((1, (2, 1), 0.0, pairs, linked)), PLAN, STRATA)
    assert (row["pairs"], row["linked"], row["apart"]) == shown


def test_the_patterns_whose_answer_changes_most_come_first() -> None:
    """Entropy times number of pairs; a missing comparison is not named."""
    rows = uncertain_patterns(seen((1, (2, 0), 0.0, 10, 0), (1, (0, 2), 0.5, 90, 90)), PLAN, STRATA)
    assert [row["levels"] for row in rows] == [{"place": "equal"}, {"sex": "equal"}]


def answer(*, same: bool, **levels: str) -> PatternAnswer:
    return PatternAnswer("shelter", "police", levels, same)


@pytest.mark.parametrize("log_odds", [-20.0, -3.0, 0.0, 3.0, 20.0])
def test_an_answer_decides_what_happens_to_a_pair_on_its_own(log_odds: float) -> None:
    """Judged the same it is linked, judged different never, whatever the score; other pairs keep theirs."""
    levels = np.array([[2, 1], [2, 1], [2, 2], [2, 0]], dtype=np.int8)
    stratum = np.array([1, 0, 1, 1])
    odds = np.full(4, log_odds)
    for same, bound in ((True, JUDGED), (False, -JUDGED)):
        told = Answers(patterns=(answer(same=same, sex="equal", place="differ"),))
        found = odds + pattern_adjustment(levels, stratum, odds, told, PLAN, STRATA)
        assert (found[0] >= bound) if same else (found[0] <= bound)
        assert found[1:].tolist() == odds[1:].tolist()


def test_a_pattern_of_levels_no_longer_known_adjusts_nothing() -> None:
    """Where comparisons have changed since, an old answer is silent rather than wrong; so is one of other sources."""
    levels, stratum = np.array([[2, 1]], dtype=np.int8), np.array([1])
    told = (
        answer(same=True, sex="equal", place="elsewhere"),
        answer(same=True, sex="equal", eyes="brown"),
        PatternAnswer("police", "clinic", {"sex": "equal", "place": "differ"}, same=True),
        PatternAnswer("police", "police", {"sex": "equal", "place": "differ"}, same=True),
    )
    assert pattern_adjustment(levels, stratum, np.zeros(1), Answers(patterns=told), PLAN, STRATA).tolist() == [0.0]


def test_the_last_answer_on_a_pattern_counts() -> None:
    """Judged twice, the later judgement holds."""
    levels, stratum = np.array([[2, 1]], dtype=np.int8), np.array([1])
    both = tuple(answer(same=same, sex="equal", place="differ") for same in (True, False))
    assert pattern_adjustment(levels, stratum, np.zeros(1), Answers(patterns=both), PLAN, STRATA)[0] == -JUDGED
