"""Source-consistent average linkage."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import plain_average_linkage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from linkage.candidates import Pairs
from linkage.cluster.average_linkage import average_linkage as compiled
from linkage.cluster.components import components, pairs_between, pairs_within

UNSEEN = -8.0


def average_linkage(
    records: Sequence[int],
    odds: Mapping[tuple[int, int], float],
    sources: Mapping[int, int],
    exclusive: Iterable[int],
    unseen: float,
) -> list[list[int]]:
    """Clusters of records 0 and up, all of one component, by the compiled loop."""
    count = len(records)
    rows = np.array(sorted(odds), dtype=np.int64).reshape(-1, 2).T
    source_of = np.array([sources[record] for record in records])
    weights = np.array([odds[pair] for pair in sorted(odds)], dtype=np.float64)
    labels = np.zeros(count, dtype=np.int64)
    smallest = compiled(labels, Pairs(rows[0], rows[1], count), weights, source_of, list(exclusive), unseen)
    return [np.flatnonzero(smallest == first).tolist() for first in np.unique(smallest)]


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


@given(graphs(), st.sampled_from([-8.0, -0.5, 0.25]))
@settings(max_examples=200, deadline=None)
def test_the_compiled_loop_does_as_the_plain_one(
    graph: tuple[dict[tuple[int, int], float], dict[int, int]], unseen: float
) -> None:
    """The same clusters, ties among them, whatever pairs that were not scored count."""
    odds, sources = graph
    plain = plain_average_linkage.average_linkage(sorted(sources), odds, sources, [0, 1], unseen)
    assert average_linkage(sorted(sources), odds, sources, [0, 1], unseen) == plain


@pytest.mark.parametrize("seed", range(4))
def test_many_components_of_many_records_do_as_the_plain_loop(seed: int) -> None:
    """Components among each other, some large, with weights of any size; the queue outgrows its first room."""
    random = np.random.default_rng(seed)
    count, unseen = 600, float(random.choice([-3.0, 0.5]))
    labels = random.integers(0, 12, count)
    a, b = random.integers(0, count, (2, 9_000))
    same = labels[a] == labels[b]
    pairs = Pairs.of(a[same], b[same], count)
    odds = random.normal(0.5, 3.0, len(pairs)).round(1)
    source_of = random.integers(0, 80, count)
    exclusive = list(range(70))
    found = compiled(labels, pairs, odds, source_of, exclusive, unseen)
    sources = dict(enumerate(source_of.tolist()))
    for component in range(12):
        own = labels[pairs.left] == component
        edges = dict(zip(zip(*_lists(pairs.where(own)), strict=True), odds[own].tolist(), strict=True))
        records = np.flatnonzero(labels == component).tolist()
        for members in plain_average_linkage.average_linkage(records, edges, sources, exclusive, unseen):
            assert set(found[members].tolist()) == {members[0]}


def test_a_pair_across_components_is_refused() -> None:
    """Components are clustered one by one: such a pair would be lost."""
    one = np.zeros(1, dtype=np.int64)
    with pytest.raises(ValueError, match="joins two components"):
        compiled(np.array([0, 1]), Pairs(one, one + 1, 2), np.ones(1), np.zeros(2, dtype=np.int64), [], UNSEEN)


def test_components_are_numbered_by_their_smallest_record() -> None:
    """As a search from each record in turn would number them."""
    random = np.random.default_rng(2)
    pairs = Pairs.of(*random.integers(0, 500, (2, 300)), 500)
    labels = components(pairs)
    graph = coo_matrix((np.ones(len(pairs)), (pairs.left, pairs.right)), shape=(500, 500))
    np.testing.assert_array_equal(labels, connected_components(graph, directed=False)[1])


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
