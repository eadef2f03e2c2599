"""How a record was linked, and the estimates that follow from the links' probabilities."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

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
    """Precision is the share of the links that a draw has, mean over draws; at least a draw's links are expected."""
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
        precision.append((linked & together).sum() / linked.sum())
        matches.append(together.sum())
    assert row["precision"] == pytest.approx(np.mean(precision), abs=1e-4)
    assert row["precision"] < 1.0
    assert row["expected_matches"] >= np.mean(matches) - 0.01, "matches that no draw can link come on top"


def test_a_links_probability_is_how_often_draws_have_it(found: Linkage) -> None:
    """Over all links the mean is the estimate of precision, but for the one draw more that the odds count as."""
    probability = found.links["probability"].to_numpy()
    count = found.summary["draws"]
    by_odds = (count + 1) * probability.mean() - count * found.summary["overall"]["precision"]
    assert 0.0 < by_odds <= 1.0 + 1e-3
    assert (probability <= 1.0).all()
