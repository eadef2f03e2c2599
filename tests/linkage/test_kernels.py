"""The compiled kernels against plain numpy, and Dice's laws."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pytest

from linkage.candidates.pairs import Pairs
from linkage.compare.similarity import plain_similarity, similarity
from linkage.records import Dictionary, Records


def random_dictionary(random: np.random.Generator, size: int, words: int) -> Dictionary:
    filters = random.integers(0, 2**63, (size, words), dtype=np.uint64)
    filters &= random.integers(0, 2**63, (size, words), dtype=np.uint64)
    filters[0] = 0  # an empty filter is legal
    return Dictionary(filters, np.bitwise_count(filters).sum(axis=1).astype(np.int64))


def records_of(
    columns: Mapping[str, npt.NDArray[np.int32]], dictionary: Dictionary, starts: tuple[int, ...]
) -> Records:
    count = len(starts) - 1
    return Records(
        sources=tuple("abcdef"[:count]),
        deduplicated=(True,) * count,
        starts=np.array(starts, dtype=np.int64),
        record_ids=np.array([f"{row:05d}" for row in range(starts[-1])], dtype=object),
        columns=columns,
        dictionaries=dict.fromkeys(columns, dictionary),
    )


@pytest.fixture
def sets() -> tuple[Records, Pairs]:
    """200 records with sets of up to three values, a third of them missing, and 5,000 pairs."""
    random = np.random.default_rng(3)
    dictionary = random_dictionary(random, 60, 8)
    columns = {name: random.integers(-20, 60, 200).clip(-1).astype(np.int32) for name in ("n", "n.2", "n.3")}
    rows = random.integers(0, 200, (2, 5000))
    return records_of(columns, dictionary, (0, 200)), Pairs.of(rows[0], rows[1], 200)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_compiled_similarity_is_the_plain_one(sets: tuple[Records, Pairs], threads: int) -> None:
    """Best Dice and overlap over sets are the same bits either way, for any number of threads."""
    records, pairs = sets
    fast = similarity(records, pairs, ["n", "n.2"], ["n", "n.3"], threads)
    plain = plain_similarity(records, pairs, ["n", "n.2"], ["n", "n.3"], 1)
    assert (plain[0] == -1).any()
    np.testing.assert_array_equal(fast, plain)


def test_dice_is_symmetric_and_one_on_itself(sets: tuple[Records, Pairs]) -> None:
    """Dice(a, b) = Dice(b, a); Dice(a, a) = 1 for a filter with a bit set; all within 0 and 1."""
    records, pairs = sets
    turned = Pairs(pairs.right, pairs.left, pairs.size)
    one, _ = similarity(records, pairs, ["n"], ["n"], 1)
    other, _ = similarity(records, turned, ["n"], ["n"], 1)
    np.testing.assert_array_equal(one, other)
    rows = np.flatnonzero(records.columns["n"] > 0)
    itself, _ = similarity(records, Pairs(rows, rows, 200), ["n"], ["n"], 1)
    assert (itself == 1.0).all()
    assert (one[one >= 0] <= 1.0).all()
