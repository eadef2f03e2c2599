"""Encodings by a clkhash schema, from Arrow columns: clkhash's bytes, at the pace of compiled code.

Columns become distinct values, values become distinct tokens; only those are hashed. A value's filter is the OR of its
tokens' and a record's the OR of its values', as clkhash has it (Schnell, Bachteler and Reiher 2011), then it is folded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from linkage.encode.filters import Filters, Hashing, Insertions, filters, token_filters
from linkage.encode.kernels import merge, merge_tokens
from linkage.encode.reference import REFUSALS, FieldPlan, Schema, TokenRule, by_clkhash, field_plans, refused
from linkage.encode.texts import Codes, Distinct, Ints, Texts, distinct, texts
from linkage.encode.tokens import Tokens, grams, listed, whole
from linkage.errors import EncodingRefused

_ROWS = 4_096  # wide filters of so many records stay in the cache while the fields are merged
_REPEATED = 3  # rows per distinct value from which a table of values' filters pays


def encode_columns(columns: Sequence[Any], schema: Schema, secret: bytes) -> Filters:
    """Encode records by ``schema``: uint8, (records, l / 8), each row the bytes of clkhash's bit array.

    ``columns``: one Arrow array or chunked array of strings per field of the schema, plain or dictionary-encoded; null
    counts as the empty text. Values are not validated, as with clkhash's ``validate=False``. A schema that goes
    beyond the engine (``reference.field_plans``) is encoded by clkhash itself.

    Raises ``EncodingRefused``, never with a value, where clkhash refuses and for columns that do not fit the schema.
    """
    if len(columns) != len(schema.fields) or len({len(column) for column in columns}) != 1:
        msg = "columns do not fit the schema. Cure: give one column per feature, in its order, all of one length."
        raise EncodingRefused(msg)
    plans = field_plans(schema, secret)
    if plans is None:
        return by_clkhash([_listed_texts(column) for column in columns], schema, secret)
    parts = [_field(column, plan) for column, plan in zip(columns, plans, strict=True) if plan is not None]
    return merged(parts, len(columns[0]), schema.l // 8, schema.xor_folds)


@dataclass(frozen=True)
class Part:
    """What one column adds to the filters of rows: a code per row, -1 for nothing, into ``known`` filters of values.

    With ``tokens`` a code stands for a value whose tokens have the ``known`` filters: those from its place in the
    offsets (second) on, as codes (first). So a table of filters of values need not be made where most rows differ.
    """

    codes: Codes
    known: Filters
    tokens: tuple[Codes, Ints] | None = None

    def into(self, out: Filters, first: int) -> None:
        """OR the filters of the rows from ``first`` on into ``out``."""
        here = self.codes[first : first + len(out)]
        if self.tokens is None:
            merge(here, self.known, out)
        else:
            merge_tokens(here, *self.tokens, self.known, out)


def merged(parts: Sequence[Part], rows: int, width: int, folds: int = 0) -> Filters:
    """The OR over all ``parts`` of each of so many rows, folded to ``width`` bytes.

    Each fold XORs the second half of a filter into its first (clkhash's XOR folding).
    """
    out = np.zeros((rows, width), dtype=np.uint8)
    for first in range(0, rows, _ROWS):
        here = out[first : first + _ROWS]
        wide = here if folds == 0 else np.zeros((len(here), width << folds), dtype=np.uint8)
        for part in parts:
            part.into(wide, first)
        for _ in range(folds):
            half = wide.shape[1] // 2
            wide = wide[:, :half] ^ wide[:, half:]
        if folds:
            here[:] = wide
    return out


def value_filters(values: Texts, tokens: TokenRule, insertions: Insertions, hashing: Hashing) -> Filters:
    """The filter of each of the distinct ``values``."""
    return filters(_tokens(values, tokens), insertions, hashing)


def _field(column: Any, plan: FieldPlan) -> Part:  # noqa: ANN401 - an Arrow array
    found = distinct(column)
    if plan.written is not None:
        found = _rewritten(found, plan)
    tokens = _tokens(found.texts, plan.tokens)
    if len(found.codes) > _REPEATED * len(tokens):
        return Part(found.codes, filters(tokens, plan.insertions, plan.hashing))
    codes, known = token_filters(tokens, plan.insertions, plan.hashing)
    return Part(found.codes, known, (codes, tokens.offsets))


def _rewritten(found: Distinct, plan: FieldPlan) -> Distinct:
    """The column with its values written as the schema wants them; a missing value is asked about as an empty text."""
    assert plan.written is not None  # noqa: S101 - for the type checker
    values = found.texts.to_pylist()
    codes = found.codes
    if (codes < 0).any():
        codes = np.where(codes < 0, np.int32(len(values)), codes)
        values.append("")
    try:
        written = [plan.written(value) for value in values]
    except REFUSALS:
        raise refused() from None
    return Distinct(codes, texts(written, "a rewritten column"))


def _tokens(values: Texts, tokens: TokenRule) -> Tokens:
    if isinstance(tokens, str):
        return whole(values)
    if isinstance(tokens, tuple):
        size, positional = tokens
        return grams(values, size, positional=positional)
    try:
        return listed(list(tokens(value)) for value in values.to_pylist())
    except REFUSALS:
        raise refused() from None


def _listed_texts(column: Any) -> list[str]:  # noqa: ANN401 - an Arrow array
    found = distinct(column)
    values = [*found.texts.to_pylist(), ""]  # code -1, missing, reads the last
    return [values[code] for code in found.codes.tolist()]
