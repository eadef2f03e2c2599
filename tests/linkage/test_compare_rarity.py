"""Equal names are told apart by how rare they are, where there are records enough to know."""

import numpy as np
import numpy.typing as npt
from plain_levels import plain_levels

from linkage.candidates import Pairs
from linkage.compare import compare, comparisons, layout
from linkage.compare.plan import Method
from linkage.compare.rarity import rarity
from linkage.profiles import RESEARCH
from linkage.records import Dictionary, Records
from linkage.settings import EncodingSettings

ENCODING = EncodingSettings.model_validate({"fields": {"family": {"kind": "family_name", "values": 2}}})
SIZE = 40_000
HELD = (400, 100, 20, 5, 2)
"""Records that hold the first five names: 1 in 100, 1 in 400, 1 in 2,000, 1 in 8,000, 1 in 20,000."""


def records_of(first: npt.NDArray[np.int32], second: npt.NDArray[np.int32]) -> Records:
    size = int(max(first.max(), second.max())) + 1
    filters = np.random.default_rng(3).integers(0, 2**63, (size, 8)).astype(np.uint64)
    dictionary = Dictionary(filters, np.bitwise_count(filters).sum(axis=1).astype(np.int64))
    columns = {"family": first, "family.2": second}
    ids = np.arange(len(first)).astype(object)
    starts = np.array([0, len(first)], dtype=np.int64)
    return Records(("a",), (False,), starts, ids, columns, dict.fromkeys(columns, dictionary))


def held_as_said() -> Records:
    first = np.repeat(np.arange(len(HELD), dtype=np.int32), HELD)
    others = len(HELD) + np.arange(SIZE - len(first), dtype=np.int32) // 200
    first = np.concatenate([first, others])
    return records_of(first, np.full(SIZE, -1, dtype=np.int32))


def test_bands_follow_the_share_of_records_that_hold_a_name() -> None:
    """One in 100 is common, one in 20,000 of the rarest; a second name that repeats the first counts once."""
    records = held_as_said()
    assert rarity(records, ["family", "family.2"])[: len(HELD)].tolist() == [1, 2, 3, 4, 5]
    twice = records_of(records.columns["family"], records.columns["family"])
    np.testing.assert_array_equal(rarity(twice, ["family", "family.2"]), rarity(records, ["family", "family.2"]))


def test_the_rarest_name_in_common_counts_and_others_are_no_evidence() -> None:
    """Compiled levels are the plain ones over every band, with aliases; names that differ have none."""
    records = held_as_said()
    random = np.random.default_rng(5)
    second = np.where(random.random(SIZE) < 0.5, random.integers(0, 8, SIZE), -1).astype(np.int32)
    aliased = records_of(records.columns["family"], second)
    plan = comparisons(layout(ENCODING, ["family", "family.2"]), RESEARCH, rarity=True)
    rows = random.integers(0, sum(HELD), (2, 3000))
    same = np.arange(sum(HELD) - 1)
    pairs = Pairs(np.append(rows[0], same), np.append(rows[1], same + 1), SIZE)
    column = [comparison.method for comparison in plan].index(Method.RARITY)
    for own in (records, aliased):
        found = compare(own, pairs, plan)
        np.testing.assert_array_equal(found, plain_levels(own, pairs, plan))
    assert set(compare(records, pairs, plan)[:, column].tolist()) == {0, 1, 2, 3, 4, 5}
    apart = records.columns["family"][pairs.left] != records.columns["family"][pairs.right]
    assert (compare(records, pairs, plan)[apart, column] == 0).all()


def test_small_runs_do_without() -> None:
    """Unless asked for, no comparison is of rarity."""
    plan = comparisons(layout(ENCODING, ["family", "family.2"]), RESEARCH)
    assert Method.RARITY not in {comparison.method for comparison in plan}
