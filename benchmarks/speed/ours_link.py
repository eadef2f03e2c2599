"""Our second half as a process: encoded packages to clusters. ``python -m benchmarks.speed.ours_link``."""

import json
import sys
from typing import Any

import pyarrow.parquet as pq

from benchmarks.speed.folder import package_path, read_about
from benchmarks.speed.process import Call, told
from benchmarks.speed.usage import used
from linkage.link import STAGES, link


def main(call: Call) -> None:
    """Link with all reports, write every table, and tell what it took, also when each stage was done."""
    start_up = used(call.started)
    about = read_about(call.folder)
    stages: dict[str, Any] = {}

    def progress(stage: str, done: int, total: int, _unit: str) -> None:
        if done < total or stage not in STAGES:
            return  # what a second look at some records takes counts for the stage that follows it
        now = used(call.started)
        stages[stage] = {"cpu_seconds": round(now.cpu_seconds, 2), "peak_mb": round(now.peak_mb)}

    found = link(
        {source: pq.read_table(package_path(call.folder, source)) for source in about.sources},
        encoding=about.encoding,
        settings=about.linkage,
        deduplicated=about.deduplicated,
        seed=call.seed,
        threads=call.threads,
        progress=progress,
    )
    call.out.mkdir(parents=True, exist_ok=True)
    for name in ("crosswalk", "links", "candidates", "records", "draws"):
        pq.write_table(getattr(found, name), call.out / f"{name}.parquet")
    (call.out / "summary.json").write_text(json.dumps(found.summary), encoding="utf-8")
    told(call, start_up, {"stages": stages, "candidates": found.candidates.num_rows})


if __name__ == "__main__":
    main(Call.read(sys.argv[1:]))
