"""The adapters work where recordlinkage's own classes do."""

import numpy as np
import pandas as pd
import pytest
import recordlinkage

from linkage.cross_check import cross_check
from linkage.model import count_patterns
from linkage.toolkit import DiceFeature, FellegiSunterClassifier, NearestIndex


@pytest.fixture
def frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    """50 filters, and the same ones with a few bits more, in another order; two records have none."""
    random = np.random.default_rng(2)
    bits = random.random((50, 256)) < 0.3
    worse = bits | (random.random((50, 256)) < 0.02)
    a = pd.DataFrame({"filter": [np.packbits(row).tobytes() for row in bits]}, index=[f"a{n}" for n in range(50)])
    b = pd.DataFrame({"filter": [np.packbits(row).tobytes() for row in worse]}, index=[f"b{n}" for n in range(50)])
    a.loc["a7", "filter"] = None
    b.loc["b9", "filter"] = None
    return a, b.iloc[::-1]


def test_an_index_made_of_nearest_records(frames: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """In a recordlinkage Index every record with a filter meets its counterpart."""
    indexer = recordlinkage.Index()
    indexer.add(NearestIndex("filter"))
    pairs = set(indexer.index(*frames))
    expected = {(f"a{n}", f"b{n}") for n in range(50) if n not in {7, 9}}
    assert expected <= pairs
    assert len(pairs) < 50 * 50 / 2


def test_an_index_within_one_frame_names_each_pair_once(frames: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Duplicates are looked for within a frame; no record meets itself, no pair comes twice."""
    both = pd.concat(frames)
    indexer = recordlinkage.Index()
    indexer.add(NearestIndex("filter"))
    pairs = list(indexer.index(both))
    assert len({frozenset(pair) for pair in pairs}) == len(pairs)
    assert {frozenset((f"a{n}", f"b{n}")) for n in (0, 1, 2)} <= {frozenset(pair) for pair in pairs}


def test_features_in_a_compare_step(frames: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Dice and its level stand in a recordlinkage Compare; missing is NaN, or level 0."""
    pairs = pd.MultiIndex.from_tuples([("a0", "b0"), ("a0", "b1"), ("a7", "b0")])
    compare = recordlinkage.Compare()
    compare.add(DiceFeature("filter", "filter", label="dice"))
    compare.add(DiceFeature("filter", "filter", cut_points=(0.999, 0.8), label="level"))
    found = compare.compute(pairs, *frames)
    assert found["dice"].iloc[0] > 0.9
    assert found["dice"].iloc[1] < 0.6
    assert np.isnan(found["dice"].iloc[2])
    assert found["level"].tolist() == [2, 1, 0]


def test_a_classifier_with_the_toolkits_interface() -> None:
    """fit_predict returns the matches, prob their probabilities, and the fit says that it converged."""
    random = np.random.default_rng(3)
    match = random.random((300, 4)) < 0.9
    others = random.random((4_700, 4)) < 0.05
    index = pd.MultiIndex.from_arrays([np.arange(5_000), np.arange(5_000)], names=["left", "right"])
    vectors = pd.DataFrame(np.vstack([match, others]).astype(int) + 1, index=index, columns=list("wxyz"))
    classifier = FellegiSunterClassifier()
    found = classifier.fit_predict(vectors)
    true = index[:300]
    assert classifier.result is not None
    assert classifier.result.converged
    assert len(found.intersection(true)) / len(found) > 0.97
    assert len(found.intersection(true)) / len(true) > 0.93
    probability = classifier.prob(vectors)
    assert ((probability > 0.5) == vectors.index.isin(found)).all()


def test_an_unfitted_classifier_names_the_cure() -> None:
    """Asking before fitting is an error, not a number."""
    with pytest.raises(ValueError, match="fit"):
        FellegiSunterClassifier().prob(pd.DataFrame({"x": [1]}))


def test_too_few_pairs_are_not_cross_checked() -> None:
    """With nothing to fit the check says so and claims no agreement."""
    none = np.zeros(0, dtype=np.int64)
    patterns = count_patterns(none, none == 0, np.zeros((0, 0), dtype=np.int8), none.astype(float))
    found = cross_check(patterns, none, [], np.ones(1, dtype=bool), 1)
    assert found == {"pairs": 0, "agrees": None}
