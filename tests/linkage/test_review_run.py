"""A whole linkage lists the patterns across sources that are uncertain, for review."""

import json

import pyarrow as pa

from linkage.link import link
from linkage.settings import EncodingSettings, LinkageSettings

Registers = tuple[dict[str, pa.Table], dict[str, int]]


def test_a_summary_holds_uncertain_patterns_and_no_id(two_registers: Registers, encoding: EncodingSettings) -> None:
    """Across sources only, probabilities between the bounds, JSON-able, without a record id."""
    packages, persons = two_registers
    thin = {source: table.drop_columns(["bsn", "given_name", "search"]) for source, table in packages.items()}
    settings = LinkageSettings()
    kinds = dict.fromkeys(packages, True)
    found = link(thin, encoding=encoding, settings=settings, deduplicated=kinds, seed=7, threads=1)
    rows = found.summary["uncertain_patterns"]
    assert rows
    assert all((row["source_a"], row["source_b"]) == ("left", "right") for row in rows)
    assert all(0.05 <= row["probability"] <= 0.95 for row in rows)
    told = json.dumps(rows)
    assert not any(record in told for record in persons)
