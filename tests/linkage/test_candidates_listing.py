"""Lists of nearest records as pairs, against a plain set."""

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.candidates.listing import pairs_of_nearest
from linkage.search.held import Nearest

Ints = npt.NDArray[np.int64]


@st.composite
def lists(draw: st.DrawFn) -> tuple[npt.NDArray[np.int32], Ints]:
    """Lists of random rows of each source, as long as there are or shorter, as the search holds them; and sources."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    size, sources, most = draw(st.integers(0, 40)), draw(st.integers(1, 4)), draw(st.integers(1, 8))
    source_of = np.sort(random.integers(0, sources, size))
    found = Nearest.of(size, sources, most).found
    for row in range(size):
        for source in range(sources):
            others = random.permutation(np.flatnonzero((source_of == source) & (np.arange(size) != row)))
            kept = others[: random.integers(0, most + 1)]
            found[row, source, : len(kept)] = kept
    return found, source_of


@settings(deadline=None)
@given(drawn=lists())
def test_pairs_are_all_rows_with_what_they_list_each_once_and_in_order(
    drawn: tuple[npt.NDArray[np.int32], Ints],
) -> None:
    """Whether one of two lists the other or both do; smaller row left, sorted by left and then by right."""
    found, source_of = drawn
    rows, sources, places = np.nonzero(found >= 0)
    listed = found[rows, sources, places].tolist()
    expected = sorted({(min(pair), max(pair)) for pair in zip(rows.tolist(), listed, strict=True)})
    pairs = pairs_of_nearest(found, source_of)
    assert list(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)) == expected
    assert pairs.size == len(found)


def test_records_that_found_nobody_make_no_pair() -> None:
    """Also where there are no records at all."""
    for size in (0, 3):
        assert len(pairs_of_nearest(Nearest.of(size, 2, 4).found, np.zeros(size, dtype=np.int64))) == 0
