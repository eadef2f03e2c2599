"""The sample of a large run stands for all pairs that are no candidates, those that could be alike most finely."""

import numpy as np
from drawn_records import LAYOUT, drawn_records
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.candidates import Pairs, sample_by_block, strata
from linkage.candidates.blockings import blockings, share_block
from linkage.records import Records

ROADS = blockings(LAYOUT)


def every_pair(records: Records) -> Pairs:
    return Pairs(*(side.astype(np.int64) for side in np.triu_indices(len(records), 1)), len(records))


def some_candidates(records: Records, seed: int) -> Pairs:
    pairs = every_pair(records)
    return pairs.where(np.random.default_rng(seed).random(len(pairs)) < 0.1)


def sampled(records: Records, candidates: Pairs, size: int, seed: int) -> tuple[Pairs, np.ndarray]:
    return sample_by_block(records, candidates, strata(records), size, seed, "search", ROADS)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), size=st.integers(8, 400), sources=st.integers(1, 3))
def test_no_candidate_is_drawn_and_every_pair_once(seed: int, size: int, sources: int) -> None:
    """Pairs come in order, each once, with a weight of at least about one, the same for the same seed."""
    records = drawn_records(seed, 60, sources, 0.2)
    candidates = some_candidates(records, seed)
    pairs, weight = sampled(records, candidates, size, seed)
    assert (np.diff(pairs.keys) > 0).all()
    assert not candidates.contains(pairs.keys).any()
    assert (weight > 0).all()
    again, same = sampled(records, candidates, size, seed)
    np.testing.assert_array_equal(pairs.keys, again.keys)
    np.testing.assert_array_equal(weight, same)


def test_weights_add_up_to_the_pairs_they_stand_for() -> None:
    """Over many draws the pairs that agree on a blocking are told without bias, and with the others make the whole."""
    records = drawn_records(5, 300, 2, 0.3)
    candidates = some_candidates(records, 5)
    everything = every_pair(records)
    others = everything.where(~candidates.contains(everything.keys))
    agree = np.logical_or.reduce([share_block(records, road, others) for road in ROADS])
    given_name = share_block(records, ("given_name.phonetic",), others)
    told = []
    for seed in range(40):
        pairs, weight = sampled(records, candidates, 600, seed)
        near = np.logical_or.reduce([share_block(records, road, pairs) for road in ROADS])
        names = share_block(records, ("given_name.phonetic",), pairs)
        told.append((weight.sum(), weight[near].sum(), weight[names].sum()))
    whole, near_told, names_told = np.mean(told, axis=0)
    np.testing.assert_allclose(whole, len(others), rtol=1e-9)
    np.testing.assert_allclose(near_told, agree.sum(), rtol=0.02)
    np.testing.assert_allclose(names_told, given_name.sum(), rtol=0.04)


def test_pairs_that_could_be_alike_stand_for_less() -> None:
    """What agrees on no blocking stands for much, and nothing else does."""
    records = drawn_records(7, 2000, 2, 0.1)
    candidates = Pairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), len(records))
    pairs, weight = sampled(records, candidates, 4000, 1)
    near = np.logical_or.reduce([share_block(records, road, pairs) for road in ROADS])
    assert near.any()
    assert not near.all()
    assert weight[near].max() < 3 * len(every_pair(records)) / 4000
