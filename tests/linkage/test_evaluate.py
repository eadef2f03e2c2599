"""Quality figures against counting all pairs one by one."""

from collections.abc import Hashable
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.evaluate import evaluate
from linkage.settings import FieldKind, FieldSettings

FIELDS = {
    "family_name": FieldSettings(kind=FieldKind.FAMILY_NAME),
    "bsn": FieldSettings(kind=FieldKind.IDENTIFIER),
    "v_number": FieldSettings(kind=FieldKind.IDENTIFIER),
    "sex": FieldSettings(kind=FieldKind.CATEGORY),
}


@st.composite
def linkages(draw: st.DrawFn) -> pd.DataFrame:
    """Up to twelve records of three sources with a found and a true person, a group, and fields present."""
    row = st.tuples(
        st.sampled_from("abc"), st.integers(0, 4), st.integers(0, 4), st.sampled_from("xy"),
        st.lists(st.sampled_from(sorted(FIELDS)), unique=True),
    )  # fmt: skip
    rows = draw(st.lists(row, min_size=1, max_size=12))
    frame = pd.DataFrame(rows, columns=["source", "person_id", "person", "group", "present"])
    return frame.assign(native_id=[f"n{number}" for number in range(len(frame))], person_id=frame["person_id"].map(str))


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def bcubed(record: dict[Hashable, object], rows: list[dict[Hashable, object]], by: str) -> float:
    """Share of the records in one's cluster (or of one's person) that agree on both."""
    same = [other for other in rows if other[by] == record[by]]
    return sum(o["person_id"] == record["person_id"] and o["person"] == record["person"] for o in same) / len(same)


@given(linkages())
@settings(max_examples=100, deadline=None)
def test_figures_are_those_of_counting_every_pair(frame: pd.DataFrame) -> None:
    """Precision and recall over all pairs, per source pair and subgroup, over pairs sharing a name or identifier."""
    figures = evaluate(
        frame[["source", "native_id", "person_id"]],
        frame[["source", "native_id", "person", "group"]],
        records=frame[["source", "native_id", "present"]],
        fields=FIELDS,
    )
    rows = frame.to_dict("records")
    pairs = [(a, b, a["person_id"] == b["person_id"], a["person"] == b["person"]) for a, b in combinations(rows, 2)]

    def check(found: dict[str, object], chosen: list[tuple[object, object, bool, bool]]) -> None:
        both = sum(linked and true for *_, linked, true in chosen)
        assert found["precision"] == share(both, sum(linked for *_, linked, _ in chosen))
        assert found["recall"] == share(both, sum(true for *_, true in chosen))

    check(figures, pairs)
    for row in figures["source_pairs"]:
        wanted = sorted((row["source_a"], row["source_b"]))
        check(row, [pair for pair in pairs if sorted((pair[0]["source"], pair[1]["source"])) == wanted])
    for group, row in figures["subgroups"]["group"].items():
        check(row, [pair for pair in pairs if group in {pair[0]["group"], pair[1]["group"]}])
        assert row["recall_in_run"] == row["recall"]
        own = [one for one in rows if one["group"] == group]
        assert row["bcubed_precision"] == pytest.approx(np.mean([bcubed(one, rows, "person_id") for one in own]))
        assert row["bcubed_recall"] == pytest.approx(np.mean([bcubed(one, rows, "person") for one in own]))
    marked = {"family_name", "bsn", "v_number"}
    sharing = [pair for pair in pairs if marked & set(pair[0]["present"]) & set(pair[1]["present"])]
    check(figures["pairs_sharing_names_or_identifier"], sharing)


def frames(found: str, true: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    ids = [f"n{number}" for number in range(len(true))]
    crosswalk = pd.DataFrame({"source": "s", "native_id": ids[: len(found)], "person_id": list(found)})
    return crosswalk, pd.DataFrame({"source": "s", "native_id": ids, "person": list(true)})


def test_bcubed_and_cluster_f1_of_a_known_case() -> None:
    """Found {12}{3}, true {1}{23}: by hand, B-cubed 2/3 both ways, and no whole cluster right."""
    figures = evaluate(*frames("aab", "xyy"))
    assert figures["bcubed_precision"] == pytest.approx(2 / 3)
    assert figures["bcubed_recall"] == pytest.approx(2 / 3)
    assert figures["cluster_f1"] == 0.0
    assert evaluate(*frames("aab", "xxy"))["cluster_f1"] == 1.0


def test_records_that_were_never_linked_lower_recall() -> None:
    """A quarantined record stands in the truth and is counted as missed."""
    figures = evaluate(*frames("aa", "xxx"))
    assert (figures["precision"], figures["recall"], figures["not_in_crosswalk"]) == (1.0, pytest.approx(1 / 3), 1)
    assert figures["recall_in_run"] == 1.0
    assert figures["source_pairs"][0]["recall_in_run"] == 1.0


def test_pair_completeness_counts_true_pairs_among_candidates() -> None:
    """Two of three true pairs were candidates."""
    crosswalk, truth = frames("abc", "xxx")
    records = crosswalk[["source", "native_id"]].iloc[::-1].reset_index(drop=True)
    figures = evaluate(crosswalk, truth, records=records, candidates=np.array([[0, 1], [0, 2]]))
    assert figures["pair_completeness"] == pytest.approx(2 / 3)


def test_pairs_that_share_only_a_category_are_told_apart_in_completeness() -> None:
    """Of three true pairs one shares a sex alone and is no candidate: beyond categories, nothing was missed."""
    frame = pd.DataFrame(
        {
            "source": ["a", "b", "c"],
            "native_id": ["1", "2", "3"],
            "person": ["p"] * 3,
            "person_id": ["x"] * 3,
            "present": [["family_name", "sex"], ["family_name", "bsn", "sex"], ["bsn", "sex"]],
        }
    )
    keys = ["source", "native_id"]
    figures = evaluate(
        frame[[*keys, "person_id"]],
        frame[[*keys, "person"]],
        records=frame[[*keys, "present"]],
        candidates=np.array([[0, 1], [1, 2]]),
        fields=FIELDS,
    )
    assert figures["pair_completeness"] == pytest.approx(2 / 3)
    assert figures["pair_completeness_beyond_categories"] == 1.0
