"""Encoding: our engine against clkhash by one and the same schema, and the rate of the whole profile ``research``.

clkhash keeps what it has encoded in caches; each of its runs begins with empty ones, as a user's does, and encodes all
records, so that it gains by values that come back as much as it can. Both begin with the records in memory: clkhash
with its tuples, we with Arrow columns.
"""

import time

import pandas as pd
import pyarrow as pa
from clkhash import bloomfilter
from clkhash.clk import generate_clks
from clkhash.comparators import AbstractComparison, ExactComparison, NgramComparison
from clkhash.field_formats import (
    BitsPerFeatureStrategy,
    BitsPerTokenStrategy,
    FieldHashingProperties,
    StrategySpec,
    StringSpec,
)
from clkhash.schema import Schema

from benchmarks.speed.population import ENCODING, registers
from benchmarks.speed.ratio import Ratio, Side, interleaved
from linkage.encode import encode
from linkage.encode.engine import encode_columns

SECRET = b"benchmark secret, fictional data"
RECORDS, QUICK_RECORDS = 100_000, 5_000
SEED = 41
CALLS = 5  # of the engine in one timing: a single one takes some hundredths of a second
_POSITIONAL = NgramComparison(1, positional=True)
FEATURES: dict[str, tuple[AbstractComparison, StrategySpec]] = {
    "given_name": (NgramComparison(2), BitsPerFeatureStrategy(100)),
    "family_name": (NgramComparison(2), BitsPerFeatureStrategy(100)),
    "birth_date": (_POSITIONAL, BitsPerTokenStrategy(15)),
    "sex": (ExactComparison(), BitsPerTokenStrategy(20)),
    "postcode": (_POSITIONAL, BitsPerTokenStrategy(12)),
}
_DATE = ("birth_date.year", "birth_date.month", "birth_date.day")


def measure(*, quick: bool) -> list[Ratio]:
    """Ratios of records per CPU second in one process: one filter of 1024 bits by schema, and the whole profile.

    Raises ``ValueError`` if the engine's bytes are not clkhash's.
    """
    count = QUICK_RECORDS if quick else RECORDS
    plain = pd.concat(registers(count, SEED).plain.values())
    texts = plain.assign(birth_date=plain[_DATE[0]] + plain[_DATE[1]] + plain[_DATE[2]])[list(FEATURES)]
    columns = [pa.array(texts[name], pa.string(), from_pandas=True) for name in FEATURES]
    records = list(texts.fillna("").itertuples(index=False, name=None))
    schema = clk_schema()
    ids = pd.Series(plain.index, index=plain.index)
    clkhash = Side("clkhash", lambda: by_clkhash(records, schema), count)
    engine = Side("engine", lambda: [encode_columns(columns, schema, SECRET) for _ in range(CALLS)], CALLS * count)
    if encode_columns(columns, schema, SECRET).tobytes() != clkhash.run():
        msg = "the engine's encodings are not clkhash's. Cure: run tests/linkage/test_encode_engine.py."
        raise ValueError(msg)
    whole = Side(
        "encode, profile research",
        lambda: encode(plain, ENCODING, secret=SECRET, epoch="1", record_ids=ids),
        count,
    )
    whole.run()
    return [
        interleaved(
            "encode_vs_clkhash",
            engine,
            clkhash,
            unit="records",
            clock=time.process_time,
            warm=False,
            note=f"{count:,} records, one filter of 1024 bits over five columns, one process",
        ),
        interleaved(
            "encode_profile_vs_clkhash",
            whole,
            clkhash,
            unit="records",
            clock=time.process_time,
            warm=False,
            note=f"{count:,} records; ours makes all columns of the profile and checks a sample, clkhash one filter",
        ),
    ]


def clk_schema() -> Schema:
    """One filter of 1024 bits over names, date of birth, sex and postcode."""
    specs = [
        StringSpec(name, FieldHashingProperties(comparison, strategy))
        for name, (comparison, strategy) in FEATURES.items()
    ]
    return Schema(specs, 1024)


def by_clkhash(records: list[tuple[str, ...]], schema: Schema) -> bytes:
    """All encodings by clkhash in one process, after each other."""
    for cached in (bloomfilter._blake_encode_ngrams, bloomfilter.blake_hash_token):  # noqa: SLF001 - its caches
        cached.cache_clear()
    encoded = generate_clks(records, schema, SECRET, validate=False, max_workers=1)
    return b"".join(clk.tobytes() for clk in encoded)
