"""Records of random codes and filters, for laws that hold whatever the data are."""

from itertools import combinations

import numpy as np
from hypothesis import strategies as st

from linkage.compare.layout import FieldColumns, Layout
from linkage.records import MISSING, Dictionary, Records
from linkage.settings import FieldKind

SIZES = {
    "given_name": 6,
    "given_name.phonetic": 4,
    "family_name": 6,
    "family_name.phonetic": 4,
    "birth_date.year": 3,
    "birth_date.month": 3,
    "birth_date.day": 3,
    "sex": 2,
    "postcode": 5,
    "postcode.area": 3,
    "bsn": 8,
    "bsn.2": 8,
}
"""Distinct values of each column."""
LAYOUT = Layout(
    (
        FieldColumns("given_name", FieldKind.GIVEN_NAME, ("given_name",), phonetic=("given_name.phonetic",)),
        FieldColumns("family_name", FieldKind.FAMILY_NAME, ("family_name",), phonetic=("family_name.phonetic",)),
        FieldColumns(
            "birth_date", FieldKind.DATE, (), parts=tuple(f"birth_date.{part}" for part in ("year", "month", "day"))
        ),
        FieldColumns("sex", FieldKind.CATEGORY, ("sex",)),
        FieldColumns("postcode", FieldKind.POSTCODE, ("postcode",), coarse="postcode.area"),
        FieldColumns("bsn", FieldKind.IDENTIFIER, ("bsn", "bsn.2")),
    ),
    search="search",
)


def drawn_records(seed: int, size: int, sources: int, missing: float, words: int = 2) -> Records:
    """Return ``size`` records in ``sources`` sources with every value but the share ``missing`` of them.

    Numbers of the two columns of ``bsn`` are of one dictionary, and so are month and day.
    """
    random = np.random.default_rng(seed)
    columns, dictionaries = {}, {}
    for name, count in {**SIZES, "search": max(size // 2, 1)}.items():
        codes = random.integers(0, count, size).astype(np.int32)
        codes[random.random(size) < missing] = MISSING
        filters = random.integers(0, 2**63, (count, words), dtype=np.uint64)
        columns[name] = codes
        dictionaries[name] = Dictionary(filters, np.bitwise_count(filters).sum(axis=1).astype(np.int64))
    dictionaries["bsn.2"] = dictionaries["bsn"]
    dictionaries["birth_date.day"] = dictionaries["birth_date.month"]
    inner = np.sort(random.integers(0, size + 1, sources - 1))
    return Records(
        sources=tuple(f"source {number}" for number in range(sources)),
        deduplicated=tuple(bool(alone) for alone in random.random(sources) < 0.5),
        starts=np.concatenate(([0], inner, [size])).astype(np.int64),
        record_ids=np.array([f"{row:05d}" for row in range(size)], dtype=object),
        columns=columns,
        dictionaries=dictionaries,
    )


@st.composite
def records(draw: st.DrawFn) -> Records:
    """Up to 80 records of one to four sources."""
    seed, size = draw(st.integers(0, 2**32)), draw(st.integers(0, 80))
    return drawn_records(seed, size, draw(st.integers(1, 4)), draw(st.sampled_from([0.0, 0.1, 0.5])))


def every_pair(records: Records) -> list[tuple[int, int]]:
    """Every two rows, smaller first."""
    return list(combinations(range(len(records)), 2))


def agree(records: Records, columns: tuple[str, ...], a: int, b: int) -> bool:
    """Whether two records have all of the columns and are equal on them."""
    return all(records.columns[name][a] == records.columns[name][b] != MISSING for name in columns)
