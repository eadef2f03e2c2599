"""The engine gives clkhash's bytes: for any schema that it compiles, any values, any form of Arrow column."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from clkhash.clk import generate_clks
from clkhash.comparators import AbstractComparison, ExactComparison, NgramComparison, NumericComparison
from clkhash.field_formats import (
    BitsPerFeatureStrategy,
    BitsPerTokenStrategy,
    DateSpec,
    EnumSpec,
    FieldHashingProperties,
    FieldSpec,
    Ignore,
    IntegerSpec,
    MissingValueSpec,
    StrategySpec,
    StringSpec,
)
from clkhash.schema import Schema
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linkage.encode.engine import encode_columns
from linkage.encode.reference import field_plans
from linkage.errors import EncodingRefused

SECRET = b"a secret of thirty-two bytes, ok"
BIGRAMS, PLACES, EXACT = NgramComparison(2), NgramComparison(1, positional=True), ExactComparison()
TEXTS = st.text(alphabet=st.sampled_from("abcdeijnst -éß李\U0001f600\x00"), max_size=12)
NUMBERS = st.integers(-(10**20), 10**20).map(str) | st.floats(allow_nan=False, allow_infinity=False, width=32).map(str)
DATES = st.dates().map(str) | st.sampled_from(["1987-5-12", "2000-02-29"])
STRATEGIES = st.builds(BitsPerTokenStrategy, st.integers(0, 70)) | st.builds(
    BitsPerFeatureStrategy, st.integers(0, 150)
)
COMPARISONS = st.builds(NgramComparison, st.integers(1, 5), st.sampled_from([None, False, True])) | st.just(EXACT)
NUMERIC = st.builds(NumericComparison, st.floats(0.5, 100), st.integers(1, 4), st.integers(1, 3))


def properties(
    comparison: AbstractComparison, strategy: StrategySpec, kind: str, *, missing: bool
) -> FieldHashingProperties:
    """Hashing properties of one of the three kinds of hash, with or without a sentinel for missing values."""
    return FieldHashingProperties(
        comparison,
        strategy,
        hash_type="blakeHash" if kind == "blake" else "doubleHash",
        prevent_singularity=None if kind != "non-singular" else True,
        missing_value=MissingValueSpec("", "unknown") if missing else None,
    )


@st.composite
def fields(draw: st.DrawFn, kinds: tuple[str, ...], rows: int) -> tuple[FieldSpec, list[str]]:
    """A field of any type with values that it takes."""
    kind, strategy = draw(st.sampled_from(kinds)), draw(STRATEGIES)
    form = draw(st.sampled_from(["string", "numeric", "integer", "date", "enum", "ignored"]))
    column = st.lists
    if form == "ignored":
        return Ignore("x"), draw(column(TEXTS, min_size=rows, max_size=rows))
    if form == "numeric":
        spec = StringSpec("x", properties(draw(NUMERIC), strategy, kind, missing=False))
        return spec, draw(column(NUMBERS, min_size=rows, max_size=rows))
    hashing = properties(draw(COMPARISONS), strategy, kind, missing=form == "string" and draw(st.booleans()))
    if form == "integer":
        numbers = st.integers(0, 10**6).map(lambda number: f" +{number}")
        return IntegerSpec("x", hashing), draw(column(numbers, min_size=rows, max_size=rows))
    if form == "date":
        return DateSpec("x", hashing, "%Y-%m-%d"), draw(column(DATES, min_size=rows, max_size=rows))
    if form == "enum":
        return EnumSpec("x", hashing, ["m", "f"]), draw(column(st.sampled_from("mf"), min_size=rows, max_size=rows))
    return StringSpec("x", hashing), draw(column(TEXTS, min_size=rows, max_size=rows))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Schema, list[list[str]]]:
    """A schema that the engine compiles, and columns for it."""
    rows = draw(st.integers(1, 6))
    folds = draw(st.integers(0, 2))
    blake = draw(st.booleans())
    bits = draw(st.sampled_from([8, 64, 512, 1024]) if blake else st.sampled_from([8, 40, 200, 1000]))
    kinds = ("blake", "double", "non-singular") if blake else ("double", "non-singular")
    found = draw(st.lists(fields(kinds, rows), min_size=1, max_size=4))
    return Schema([spec for spec, _ in found], bits, folds), [values for _, values in found]


def by_clkhash(columns: list[list[str]], schema: Schema) -> list[bytes]:
    """What clkhash makes of the columns."""
    records = list(zip(*columns, strict=True))
    return [clk.tobytes() for clk in generate_clks(records, schema, SECRET, validate=False, max_workers=1)]


def by_engine(columns: list[Any], schema: Schema) -> list[bytes]:
    """What the engine makes of them."""
    return [row.tobytes() for row in encode_columns(columns, schema, SECRET)]


def one(comparison: AbstractComparison = BIGRAMS, bits: int = 64, folds: int = 0) -> Schema:
    """A schema of one text."""
    return Schema(
        [StringSpec("x", properties(comparison, BitsPerTokenStrategy(5), "blake", missing=False))], bits, folds
    )


@settings(deadline=None, max_examples=150)
@given(cases())
@example((one(NgramComparison(30)), [["a long text of many characters", "", "b"]]))
def test_the_engine_gives_the_bytes_of_clkhash(case: tuple[Schema, list[list[str]]]) -> None:
    schema, columns = case
    assert field_plans(schema, SECRET) is not None
    assert by_engine([pa.array(column) for column in columns], schema) == by_clkhash(columns, schema)


def test_many_distinct_values_are_encoded_as_few_are() -> None:
    """More tokens than are hashed at once; only some are compared, clkhash takes its time."""
    values = [str(number) for number in range(70_000)]
    found = by_engine([pa.array(values)], one(EXACT))
    assert found[::5_000] == by_clkhash([values[::5_000]], one(EXACT))


@pytest.mark.parametrize("strategy", [BitsPerTokenStrategy(5), BitsPerFeatureStrategy(31)])
@pytest.mark.parametrize("repeats", [1, 20])
def test_values_that_come_back_are_encoded_as_those_that_do_not(strategy: StrategySpec, repeats: int) -> None:
    """Filters are kept for values where rows repeat them, for tokens where not."""
    values = ["anna", "jo", "", "johannes petrus", "李"] * repeats
    schema = Schema([StringSpec("x", properties(BIGRAMS, strategy, "blake", missing=False))], 64, 1)
    assert by_engine([pa.array(values)], schema) == by_clkhash([values], schema)


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["ann", None, "", "bo", "ann"]),
        pa.array(["ann", None, "", "bo", "ann"], pa.large_string()),
        pa.array(["ann", None, "", "bo", "ann"]).dictionary_encode(),
        pa.chunked_array([["ann"], [], [None, "", "bo", "ann"]]),
        pa.chunked_array(
            [pa.array(["ann", None]).dictionary_encode(), pa.array(["", "bo", "ann"]).dictionary_encode()]
        ),
        pa.array(["no", "ann", None, "", "bo", "ann", "no"]).slice(1, 5),
        pa.array(["no", "ann", None, "", "bo", "ann", "no"]).dictionary_encode().slice(1, 5),
        pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 3, 0]), pa.array(["ann", None, "", "bo"])),
    ],
    ids=["plain", "large", "dictionary", "chunks", "chunked dictionary", "slice", "sliced dictionary", "null in it"],
)
def test_any_form_of_an_arrow_column_gives_the_same(column: pa.Array) -> None:
    """Null counts as the empty text, also where the schema replaces that."""
    spec = StringSpec("y", properties(BIGRAMS, BitsPerFeatureStrategy(9), "double", missing=True))
    schema = Schema([*one().fields, spec], 64)
    texts = ["ann", "", "", "bo", "ann"]
    assert by_engine([column, column], schema) == by_clkhash([texts, texts], schema)


@pytest.mark.parametrize("column", [pa.array([], pa.string()), pa.chunked_array([], pa.string())])
def test_no_record_gives_no_row(column: pa.Array) -> None:
    assert encode_columns([column], one(), SECRET).shape == (0, 8)


def test_a_column_of_nulls_sets_no_bit() -> None:
    assert not encode_columns([pa.nulls(3)], one(), SECRET).any()


class Reversed(NgramComparison):  # type: ignore[misc]
    """A comparison of somebody else's: n-grams of the value from its end."""

    def tokenize(self, word: str) -> Iterable[str]:
        """The n-grams."""
        grams: Iterable[str] = super().tokenize(word[::-1])
        return grams


@pytest.mark.parametrize(
    "schema",
    [
        one(Reversed(2)),
        one(NgramComparison(0)),
        Schema([StringSpec("x", properties(BIGRAMS, BitsPerTokenStrategy(3), "double", missing=False))], 100),
    ],
    ids=["a comparison of another maker", "n-grams of nothing", "a length of half bytes"],
)
def test_a_schema_beyond_the_engine_is_encoded_by_clkhash(schema: Schema) -> None:
    values = ["ann", "", "jo"]
    assert field_plans(schema, SECRET) is None
    assert by_engine([pa.array(values)], schema) == by_clkhash([values], schema)


@pytest.mark.parametrize(
    ("spec", "bits"),
    [
        (StringSpec("x", properties(NumericComparison(1.0, 1), BitsPerTokenStrategy(1), "blake", missing=False)), 64),
        (IntegerSpec("x", properties(EXACT, BitsPerTokenStrategy(1), "blake", missing=False)), 64),
        (DateSpec("x", properties(EXACT, BitsPerTokenStrategy(1), "blake", missing=False), "%Y-%m-%d"), 64),
        (StringSpec("x", FieldHashingProperties(EXACT, BitsPerTokenStrategy(1), encoding="ascii")), 64),
        (StringSpec("x", properties(EXACT, BitsPerTokenStrategy(1), "blake", missing=False)), 100),
        (StringSpec("x", properties(Reversed(2), BitsPerTokenStrategy(1), "blake", missing=False)), 100),
    ],
    ids=["no number", "no integer", "no date", "no ascii", "no power of two", "by clkhash"],
)
def test_what_clkhash_refuses_is_refused_without_the_value(spec: FieldSpec, bits: int) -> None:
    with pytest.raises(EncodingRefused, match="Cure") as refused:
        encode_columns([pa.array(["jansén"])], Schema([spec], bits), SECRET)
    assert refused.value.__suppress_context__
    assert "jans" not in str(refused.value)


@pytest.mark.parametrize("columns", [[], [pa.array(["a"]), pa.array(["b"])]])
def test_columns_that_are_not_those_of_the_schema_are_refused(columns: list[Any]) -> None:
    with pytest.raises(EncodingRefused, match="one column per feature"):
        encode_columns(columns, one(), SECRET)


def test_a_column_of_numbers_is_refused() -> None:
    with pytest.raises(EncodingRefused, match="type int64"):
        encode_columns([pa.array([1])], one(), SECRET)


def test_a_key_derivation_that_clkhash_lacks_is_refused() -> None:
    schema = Schema(one().fields, 64, kdf_hash="MD5")
    with pytest.raises(EncodingRefused, match="derive keys"):
        encode_columns([pa.array(["a"])], schema, SECRET)


def test_folding_halves_a_filter_by_xor() -> None:
    plain = encode_columns([pa.array(["anna"])], one(bits=128), SECRET)
    folded = encode_columns([pa.array(["anna"])], one(bits=64, folds=1), SECRET)
    assert np.array_equal(folded, plain[:, :8] ^ plain[:, 8:])
