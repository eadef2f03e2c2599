"""The label-free cut on made-up scores of which the truth is known."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pytest

from linkage.cut import Cut, Scored, label_free_cut, one_to_one
from linkage.cut.strangers import false_links, known_strangers

FLOOR = -3.0
"""Pairs below it are no candidates."""


@dataclass(frozen=True)
class World:
    """Two sources, the first ``matches`` records of which are the same persons in the same order."""

    sizes: tuple[int, int] = (400, 400)
    matches: int = 200
    mean: float = 9.0
    duplicates: int = 0
    nearer_within: float = 0.0

    def scores(self, seed: int) -> tuple[Scored, tuple[Scored, Scored]]:
        """Candidates across and within; strangers score N(-6, 3), matches N(mean, 3)."""
        rng = np.random.default_rng([seed, 12])
        first, second = self.sizes
        across = rng.normal(-6.0 - self.nearer_within, 3.0, (first, second))
        same = np.arange(self.matches)
        across[same, same] = rng.normal(self.mean, 3.0, self.matches)
        inside = [np.triu(rng.normal(-6.0, 3.0, (size, size)) + 50.0, 1) - 50.0 for size in self.sizes]
        twice = 2 * np.arange(self.duplicates)
        inside[0][twice, twice + 1] = rng.normal(self.mean, 3.0, self.duplicates)
        return _candidates(across, 0, first), (_candidates(inside[0], 0, 0), _candidates(inside[1], first, first))

    def true(self, pairs: Scored) -> npt.NDArray[np.bool_]:
        """Whether each pair across is a match."""
        same: npt.NDArray[np.bool_] = (pairs.left == pairs.right - self.sizes[0]) & (pairs.left < self.matches)
        return same

    def f1(self, cross: Scored, threshold: float) -> tuple[float, float]:
        """F1 and precision of the one-to-one links above a threshold."""
        links = _links(cross)
        above = links.score > threshold
        right = int((self.true(links) & above).sum())
        return 2.0 * right / (int(above.sum()) + self.matches), right / max(int(above.sum()), 1)

    def best_f1(self, cross: Scored) -> float:
        """F1 at the threshold that the truth likes best."""
        right = np.cumsum(self.true(_links(cross)))
        return float((2.0 * right / (np.arange(1, len(right) + 1) + self.matches)).max())

    def cut(self, seed: int) -> Cut:
        """The label-free cut."""
        cross, within = self.scores(seed)
        return label_free_cut(cross, within, self.sizes, seed=seed)


def _candidates(scores: npt.NDArray[np.float64], left: int, right: int) -> Scored:
    rows, columns = np.nonzero(scores > FLOOR)
    return Scored(rows + left, columns + right, scores[rows, columns])


def _links(pairs: Scored) -> Scored:
    ordered = pairs.ordered()
    return ordered.where(one_to_one(ordered))


@pytest.mark.parametrize(
    "world",
    [World(), World(mean=7.0), World(sizes=(200, 600), matches=150), World(matches=390)],
    ids=["half overlap", "harder", "unequal sizes", "nearly all match"],
)
def test_the_cut_is_near_the_best_there_is_and_knows_its_precision(world: World) -> None:
    """Over 8 seeds: F1 within .02 of the oracle, precision within .02 on average, and in its interval 6 times."""
    lost, off, inside = [], [], 0
    for seed in range(8):
        cross, within = world.scores(seed)
        cut = label_free_cut(cross, within, world.sizes, seed=seed)
        f1, precision = world.f1(cross, cut.threshold)
        lost.append(world.best_f1(cross) - f1)
        off.append(cut.precision - precision)
        inside += cut.precision_low <= precision <= cut.precision_high
        assert cut.usable, cut.reason
    assert np.mean(lost) < 0.02
    assert abs(np.mean(off)) < 0.02
    assert inside >= 6


def test_a_pool_that_is_taken_for_empty_sees_no_false_link_and_this_one_does() -> None:
    """Where nearly all are taken to match, no link looks false: the estimate must start from a full pool."""
    world = World(matches=100)
    cross, within = world.scores(3)
    scores = _links(cross).score
    strangers = known_strangers(within, world.sizes, 3)
    emptied = false_links(replace(strangers, uniform=strangers.uniform + 0.98), scores)
    assert (np.arange(1, len(scores) + 1) - 2.0 * emptied).argmax() > 0.98 * len(scores)
    precision = world.f1(cross, float(scores[-1]) - 1.0)[1]
    assert precision < 0.5
    assert false_links(strangers, scores)[-1] / len(scores) == pytest.approx(1.0 - precision, abs=0.1)


def test_false_links_follow_the_truth_at_every_rank() -> None:
    """Also among strong links, where few matches have yet left the pool. Mean over 12 seeds."""
    world = World(mean=6.0)
    ranks = np.array([50, 100, 150, 200, 250])
    told, truth = np.zeros(len(ranks)), np.zeros(len(ranks))
    for seed in range(12):
        cross, within = world.scores(seed)
        links = _links(cross)
        told += false_links(known_strangers(within, world.sizes, seed), links.score)[ranks - 1]
        truth += np.cumsum(~world.true(links))[ranks - 1]
    np.testing.assert_allclose(told, truth, rtol=0.2, atol=6.0)


def test_the_compiled_pass_equals_a_plain_one() -> None:
    """Without thinning by chance: plain sets and lists give the same numbers."""
    world = World(sizes=(60, 90), matches=30, mean=5.0)
    cross, within = world.scores(1)
    scores = _links(cross).score
    strangers = known_strangers(within, world.sizes, 1, thinnings=3)
    np.testing.assert_allclose(false_links(strangers, scores), _plainly(strangers.pairs, scores, strangers.uniform))


def _plainly(
    pairs: Scored, links: npt.NDArray[np.float64], uniform: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    found, false, matches, used = [], 0.0, 0.0, [set() for _ in range(3)]  # type: list[float], float, float, list[set[int]]
    waiting = list(zip(pairs.left.tolist(), pairs.right.tolist(), pairs.score.tolist(), strict=True))
    for number, score in enumerate(links.tolist(), start=1):
        share = (60 - matches) * (90 - matches) / (60 * 59 / 2 + 90 * 89 / 2)
        while waiting and waiting[0][2] >= score:
            a, b, _ = waiting.pop(0)
            for draw, taken in enumerate(used):
                if max(uniform[a, draw], uniform[b, draw]) < share**0.5 and not {a, b} & taken:
                    taken.update((a, b))
                    false += 1 / 3
        found.append(min(false, number))
        matches = max(matches, number - found[-1])
    return np.array(found)


@pytest.mark.parametrize(
    ("world", "reason"),
    [
        (World(matches=0), "low overlap"),
        (World(matches=8), "low overlap"),
        (World(duplicates=40), "hidden duplicates"),
        (World(nearer_within=3.0), "coverage: strangers across the sources resemble each other less"),
        (World(nearer_within=-1.5), "coverage: strangers across the sources resemble each other more"),
    ],
    ids=["no overlap", "hardly any overlap", "hidden duplicates", "other areas", "one area"],
)
def test_where_an_assumption_fails_the_cut_says_so(world: World, reason: str) -> None:
    """On each of 6 seeds the cut is refused, and on most of them for what is truly wrong."""
    cuts = [world.cut(seed) for seed in range(6)]
    assert not any(cut.usable for cut in cuts)
    assert sum(reason in str(cut.reason) for cut in cuts) >= 4


def test_neither_the_order_of_pairs_nor_their_sides_matter() -> None:
    """The same pairs shuffled, and with left and right exchanged, give the same cut to the last bit."""
    cross, within = World().scores(5)
    turn = np.random.default_rng(1).permutation(len(cross))
    shuffled = Scored(cross.right[turn], cross.left[turn], cross.score[turn])
    assert label_free_cut(cross, within, (400, 400), seed=5) == label_free_cut(shuffled, within, (400, 400), seed=5)


def test_only_the_order_of_scores_matters() -> None:
    """Any growing function of the scores leaves the links and the estimates as they are; so it serves every scorer."""
    cross, within = World().scores(6)
    curved = [Scored(part.left, part.right, np.exp(part.score / 4.0)) for part in (cross, *within)]
    plain = label_free_cut(cross, within, (400, 400), seed=6)
    other = label_free_cut(curved[0], (curved[1], curved[2]), (400, 400), seed=6)
    assert replace(other, threshold=plain.threshold) == plain


def test_pairs_of_one_score_are_linked_together_or_not_at_all() -> None:
    """With whole-number scores the threshold lies between them, and holds the links that it says."""
    cross, within = World().scores(7)
    cross, first, second = (Scored(part.left, part.right, np.round(part.score)) for part in (cross, *within))
    cut = label_free_cut(cross, (first, second), (400, 400), seed=7)
    assert cut.threshold % 1 == 0.5
    assert cut.links == (_links(cross).score > cut.threshold).sum()


def test_without_candidates_nothing_is_linked() -> None:
    """No error, no link, and a reason."""
    none = Scored(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    cut = label_free_cut(none, (none, none), (10, 10), seed=0)
    assert (cut.links, cut.usable) == (0, False)
    assert "low overlap" in str(cut.reason)
