"""Candidates by weak agreement: who has no name is found, and no source pair is swamped."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from linkage.candidates import Pairs, candidate_lists, strata
from linkage.candidates.sparse import sparse_pairs, sparse_passes
from linkage.compare import Layout, layout
from linkage.gathering import gather
from linkage.records import Records
from linkage.settings import CandidateSettings, EncodingSettings, FieldKind, FieldSettings

Encoder = Callable[[list[dict[str, str | None]]], pa.Table]
Row = dict[str, str | None]
COLUMNS = ("given_name", "family_name", "birth_date.year", "birth_date.month", "birth_date.day", "sex", "bsn", "search")


def named(number: int, **changed: str | None) -> Row:
    return {
        "record_id": f"n{number:03d}", "given_name": f"voor{number}", "family_name": f"achter{number * 7}",
        "birth_date": f"19{50 + number % 50}{1 + number % 12:02d}{1 + number % 28:02d}", "sex": "woman", **changed,
    }  # fmt: skip


def gathered(encode: Encoder, deduplicated: bool = True, **sources: list[Row]) -> Records:  # noqa: FBT001, FBT002
    packages = {name: encode(rows) for name, rows in sources.items()}
    return gather(packages, dict.fromkeys(packages, deduplicated), {})


@pytest.fixture
def fields(encoding: EncodingSettings) -> Layout:
    return layout(encoding, COLUMNS)


def found(records: Records, fields: Layout, budget: int = 100) -> set[tuple[str, str]]:
    pairs = sparse_pairs(records, fields, strata(records), budget)
    ids = records.record_ids
    return {(ids[a], ids[b]) for a, b in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)}


def test_a_record_without_names_meets_its_person_by_year_and_sex(encode_fictional: Encoder, fields: Layout) -> None:
    """Month and day are unknown and the names are missing: a year and a sex are all there is to meet by."""
    bare: Row = {"record_id": "b", "birth_date": "19530000", "sex": "woman"}
    records = gathered(encode_fictional, one=[named(number) for number in range(20)], two=[bare])
    assert found(records, fields) == {("n003", "b")}


def test_names_that_do_not_resemble_each_other_meet_by_two_parts_of_a_date(
    encode_fictional: Encoder, fields: Layout
) -> None:
    """An alias and one digit wrong in the date: two of its parts and the sex still agree; one part is not enough."""
    alias = named(3, record_id="x", given_name="anders", family_name="gans", birth_date="19530405")
    stranger = named(3, record_id="y", given_name="anders", family_name="gans", birth_date="19530517")
    records = gathered(encode_fictional, one=[named(number) for number in range(20)], two=[alias, stranger])
    assert ("n003", "x") in found(records, fields)
    assert ("n003", "y") not in found(records, fields)


def test_the_weak_passes_are_for_records_without_names_only(encode_fictional: Encoder, fields: Layout) -> None:
    """A pair in which both records have a name is not made by a year and a sex."""
    records = gathered(encode_fictional, one=[named(3)], two=[named(3, record_id="z", birth_date="19530000")])
    assert found(records, fields) == set()


def test_either_side_may_be_without_names(encode_fictional: Encoder, fields: Layout) -> None:
    """Whichever source comes first, and also where both records are bare."""
    bare: Row = {"record_id": "b", "birth_date": "19530000", "sex": "woman"}
    other = {**bare, "record_id": "c"}
    assert found(gathered(encode_fictional, one=[bare], two=[named(3)]), fields) == {("b", "n003")}
    assert found(gathered(encode_fictional, one=[bare], two=[other]), fields) == {("b", "c")}


def test_a_source_without_duplicates_makes_no_pairs_within_itself(encode_fictional: Encoder, fields: Layout) -> None:
    """Pairs that are known to be of strangers are not sought by weak agreement; where duplicates are, they are."""
    bare: Row = {"record_id": "b", "birth_date": "19530000", "sex": "woman"}
    rows = [named(3), bare]
    assert found(gathered(encode_fictional, True, only=rows), fields) == set()
    assert found(gathered(encode_fictional, False, only=rows), fields) == {("b", "n003")}


@pytest.mark.parametrize("budget", [1, 3, 10, 1000])
def test_the_budget_of_all_passes_holds(budget: int, encode_fictional: Encoder, encoding: EncodingSettings) -> None:
    """Together the passes make no more than a budget a record each, once for either side that is without names."""
    random = np.random.default_rng(21)
    rows = [named(n, sex=str(random.choice(["man", "woman"]))) for n in range(60)]
    bare: list[Row] = [
        {"record_id": f"b{n:02d}", "birth_date": f"19{50 + n % 3}0000", "sex": "woman"} for n in range(40)
    ]
    fields = layout(encoding, COLUMNS)
    records = gathered(encode_fictional, one=[*rows, *bare], two=[*bare, *rows])
    pairs = sparse_pairs(records, fields, strata(records), budget)
    passes = sum(2 if only_bare else 1 for _, only_bare in sparse_passes(fields))
    assert len(pairs) <= passes * budget * len(records)


def test_the_largest_blocks_go_first(encode_fictional: Encoder, fields: Layout) -> None:
    """With little to spend the rare year is kept and the crowded one left out."""
    crowd: list[Row] = [{"record_id": f"c{n:02d}", "birth_date": "19900000", "sex": "man"} for n in range(30)]
    rare: Row = {"record_id": "r", "birth_date": "19510000", "sex": "man"}
    other = [{**row, "record_id": f"o{row['record_id']}"} for row in (*crowd, rare)]
    assert found(gathered(encode_fictional, one=[*crowd, rare], two=other), fields, budget=1) == {("r", "or")}


def test_passes_follow_from_the_kinds_of_the_fields() -> None:
    """Two parts of a date with a category; without names a year with an area or a category, and two categories."""
    settings = {
        "name": FieldSettings(kind=FieldKind.FAMILY_NAME),
        "born": FieldSettings(kind=FieldKind.DATE),
        "sex": FieldSettings(kind=FieldKind.CATEGORY),
        "land": FieldSettings(kind=FieldKind.CATEGORY),
        "post": FieldSettings(kind=FieldKind.POSTCODE),
    }
    columns = {"name", "born.year", "born.month", "born.day", "sex", "land", "post", "post.area"}
    year, month, day = (f"born.{part}" for part in ("year", "month", "day"))
    two = {(*parts, own) for parts in ((year, month), (year, day), (month, day)) for own in ("sex", "land")}
    weak = {(year, "post.area"), (year, "sex"), (year, "land"), ("sex", "land")}
    expected = {(columns, False) for columns in two} | {(columns, True) for columns in weak}
    assert set(sparse_passes(layout(EncodingSettings(fields=settings), columns))) == expected


def test_roads_are_told_apart(encode_fictional: Encoder, fields: Layout) -> None:
    """A pair counts once for each road that found it, however many passes of that road did."""
    one, two = named(3, bsn="111222333"), named(3, record_id="z", bsn="111222333")
    records = gathered(encode_fictional, one=[one], two=[two])
    lists = candidate_lists(records, fields, CandidateSettings(), 1)
    assert {road for road, pairs in lists.found.items() if len(pairs)} == {
        "search", "identifiers", "dates", "words", "weak",
    }  # fmt: skip
    assert lists.times_found(lists.all).tolist() == [5]
    apart = gathered(encode_fictional, one=[one], two=[{"record_id": "q", "bsn": "111222333"}])
    by_number = candidate_lists(apart, fields, CandidateSettings(), 1)
    assert list(by_number.found) == ["identifiers"]
    assert by_number.times_found(Pairs.of(np.array([0]), np.array([1]), 2)).tolist() == [1]


def test_no_candidate_at_all_is_found_no_times(encode_fictional: Encoder, fields: Layout) -> None:
    """One record has no partner; counting its pairs gives an empty array, not a number."""
    lists = candidate_lists(gathered(encode_fictional, one=[named(1)]), fields, CandidateSettings(), 1)
    assert lists.times_found(lists.all).shape == (0,)
