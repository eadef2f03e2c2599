"""The two-phase sample of pairs that are no candidates: it stands for the whole cross space and leans nowhere."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from linkage.candidates import Pairs, sample_of_others, strata
from linkage.candidates.equality import equal_pairs
from linkage.gathering import gather
from linkage.records import Records

Encoder = Callable[[list[dict[str, str | None]]], pa.Table]


@pytest.fixture
def records(encode_fictional: Encoder) -> Records:
    """Sixty records in a source without duplicates, fifty in one with; names of a small stock, some without search."""
    random = np.random.default_rng(21)
    packages = {
        source: encode_fictional([
            {
                "record_id": f"{source}{number:02d}",
                "family_name": f"naam{random.integers(12)}",
                "given_name": f"voor{random.integers(20)}",
                "birth_date": f"19{random.integers(60, 99)}{random.integers(1, 13):02d}{random.integers(1, 29):02d}",
                "sex": str(random.choice(["man", "woman"])),
            }
            for number in range(size)
        ])
        for source, size in (("a", 60), ("b", 50))
    }  # fmt: skip
    return gather(packages, {"a": True, "b": False}, {})


def drawn(records: Records, size: int, seed: int) -> tuple[Pairs, np.ndarray, Pairs]:
    candidates = equal_pairs(records, ["family_name", "given_name"], budget=10**6)
    found, weight = sample_of_others(records, candidates, strata(records), size, seed, "search", 1)
    return found, weight, candidates


@pytest.mark.parametrize("size", [1, 2, 7, 200, 900, 5000])
def test_weights_add_up_to_the_pairs_that_are_no_candidates(size: int, records: Records) -> None:
    """Per source pair, whether one pair is drawn, some, or all; no candidate is among them and none stands for less."""
    parts = strata(records)
    found, weight, candidates = drawn(records, size, 1)
    held = np.bincount(parts.of(records, candidates), minlength=3)
    total = np.bincount(parts.of(records, found), weights=weight, minlength=3)
    np.testing.assert_allclose(total + held, parts.spaces)
    assert not candidates.contains(found.keys).any()
    assert (weight >= 1 - 1e-9).all()
    assert (np.bincount(parts.of(records, found)) <= size).all()


def test_the_more_alike_half_is_kept_whole(records: Records) -> None:
    """What may be a match is seen often and with small weights: the pairs that agree most weigh least."""
    found, weight, _ = drawn(records, 200, 1)
    name = records.columns["family_name"]
    same = name[found.left] == name[found.right]
    across = strata(records).of(records, found) == 1
    assert weight[across & same].mean() < weight[across & ~same].mean()
    assert len(np.unique(np.round(weight[across], 6))) == 2


@pytest.mark.parametrize("column", ["family_name", "sex", "birth_date.year"])
def test_totals_are_unbiased(column: str, records: Records) -> None:
    """Mean over 200 seeds of the weighted number of pairs that agree: the number in the cross space, but for chance."""
    parts = strata(records)
    codes = records.columns[column]
    estimates, candidates = [], drawn(records, 1, 0)[2]
    for seed in range(200):
        found, weight, _ = drawn(records, 150, seed)
        across = parts.of(records, found) == 1
        estimates.append(weight[across & (codes[found.left] == codes[found.right])].sum())
    left, right = np.arange(60).repeat(50), np.tile(np.arange(60, 110), 60)
    everything = Pairs.of(left, right, 110)
    others = everything.where(~candidates.contains(everything.keys))
    true = (codes[others.left] == codes[others.right]).sum()
    error = np.std(estimates) / np.sqrt(len(estimates))
    assert abs(np.mean(estimates) - true) < 4 * error + 1e-9


def test_the_second_phase_draws_the_same_for_any_number_of_threads(records: Records) -> None:
    """Ties in likeness are broken by the order of the pairs."""
    candidates = equal_pairs(records, ["family_name"], budget=10**6)
    one, two = (sample_of_others(records, candidates, strata(records), 100, 3, "search", threads) for threads in (1, 2))
    np.testing.assert_array_equal(one[0].keys, two[0].keys)
    np.testing.assert_array_equal(one[1], two[1])
