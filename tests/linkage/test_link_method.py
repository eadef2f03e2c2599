"""How a record was linked, and the estimates that follow from the links' probabilities."""

from typing import Any

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


def test_precision_and_recall_come_from_the_links_probabilities(found: Linkage) -> None:
    """Precision is the mean probability of the links, recall their sum over the matches expected."""
    row: dict[str, Any] = found.summary["source_pairs"][0]
    probability = found.links["probability"].to_numpy()
    assert row["precision"] == pytest.approx(probability.mean(), abs=1e-4)
    assert row["precision"] < 1.0
    assert row["recall"] == pytest.approx(min(1.0, probability.sum() / row["expected_matches"]), abs=1e-3)
