"""Candidates: the share of all true pairs that they hold, sought within blocks and exhaustively.

Run as ``python -m benchmarks.candidates [--population NAME] [--records N ...] [--seed S] [--search NAME ...]``. Prints
a table: candidates a record, pair completeness against the known truth, and CPU seconds of one thread. Nothing is
linked. An exhaustive search of a million records takes minutes.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.cases import SECRET, four_agencies
from benchmarks.markdown import markdown
from benchmarks.speed.population import ENCODING, REGISTERS, registers
from benchmarks.speed.whole_runs import POPULATIONS, RECORDS_PER_PERSON
from linkage.candidates import Pairs, candidate_lists, strata
from linkage.compare import Layout, layout
from linkage.encode import encode
from linkage.gathering import gather
from linkage.records import Records
from linkage.settings import CandidateSettings, EncodingSettings

BLOCKS, EXHAUSTIVE = "blocks", "exhaustive"
HEAD = ("population", "records", "search", "candidates a record", "true pairs", "found", "pair completeness", "CPU s")
WARM_UP = 200


@dataclass(frozen=True)
class Sought:
    """Encoded records, and the person of each."""

    records: Records
    fields: Layout
    person: pd.Series

    @property
    def true(self) -> Pairs:
        """All pairs of records of one person, without those within a source that holds each person once."""
        order = np.argsort(self.person.to_numpy(), kind="stable")
        ends = np.flatnonzero(np.diff(self.person.to_numpy()[order])) + 1
        pairs = [part[list(np.triu_indices(len(part), 1))] for part in np.split(order, ends) if len(part) > 1]
        left, right = np.concatenate([np.zeros((2, 0), dtype=np.int64), *pairs], axis=1)
        found, parts = Pairs.of(left, right, len(self.records)), strata(self.records)
        return found.where(parts.can_match[parts.of(self.records, found)])


def main(given: Sequence[str] | None = None) -> int:
    """Measure and print; always 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.candidates")
    parser.add_argument("--population", choices=POPULATIONS, default="registers")
    parser.add_argument("--records", type=int, nargs="+", default=[100_000])
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--search", nargs="+", choices=(BLOCKS, EXHAUSTIVE), default=[BLOCKS])
    asked = parser.parse_args(given)
    rows = []
    for size in asked.records:
        sought = population(asked.population, size, asked.seed)
        for search in asked.search:
            measure(population(asked.population, WARM_UP, asked.seed), search)
            rows.append((asked.population, f"{len(sought.records):,}", search, *measure(sought, search)))
    print(markdown(HEAD, rows))
    return 0


def measure(sought: Sought, search: str) -> tuple[str, str, str, str, str]:
    """Return candidates a record, true pairs, those found, pair completeness and CPU seconds, as the table has them."""
    most = 0 if search == BLOCKS else len(sought.records)
    started = time.process_time()
    lists = candidate_lists(sought.records, sought.fields, CandidateSettings(exhaustive_records=most), threads=1)
    found = lists.all
    seconds = time.process_time() - started
    true = sought.true
    held = int(found.contains(true.keys).sum())
    completeness = f"{held / max(len(true), 1):.5f}"
    return f"{len(found) / len(sought.records):.1f}", f"{len(true):,}", f"{held:,}", completeness, f"{seconds:.1f}"


def population(name: str, records: int, seed: int) -> Sought:
    """Return about ``records`` encoded records of a generated population."""
    if name == "four_agencies":
        with tempfile.TemporaryDirectory() as folder:
            case = four_agencies(max(round(records / RECORDS_PER_PERSON), 40), seed, "default", Path(folder))
        truth = case.ids.merge(case.truth, on=["source", "native_id"])
        return _gathered(case.packages, case.project.encoding, case.deduplicated, truth)
    made = registers(records, seed, families=name == "families")
    packages = {
        source: encode(table, ENCODING, secret=SECRET, epoch="1", record_ids=table.index.to_series())
        for source, table in made.plain.items()
    }
    truth = made.truth.assign(record_id=made.truth["native_id"])
    return _gathered(packages, ENCODING, dict.fromkeys(REGISTERS, True), truth)


def _gathered(
    packages: Mapping[str, pa.Table], encoding: EncodingSettings, deduplicated: Mapping[str, bool], truth: pd.DataFrame
) -> Sought:
    fields = layout(encoding, {name for table in packages.values() for name in _delivered(table)})
    records = gather(packages, deduplicated, fields.shared_dictionaries)
    source = np.array(records.sources, dtype=object)[records.source_of]
    rows = pd.MultiIndex.from_arrays([source, records.record_ids])
    person = truth.set_index(["source", "record_id"])["person"].reindex(rows)
    return Sought(records, fields, pd.Series(pd.factorize(person)[0]))


def _delivered(table: pa.Table) -> list[str]:
    """Columns that hold a value."""
    return [name for name in table.column_names if table.column(name).null_count < table.num_rows]


if __name__ == "__main__":
    sys.exit(main())
