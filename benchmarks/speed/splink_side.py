"""Splink as a process: plain tables to clusters. ``python -m benchmarks.speed.splink_side``."""

import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from benchmarks.speed.folder import read_about
from benchmarks.speed.process import Call, told
from benchmarks.speed.splink_model import linker
from benchmarks.speed.usage import used

THRESHOLD = 0.5
WEAKEST_WEIGHT = -6.0


def main(call: Call) -> None:
    """Train, predict and cluster at one half, write the clusters, and tell what it took.

    Then, for the judge alone and after the figures were taken: Splink's clustering that knows which sources hold no
    duplicates, and all pairs down to weight -6, from which other thresholds can be judged.
    """
    start_up = used(call.started)
    about = read_about(call.folder)
    call.out.mkdir(parents=True, exist_ok=True)
    model = linker(call.folder, about, seed=call.seed, threads=call.threads)
    likely = model.inference.predict(threshold_match_probability=THRESHOLD)
    found = model.clustering.cluster_pairwise_predictions_at_threshold(likely, threshold_match_probability=THRESHOLD)
    _write_clusters(found, call.out / "components.parquet")
    prior = model._settings_obj._probability_two_random_records_match  # noqa: SLF001 - Splink offers no reader
    told(call, start_up, {"random_log_odds": float(np.log(prior / (1 - prior)))})
    if call.extras:
        alone: Any = [source for source, single in about.deduplicated.items() if single]
        best = model.clustering.cluster_using_single_best_links(
            likely, duplicate_free_datasets=alone, threshold_match_probability=THRESHOLD
        )
        _write_clusters(best, call.out / "best_links.parquet")
        pairs = model.inference.predict(threshold_match_weight=WEAKEST_WEIGHT)
        columns = "source_dataset_l, unique_id_l, source_dataset_r, unique_id_r, match_weight"
        _copy(pairs, columns, call.out / "pairs.parquet")


def _write_clusters(found: Any, path: Path) -> None:  # noqa: ANN401 - Splink's frame
    _copy(found, "source_dataset, unique_id, cluster_id", path)


def _copy(frame: Any, columns: str, path: Path) -> None:  # noqa: ANN401 - Splink's frame
    """Let DuckDB write the columns, without a way round through Python."""
    connection: duckdb.DuckDBPyConnection = frame.db_api._con  # noqa: SLF001 - Splink offers no writer of some columns
    target = str(path).replace("'", "''")
    connection.execute(f"copy (select {columns} from {frame.physical_name}) to '{target}' (format parquet)")  # noqa: S608 - our own names


if __name__ == "__main__":
    main(Call.read(sys.argv[1:]))
