"""Source-consistent average linkage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.candidates import Pairs
from linkage.cluster.average_linkage import average_linkage
from linkage.cluster.components import components, pairs_between, pairs_within

UNSEEN = -8.0


def test_a_chain_does_not_become_one_person() -> None:
    """a-b and b-c agree, a-c disagrees strongly: the mean keeps c out, where components would not."""
    odds = {(0, 1): 9.0, (1, 2): 5.0, (0, 2): -20.0}
    assert average_linkage([0, 1, 2], odds, {0: 0, 1: 1, 2: 2}, [], UNSEEN) == [[0, 1], [2]]


def test_two_records_of_a_source_without_duplicates_never_meet() -> None:
    """The better of two partners wins; the other stays alone though it agrees as well."""
    odds = {(0, 2): 9.0, (1, 2): 8.0, (0, 1): 30.0}
    assert average_linkage([0, 1, 2], odds, {0: 0, 1: 0, 2: 1}, [0], UNSEEN) == [[0, 2], [1]]


def test_records_of_a_source_with_duplicates_do_meet() -> None:
    """Without the promise of the source, all three are one person."""
    odds = {(0, 2): 9.0, (1, 2): 8.0, (0, 1): 30.0}
    assert average_linkage([0, 1, 2], odds, {0: 0, 1: 0, 2: 1}, [], UNSEEN) == [[0, 1, 2]]


def test_ties_go_to_the_smallest_records() -> None:
    """Two equally good partners: the smaller row number is taken."""
    odds = {(0, 2): 5.0, (1, 2): 5.0}
    assert average_linkage([0, 1, 2], odds, {0: 0, 1: 0, 2: 1}, [0], UNSEEN) == [[0, 2], [1]]


def test_unscored_pairs_count_against_a_merge() -> None:
    """A pair that was never scored weighs as an unseen one."""
    assert average_linkage([0, 1, 2], {(0, 1): 9.0, (1, 2): 5.0}, {0: 0, 1: 1, 2: 2}, [], UNSEEN) == [[0, 1], [2]]
    assert average_linkage([0, 1, 2], {(0, 1): 7.0, (1, 2): 7.5}, {0: 0, 1: 1, 2: 2}, [], UNSEEN) == [[0], [1, 2]]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[tuple[int, int], float], dict[int, int]]:
    """Up to nine records of three sources with weights on some pairs, ties among them."""
    count = draw(st.integers(2, 9))
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, min_size=1))
    odds = {pair: float(draw(st.integers(-6, 6))) for pair in sorted(chosen)}
    return odds, {record: draw(st.integers(0, 2)) for record in range(count)}


@given(graphs())
@settings(max_examples=200, deadline=None)
def test_clusters_are_consistent_and_stable(graph: tuple[dict[tuple[int, int], float], dict[int, int]]) -> None:
    """Every record is in one cluster, no promise is broken, and no allowed merge with a positive mean is left."""
    odds, sources = graph
    clusters = average_linkage(sorted(sources), odds, sources, [0, 1], UNSEEN)
    assert sorted(record for members in clusters for record in members) == sorted(sources)
    for members in clusters:
        promised = [sources[record] for record in members if sources[record] in {0, 1}]
        assert len(promised) == len(set(promised))
    for number, one in enumerate(clusters):
        for other in clusters[number + 1 :]:
            promised = [sources[record] for record in (*one, *other) if sources[record] in {0, 1}]
            cross = [odds.get((min(a, b), max(a, b)), UNSEEN) for a in one for b in other]
            assert len(promised) > len(set(promised)) or np.mean(cross) <= 1e-9


def test_components_and_the_pairs_within() -> None:
    """Chains join; components beyond the limit are not listed."""
    pairs = Pairs.of(np.array([0, 1, 4]), np.array([1, 2, 5]), 7)
    labels = components(pairs)
    assert labels[0] == labels[1] == labels[2] != labels[3]
    assert list(zip(*_lists(pairs_within(labels, 3)), strict=True)) == [(0, 1), (0, 2), (1, 2), (4, 5)]
    assert list(zip(*_lists(pairs_within(labels, 2)), strict=True)) == [(4, 5)]


def test_pairs_between_sets_that_a_pair_joins() -> None:
    """All pairs across, none within, none for sets that nothing joins or that are too large together."""
    labels = np.array([0, 0, 1, 1, 2])
    joined = Pairs.of(np.array([1, 0]), np.array([2, 1]), 5)
    assert list(zip(*_lists(pairs_between(labels, joined, 4)), strict=True)) == [(0, 2), (0, 3), (1, 2), (1, 3)]
    assert len(pairs_between(labels, joined, 3)) == 0


def _lists(pairs: Pairs) -> tuple[list[int], list[int]]:
    return pairs.left.tolist(), pairs.right.tolist()


@pytest.mark.parametrize("count", [1, 3])
def test_records_without_a_positive_pair_stay_alone(count: int) -> None:
    """Nothing to merge: as many clusters as records."""
    odds = {(a, b): -1.0 for a in range(count) for b in range(a + 1, count)}
    clusters = average_linkage(list(range(count)), odds, dict.fromkeys(range(count), 0), [], UNSEEN)
    assert clusters == [[record] for record in range(count)]
