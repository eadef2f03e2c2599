"""clkhash itself; the only module that imports it.

Three things are asked of it: its keys, what its schema says (so that ``engine`` can do the same faster), and encodings
to hold ours to, or to use where a schema goes beyond the engine.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
from clkhash.bloomfilter import crypto_bloom_filter
from clkhash.clk import generate_clks
from clkhash.comparators import AbstractComparison, ExactComparison, NgramComparison, NumericComparison
from clkhash.field_formats import (
    BitsPerFeatureStrategy,
    BitsPerTokenStrategy,
    DateSpec,
    EnumSpec,
    FieldHashingProperties,
    FieldSpec,
    IntegerSpec,
    StrategySpec,
    StringSpec,
)
from clkhash.key_derivation import generate_key_lists
from clkhash.schema import Schema

from linkage.encode.filters import Filters, Hashing, Insertions, Scheme
from linkage.errors import EncodingRefused

__all__ = [
    "REFUSALS",
    "FieldPlan",
    "Part",
    "Schema",
    "TokenRule",
    "by_clkhash",
    "field_plans",
    "key_pair",
    "plain_tokens",
    "record_by_clkhash",
    "refused",
]

REFUSALS = (ValueError, TypeError, ArithmeticError, LookupError)
_FORMATS = (StringSpec, IntegerSpec, DateSpec, EnumSpec)
_LONGEST_BLAKE_KEY = 64
_ISO = "%Y-%m-%d"
Keys = Sequence[Sequence[bytes]]
# Size of an n-gram and whether it is positional, the value itself, or a function from a value to its tokens.
TokenRule = tuple[int, bool] | Literal["whole"] | Callable[[str], Iterable[str]]


@dataclass(frozen=True)
class FieldPlan:
    """What a schema does with one column: ``written`` form of a value (None: as it is), tokens, insertions, hashing."""

    written: Callable[[str], str] | None
    tokens: TokenRule
    insertions: Insertions
    hashing: Hashing


@dataclass(frozen=True)
class Part:
    """What a record says in one feature: its tokens, their insertions and the feature's ``key_pair``."""

    tokens: tuple[str, ...]
    insertions: Insertions
    keys: tuple[bytes, ...]


class _Listed(AbstractComparison):  # type: ignore[misc]
    """Tokens that are known already, whatever the value."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = tokens

    def tokenize(self, word: str) -> Iterable[str]:  # noqa: ARG002 - clkhash's interface
        """The tokens given at the start."""
        return self.tokens


def key_pair(secret: bytes) -> tuple[bytes, ...]:
    """The keys that clkhash derives from ``secret`` for a schema of one field."""
    pair: tuple[bytes, ...] = generate_key_lists(secret, 1)[0]
    return pair


def field_plans(schema: Schema, secret: bytes) -> tuple[FieldPlan | None, ...] | None:
    """What ``schema`` does with each column, None for an ignored one; None where it goes beyond what we compile.

    Beyond are classes of other makers, lengths that are no multiple of 8, and BLAKE2b with lengths that are no power
    of two or keys over 64 bytes (which clkhash refuses).
    """
    bits = schema.l * 2**schema.xor_folds
    if schema.l % 8 or not all(_known(field, bits, schema.kdf_key_size) for field in schema.fields):
        return None
    keys = _schema_keys(schema, secret)
    return tuple(
        None if field.hashing_properties is None else _plan(field, bits, pair)
        for field, pair in zip(schema.fields, keys, strict=True)
    )


def by_clkhash(columns: Sequence[Sequence[str]], schema: Schema, secret: bytes) -> Filters:
    """The encodings that clkhash makes of ``columns``: uint8, a row per record.

    Raises ``EncodingRefused``, without any value, where clkhash refuses.
    """
    width = -(-schema.l // 8)
    try:
        encoded: list[Any] = generate_clks(
            list(zip(*columns, strict=True)), schema, secret, validate=False, max_workers=1
        )
    except REFUSALS:
        raise refused() from None
    return np.frombuffer(b"".join(clk.tobytes() for clk in encoded), np.uint8).reshape(len(encoded), width)


def record_by_clkhash(parts: Sequence[Part], bits: int) -> bytes:
    """The encoding that clkhash makes of one record when it sees all its features at once.

    Raises ``EncodingRefused``, without any value, where clkhash refuses.
    """
    specs = [
        StringSpec(str(number), FieldHashingProperties(_Listed(part.tokens), _strategy(part.insertions)))
        for number, part in enumerate(parts)
    ]
    comparators = [spec.hashing_properties.comparator for spec in specs]
    try:
        clk, _, _ = crypto_bloom_filter(
            [""] * len(parts), comparators, Schema(specs, bits), [part.keys for part in parts]
        )
    except REFUSALS:
        raise refused() from None
    return bytes(clk.tobytes())


def plain_tokens(value: str, rule: TokenRule) -> tuple[str, ...]:
    """The tokens of one value, by clkhash's own comparison where it has one."""
    if isinstance(rule, str):
        return tuple(ExactComparison().tokenize(value))
    if isinstance(rule, tuple):
        size, positional = rule
        return tuple(NgramComparison(size, positional=positional).tokenize(value))
    return tuple(rule(value))


def refused() -> EncodingRefused:
    """The error for a value that clkhash does not take; it does not say which, nor what clkhash said."""
    return EncodingRefused("clkhash refused a value. Cure: check that values have the form that the schema asks for.")


def _schema_keys(schema: Schema, secret: bytes) -> Keys:
    try:
        keys: Keys = generate_key_lists(
            secret,
            len(schema.fields),
            key_size=schema.kdf_key_size,
            salt=schema.kdf_salt,
            info=schema.kdf_info,
            kdf=schema.kdf_type,
            hash_algo=schema.kdf_hash,
        )
    except REFUSALS:
        msg = "clkhash cannot derive keys as the schema asks. Cure: check kdf, its hash and keySize in the schema."
        raise EncodingRefused(msg) from None
    return keys


def _known(field: FieldSpec, bits: int, key_size: int) -> bool:
    """Whether a field does only what the engine does too; subclasses may do anything, so classes must be exact."""
    properties = field.hashing_properties
    if properties is None:
        return True
    blake_fits = bits.bit_count() == 1 and key_size <= _LONGEST_BLAKE_KEY
    hashed = properties.hash_type == "doubleHash" or (properties.hash_type == "blakeHash" and blake_fits)
    return type(field) in _FORMATS and hashed and _known_tokens(properties) and _known_strategy(properties.strategy)


def _known_tokens(properties: FieldHashingProperties) -> bool:
    comparison = properties.comparator
    if type(comparison) is NgramComparison:
        return type(comparison.n) is int and comparison.n >= 1
    return type(comparison) in {ExactComparison, NumericComparison}


def _known_strategy(strategy: StrategySpec) -> bool:
    if type(strategy) not in {BitsPerTokenStrategy, BitsPerFeatureStrategy}:
        return False
    times = _times(strategy)
    return type(times) is int and times >= 0


def _plan(field: FieldSpec, bits: int, keys: Sequence[bytes]) -> FieldPlan:
    properties = field.hashing_properties
    comparison, strategy = properties.comparator, properties.strategy
    tokens: Any = "whole"
    if type(comparison) is NgramComparison:
        tokens = (comparison.n, bool(comparison.positional))
    elif type(comparison) is NumericComparison:
        tokens = comparison.tokenize
    scheme: Scheme = "blake"
    if properties.hash_type == "doubleHash":
        scheme = "double_non_singular" if properties.prevent_singularity else "double"
    insertions = Insertions(_times(strategy), shared=type(strategy) is BitsPerFeatureStrategy)
    return FieldPlan(_written(field), tokens, insertions, Hashing(scheme, tuple(keys), bits, properties.encoding))


def _written(field: FieldSpec) -> Callable[[str], str] | None:
    """How a value is written before it is hashed; None where it stays as it is."""
    plain: Callable[[str], str] = field.format_value
    missing = field.hashing_properties.missing_value
    if type(field) is DateSpec and field.format == _ISO and missing is None:
        return lambda value: value.replace("-", "") if _is_iso_date(value) else plain(value)
    if type(field) in {StringSpec, EnumSpec} and missing is None:
        return None
    return plain


def _is_iso_date(value: str) -> bool:
    """Whether a value is a date of the calendar that needs no parser: in the usual form, from the year 1000."""
    if len(value) != len("YYYY-MM-DD") or value[4] != "-" or value[7] != "-" or value[0] == "0":
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _times(strategy: StrategySpec) -> Any:  # noqa: ANN401 - whatever the schema's maker gave
    if type(strategy) is BitsPerTokenStrategy:
        return strategy._bits_per_token  # noqa: SLF001 - clkhash has no reader for it
    return strategy._bits_per_feature  # noqa: SLF001 - as above


def _strategy(insertions: Insertions) -> StrategySpec:
    return (BitsPerFeatureStrategy if insertions.shared else BitsPerTokenStrategy)(insertions.times)
