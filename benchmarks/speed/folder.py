"""The data of a whole run on disk: what every side reads, and the truth that only the judge reads.

A folder holds ``plain/SOURCE.parquet`` (native_id, record_id and the normalised columns), ``truth.parquet`` (source,
native_id, record_id, person) and ``about.json`` (fields, and which sources hold no duplicates). Sides add ``packages/``
and their results.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from linkage.settings import EncodingSettings, LinkageSettings

IDS = ("native_id", "record_id")


@dataclass(frozen=True)
class About:
    """What both sides know of the data; ``sources`` in alphabetical order."""

    sources: tuple[str, ...]
    deduplicated: dict[str, bool]
    encoding: EncodingSettings
    linkage: LinkageSettings


def write_data(
    folder: Path,
    plain: Mapping[str, pd.DataFrame],
    truth: pd.DataFrame,
    deduplicated: Mapping[str, bool],
    encoding: EncodingSettings,
    linkage: LinkageSettings,
) -> None:
    """Write the data of a run; ``plain`` is indexed by native_id, ``truth`` has source, native_id and person."""
    (folder / "plain").mkdir(parents=True, exist_ok=True)
    ids = []
    for source in sorted(plain):
        table = plain[source]
        numbers = np.random.default_rng(len(table)).permutation(len(table))
        records = np.char.zfill(numbers.astype(str), 9).astype(object)
        named = table.reset_index(names="native_id")
        named.insert(1, "record_id", records)
        schema = pa.schema([(column, pa.string()) for column in named.columns])
        written = pa.Table.from_pandas(named, schema=schema, preserve_index=False)
        pq.write_table(written.replace_schema_metadata(None), folder / "plain" / f"{source}.parquet")
        ids.append(named[list(IDS)].assign(source=source))
    everyone = pd.concat(ids, ignore_index=True)
    judged = everyone.merge(truth[["source", "native_id", "person"]], on=["source", "native_id"], validate="one_to_one")
    judged.to_parquet(folder / "truth.parquet", index=False)
    about = {
        "deduplicated": {source: bool(deduplicated[source]) for source in sorted(plain)},
        "encoding": encoding.model_dump(mode="json"),
        "linkage": linkage.model_dump(mode="json"),
    }
    (folder / "about.json").write_text(json.dumps(about, indent=1), encoding="utf-8")


def read_about(folder: Path) -> About:
    """Read what ``write_data`` wrote of the data."""
    told = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    return About(
        sources=tuple(told["deduplicated"]),
        deduplicated=told["deduplicated"],
        encoding=EncodingSettings.model_validate(told["encoding"]),
        linkage=LinkageSettings.model_validate(told["linkage"]),
    )


def plain_path(folder: Path, source: str) -> Path:
    """Where the plain table of a source is."""
    return folder / "plain" / f"{source}.parquet"


def package_path(folder: Path, source: str) -> Path:
    """Where the encoded table of a source is."""
    return folder / "packages" / f"{source}.parquet"
