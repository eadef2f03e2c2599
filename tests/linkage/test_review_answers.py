"""Answers as constraints: they hold whatever the scores say, and cannot contradict each other."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.candidates import Pairs
from linkage.cluster import cluster, components
from linkage.records import Records
from linkage.review import Answer, Answers, AnswersContradict
from linkage.review.constraints import (
    CERTAIN,
    constrained,
    known_classes,
    with_answered_pairs,
)


def records(*sizes: int) -> Records:
    """Sources a, b, ... of these sizes, all with duplicates; ids are a00, a01, ..."""
    names = tuple("abc"[: len(sizes)])
    ids = [f"{name}{number:02d}" for name, size in zip(names, sizes, strict=True) for number in range(size)]
    return Records(names, (False,) * len(sizes), np.cumsum([0, *sizes]), np.array(ids, dtype=object), {}, {})


def answer(left: str, right: str, *, same: bool) -> Answer:
    return Answer((left[0], left), (right[0], right), same, f"pair {left}-{right}")


def all_pairs(count: int) -> Pairs:
    left, right = np.triu_indices(count, 1)
    return Pairs.of(left, right, count)


def linked(world: Records, answers: Answers, log_odds: float) -> np.ndarray:
    pairs = all_pairs(len(world))
    odds = constrained(pairs, np.full(len(pairs), log_odds), world, answers)
    labels = components(pairs)
    return cluster(world, labels, pairs, odds, threshold=0.0, unseen=-10.0).cluster


def test_an_answer_outweighs_any_score() -> None:
    """Judged different, a pair with strong agreement stays apart; judged the same, one with none is joined."""
    world = records(2)
    apart = Answers((answer("a00", "a01", same=False),))
    assert len(set(linked(world, apart, 25.0))) == 2
    assert len(set(linked(world, Answers((answer("a00", "a01", same=True),)), -25.0))) == 1


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans()), max_size=8),
    st.floats(-30, 30),
)
def test_answers_that_can_be_true_all_hold_in_the_clusters(told: list[tuple[int, int, bool]], log_odds: float) -> None:
    """Average linkage keeps every answer, or the answers are refused as contradicting each other."""
    world = records(6)
    pairs = tuple(answer(f"a{i:02d}", f"a{j:02d}", same=same) for i, j, same in told if i != j)
    answers = Answers(tuple({frozenset((one.left, one.right)): one for one in pairs}.values()))
    try:
        found = linked(world, answers, log_odds)
    except AnswersContradict:
        only_same = Answers(tuple(one for one in answers.pairs if one.same))
        joined = all_pairs(6).where(known_classes(all_pairs(6), world, only_same) > 0)
        groups = components(joined)
        assert any(
            groups[int(one.left[1][1:])] == groups[int(one.right[1][1:])] for one in answers.pairs if not one.same
        )
        return
    for one in answers.pairs:
        left, right = int(one.left[1][1:]), int(one.right[1][1:])
        assert (found[left] == found[right]) == one.same


def test_a_contradiction_names_its_answers_and_no_id() -> None:
    """Where a is b and b is c, a is not another than c: the message gives the origins and a cure."""
    told = (
        Answer(("a", "a00"), ("a", "a01"), True, "a round 1 pair 3"),
        Answer(("a", "a01"), ("a", "a02"), True, "a round 1 pair 9"),
        Answer(("a", "a00"), ("a", "a02"), False, "a round 2 pair 1"),
    )
    with pytest.raises(
        AnswersContradict, match=r"a round 2 pair 1 says different, but a round 1 pair 3, a round 1"
    ) as caught:
        with_answered_pairs(all_pairs(3), records(3), Answers(told))
    assert "a00" not in str(caught.value)
    assert "Cure:" in str(caught.value)


def test_a_source_that_holds_each_person_once_has_no_pair_judged_same() -> None:
    """Settings that changed after an answer are told apart from the answer; judged different is in order."""
    world = replace(records(3), deduplicated=(True,))
    assert not known_classes(all_pairs(3), world, Answers((answer("a00", "a01", same=False),))).max()
    with pytest.raises(
        AnswersContradict, match=r"pair a00-a01 says same, but a is said to hold each person once\. Cure:"
    ):
        known_classes(all_pairs(3), world, Answers((answer("a00", "a01", same=True),)))


def test_answered_pairs_are_scored_though_they_were_no_candidates() -> None:
    """The union holds the judged pair once; one of a record that the run does not hold is passed over."""
    world = records(4)
    few = Pairs.of(np.array([0]), np.array([1]), 4)
    answers = Answers(
        (answer("a03", "a02", same=False), answer("a00", "a01", same=True), answer("a00", "a99", same=True))
    )
    found = with_answered_pairs(few, world, answers)
    assert list(zip(found.left, found.right, strict=True)) == [(0, 1), (2, 3)]
    assert known_classes(found, world, answers).tolist() == [1, -1]
    assert constrained(found, np.zeros(2), world, answers).tolist() == [CERTAIN, -CERTAIN]


def test_without_answers_nothing_changes() -> None:
    """No answers: the same pairs, the same odds."""
    world, pairs = records(2, 2), all_pairs(4)
    odds = np.arange(6.0)
    assert with_answered_pairs(pairs, world, Answers()) is pairs
    assert constrained(pairs, odds, world, Answers()).tolist() == odds.tolist()


def test_answers_of_other_sources_are_left_out() -> None:
    """A run without a source takes no answers on it."""
    told = Answers((answer("a00", "a01", same=True), answer("b00", "b01", same=True)))
    assert [one.left[0] for one in told.of(["b", "c"]).pairs] == ["b"]
    assert not told.of(["c"])
    assert all(one.same for one, _ in combinations(told.pairs, 2))
