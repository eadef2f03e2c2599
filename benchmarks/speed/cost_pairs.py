"""How many pairs a search looks at, counted in a population and expected in larger ones like it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

from benchmarks.speed.ours_encode import SECRET
from benchmarks.speed.population import ENCODING, REGISTERS, registers
from linkage.candidates.blockings import blockings, blocks
from linkage.candidates.neighbours import per_record, wanted_neighbours
from linkage.compare import Comparer, Layout, comparisons, layout
from linkage.encode import encode
from linkage.gathering import gather
from linkage.profiles import profile
from linkage.records import Records
from linkage.settings import CandidateSettings
from linkage.workers.storage import packed

Shares = npt.NDArray[np.float64]
LEVEL_BYTES, ROW_BYTES = 1, 8


@dataclass(frozen=True)
class Shape:
    """What decides the size of a search: the blockings, and how the records spread over the values of each column.

    ``shares``: per column the share of the records with each value, largest first; ``missing``: the share without.
    """

    roads: tuple[tuple[str, ...], ...]
    shares: Mapping[str, Shares]
    missing: Mapping[str, float]
    settings: CandidateSettings

    def pairs(self, records: int) -> float:
        """Return the pairs that a run of so many records looks at, columns taken to be independent of each other."""
        if records <= self.settings.exhaustive_records:
            return records * (records - 1) / 2
        columns = list(dict.fromkeys(column for road in self.roads for column in road))
        return sum(
            self._within(records, road, [column for column in columns if column not in road]) for road in self.roads
        )

    def _within(self, records: int, road: Sequence[str], finer: Sequence[str]) -> float:
        shares = np.ones(1)
        for column in road:
            shares = np.multiply.outer(shares, self.shares[column]).ravel()
        return sum(self._divided(size, finer) for size in _sizes(records, shares))

    def _divided(self, size: float, finer: Sequence[str]) -> float:
        """Pairs of one block, divided by one column after another while it is too large."""
        if size <= self.settings.largest_block or not finer:
            return size * max(size - 1, 0) / 2
        missing = self.missing[finer[0]]
        shares = np.append(self.shares[finer[0]], [missing] if missing > 0 else [])
        sizes = size * shares
        large = sizes > self.settings.largest_block
        small = float((sizes[~large] * np.maximum(sizes[~large] - 1, 0)).sum() / 2)
        return small + sum(self._divided(each, finer[1:]) for each in sizes[large].tolist())


@dataclass(frozen=True)
class Bytes:
    """Bytes that a cluster stores and moves: shared objects per record, answers per record searched and candidate."""

    search_shared: float
    compare_shared: float
    searched: float
    compared: float


def counted(records: int, seed: int) -> tuple[Shape, Bytes, float]:
    """Return shape and bytes of a generated population, and the pairs that its blocks hold, counted one by one."""
    found, fields = _gathered(records, seed)
    settings = CandidateSettings()
    roads = blockings(fields)
    columns = list(dict.fromkeys(column for road in roads for column in road))
    present = {column: found.present(column) for column in columns}
    shares = {column: _spread(found.columns[column][present[column]], len(found)) for column in columns}
    missing = {column: 1 - float(present[column].mean()) for column in columns}
    return Shape(roads, shares, missing, settings), _bytes(found, fields, settings), _pairs(found, roads, settings)


def _gathered(records: int, seed: int) -> tuple[Records, Layout]:
    made = registers(records, seed)
    packages = {
        source: encode(table, ENCODING, secret=SECRET, epoch="1", record_ids=table.index.to_series())
        for source, table in made.plain.items()
    }
    fields = layout(ENCODING, {name for table in packages.values() for name in table.column_names})
    return gather(packages, dict.fromkeys(REGISTERS, True), fields.shared_dictionaries), fields


def _spread(codes: npt.NDArray[np.int32], records: int) -> Shares:
    counts = np.bincount(codes)
    return -np.sort(-counts[counts > 0]) / records


def _sizes(records: int, shares: Shares) -> list[float]:
    sizes: list[float] = (records * shares).tolist()
    return sizes


def _pairs(records: Records, roads: Sequence[tuple[str, ...]], settings: CandidateSettings) -> float:
    columns = list(dict.fromkeys(column for road in roads for column in road))
    total = 0.0
    for road in roads:
        finer = [column for column in columns if column not in road]
        sizes = np.diff(blocks(records, road, finer, settings.largest_block)[1]).astype(np.float64)
        total += float((sizes * (sizes - 1) / 2).sum())
    return total


def _bytes(records: Records, fields: Layout, settings: CandidateSettings) -> Bytes:
    plan = comparisons(fields, profile(ENCODING.profile))
    filters = per_record(records, fields.search or "")
    wanted = wanted_neighbours(records, settings)
    answer = prod((len(records.sources), int(wanted.max()), ROW_BYTES))
    size = len(records)
    return Bytes(
        search_shared=_size((filters.filters, filters.ones, records.source_of)) / size,
        compare_shared=_size(Comparer(records, plan)) / size,
        searched=len(blockings(fields)) * (answer + ROW_BYTES),
        compared=2 * ROW_BYTES + len(plan) * LEVEL_BYTES,
    )


def _size(shared: object) -> int:
    return sum(len(piece) for piece in packed(shared).pieces)
