"""How a record was linked, and the estimates that follow from the links' probabilities."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from linkage.calibration import FALSE_LINKS
from linkage.link import Linkage, link
from linkage.settings import EncodingSettings, LinkageSettings

Registers = tuple[dict[str, pa.Table], dict[str, int]]


@pytest.fixture
def found(two_registers: Registers, encoding: EncodingSettings) -> Linkage:
    """Two registers of which every second record has lost its citizen number, date of birth and given name."""
    packages = {}
    for source, table in two_registers[0].items():
        keep = pa.array([two_registers[1][record] % 2 == 0 for record in table["record_id"].to_pylist()])
        for name in ("bsn", "birth_date.year", "birth_date.month", "birth_date.day", "given_name"):
            lost = pc.if_else(keep, table[name].combine_chunks(), None)
            table = table.set_column(table.column_names.index(name), name, lost)  # noqa: PLW2901 - column by column
        packages[source] = table
    kinds = dict.fromkeys(packages, True)
    return link(packages, encoding=encoding, settings=LinkageSettings(), deduplicated=kinds, seed=7, threads=1)


def test_a_record_without_identifier_is_linked_by_similarity(found: Linkage, two_registers: Registers) -> None:
    """Identifier only where one agrees; two missing ones do not."""
    frame = found.crosswalk.to_pandas()
    odd = frame["record_id"].map(two_registers[1]) % 2 == 1
    linked = frame["link_method"] != "single"
    assert set(frame[odd & linked]["link_method"]) == {"similarity"}
    assert (frame[~odd & linked]["link_method"] == "identifier").mean() > 0.5


def test_precision_and_recall_come_from_the_draws(found: Linkage) -> None:
    """Precision is what a draw shares of the links, its false ones weighed; at least a draw's links are expected."""
    row: dict[str, Any] = found.summary["source_pairs"][0]
    point = found.crosswalk["cluster"].to_numpy()
    place = {record: number for number, record in enumerate(found.crosswalk["record_id"].to_pylist())}
    left, right = np.triu_indices(len(point), 1)
    linked = point[left] == point[right]
    precision, matches = [], []
    for draw in range(1, found.summary["draws"] + 1):
        labels = point.copy()
        for moved in found.draws.filter(pc.equal(found.draws["draw"], draw)).to_pylist():
            labels[place[moved["record_id"]]] = moved["cluster"]
        together = labels[left] == labels[right]
        shared, false = (linked & together).sum(), (linked & ~together).sum()
        precision.append(shared / (shared + FALSE_LINKS * false))
        matches.append(together.sum())
    assert row["precision"] == pytest.approx(np.mean(precision), abs=1e-4)
    assert row["precision"] < 1.0
    assert row["expected_matches"] >= np.mean(matches) - 0.01, "matches that no draw can link come on top"


def test_a_links_probability_is_how_often_draws_have_it(found: Linkage) -> None:
    """A link that k of M draws have has a probability from k / (M + 1) to (k + 1) / (M + 1): odds count as one more."""
    moved = {(row["draw"], row["record_id"]): row["cluster"] for row in found.draws.to_pylist()}
    labels = dict(zip(found.crosswalk["record_id"].to_pylist(), found.crosswalk["cluster"].to_pylist(), strict=True))
    count = found.summary["draws"]
    for row in found.links.to_pylist():
        ends = row["record_id_a"], row["record_id_b"]
        together = sum(
            len({moved.get((draw, record), labels[record]) for record in ends}) == 1 for draw in range(1, count + 1)
        )
        assert together / (count + 1) - 1e-9 <= row["probability"] <= (together + 1) / (count + 1) + 1e-9
