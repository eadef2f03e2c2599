"""What a run says of itself: fields that speak against matches, recall that cannot be known, false links."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from linkage.compare import Comparison
from linkage.compare.layout import FieldColumns
from linkage.compare.plan import _EQUALITY_LEVELS as EQUALITY
from linkage.compare.plan import Method
from linkage.findings import findings
from linkage.link import link
from linkage.model import Fit, MatchModel, Parameters, Shape
from linkage.settings import EncodingSettings, FieldKind, LinkageSettings

Encoder = Callable[[list[dict[str, str | None]]], pa.Table]
Registers = tuple[dict[str, pa.Table], dict[str, int]]


def summary_of(packages: dict[str, pa.Table], encoding: EncodingSettings, **kinds: bool) -> dict[str, Any]:
    deduplicated = {source: kinds.get(source, True) for source in packages}
    return link(
        packages, encoding=encoding, settings=LinkageSettings(), deduplicated=deduplicated, seed=7, threads=1
    ).summary


def codes_of(summary: dict[str, Any]) -> dict[str, str]:
    return {finding["code"]: finding["where"] for finding in summary["findings"]}


def exchanged(column: pa.ChunkedArray) -> pa.Array:
    """The two values of a column, each in the place of the other."""
    one, other = pc.unique(column).to_pylist()
    return pa.array([other if value == one else one for value in column.to_pylist()], type=column.type)


def test_a_field_coded_differently_in_two_sources_is_named(
    two_registers: Registers, encoding: EncodingSettings
) -> None:
    """One source has 1 for men, the other for women: matches agree less often than strangers, and it is said where."""
    packages, _ = two_registers
    right = packages["right"]
    place = right.column_names.index("sex")
    packages = packages | {"right": right.set_column(place, "sex", exchanged(right["sex"]))}
    found = codes_of(summary_of(packages, encoding))
    assert found["agreement_against"].startswith("sex: ")
    assert "left x right" in found["agreement_against"]


def test_fields_coded_alike_raise_no_finding(two_registers: Registers, encoding: EncodingSettings) -> None:
    """Two registers in order: nothing to report, all pairs traceable, recall estimated near the truth of 60 of 60."""
    summary = summary_of(two_registers[0], encoding)
    assert summary["findings"] == []
    (row,) = summary["source_pairs"]
    assert row["traceable"] > 0.99
    assert row["recall"] == pytest.approx(1.0, abs=0.05)
    assert row["precision"] == pytest.approx(1.0, abs=0.05)
    assert row["expected_matches"] == pytest.approx(60, abs=3)
    assert row["null_precision"] == pytest.approx(1.0, abs=0.05)


def test_recall_is_not_claimed_where_matches_leave_no_trace(
    two_registers: Registers, encoding: EncodingSettings
) -> None:
    """Half of one source has nothing but a sex: no recall, the traceable share instead, and a finding."""
    packages, _ = two_registers
    keep = np.arange(100) < 50
    right = packages["right"]
    columns = {
        name: right[name] if name in {"record_id", "sex"} else pc.if_else(pa.array(keep), right[name], None)
        for name in right.column_names
    }
    columns["search"] = right["search"]
    summary = summary_of(packages | {"right": pa.table(columns)}, encoding)
    (row,) = summary["source_pairs"]
    assert row["recall"] is None
    assert row["traceable"] == pytest.approx(0.5, abs=0.05)
    assert codes_of(summary)["recall_not_estimable"] == "left x right"


def test_null_precision_scales_known_strangers_to_the_cross_space(
    two_registers: Registers, encoding: EncodingSettings
) -> None:
    """Ten persons twice in a register that promises once: ten false pairs in 5,995, so 18.3 in the 11,000 across."""
    packages, _ = two_registers
    left = packages["left"]
    twins = left.slice(90)
    twins = twins.set_column(0, "record_id", pa.array([f"M{number}" for number in range(10)]))
    summary = summary_of(packages | {"left": pa.concat_tables([left, twins])}, encoding, right=False)
    row = summary["source_pairs"][0]
    above = 60 + 10  # each twin agrees with its person in the other register as well
    assert row["null_precision"] == pytest.approx(1 - 10 * 11_000 / 5_995 / above, abs=0.02)
    assert row["links"] <= 61  # but only one of two twins is linked


SHAPE = Shape((2,))
PLAN = (Comparison("sex", FieldColumns("sex", FieldKind.CATEGORY, ("sex",)), Method.EQUALITY, EQUALITY),)
ROW = {
    "source_a": "a", "source_b": "b", "comparable": 3, "expected_matches": 9.0, "null_precision": 0.9, "recall": 0.9,
    "recall_reason": None, "traceable": 1.0, "threshold": 0.5, "links": 8,
}  # fmt: skip


def codes(m: float, *, converged: bool = True, agrees: bool | None = True, **row: float | str | None) -> list[str]:
    """Finding codes of one source pair under a model with one comparison, u(equal) = 0.3."""
    theta = np.array([[SHAPE.flat([[1 - m, m]])], [SHAPE.flat([[0.7, 0.3]])]])
    fit = Fit(Parameters(theta, np.array([[0.1, 0.9]])), converged, 1, 0.0, (0.0,))
    model = MatchModel(SHAPE, np.zeros(1, dtype=np.int64), (frozenset({0}),), ("match", "random"), fit, fit)
    return [found["code"] for found in findings([ROW | row], model, PLAN, [("a", "b")], {"agrees": agrees})]


def test_every_finding_has_its_cause_and_only_it() -> None:
    """One thing wrong at a time gives its own code; nothing wrong gives none."""
    assert codes(0.9) == []
    assert codes(0.9, converged=False) == ["not_converged"]
    assert codes(0.9, agrees=False) == ["cross_check"]
    assert codes(0.9, agrees=None) == []
    assert codes(0.9, comparable=0, recall=None) == ["nothing_comparable"]
    assert codes(0.9, expected_matches=0.5, recall=None) == ["no_overlap"]
    assert codes(0.9, null_precision=0.7) == ["strangers"]
    assert codes(0.9, recall=None, recall_reason="too little is shared") == ["recall_not_estimable"]
    assert codes(0.9, threshold=0.97, links=0) == ["nothing_sure_enough"]
    assert codes(0.9, threshold=0.97) == []
    assert codes(0.29) == ["match_class", "agreement_against"]
    assert codes(0.31) == []
