"""Comparison levels of pairs whose values are known."""

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pytest
from plain_levels import plain_levels

from linkage.candidates import Pairs
from linkage.compare import Comparison, compare, comparisons, layout
from linkage.gathering import gather
from linkage.profiles import RESEARCH
from linkage.records import Records
from linkage.settings import EncodingSettings

Encoder = Callable[[list[dict[str, str | None]]], pa.Table]


def levels_of(
    one: Mapping[str, str | None], other: Mapping[str, str | None], encode: Encoder, encoding: EncodingSettings
) -> dict[str, str]:
    """Level name per comparison for two records; ``missing`` where there is no evidence."""
    table = encode([{"record_id": "0", **one}, {"record_id": "1", **other}])
    records, plan = prepared({"a": table}, encoding)
    levels = compare(records, Pairs(np.array([0]), np.array([1]), 2), plan)[0]
    return {
        comparison.name: "missing" if level == 0 else comparison.levels[level - 1].name
        for comparison, level in zip(plan, levels.tolist(), strict=True)
    }


def prepared(packages: dict[str, pa.Table], encoding: EncodingSettings) -> tuple[Records, tuple[Comparison, ...]]:
    columns = {name for table in packages.values() for name in table.column_names}
    run_layout = layout(encoding, columns)
    records = gather(packages, dict.fromkeys(packages, True), run_layout.shared_dictionaries)
    return records, comparisons(run_layout, RESEARCH)


@pytest.mark.parametrize(
    ("one", "other", "level", "partial"),
    [
        ("19840312", "19840312", "equal", "missing"),
        ("19840312", "19841203", "swapped", "missing"),
        ("19840312", "19840317", "one_digit", "missing"),
        ("19840312", "19940312", "one_digit", "missing"),
        ("19840312", "19840329", "two_parts", "missing"),
        ("19840312", "19841129", "year_only", "missing"),
        ("19840312", "19611129", "differ", "missing"),
        ("19840312", "19840300", "missing", "year_month"),
        ("19840312", "19840000", "missing", "year"),
        ("19840312", "19850000", "missing", "year_near"),
        ("19840312", "19610000", "missing", "differ"),
        ("19840312", None, "missing", "missing"),
    ],
)
def test_date_levels(
    one: str, other: str | None, level: str, partial: str, encode_fictional: Encoder, encoding: EncodingSettings
) -> None:
    """Full dates by their parts; dates with unknown parts by what both know; a missing date is no evidence."""
    found = levels_of({"birth_date": one}, {"birth_date": other}, encode_fictional, encoding)
    assert (found["birth_date"], found["birth_date.partial"]) == (level, partial)


def test_swapped_names_count_once(encode_fictional: Encoder, encoding: EncodingSettings) -> None:
    """Given and family name crosswise: one level at the given name, no evidence at the family name."""
    one = {"given_name": "kalomira", "family_name": "vendorpel"}
    other = {"given_name": "vendorpel", "family_name": "kalomira"}
    found = levels_of(one, other, encode_fictional, encoding)
    assert (found["given_name"], found["family_name"]) == ("swapped", "missing")


def test_the_best_pair_of_a_name_set_counts(encode_fictional: Encoder, encoding: EncodingSettings) -> None:
    """An alias that equals the other's name makes the names equal."""
    one = {"given_name": "kalomira", "given_name.2": "suzanne"}
    found = levels_of(one, {"given_name": "suzanne"}, encode_fictional, encoding)
    assert found["given_name"] == "equal"


def test_a_name_within_a_longer_one_is_contained(encode_fictional: Encoder, encoding: EncodingSettings) -> None:
    """A short name all of whose bigrams are in a long one is more than a difference."""
    found = levels_of({"given_name": "jan"}, {"given_name": "jan_willem_venkalo_jan"}, encode_fictional, encoding)
    assert found["given_name"] == "contained"


def test_identifiers_and_categories_agree_or_differ(encode_fictional: Encoder, encoding: EncodingSettings) -> None:
    """Equal, different, and missing on one side."""
    one = {"bsn": "111222333", "sex": "man"}
    found = levels_of(one, {"bsn": "111222334", "sex": "man"}, encode_fictional, encoding)
    assert (found["bsn"], found["sex"]) == ("differ", "equal")
    assert levels_of(one, {"sex": "man"}, encode_fictional, encoding)["bsn"] == "missing"


def test_comparison_does_not_depend_on_order_or_kernel(
    two_registers: tuple[dict[str, pa.Table], dict[str, int]], encoding: EncodingSettings
) -> None:
    """The compiled and the plain comparison give the same levels; turning a pair round changes nothing."""
    records, plan = prepared(two_registers[0], encoding)
    rows = np.random.default_rng(0).integers(0, len(records), (2, 3000))
    pairs = Pairs.of(rows[0], rows[1], len(records))
    turned = Pairs(pairs.right, pairs.left, pairs.size)
    fast = compare(records, pairs, plan, threads=2)
    np.testing.assert_array_equal(fast, plain_levels(records, pairs, plan))
    np.testing.assert_array_equal(fast, compare(records, turned, plan))
