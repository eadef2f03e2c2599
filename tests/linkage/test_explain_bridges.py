"""Bridges are found as by trying every pair, and their strength is that of all that joins the two parts."""

import math

from hypothesis import given
from hypothesis import strategies as st

from linkage.explain.bridges import BANDS, _parts, _weakest_bridge, band_names

Graph = set[tuple[int, int]]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Graph, set[int]]:
    """Two to seven records and some of their pairs."""
    count = draw(st.integers(2, 7))
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    return set(draw(st.lists(st.sampled_from(pairs), unique=True))), set(range(count))


def component(edges: Graph, start: int) -> frozenset[int]:
    """Records joined to ``start``, the plain way."""
    found = {start}
    for _ in range(len(edges) + 1):
        found |= {b for a, b in edges if a in found} | {a for a, b in edges if b in found}
    return frozenset(found)


@given(graphs())
def test_cuts_are_those_of_trying_every_pair(graph: tuple[Graph, set[int]]) -> None:
    """A pair is a bridge exactly when its records are no longer joined without it."""
    edges, records = graph
    cuts = {min(part, frozenset(records - part), key=sorted) for part in map(frozenset, _parts(edges, records))}
    whole = component(edges, 0)
    if whole != records:
        assert cuts == {whole}
        return
    expected = set()
    for a, b in edges:
        side = component(edges - {(a, b)}, a)
        if b not in side:
            expected.add(min(side, frozenset(records - side), key=sorted))
    assert cuts == expected


def test_a_pair_of_two_is_its_own_bridge() -> None:
    """The strength is the link's own weight, above the threshold or not."""
    assert _weakest_bridge({(0, 1): (-0.5, 3.0)}) == 3.0


def test_a_triangle_has_no_bridge_and_a_chain_counts_what_speaks_against_it() -> None:
    """In a chain 0-1-2 the pair 0-2 speaks against both bridges: each is the mean of what crosses it."""
    assert math.isnan(_weakest_bridge({(0, 1): (5.0, 5.0), (0, 2): (5.0, 5.0), (1, 2): (5.0, 5.0)}))
    assert _weakest_bridge({(0, 1): (9.0, 9.0), (0, 2): (-4.0, -4.0), (1, 2): (6.0, 6.0)}) == (6.0 - 4.0) / 2


def test_two_pairs_of_records_joined_by_one() -> None:
    """Of three bridges in a chain of four the one in the middle is weakest: three of its four pairs are against it."""
    edges = dict.fromkeys([(0, 2), (0, 3), (1, 3)], (-2.0, -2.0)) | {
        (0, 1): (30.0, 30.0), (1, 2): (8.0, 8.0), (2, 3): (30.0, 30.0)
    }  # fmt: skip
    assert _weakest_bridge(edges) == (8.0 - 2.0 * 3) / 4


def test_bands_are_named_after_their_ends() -> None:
    """Names and limits go together, weakest first."""
    assert band_names() == ("<0.5", "0.5-0.75", "0.75-0.9", "0.9-0.99", ">=0.99")
    assert len(band_names()) == len(BANDS) + 1
