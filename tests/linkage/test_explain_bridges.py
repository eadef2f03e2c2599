"""Bridges are found as by trying every pair, and their strength is that of all that joins the two parts."""

import math
from collections.abc import Mapping

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from plain_bridges import Pair, weakest_bridge

from linkage.explain.bridges import BANDS, Weakest, band_names, bridges, strengths_of, weak_bridges

Edges = dict[Pair, tuple[float, bool]]


@st.composite
def clusters(draw: st.DrawFn) -> list[Edges]:
    """Up to four clusters of two to seven records that linked pairs join, some of them strong."""
    found, first = [], 0
    for _ in range(draw(st.integers(1, 4))):
        count = draw(st.integers(2, 7))
        joining = {(draw(st.integers(0, record - 1)), record) for record in range(1, count)}
        every = [(a, b) for a in range(count) for b in range(a + 1, count)]
        pairs = sorted(joining | set(draw(st.lists(st.sampled_from(every)))))
        found.append(
            {(first + a, first + b): (float(draw(st.integers(-20, 20))), draw(st.booleans())) for a, b in pairs}
        )
        first += count
    return found


def strengths(found: list[Edges], names: Mapping[int, int] | None = None) -> list[float]:
    """Strengths by the compiled search; ``names``: other numbers for the records, in the same order."""
    ends = np.array([[(names or {}).get(end, end) for end in pair] for edges in found for pair in edges])
    weight, strong = zip(*(value for edges in found for value in edges.values()), strict=True)
    cluster = np.repeat(np.arange(len(found)), [len(edges) for edges in found])
    lowest: list[float] = strengths_of(cluster, ends, np.array(weight), np.array(strong)).tolist()
    return lowest


@given(clusters())
def test_strengths_are_those_of_trying_every_pair(found: list[Edges]) -> None:
    """The lowest mean weight across a cut by one pair, the same as by the plain search, cluster by cluster."""
    np.testing.assert_allclose(strengths(found), [weakest_bridge(edges) for edges in found])


@given(clusters())
def test_clusters_do_not_touch_each_other(found: list[Edges]) -> None:
    """A cluster's strength is the same beside others, alone, and under other numbers of its records."""
    together = strengths(found)
    np.testing.assert_array_equal(together, [strengths([edges])[0] for edges in found])
    np.testing.assert_array_equal(together, strengths(found, {record: 3 * record + 5 for record in range(30)}))


def test_a_pair_of_two_is_its_own_bridge() -> None:
    """The strength is the link's own weight, above the threshold or not."""
    assert strengths([{(0, 1): (3.0, False)}]) == [3.0]


def test_a_triangle_has_no_bridge_and_a_chain_counts_what_speaks_against_it() -> None:
    """In a chain 0-1-2 the pair 0-2 speaks against both bridges: each is the mean of what crosses it."""
    (triangle,) = strengths([{(0, 1): (5.0, True), (0, 2): (5.0, True), (1, 2): (5.0, True)}])
    assert math.isnan(triangle)
    assert strengths([{(0, 1): (9.0, True), (0, 2): (-4.0, False), (1, 2): (6.0, True)}]) == [(6.0 - 4.0) / 2]


def test_two_pairs_of_records_joined_by_one() -> None:
    """Of three bridges in a chain of four the one in the middle is weakest: three of its four pairs are against it."""
    edges = dict.fromkeys([(0, 2), (0, 3), (1, 3)], (-2.0, False)) | {
        (0, 1): (30.0, True), (1, 2): (8.0, True), (2, 3): (30.0, True)
    }  # fmt: skip
    assert strengths([edges]) == [(8.0 - 2.0 * 3) / 4]


def test_a_long_chain_is_walked_without_running_out_of_room() -> None:
    """5,000 records in a row: every pair is a bridge, and the one weak pair is the weakest."""
    chain = {(record, record + 1): (1.0 if record == 3000 else 9.0, True) for record in range(4999)}
    assert strengths([chain]) == [1.0]


def test_no_link_no_cluster() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert strengths_of(none, none.reshape(0, 2), none.astype(float), none > 0).tolist() == []


def test_clusters_are_counted_by_size_and_strength() -> None:
    """Weak ones are those of three and more below the limit; counts of one to nine are hidden."""
    held = Weakest(np.repeat([2, 3, 3, 7], [12, 11, 5, 10]), np.repeat([0.2, 0.8, np.nan, 0.995], [12, 11, 5, 10]))
    counts = {(row["size"], row["band"]): row["clusters"] for row in bridges(held)}
    shown = {key: count for key, count in counts.items() if count != 0}
    assert shown == {("2", "<0.5"): 12, ("3", "0.75-0.9"): 11, ("3", "none"): None, ("6+", ">=0.99"): 10}
    assert weak_bridges(held) == {"3": 11}


def test_bands_are_named_after_their_ends() -> None:
    """Names and limits go together, weakest first."""
    assert band_names() == ("<0.5", "0.5-0.75", "0.75-0.9", "0.9-0.99", ">=0.99")
    assert len(band_names()) == len(BANDS) + 1
