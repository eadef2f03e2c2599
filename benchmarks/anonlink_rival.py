"""anonlink on one 1024-bit cryptographic long-term key a record, made by clkhash: the encoded rival.

The schema is of the form that clkhash ships with its fictional names: bigrams, dates by positional digits with twice
the insertions of a bigram, categories whole with four times. How many insertions that makes is chosen so that half the
bits are set in the mean (Schnell, Bachteler and Reiher 2009): 15 a bigram, as shipped for three fields, fills a filter
over ten fields so far that strangers pass the threshold. A missing value adds nothing. Every pair of records is
compared; 0.8, the threshold of the tools' examples, decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from bitarray import bitarray
from clkhash import clk
from clkhash.comparators import AbstractComparison, ExactComparison, NgramComparison
from clkhash.field_formats import BitsPerTokenStrategy, FieldHashingProperties, MissingValueSpec, StringSpec
from clkhash.key_derivation import generate_key_lists
from clkhash.schema import Schema

from benchmarks.cases import SECRET
from benchmarks.final_step import Scored
from linkage.settings import FieldKind, FieldSettings

BITS = 1024
THRESHOLD = 0.8
RANDOM_PAIRS = 10_000


def anonlink_scores(
    plain: Mapping[str, pd.DataFrame],
    fields: Mapping[str, FieldSettings],
    deduplicated: Mapping[str, bool],
    seed: int,
) -> Scored:
    """Return the pairs of Dice 0.8 or more with Dice less 0.8 as score; a random pair's is the mean of a sample."""
    # By name: only the benchmarks' environment has anonlink, and the schema above it is tested without.
    dice_coefficient = import_module("anonlink.similarities").dice_coefficient
    filters = encodings(plain, fields)
    lefts, rights, scores = [], [], []
    for (first, one), (second, other) in _blocks(filters, deduplicated):
        dice, (rows, columns) = dice_coefficient((one, other), THRESHOLD)
        left, right = np.asarray(rows, np.int64) + first, np.asarray(columns, np.int64) + second
        once = left < right
        lefts.append(left[once])
        rights.append(right[once])
        scores.append(np.asarray(dice, np.float64)[once] - THRESHOLD)
    everything = [each for part in filters.values() for each in part]
    random = random_dice(everything, seed) - THRESHOLD
    left, right, score = (np.concatenate([np.zeros(0), *each]) for each in (lefts, rights, scores))
    return Scored.of(left, right, score, random, len(everything))


def encodings(plain: Mapping[str, pd.DataFrame], fields: Mapping[str, FieldSettings]) -> dict[str, list[bitarray]]:
    """One filter a record, by source in alphabetical order, in the order of the plain table."""
    rows = {
        source: list(zip(*(_texts(plain[source], name, field) for name, field in fields.items()), strict=True))
        for source in sorted(plain)
    }
    chosen = schema(fields, [row for part in rows.values() for row in part])
    keys = generate_key_lists(SECRET, len(chosen.fields), key_size=chosen.kdf_key_size, hash_algo=chosen.kdf_hash)
    return {source: clk.hash_chunk(part, keys, chosen, validate_data=False)[0] for source, part in rows.items()}


def schema(fields: Mapping[str, FieldSettings], rows: Sequence[Sequence[str]]) -> Schema:
    """Describe one filter over all fields to clkhash; half its bits are set in the mean over ``rows``."""
    designs = [_design(field.kind) for field in fields.values()]
    shares = sum(
        weight * len(list(comparator.tokenize(value)))
        for row in rows
        for (comparator, weight), value in zip(designs, row, strict=True)
    )
    unit = BITS * np.log(2) * len(rows) / max(shares, 1)
    specs = [
        StringSpec(name, _hashing(comparator, max(1, round(unit * weight))), case="mixed")
        for name, (comparator, weight) in zip(fields, designs, strict=True)
    ]
    return Schema(specs, BITS)


def _design(kind: FieldKind) -> tuple[AbstractComparison, int]:
    """How a field is cut into tokens, and how many times a bigram's insertions each of them gets."""
    match kind:
        case FieldKind.GIVEN_NAME | FieldKind.FAMILY_NAME | FieldKind.TEXT:
            return NgramComparison(2), 1
        case FieldKind.DATE | FieldKind.POSTCODE | FieldKind.IDENTIFIER:
            return NgramComparison(1, positional=True), 2
        case _:
            return ExactComparison(), 4


def _hashing(comparator: AbstractComparison, insertions: int) -> FieldHashingProperties:
    return FieldHashingProperties(
        comparator, BitsPerTokenStrategy(insertions), missing_value=MissingValueSpec(sentinel="")
    )


def _texts(frame: pd.DataFrame, name: str, field: FieldSettings) -> list[str]:
    """A field's first value per record, a date's known digits; empty where missing."""
    if field.kind is not FieldKind.DATE:
        return [str(value) for value in frame[name].fillna("")]
    year, month, day = (frame[f"{name}.{part}"].fillna("") for part in ("year", "month", "day"))
    return [str(value) for value in year + month + day]


def _blocks(
    filters: Mapping[str, list[bitarray]], deduplicated: Mapping[str, bool]
) -> Iterator[tuple[tuple[int, list[bitarray]], tuple[int, list[bitarray]]]]:
    """What is compared with what: number of the first row and filters, of each pair of sources that may match."""
    names = list(filters)
    starts = np.concatenate(([0], np.cumsum([len(filters[name]) for name in names]))).tolist()
    for a, one in enumerate(names):
        for b, other in enumerate(names[a:], start=a):
            if a != b or not deduplicated[one]:
                yield (starts[a], filters[one]), (starts[b], filters[other])


def random_dice(filters: list[bitarray], seed: int) -> float:
    """Mean Dice of random pairs of records."""
    draws: Any = np.random.default_rng([seed, len(filters)]).integers(0, len(filters), (RANDOM_PAIRS, 2))
    bits: npt.NDArray[np.uint8] = np.array([np.frombuffer(each.tobytes(), np.uint8) for each in filters])
    one, other = bits[draws[:, 0]], bits[draws[:, 1]]
    common = np.bitwise_count(one & other).sum(axis=1)
    total = np.bitwise_count(one).sum(axis=1) + np.bitwise_count(other).sum(axis=1).astype(np.int64)
    return float(np.mean(np.divide(2.0 * common, total, out=np.zeros(len(total)), where=total > 0)))
