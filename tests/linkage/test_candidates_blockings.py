"""Blockings of large runs: which columns divide, what a block is, and on how many blockings two records meet."""

from collections import Counter

import numpy as np
import pytest
from drawn_records import LAYOUT, SIZES, agree, drawn_records, every_pair, records
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.candidates import Pairs
from linkage.candidates import blockings as module
from linkage.candidates.blockings import blockings, blocks, share_block
from linkage.candidates.lists import ListsByBlocking
from linkage.compare.layout import FieldColumns, Layout
from linkage.records import Records
from linkage.settings import FieldKind

COLUMNS = st.lists(st.sampled_from(sorted(SIZES)), min_size=1, max_size=3, unique=True)


def as_lists(division: tuple[np.ndarray, np.ndarray]) -> list[list[int]]:
    """The rows of each block."""
    order, edges = division
    assert (edges[0], edges[-1]) == (0, len(order))
    return [part.tolist() for part in np.split(order, edges[1:-1])] if len(edges) > 1 else []


@settings(deadline=None)
@given(records=records(), blocking=COLUMNS)
def test_undivided_blocks_are_those_who_agree(records: Records, blocking: list[str]) -> None:
    """All records of one combination of values, in order of row; who lacks a column or is alone is in no block."""
    expected: dict[tuple[int, ...], list[int]] = {}
    for row in range(len(records)):
        codes = tuple(int(records.columns[column][row]) for column in blocking)
        if min(codes) >= 0:
            expected.setdefault(codes, []).append(row)
    found = as_lists(blocks(records, tuple(blocking), [], largest=2))
    assert found == [rows for _, rows in sorted(expected.items()) if len(rows) > 1]


@settings(deadline=None)
@given(records=records(), blocking=COLUMNS, finer=COLUMNS, largest=st.integers(2, 12))
def test_divided_blocks_part_the_records_and_keep_to_their_size(
    records: Records, blocking: list[str], finer: list[str], largest: int
) -> None:
    """Each record is in one block at most, with records that agree; only those alike on all finer columns are more."""
    found = as_lists(blocks(records, tuple(blocking), finer, largest))
    rows = [row for block in found for row in block]
    assert len(set(rows)) == len(rows)
    whole = {block[0]: block for block in as_lists(blocks(records, tuple(blocking), [], largest))}
    for block in found:
        assert len(block) > 1
        assert block == sorted(block)
        assert all(agree(records, tuple(blocking), block[0], row) for row in block)
        if len(block) > largest:
            assert all(len(set(records.columns[column][block].tolist())) == 1 for column in finer)
    small = [block for block in whole.values() if len(block) <= largest]
    assert all(block in found for block in small)


@settings(deadline=None)
@given(records=records(), blocking=COLUMNS, finer=COLUMNS)
def test_finer_columns_part_only_those_who_differ_on_them(
    records: Records, blocking: list[str], finer: list[str]
) -> None:
    """Who agrees on the blocking and on all finer columns, a missing value counted as one, is in the same block."""
    found = as_lists(blocks(records, tuple(blocking), finer, largest=2))
    block_of = {row: number for number, block in enumerate(found) for row in block}
    for a, b in every_pair(records):
        alike = all(records.columns[column][a] == records.columns[column][b] for column in finer)
        if agree(records, tuple(blocking), a, b) and alike:
            assert a in block_of
            assert block_of[a] == block_of.get(b)


def test_columns_too_many_for_one_number_give_the_same_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are then renumbered after every column."""
    records = drawn_records(5, 200, 3, 0.05)
    plain = blocks(records, ("birth_date.year", "birth_date.month", "sex"), [], 50)
    monkeypatch.setattr(module, "KEY_LIMIT", 1)
    for one, other in zip(plain, blocks(records, ("birth_date.year", "birth_date.month", "sex"), [], 50), strict=True):
        np.testing.assert_array_equal(one, other)


def test_blockings_follow_from_the_kinds_of_the_fields() -> None:
    """Year; month and day; each name by sound; the area of a postcode. Never a category or a number."""
    assert blockings(LAYOUT) == (
        ("birth_date.year",),
        ("birth_date.month", "birth_date.day"),
        ("given_name.phonetic",),
        ("family_name.phonetic",),
        ("postcode.area",),
    )


def test_without_sounds_and_areas_values_themselves_divide() -> None:
    """A name, postcode or text as a whole; a date of which only the year is delivered; several sounds each apart."""
    fields = (
        FieldColumns("name", FieldKind.FAMILY_NAME, ("name",)),
        FieldColumns("alias", FieldKind.GIVEN_NAME, ("alias",), phonetic=("alias.phonetic", "alias.2.phonetic")),
        FieldColumns("born", FieldKind.DATE, (), parts=("born.year",)),
        FieldColumns("postcode", FieldKind.POSTCODE, ("postcode",)),
        FieldColumns("street", FieldKind.TEXT, ("street",)),
    )
    columns = ("born.year", "name", "alias.phonetic", "alias.2.phonetic", "postcode", "street")
    assert set(blockings(Layout(fields, "search"))) == {(column,) for column in columns}


def test_categories_divide_only_where_there_is_nothing_else() -> None:
    """With a name beside it, a sex is no blocking."""
    sex = FieldColumns("sex", FieldKind.CATEGORY, ("sex",))
    number = FieldColumns("bsn", FieldKind.IDENTIFIER, ("bsn",))
    name = FieldColumns("name", FieldKind.FAMILY_NAME, ("name",))
    assert blockings(Layout((sex, number), "search")) == (("sex",),)
    assert blockings(Layout((sex, name), "search")) == (("name",),)
    assert blockings(Layout((number,), "search")) == ()


@settings(deadline=None)
@given(records=records())
def test_a_pair_is_counted_on_every_blocking_on_which_it_agrees_and_once_by_number(records: Records) -> None:
    """A number in common counts once, whichever column holds it; a missing value agrees with nothing."""
    roads = blockings(LAYOUT)
    left, right = np.array(every_pair(records), dtype=np.int64).reshape(-1, 2).T
    pairs = Pairs.of(left, right, len(records))
    for road in roads:
        expected = [agree(records, road, a, b) for a, b in every_pair(records)]
        assert share_block(records, road, pairs).tolist() == expected
    lists = ListsByBlocking(pairs, records, roads, (("bsn", "bsn.2"),))
    found = Counter(dict(zip(every_pair(records), lists.times_found(pairs).tolist(), strict=True)))
    for a, b in every_pair(records):
        own, other = ({int(records.columns[name][row]) for name in ("bsn", "bsn.2")} - {-1} for row in (a, b))
        assert found[a, b] == sum(agree(records, road, a, b) for road in roads) + bool(own & other)
