"""Persons with more records than neighbours are kept: a second search finds what the first cut off."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from linkage.candidates import Pairs, further_neighbours
from linkage.candidates.neighbours import neighbours
from linkage.gathering import gather
from linkage.records import Records
from linkage.settings import CandidateSettings

Encoder = Callable[[list[dict[str, str | None]]], pa.Table]
MANY = 30
SETTINGS = CandidateSettings(neighbours=5, neighbours_with_duplicates=10, most_neighbours=100)


def registrations(prefix: str) -> Iterator[dict[str, str | None]]:
    """Thirty registrations of one person, each with a little of its own, and forty other persons."""
    for number in range(MANY):
        yield {
            "record_id": f"{prefix}m{number:02d}", "given_name": f"anneke{'abcdefghij'[number % 10]}",
            "family_name": f"wouterdor{'klmnopqrst'[number // 3]}", "birth_date": "19900412", "sex": "woman",
        }  # fmt: skip
    random = np.random.default_rng(21)
    for number in range(40):
        name = "".join(random.choice(list("abcdefghijklmnoprstuvwz"), 9))
        yield {
            "record_id": f"{prefix}x{number:02d}", "given_name": name[:4], "family_name": name[4:],
            "birth_date": f"19{random.integers(60, 99)}0{random.integers(1, 10)}1{random.integers(0, 10)}",
            "sex": "man",
        }  # fmt: skip


@pytest.fixture
def records(encode_fictional: Encoder) -> Records:
    """A source with duplicates and one without, in which that person and ten others are once."""
    once = [{"record_id": f"o{number:02d}", **row} for number, row in enumerate(_others())]
    packages = {"many": encode_fictional(list(registrations("p"))), "once": encode_fictional(once)}
    return gather(packages, {"many": False, "once": True}, {})


def _others() -> list[dict[str, str | None]]:
    rows = [row for row in registrations("o") if row["record_id"] in {"om00", *(f"ox{n:02d}" for n in range(10))}]
    return [{key: value for key, value in row.items() if key != "record_id"} for row in rows]


def likely(records: Records, pairs: Pairs) -> Pairs:
    """What a first look takes for matches: here the pairs of the person with many records, by date of birth and sex."""
    codes = [records.columns[column] for column in ("birth_date.year", "birth_date.month", "birth_date.day", "sex")]
    same = np.logical_and.reduce([own[pairs.left] == own[pairs.right] for own in codes])
    return pairs.where(same)


def test_a_person_with_thirty_records_is_found_whole(records: Records) -> None:
    """The first search keeps ten a record and misses pairs; the second finds every one, also in the other source."""
    first = neighbours(records, "search", SETTINGS, 1)
    assert len(likely(records, first)) < MANY * (MANY - 1) // 2
    more = further_neighbours(records, "search", likely(records, first), SETTINGS, 1)
    assert more is not None
    person = likely(records, first.union(more))
    source = records.source_of
    assert (source[person.left] == source[person.right]).sum() == MANY * (MANY - 1) // 2
    others = 10
    assert (source[person.left] != source[person.right]).sum() == MANY + others


def test_only_the_records_of_such_persons_are_searched_again(records: Records) -> None:
    """Every pair found anew has a record of the person with many: the others cost nothing."""
    first = neighbours(records, "search", SETTINGS, 1)
    more = further_neighbours(records, "search", likely(records, first), SETTINGS, 1)
    assert more is not None
    person = np.zeros(len(records), dtype=bool)
    person[:MANY] = True
    person[likely(records, first).right] = True
    assert (person[more.left] | person[more.right]).all()


def test_nothing_is_searched_again_where_nobody_has_many_records(records: Records) -> None:
    """No likely pair, likely pairs below half of what is kept, no room above the limit, no source with duplicates."""
    first = neighbours(records, "search", SETTINGS, 1)
    found = likely(records, first)
    nobody = first.where(np.zeros(len(first), dtype=bool))
    few = Pairs.of(np.zeros(4, dtype=np.int64), np.arange(1, 5), len(records))
    assert further_neighbours(records, "search", nobody, SETTINGS, 1) is None
    assert further_neighbours(records, "search", few, SETTINGS, 1) is None
    full = CandidateSettings(neighbours=5, neighbours_with_duplicates=10, most_neighbours=10)
    assert further_neighbours(records, "search", found, full, 1) is None
    alone = Records(**{**vars(records), "deduplicated": (True, True)})
    assert further_neighbours(alone, "search", found, SETTINGS, 1) is None


def test_the_limit_of_the_second_search_holds(records: Records) -> None:
    """Asked for no more than twelve, a record brings no more than twelve of that source."""
    first = neighbours(records, "search", SETTINGS, 1)
    limited = CandidateSettings(neighbours=5, neighbours_with_duplicates=10, most_neighbours=12)
    more = further_neighbours(records, "search", likely(records, first), limited, 1)
    assert more is not None
    rows = len(np.unique(np.concatenate([likely(records, first).left, likely(records, first).right])))
    assert len(more) <= 12 * rows


def test_the_second_search_is_the_same_for_any_number_of_threads(records: Records) -> None:
    first = likely(records, neighbours(records, "search", SETTINGS, 1))
    one, two = (further_neighbours(records, "search", first, SETTINGS, threads) for threads in (1, 2))
    assert one is not None
    assert two is not None
    np.testing.assert_array_equal(one.keys, two.keys)
    assert all(earlier < later for earlier, later in pairwise(one.keys.tolist()))
