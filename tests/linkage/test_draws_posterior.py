"""Posterior draws of a linkage against the posterior itself, listed partition by partition."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

from linkage.candidates import Pairs
from linkage.draws import AVERAGE_LINKAGE, SPANNING_TREE, posterior_draws
from linkage.errors import LinkageError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Labels = tuple[int, ...]
UNSEEN = -8.0


class Copies(NamedTuple):
    """The same component many times over, so that one draw of it all is as many draws of the component."""

    source: Ints
    pairs: Pairs
    odds: Floats
    size: int

    def draw(
        self,
        exclusive: list[int],
        *,
        pinned: npt.NDArray[np.bool_] | None = None,
        start: Ints | None = None,
        evidence: int = AVERAGE_LINKAGE,
        exact: int = 9,
        threads: int = 1,
        sweeps: int = 30,
        draws: int = 1,
    ) -> Counter[Labels]:
        """How often each partition of the component was drawn last; a cluster is named by its first record."""
        count = len(self.source) // self.size
        found = posterior_draws(
            self.source,
            exclusive,
            np.arange(len(self.source), dtype=np.int64) if start is None else start,
            self.pairs,
            lambda _: self.odds,
            UNSEEN,
            draws,
            5,
            pinned=None if pinned is None else np.tile(pinned, count),
            evidence=evidence,
            exact=exact,
            threads=threads,
            sweeps=sweeps,
        ).labels(draws)
        return Counter(canonical(row) for row in found.reshape(count, self.size).tolist())


def canonical(labels: list[int]) -> Labels:
    first: dict[int, int] = {}
    return tuple(first.setdefault(label, place) for place, label in enumerate(labels))


def copies(weights: Floats, source: list[int], count: int) -> Copies:
    """``count`` components; pairs whose weight is not a number were not scored."""
    size = len(weights)
    a, b = (rows[~np.isnan(weights[np.triu_indices(size, 1)])] for rows in np.triu_indices(size, 1))
    shift = np.arange(count, dtype=np.int64)[:, None] * size
    left, right = (shift + a).ravel(), (shift + b).ravel()
    odds = np.tile(weights[a, b], count)
    return Copies(np.tile(np.array(source), count), Pairs(left, right, size * count), odds, size)


def partitions(records: list[int]) -> Iterator[list[list[int]]]:
    """All partitions of the records into clusters."""
    if not records:
        yield []
        return
    for rest in partitions(records[1:]):
        for place, cluster in enumerate(rest):
            yield [*rest[:place], [records[0], *cluster], *rest[place + 1 :]]
        yield [[records[0]], *rest]


def plain_evidence(weights: Floats, cluster: list[int], kind: int) -> float:
    """Evidence of a cluster, the slow way."""
    if kind == SPANNING_TREE:
        return 2.0 / len(cluster) * sum(float(weights[a, b]) for a, b in combinations(cluster, 2))
    groups, total = [[record] for record in cluster], 0.0
    while len(groups) > 1:
        means = {
            (a, b): float(np.mean([weights[x, y] for x in groups[a] for y in groups[b]]))
            for a, b in combinations(range(len(groups)), 2)
        }
        (a, b), height = max(means.items(), key=lambda item: item[1])
        looks_between = np.sqrt(len(groups[a]) * len(groups[b]))
        groups = [group for place, group in enumerate(groups) if place not in {a, b}] + [groups[a] + groups[b]]
        total += height * looks_between
    return total


def posterior(weights: Floats, source: list[int], exclusive: list[int], kind: int) -> dict[Labels, float]:
    """Probability of every allowed partition."""
    weights = np.where(np.isnan(weights), UNSEEN, weights)
    found: dict[Labels, float] = {}
    for clusters in partitions(list(range(len(weights)))):
        alone = [[source[record] for record in cluster if source[record] in exclusive] for cluster in clusters]
        if all(len(own) == len(set(own)) for own in alone):
            name = {record: min(cluster) for cluster in clusters for record in cluster}
            labels = tuple(name[record] for record in range(len(weights)))
            found[labels] = np.exp(sum(plain_evidence(weights, cluster, kind) for cluster in clusters))
    total = sum(found.values())
    return {labels: value / total for labels, value in found.items()}


def weights_of(seed: int, size: int, spread: float = 3.5) -> Floats:
    random = np.random.default_rng(seed).normal(0.0, spread, (size, size))
    return np.asarray(np.triu(random, 1) + np.triu(random, 1).T)


def assert_drawn_from(drawn: Counter[Labels], expected: dict[Labels, float]) -> None:
    """No partition without probability, and Pearson's statistic within 4.5 standard deviations of its mean."""
    count = sum(drawn.values())
    assert set(drawn) <= set(expected)
    likely = {labels: value * count for labels, value in expected.items() if value * count > 5}
    assert len(likely) > 3
    statistic = sum((drawn[labels] - value) ** 2 / value for labels, value in likely.items())
    assert abs(statistic - len(likely)) < 4.5 * np.sqrt(2 * len(likely))


@pytest.mark.parametrize("kind", [AVERAGE_LINKAGE, SPANNING_TREE])
@pytest.mark.parametrize(("size", "exclusive"), [(3, []), (4, [0]), (5, [0, 1])])
def test_small_components_are_drawn_with_their_probability(kind: int, size: int, exclusive: list[int]) -> None:
    """Every partition comes up as often as its evidence says, within the error of 20,000 draws."""
    weights, source = weights_of(size, size), [record % 3 for record in range(size)]
    drawn = copies(weights, source, 20_000).draw(exclusive, evidence=kind)
    assert_drawn_from(drawn, posterior(weights, source, exclusive, kind))


@pytest.mark.parametrize("kind", [AVERAGE_LINKAGE, SPANNING_TREE])
@pytest.mark.parametrize("draws", [1, 4])
def test_the_chain_draws_what_the_sum_over_all_partitions_draws(kind: int, draws: int) -> None:
    """Gibbs and split-merge moves alone, from everyone apart, arrive at the posterior of six records and stay there."""
    weights, source = weights_of(11, 6), [0, 1, 2, 0, 1, 2]
    drawn = copies(weights, source, 2_000).draw([0], evidence=kind, exact=1, draws=draws)
    assert_drawn_from(drawn, posterior(weights, source, [0], kind))


def test_the_chain_leaves_a_wrong_start() -> None:
    """Two persons of three records each, started as one person, and all alone: either way they are told apart."""
    weights = np.full((6, 6), -6.0)
    weights[:3, :3] = weights[3:, 3:] = 4.0
    component = copies(weights, [0] * 6, 400)
    expected = posterior(weights, [0] * 6, [], AVERAGE_LINKAGE)[0, 0, 0, 3, 3, 3]
    assert 0.8 < expected < 1
    starts: list[Ints] = [np.repeat(np.arange(400), 6), np.arange(2_400)]
    for start in starts:
        drawn = component.draw([], start=start, exact=1)
        assert drawn[0, 0, 0, 3, 3, 3] / 400 == pytest.approx(expected, abs=0.07)


def test_pairs_that_were_not_scored_count_as_unseen() -> None:
    """A chain a-b-c without a-c: the missing pair weighs as the log odds of an unseen one."""
    weights = np.array([[0, 7.0, np.nan], [7.0, 0, 6.0], [np.nan, 6.0, 0]])
    drawn = copies(weights, [0, 1, 2], 20_000).draw([])
    assert_drawn_from(drawn, posterior(weights, [0, 1, 2], [], AVERAGE_LINKAGE))


@pytest.mark.parametrize("odds", [-3.0, 0.0, 2.0])
def test_a_pair_on_its_own_is_together_with_its_probability(odds: float) -> None:
    """The logistic function of the log odds, within the error of 40,000 draws."""
    drawn = copies(np.array([[0, odds], [odds, 0]]), [0, 1], 40_000).draw([0, 1])
    assert drawn[0, 0] / 40_000 == pytest.approx(1 / (1 + np.exp(-odds)), abs=0.01)


def test_records_gathered_beforehand_change_no_probability() -> None:
    """Three records of one person beyond doubt and two others in doubt: as if each record had been weighed."""
    weights = np.array(
        [
            [0, 14.0, 13.0, 1.0, -9.0],
            [14.0, 0, 12.0, 2.0, -3.0],
            [13.0, 12.0, 0, -1.0, -4.0],
            [1.0, 2.0, -1.0, 0, 1.5],
            [-9.0, -3.0, -4.0, 1.5, 0],
        ]
    )
    source = [0, 1, 2, 0, 1]
    drawn = copies(weights, source, 20_000).draw([])
    expected = posterior(weights, source, [], AVERAGE_LINKAGE)
    for labels in ((0, 0, 0, 0, 4), (0, 0, 0, 3, 3), (0, 0, 0, 3, 4)):
        assert drawn[labels] / 20_000 == pytest.approx(expected[labels], abs=0.015)


def test_two_that_may_not_meet_share_their_partner_by_weight() -> None:
    """One record that agrees beyond doubt with either of two of a source without duplicates goes to each in turn."""
    weights = np.array([[0, 30.0, 15.0], [30.0, 0, 14.0], [15.0, 14.0, 0]])
    drawn = copies(weights, [0, 0, 1], 20_000).draw([0])
    assert set(drawn) == {(0, 1, 0), (0, 1, 1)}
    assert drawn[0, 1, 0] / 20_000 == pytest.approx(1 / (1 + np.exp(-1)), abs=0.015)


@pytest.mark.parametrize("exact", [1, 9])
def test_must_and_must_not_be_together(exact: int) -> None:
    """A judged pair decides, and a third record that agrees with both of the judged ones still joins them."""
    weights = np.array(
        [[0, 1e6, 9.0, 5.0], [1e6, 0, 9.0, 5.0], [9.0, 9.0, 0, -1e6], [5.0, 5.0, -1e6, 0]],
    )
    drawn = copies(weights, [0] * 4, 2_000).draw([], exact=exact)
    assert all(labels[0] == labels[1] and labels[2] != labels[3] for labels in drawn)
    assert drawn[0, 0, 0, 3] > 1_800


@pytest.mark.parametrize("exact", [1, 9])
def test_pinned_records_keep_their_place_among_each_other(exact: int) -> None:
    """Pinned together or apart stays so, whatever the weights; the others choose."""
    weights = np.array([[0, -9.0, 5.0, 1.0], [-9.0, 0, 5.0, 1.0], [5.0, 5.0, 0, 1.0], [1.0, 1.0, 1.0, 0]])
    start = (np.arange(2_000)[:, None] * 4 + np.array([0, 0, 2, 3])).ravel()
    drawn = copies(weights, [0] * 4, 2_000).draw(
        [], start=start, pinned=np.array([True, True, True, False]), exact=exact
    )
    assert {labels[:3] for labels in drawn} == {(0, 0, 2)}
    assert {labels[3] for labels in drawn} == {0, 2, 3}


def test_exclusive_sources_are_kept_whatever_the_weights() -> None:
    """Large random components: no draw puts two records of an exclusive source together."""
    random = np.random.default_rng(2)
    pairs = Pairs.of(random.integers(0, 300, 3_000), random.integers(0, 300, 3_000), 300)
    source = random.integers(0, 6, 300)
    draws = posterior_draws(
        source, [0, 2, 4], np.arange(300), pairs, lambda _: random.normal(0, 6, len(pairs)), UNSEEN, 3, 1, sweeps=3
    )
    for draw in (1, 2, 3):
        labels = draws.labels(draw)
        for number in (0, 2, 4):
            own = labels[source == number]
            assert len(np.unique(own)) == len(own)
        assert len(np.unique(labels)) < 250


def test_threads_do_not_change_draws_and_the_seed_does() -> None:
    """The same for one and three threads; other draws and other seeds differ."""
    random = np.random.default_rng(4)
    pairs = Pairs.of(random.integers(0, 400, 500), random.integers(0, 400, 500), 400)
    odds, source = random.normal(0, 4, len(pairs)), random.integers(0, 3, 400)

    def labels(seed: int, threads: int) -> list[list[int]]:
        draws = posterior_draws(
            source, [0], np.arange(400), pairs, lambda _: odds, UNSEEN, 2, seed, threads=threads, sweeps=5
        )
        return [draws.labels(1).tolist(), draws.labels(2).tolist()]

    one = labels(1, 1)
    assert one == labels(1, 3)
    assert one[0] != one[1]
    assert one != labels(2, 1)


def test_a_component_too_large_falls_apart_at_a_higher_floor_or_stays() -> None:
    """A chain of weak pairs is cut; a chain that no floor cuts keeps the point linkage, and says how many records."""
    weak = Pairs(np.arange(1_500), np.arange(1, 1_501), 1_501)
    source, start = np.zeros(1_501, dtype=np.int64), np.arange(1_501)
    cut = posterior_draws(source, [], start, weak, lambda _: np.full(1_500, -5.0), UNSEEN, 1, 1)
    assert cut.kept == 0
    strong = posterior_draws(
        source, [], start, weak, lambda _: np.full(1_500, 9.0), UNSEEN, 1, 1, evidence=SPANNING_TREE
    )
    assert strong.kept == 1_501
    assert len(strong.row) == 0


def test_nothing_to_draw() -> None:
    """No record, and records without a pair: no row differs."""
    for count in (0, 3):
        nothing = Pairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), count)
        rows = np.arange(count, dtype=np.int64)
        draws = posterior_draws(rows, [0], rows, nothing, lambda _: np.zeros(0), UNSEEN, 2, 1)
        assert draws.labels(2).tolist() == rows.tolist()


def test_a_start_that_breaks_a_promise_and_an_impossible_number_are_refused() -> None:
    """With the rule and the cure."""
    pairs = Pairs(np.array([0]), np.array([1]), 2)
    source, start = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64)
    with pytest.raises(LinkageError, match="Cure"):
        posterior_draws(source, [0], start, pairs, lambda _: np.zeros(1), UNSEEN, 2, 1)
    with pytest.raises(LinkageError, match="Rule: 1 to 255"):
        posterior_draws(source, [], start, pairs, lambda _: np.zeros(1), UNSEEN, 256, 1)
