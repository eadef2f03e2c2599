"""Comparison of filters on given pairs: eight attributes of 512 bits a record, against DuckDB's bit_count join.

DuckDB joins a table of pairs with the table of records on both sides, one thread like ours. Its filters are HUGEINTs,
four to an attribute: of its types the fastest here (BIGINT took 1.05 times as long, BIT 1.7 times). It only adds the
counts up, where ours writes each of them down. Block order is how pairs come out of a search; in random order every
pair fetches two records of 512 bytes from anywhere.
"""

import time
from functools import partial
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.speed.ours_encode import SECRET
from benchmarks.speed.population import ENCODING, REGISTERS, registers
from benchmarks.speed.ratio import Ratio, Side, interleaved
from linkage.candidates import Pairs
from linkage.compare import Comparer, comparisons, layout
from linkage.encode import encode
from linkage.gathering import gather
from linkage.kernels import aligned, common_of_pairs
from linkage.profiles import profile

Words = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int32]

ATTRIBUTES = 8
WORDS = 8
BLOCK = 50
RECORDS, PAIRS, THEIRS = 100_000, 2_000_000, 300_000
QUICK_RECORDS, QUICK_PAIRS, QUICK_THEIRS = 10_000, 200_000, 30_000
COMPARED = 20_000
"""Records on which the whole comparison is timed."""
CHECKED = 1_000
SEED = 31


def measure(*, quick: bool) -> list[Ratio]:
    """Ratios of pairs per CPU second, in block order and in random order.

    Raises ``ValueError`` if either side counts other bits than numpy does.
    """
    records, size, theirs = (QUICK_RECORDS, QUICK_PAIRS, QUICK_THEIRS) if quick else (RECORDS, PAIRS, THEIRS)
    random = np.random.default_rng([SEED, records])
    filters = random.integers(0, 2**64, (records, ATTRIBUTES, WORDS), dtype=np.uint64)
    filters &= random.integers(0, 2**64, filters.shape, dtype=np.uint64)
    pairs = in_blocks(records, size, random)
    repeats = 1 if quick else 5
    whole = whole_comparison(COMPARED // 10 if quick else COMPARED)
    mixed = pairs[:, random.permutation(size)]
    return [
        _ratio("gather_vs_duckdb", filters, pairs, theirs, repeats, f"pairs in block order; {whole}"),
        _ratio("gather_vs_duckdb_random", filters, mixed, theirs, repeats, "pairs in random order"),
    ]


def in_blocks(records: int, size: int, random: np.random.Generator) -> Rows:
    """Left and right rows of the pairs within blocks of records that lie anywhere; block by block."""
    one, other = np.triu_indices(BLOCK, 1)
    count = -(-size // len(one))
    members = np.concatenate([random.permutation(records) for _ in range(-(-count * BLOCK // records))])
    members = members[: count * BLOCK].reshape(count, BLOCK)
    both = np.stack([members[:, one].ravel()[:size], members[:, other].ravel()[:size]])
    return np.sort(both, axis=0)


def _ratio(stage: str, filters: Words, pairs: Rows, theirs: int, repeats: int, note: str) -> Ratio:
    common = np.empty((pairs.shape[1], ATTRIBUTES), dtype=np.int32)
    left, right = pairs
    flat = aligned(filters.size, np.uint64)
    flat[:] = filters.ravel()
    join = _by_duckdb(filters, pairs[:, :theirs])
    mine = partial(common_of_pairs, 0, len(left), left, right, flat, WORDS, common)
    mine()
    _must_be_right(filters, pairs, common, np.array(join(), dtype=np.int64), theirs)
    return interleaved(
        stage,
        Side("common_of_pairs", mine, len(left)),
        Side("DuckDB bit_count join", join, theirs),
        unit="pairs",
        repeats=repeats,
        note=note,
    )


def _by_duckdb(filters: Words, pairs: Rows) -> partial[Any]:
    """Its query, over tables of its own: the sums of the common bits of each attribute."""
    connection = duckdb.connect(config={"threads": 1})
    halves = {
        f"w{attribute}_{word}": filters[:, attribute, word] for attribute in range(ATTRIBUTES) for word in range(WORDS)
    }
    connection.register("halves", pa.table({"id": np.arange(len(filters)), **halves}))
    # HUGEINT is signed, so it is put together as bits.
    places = [(attribute, word) for attribute in range(ATTRIBUTES) for word in range(0, WORDS, 2)]
    huge = ", ".join(f"((w{a}_{w}::UHUGEINT << 64) | w{a}_{w + 1})::BIT::HUGEINT AS f{a}_{w}" for a, w in places)
    connection.execute(f"CREATE TABLE records AS SELECT id, {huge} FROM halves")  # noqa: S608 - numbers of columns
    connection.register("rows", pa.table({"l": pairs[0], "r": pairs[1]}))
    connection.execute("CREATE TABLE pairs AS SELECT * FROM rows")
    counts = ", ".join(
        f"sum({' + '.join(f'bit_count(a.f{a}_{w} & b.f{a}_{w})::INTEGER' for w in range(0, WORDS, 2))})"
        for a in range(ATTRIBUTES)
    )
    query = f"SELECT {counts} FROM pairs JOIN records a ON a.id = pairs.l JOIN records b ON b.id = pairs.r"  # noqa: S608 - as above
    return partial(_row, connection, query)


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...] | None:
    return connection.execute(query).fetchone()


def _must_be_right(filters: Words, pairs: Rows, common: Counts, sums: Rows, theirs: int) -> None:
    """Ours against numpy pair by pair on a sample, DuckDB's sums against ours."""
    left, right = pairs[:, :CHECKED]
    plain = np.bitwise_count(filters[left] & filters[right]).sum(axis=2)
    if not (np.array_equal(common[:CHECKED], plain) and np.array_equal(common[:theirs].sum(axis=0), sums)):
        msg = "the two sides do not count the same common bits. Cure: repair the one that differs from numpy."
        raise ValueError(msg)


def whole_comparison(size: int) -> str:
    """What a pair costs in the whole comparison of generated registers: all fields, levels and keys."""
    made = registers(size, SEED)
    packages = {
        source: encode(table, ENCODING, secret=SECRET, epoch="1", record_ids=table.index.to_series())
        for source, table in made.plain.items()
    }
    fields = layout(ENCODING, {name for table in packages.values() for name in table.column_names})
    records = gather(packages, dict.fromkeys(REGISTERS, True), fields.shared_dictionaries)
    rows = np.sort(np.random.default_rng([SEED, size]).integers(0, len(records), (2, 50 * size)), axis=0)
    order = np.argsort(rows[0], kind="stable")
    pairs = Pairs(rows[0][order], rows[1][order], len(records))
    comparer = Comparer(records, comparisons(fields, profile(ENCODING.profile)))
    comparer.levels(pairs)
    started = time.process_time()
    comparer.levels(pairs)
    each = (time.process_time() - started) / len(pairs)
    return f"all {len(comparer.plan)} comparisons of a pair of registers: {each * 1e9:.0f} ns"
