"""What is kept of draws, how their clusters are named, and the pairs counted in them."""

from itertools import combinations

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.candidates import Pairs
from linkage.draws import Draws, counts_by, draw_table, name_clusters, pair_agreement
from linkage.records import Records

Ints = npt.NDArray[np.int64]
NUMBER = np.array([[0, 1, -1], [1, 2, 3], [-1, 3, 4]])


@st.composite
def linkages(draw: st.DrawFn, count: int = 2) -> list[Ints]:
    """The clusters of up to twelve records in a point linkage, numbered by smallest record, and in some draws."""
    size = draw(st.integers(0, 12))
    labels = [draw(st.lists(st.integers(0, 5), min_size=size, max_size=size)) for _ in range(count)]
    point = np.unique([labels[0].index(label) for label in labels[0]], return_inverse=True)[1]
    return [point.astype(np.int64).reshape(-1), *(np.array(own, dtype=np.int64) for own in labels[1:])]


def together(labels: Ints) -> list[tuple[int, int]]:
    return [(a, b) for a, b in combinations(range(len(labels)), 2) if labels[a] == labels[b]]


@given(linkages())
@settings(deadline=None)
def test_naming_keeps_the_partition(pair: list[Ints]) -> None:
    """Who is together does not change, and new numbers follow the largest of the point linkage without a gap."""
    point, drawn = pair
    named = name_clusters(point, drawn)
    assert together(named) == together(drawn)
    new = np.unique(named[named > point.max(initial=-1)])
    assert new.tolist() == list(range(point.max(initial=-1) + 1, point.max(initial=-1) + 1 + len(new)))


@given(linkages())
@settings(deadline=None)
def test_no_free_name_would_have_kept_more_records(pair: list[Ints]) -> None:
    """A cluster goes without the name of a point cluster it meets only where another has it that meets it as much."""
    point, drawn = pair
    named = name_clusters(point, drawn)
    for cluster in np.unique(named):
        for other in np.unique(point[named == cluster]):
            shared = ((named == cluster) & (point == other)).sum()
            own = ((named == cluster) & (point == cluster)).sum()
            holder = ((named == other) & (point == other)).sum()
            assert own >= shared or holder >= shared


@given(linkages())
@settings(deadline=None)
def test_naming_the_same_linkage_changes_nothing(pair: list[Ints]) -> None:
    """Whatever the numbers it comes with, a draw that is the point linkage has no row."""
    point, _ = pair
    assert len(Draws.of(point, [100 - point]).row) == 0


def test_ties_go_to_the_smaller_name_and_record() -> None:
    """Three clusters share one record with either name: the first takes the smaller, the last goes without."""
    assert name_clusters(np.array([0, 0, 1, 1]), np.array([7, 5, 5, 3])).tolist() == [0, 1, 1, 2]


@given(linkages(4))
@settings(deadline=None)
def test_draws_give_back_full_labels_from_the_rows_that_differ(parts: list[Ints]) -> None:
    """``labels`` is the named draw; a row is kept only where the cluster is another."""
    point, *drawn = parts
    draws = Draws.of(point, drawn)
    for number, own in enumerate(drawn, start=1):
        assert draws.labels(number).tolist() == name_clusters(point, own).tolist()
    assert (draws.cluster != point[draws.row]).all()
    assert np.lexsort((draws.row, draws.draw)).tolist() == list(range(len(draws.row)))


@given(linkages(4), st.data())
@settings(deadline=None)
def test_counts_are_those_of_the_listed_pairs(parts: list[Ints], data: st.DataObject) -> None:
    """Per stratum and draw: linked in the point linkage, in the draw, and in both; pairs of no stratum are left out."""
    point, *drawn = parts
    source = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(point), max_size=len(point))), dtype=np.int64)
    counts = counts_by(Draws.of(point, drawn), source, NUMBER)

    def listed(pairs: set[tuple[int, int]]) -> list[int]:
        strata = [int(NUMBER[source[a], source[b]]) for a, b in pairs]
        return [strata.count(stratum) for stratum in range(5)]

    linked = set(together(point))
    assert counts.point.tolist() == listed(linked)
    assert counts.draw.tolist() == [listed(set(together(own))) for own in drawn]
    assert counts.both.tolist() == [listed(linked & set(together(own))) for own in drawn]


@given(linkages(5))
@settings(deadline=None)
def test_agreement_is_the_share_of_draws(parts: list[Ints]) -> None:
    """For every pair of records: the draws in which they are together, over the number of draws."""
    point, *drawn = parts
    rows = np.array(list(combinations(range(len(point)), 2)), dtype=np.int64).reshape(-1, 2)
    found = pair_agreement(Draws.of(point, drawn), Pairs(rows[:, 0], rows[:, 1], len(point)))
    expected = [sum(own[a] == own[b] for own in drawn) / 4 for a, b in rows.tolist()]
    np.testing.assert_allclose(found, expected)


def test_the_table_names_records() -> None:
    """A row per record that moved: draw, source, record id and the cluster in that draw."""
    records = Records(
        sources=("a", "b"),
        deduplicated=(True, True),
        starts=np.array([0, 2, 4]),
        record_ids=np.array(["a1", "a2", "b1", "b2"], dtype=object),
        columns={},
        dictionaries={},
    )
    table = draw_table(records, Draws.of(np.array([0, 1, 0, 1]), [np.array([0, 1, 0, 1]), np.array([0, 1, 0, 2])]))
    assert table.to_pylist() == [{"draw": 2, "source": "b", "record_id": "b2", "cluster": 2}]
    assert [str(kind) for kind in table.schema.types] == ["uint8", "string", "string", "int64"]
