"""A sample of every encoded table made again by clkhash itself, before anything is sealed.

The engine is compiled for the machine that it runs on; one wrong bit would make records unlinkable and nobody could
tell. So a run re-encodes some of its records from their normalised values, one by one and by clkhash's own code.
"""

import hmac
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from linkage.encode.attributes import token_rule, written
from linkage.encode.columns import RECORD_ID, SEARCH, EncodedColumn, attribute_columns
from linkage.encode.filters import Insertions
from linkage.encode.keys import EncodingKeys
from linkage.encode.reference import Part, key_pair, plain_tokens, record_by_clkhash
from linkage.encode.search import date_tokens, features, searched
from linkage.encode.texts import Texts
from linkage.errors import EncodingRefused
from linkage.normalise.phonetic import name_sounds
from linkage.normalise.table import column_names
from linkage.profiles import profile
from linkage.settings import EncodingSettings, FieldKind, FieldSettings

SAMPLE = 100
Row = Mapping[str, str]


def check_sample(
    table: pa.Table, normalised: pd.DataFrame, ids: Texts, settings: EncodingSettings, keys: EncodingKeys, seed: int
) -> None:
    """Accept ``table`` only if ``SAMPLE`` of its records, or all if fewer, have every bit that clkhash gives them.

    ``ids``: the record id of each row of ``normalised``. Digests are held to HMAC in the same way.

    Raises ``EncodingRefused`` naming the columns, never a value.
    """
    size = min(SAMPLE, len(normalised))
    sample = np.sort(np.random.default_rng([seed, len(normalised)]).choice(len(normalised), size, replace=False))
    chosen = ids.take(pa.array(sample))
    found = table.filter(pc.is_in(table[RECORD_ID], value_set=chosen)).to_pylist()
    encoded = {record[RECORD_ID]: record for record in found}
    plain = normalised.iloc[sample].to_dict("records")
    book = _Book(
        settings, attribute_columns(settings), cache(keys.key), cache(lambda purpose: key_pair(keys.key(purpose)))
    )
    wrong = {
        column
        for record_id, values in zip(chosen.to_pylist(), plain, strict=True)
        for column, expected in book.encodings(_known(values))
        if encoded[record_id][column] != expected
    }
    if wrong:
        msg = (
            f"encodings of a sample of {size} records differ from clkhash's own in {', '.join(sorted(wrong))}: nothing "
            "is released. Cure: remove the caches of compiled code (linkage/encode/__pycache__), encode again, and "
            "report it if it stays."
        )
        raise EncodingRefused(msg)


def _known(values: Mapping[Hashable, object]) -> Row:
    """The values that are not missing."""
    return {str(name): str(value) for name, value in values.items() if value is not None and value == value}  # noqa: PLR0124 - NaN is not


@dataclass(frozen=True)
class _Book:
    """How one record is encoded by the book: the key of each purpose, and clkhash's pair made of it."""

    settings: EncodingSettings
    columns: tuple[EncodedColumn, ...]
    key: Callable[[str], bytes]
    pair: Callable[[str], tuple[bytes, ...]]

    def encodings(self, values: Row) -> Iterator[tuple[str, bytes | None]]:
        """Every column with its encoding, null where it has none."""
        for column in self.columns:
            value = values.get(column.source)
            text = None if value is None else written(column, value)
            yield column.name, None if text is None else self._attribute(column, text)
        parts = [part for name, field in searched(self.settings.fields) for part in self._parts(name, field, values)]
        yield SEARCH, record_by_clkhash(parts, profile(self.settings.profile).search.bits) if parts else None

    def _attribute(self, column: EncodedColumn, text: str) -> bytes:
        if column.design is None:
            return hmac.digest(self.key(column.purpose), text.encode(), "sha256")[: column.bytes]
        tokens = plain_tokens(text, token_rule(column.design))
        part = Part(tokens, Insertions(column.design.bits_per_token), self.pair(column.purpose))
        return record_by_clkhash([part], column.design.bits)

    def _parts(self, name: str, field: FieldSettings, values: Row) -> Iterator[Part]:
        """What a record says in the search features of one field."""
        design = profile(self.settings.profile).search
        found = [values.get(column) for column in column_names(name, field)]
        if field.kind is FieldKind.DATE:
            if any(found):
                tokens = date_tokens("-".join(value or "" for value in found))
                yield Part(tokens, Insertions(design.date_token_bits), self.pair(f"search/{name}"))
            return
        for number, value in enumerate(found):
            if value is None:
                continue
            for feature in features(name, field, number, design):
                text = name_sounds(value, field.kind, field.language) if feature.sounded else value
                yield Part(plain_tokens(text, feature.tokens), feature.insertions, self.pair(feature.purpose))
