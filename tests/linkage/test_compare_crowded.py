"""Crowded combinations of month and day: what counts as one, and what dates on one say."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.candidates import Pairs
from linkage.compare import compare, comparisons, layout
from linkage.compare.crowded import crowded_cells, crowded_dates
from linkage.gathering import gather
from linkage.profiles import RESEARCH
from linkage.settings import EncodingSettings

Encoder = Callable[[list[dict[str, str | None]]], pa.Table]
CALENDAR = np.add.outer(np.zeros(12), np.array([1.0] * 28 + [0.95, 0.9, 0.58]))


def births(size: int, seed: int) -> npt.NDArray[np.float64]:
    """Counts per month and day of so many births, seasons within 10%."""
    random = np.random.default_rng([seed, size])
    share = CALENDAR * (1 + 0.1 * np.cos(np.arange(12) / 2))[:, None]
    return random.multinomial(size, (share / share.sum()).ravel()).reshape(12, 31).astype(np.float64)


@pytest.mark.parametrize("size", [30, 300, 3_000, 100_000])
@pytest.mark.parametrize("records_each", [1, 5])
def test_births_crowd_nothing(size: int, records_each: int) -> None:
    """Neither small files nor persons with several records each make a combination crowded."""
    for seed in range(5):
        assert not crowded_cells(births(size, seed) * records_each).any()


@pytest.mark.parametrize("share", [0.03, 0.1, 0.4])
def test_heaps_are_found_beside_each_other(share: float) -> None:
    """1 January and 1 July, which share a column and so hide each other from the margins."""
    counts = births(2_000, 1)
    counts[0, 0] += 2_000 * share
    counts[6, 0] += 2_000 * share / 2
    assert np.argwhere(crowded_cells(counts)).tolist() == [[0, 0], [6, 0]]


def test_a_first_of_every_month_is_no_crowd() -> None:
    """Where the day alone is made up, every month has it: the month still says something."""
    counts = births(4_000, 2)
    counts[:, 0] *= 8
    assert not crowded_cells(counts).any()


@given(seed=st.integers(0, 1000), size=st.integers(1, 40))
@settings(max_examples=50, deadline=None)
def test_the_order_of_codes_does_not_count(seed: int, size: int) -> None:
    """Codes are arbitrary: shuffled rows and columns give the shuffled answer."""
    random = np.random.default_rng(seed)
    counts = random.poisson(2, (size, size)).astype(np.float64)
    counts[0, 0] += 50
    rows, columns = random.permutation(size), random.permutation(size)
    shuffled = counts[rows][:, columns]
    np.testing.assert_array_equal(crowded_cells(shuffled), crowded_cells(counts)[rows][:, columns])


def test_a_table_of_one_cell_says_nothing() -> None:
    assert not crowded_cells(np.array([[500.0]])).any()
    assert crowded_cells(np.zeros((0, 0))).shape == (0, 0)


@pytest.fixture
def filler() -> list[dict[str, str | None]]:
    """400 records: one in eight on 1 January, the others spread over the year."""
    random = np.random.default_rng(3)
    dates = [
        f"{random.integers(1960, 2000)}{random.integers(1, 13):02d}{random.integers(1, 29):02d}" for _ in range(350)
    ]
    dates += [f"{random.integers(1960, 2000)}0101" for _ in range(50)]
    return [{"record_id": f"f{number:04d}", "birth_date": date} for number, date in enumerate(dates)]


@pytest.mark.parametrize(
    ("one", "other", "level", "partial"),
    [
        ("19840101", "19840101", "equal_crowded", "missing"),
        ("19840312", "19840312", "equal", "missing"),
        ("19840101", "19840517", "missing", "year"),
        ("19840101", "19840103", "missing", "year"),
        ("19840101", "19850517", "missing", "year_near"),
        ("19840101", "19620101", "missing", "differ"),
        ("19840101", "19840100", "missing", "year"),
        ("19840101", "19840000", "missing", "year"),
        ("19840312", "19840300", "missing", "year_month"),
        ("19840312", "19841203", "swapped", "missing"),
        ("19840101", None, "missing", "missing"),
    ],
)
def test_a_crowded_day_counts_as_unknown(
    one: str,
    other: str | None,
    level: str,
    partial: str,
    filler: list[dict[str, str | None]],
    encode_fictional: Encoder,
    encoding: EncodingSettings,
) -> None:
    """Equal crowded dates are a level of their own; against another date a crowded one says its year."""
    table = encode_fictional(
        [{"record_id": "0", "birth_date": one}, {"record_id": "1", "birth_date": other, "sex": "x"}, *filler]
    )
    run = layout(encoding, table.column_names)
    records = gather({"a": table}, {"a": True}, run.shared_dictionaries)
    plan = {comparison.name: comparison for comparison in comparisons(run, RESEARCH)}
    dates = [plan["birth_date"], plan["birth_date.partial"]]
    for pair in ((0, 1), (1, 0)):
        numbers = compare(records, Pairs(np.array(pair[:1]), np.array(pair[1:]), len(records)), dates)[0].tolist()
        found = [
            "missing" if not number else date.levels[number - 1].name
            for number, date in zip(numbers, dates, strict=True)
        ]
        assert found == [level, partial]


def test_records_without_month_or_day_are_on_no_crowded_day(
    filler: list[dict[str, str | None]], encode_fictional: Encoder, encoding: EncodingSettings
) -> None:
    table = encode_fictional([*filler, {"record_id": "z", "birth_date": "19840000"}])
    records = gather({"a": table}, {"a": True}, layout(encoding, table.column_names).shared_dictionaries)
    flags = crowded_dates(records, *(f"birth_date.{part}" for part in ("year", "month", "day")))
    assert flags.tolist() == [str(row["birth_date"])[4:] == "0101" for row in filler] + [False]


def test_one_person_with_many_records_crowds_nothing(
    encode_fictional: Encoder, encoding: EncodingSettings, filler: list[dict[str, str | None]]
) -> None:
    """60 records of one date, one year of birth misread twice: a person, not a dummy."""
    dates = ["19790507"] * 56 + ["19770507"] * 4
    rows: list[dict[str, str | None]] = [*filler]
    rows += [{"record_id": f"z{number}", "birth_date": date} for number, date in enumerate(dates)]
    records = gather(
        {"a": (table := encode_fictional(rows))}, {"a": False}, layout(encoding, table.column_names).shared_dictionaries
    )
    flags = crowded_dates(records, *(f"birth_date.{part}" for part in ("year", "month", "day")))
    assert not flags[len(filler) :].any()
