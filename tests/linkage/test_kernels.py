"""The compiled kernels against plain numpy, for every width and number of threads."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.kernels import common_of_pairs, run_in_parts
from linkage.popcount import common_bits


@given(seed=st.integers(0, 2**32), words=st.integers(0, 40), at=st.integers(0, 9), there=st.integers(0, 9))
@settings(max_examples=100, deadline=None)
def test_vectors_and_single_words_count_the_same_bits(seed: int, words: int, at: int, there: int) -> None:
    """Whole vectors of eight words and what is left of them, wherever the filters begin."""
    random = np.random.default_rng(seed)
    a, b = random.integers(0, 2**64, (2, 60), dtype=np.uint64)
    expected = np.bitwise_count(a[at : at + words] & b[there : there + words]).sum()
    assert common_bits(a, at, b, there, words) == expected


def test_all_bits_of_a_filter_are_counted() -> None:
    ones = np.full(24, 2**64 - 1, dtype=np.uint64)
    assert common_bits(ones, 0, ones, 0, 24) == 24 * 64


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize(("fields", "words"), [(1, 16), (8, 8), (3, 4), (2, 2)])
def test_common_bits_of_pairs_in_any_order(threads: int, fields: int, words: int) -> None:
    """Every filter of a row against the same filter of the other, whatever the threads; no pair at all is no error."""
    random = np.random.default_rng([fields, words])
    filters = random.integers(0, 2**64, (50, fields, words), dtype=np.uint64)
    for size in (0, 1, 700):
        left, right = random.integers(0, 50, (2, size))
        common = np.empty((size, fields), dtype=np.int32)
        run_in_parts(common_of_pairs, size, threads, left, right, filters.ravel(), words, common)
        np.testing.assert_array_equal(common, np.bitwise_count(filters[left] & filters[right]).sum(axis=2))
