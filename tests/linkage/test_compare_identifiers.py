"""Identifiers: persons with several numbers, and numbers with several persons."""

import hashlib

import numpy as np
import pyarrow as pa
import pytest

from linkage.candidates import Pairs, candidates
from linkage.compare import Levels, compare, comparisons, layout
from linkage.compare.equality import MOST_RECORDS, shared_numbers
from linkage.gathering import gather
from linkage.profiles import RESEARCH
from linkage.records import Records
from linkage.settings import CandidateSettings, EncodingSettings

Numbers = tuple[str | None, str | None]
ENCODING = EncodingSettings.model_validate({"fields": {"v_number": {"kind": "identifier", "values": 2}}})


def package(rows: list[Numbers]) -> pa.Table:
    """One record per row, with up to two numbers."""
    columns = {
        name: pa.array(
            [None if row[place] is None else hashlib.sha256(row[place].encode()).digest()[:16] for row in rows],  # type: ignore[union-attr]
            pa.binary(16),
        )
        for place, name in enumerate(("v_number", "v_number.2"))
    }
    return pa.table({"record_id": [f"{number:04d}" for number in range(len(rows))], **columns})


def gathered(deduplicated: bool, **sources: list[Numbers]) -> Records:  # noqa: FBT001 - in words at every call
    run = layout(ENCODING, ["v_number", "v_number.2"])
    packages = {name: package(rows) for name, rows in sources.items()}
    return gather(packages, dict.fromkeys(packages, deduplicated), run.shared_dictionaries)


def level(records: Records, left: int, right: int) -> str:
    plan = comparisons(layout(ENCODING, ["v_number", "v_number.2"]), RESEARCH)
    found: Levels = compare(records, Pairs(np.array([left]), np.array([right]), len(records)), plan)
    return plan[0].levels[found[0, 0] - 1].name if found[0, 0] else "missing"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("old", None), ("old", None), "equal"),
        (("new", "old"), ("old", None), "equal"),
        (("old", None), ("new", "old"), "equal"),
        (("new", "old"), ("old", "older"), "equal"),
        (("new", "old"), ("other", None), "differ"),
        (("new", "old"), (None, None), "missing"),
        ((None, None), (None, None), "missing"),
        ((None, "old"), ("old", None), "equal"),
    ],
)
def test_any_number_in_common_is_agreement(one: Numbers, other: Numbers, expected: str) -> None:
    """Who changed numbers agrees by the old one; two missing numbers agree on nothing."""
    assert level(gathered(True, a=[one], b=[other]), 0, 1) == expected


def test_a_number_of_two_persons_is_weaker() -> None:
    """In a source that holds each person once a number that occurs twice is shared; another in common outweighs it."""
    records = gathered(
        True, a=[("dummy", None), ("dummy", "own"), ("mine", None)], b=[("dummy", "own"), ("mine", "mine")]
    )
    assert [level(records, 0, 3), level(records, 1, 3), level(records, 2, 4)] == ["equal_shared", "equal", "equal"]


def test_a_source_with_duplicates_may_repeat_a_number_but_not_without_end() -> None:
    """Several records of one person there are expected; more than a person can have are a dummy number."""
    few = gathered(False, a=[("x", None)] * MOST_RECORDS, b=[("x", None)])
    many = gathered(False, a=[("x", None)] * (MOST_RECORDS + 1), b=[("x", None)])
    assert not shared_numbers(few, ("v_number", "v_number.2")).any()
    assert shared_numbers(many, ("v_number", "v_number.2")).all()
    assert level(many, 0, MOST_RECORDS + 1) == "equal_shared"


def test_nobody_has_a_number() -> None:
    assert not shared_numbers(gathered(True, a=[(None, None)]), ("v_number", "v_number.2")).any()


def test_old_and_new_numbers_make_candidates() -> None:
    """The pass on an identifier crosses all its columns, also where a record holds one number twice."""
    records = gathered(True, a=[("new", "old"), ("x", "x")], b=[("old", None), (None, "x"), ("y", None)])
    found = candidates(records, layout(ENCODING, ["v_number", "v_number.2"]), CandidateSettings(), 1)
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == [(0, 2), (1, 3)]
