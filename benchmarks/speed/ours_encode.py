"""Our first half as a process: plain tables to encoded packages. ``python -m benchmarks.speed.ours_encode``."""

import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from benchmarks.speed.folder import package_path, plain_path, read_about
from benchmarks.speed.process import Call, told
from benchmarks.speed.usage import used
from linkage.encode import encode

SECRET = b"benchmark secret, fictional data"


def encode_all(folder: Path) -> None:
    """Encode every source in turn, as each agency does for itself, and write the packages."""
    about = read_about(folder)
    (folder / "packages").mkdir(exist_ok=True)
    for source in about.sources:
        plain = pd.read_parquet(plain_path(folder, source)).set_index("native_id")
        packed = encode(
            plain.drop(columns="record_id"),
            about.encoding,
            secret=SECRET,
            epoch="1",
            record_ids=plain["record_id"],
        )
        pq.write_table(packed, package_path(folder, source), compression="zstd")


def main(call: Call) -> None:
    """Encode and tell what it took."""
    start_up = used(call.started)
    encode_all(call.folder)
    told(call, start_up, {})


if __name__ == "__main__":
    main(Call.read(sys.argv[1:]))
