"""Encodings held to clkhash itself, and to fixed bytes: the licence for overriding clkhash's cryptography pin.

Every column type is compared with what clkhash makes of whole values and whole records through its own schema,
comparators and key derivation; the digests below were found equal under cryptography 40 (clkhash's pin) and 50, and
must stay under any other.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence

import pandas as pd
import pytest
from clkhash.bloomfilter import crypto_bloom_filter
from clkhash.clk import generate_clks
from clkhash.comparators import AbstractComparison, ExactComparison, NgramComparison
from clkhash.field_formats import (
    BitsPerFeatureStrategy,
    BitsPerTokenStrategy,
    FieldHashingProperties,
    StrategySpec,
    StringSpec,
)
from clkhash.key_derivation import generate_key_lists
from clkhash.schema import Schema
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.encode import encode
from linkage.encode.columns import attribute_columns
from linkage.encode.filters import Hashing, Insertions, filters
from linkage.encode.keys import EncodingKeys
from linkage.encode.reference import key_pair
from linkage.encode.search import date_tokens
from linkage.encode.tokens import bigrams, listed, positional_characters
from linkage.normalise.phonetic import phonetic_key
from linkage.normalise.skeleton import skeleton_key
from linkage.settings import EncodingSettings

SECRET = bytes(range(32))
EPOCH = "golden"
KEYS = EncodingKeys(SECRET, EPOCH)
SETTINGS = EncodingSettings.model_validate(
    {
        "fields": {
            "given": {"kind": "given_name"},
            "family": {"kind": "family_name", "values": 2},
            "born": {"kind": "date"},
            "sex": {"kind": "category"},
            "postcode": {"kind": "postcode"},
            "street": {"kind": "text"},
            "bsn": {"kind": "identifier"},
        }
    }
)
RECORD = {
    "given": "anna maria",
    "family": "jansen vries",
    "family.2": "bakker",
    "born.year": "1987",
    "born.month": "05",
    "born.day": "12",
    "sex": "v",
    "postcode": "1234AB",
    "street": "lange straat 7",
    "bsn": "012345678",
}
# First 16 hexadecimal digits of the SHA-256 of each encoding.
GOLDEN = {
    "given": "b69babec0ed4ab2d",
    "given.phonetic": "2253ca8e12064789",
    "given.skeleton": "71fcc475bdaa3d8d",
    "given.initial": "64cfe6daf3e25400",
    "family": "5177522d2b6da919",
    "family.2": "7c1599fff3a77549",
    "family.phonetic": "99b09a7aa8b90229",
    "family.skeleton": "0f315358f1644324",
    "born.year": "745cbd078e6850c1",
    "born.month": "89091f4b68a48b05",
    "born.day": "f5a3dd72355308b8",
    "sex": "fdd4a5e0a6658cab",
    "postcode": "c3171ace4f9a01e7",
    "postcode.area": "e9234795c095f006",
    "street": "cbf0ce1016470396",
    "bsn": "301078902c56b9a1",
    "search": "36277595fc9b4574",
}


class Tokens(AbstractComparison):  # type: ignore[misc]
    """Takes ready-made tokens, separated by a comma, through clkhash's own machinery."""

    def tokenize(self, word: str) -> Iterable[str]:
        """The tokens."""
        return word.split(",")


def table(record: dict[str, str | None]) -> pd.DataFrame:
    """One normalised person."""
    return pd.DataFrame([record], index=pd.Index(["p"], name="native_id"), dtype=object)


def encoded(record: dict[str, str | None]) -> dict[str, bytes | None]:
    """The encodings of one person."""
    ids = pd.Series(["r"], index=["p"])
    result = encode(table(record), SETTINGS, secret=SECRET, epoch=EPOCH, record_ids=ids)
    return {name: result[name][0].as_py() for name in result.column_names if name != "record_id"}


def clkhash_filter(
    value: str, comparison: AbstractComparison, strategy: StrategySpec, purpose: str, bits: int
) -> bytes:
    """What clkhash makes of one whole value, from its secret to its bytes."""
    spec = StringSpec("value", FieldHashingProperties(comparison, strategy))
    clks = generate_clks([(value,)], Schema([spec], bits), KEYS.key(purpose), max_workers=1)
    return bytes(clks[0].tobytes())


@pytest.mark.parametrize(
    ("column", "comparison", "bits_per_token", "purpose", "bits"),
    [
        ("given", NgramComparison(2), 8, "filter/names", 512),
        ("family", NgramComparison(2), 8, "filter/names", 512),
        ("family.2", NgramComparison(2), 8, "filter/names", 512),
        ("born.year", NgramComparison(1, positional=True), 10, "filter/born.year", 256),
        ("born.month", NgramComparison(1, positional=True), 10, "filter/born.month_day", 256),
        ("born.day", NgramComparison(1, positional=True), 10, "filter/born.month_day", 256),
        ("sex", ExactComparison(), 16, "filter/sex", 128),
        ("postcode", NgramComparison(1, positional=True), 8, "filter/postcode", 256),
        ("street", NgramComparison(2), 8, "filter/street", 512),
    ],
)
def test_attribute_filters_are_clkhash_filters(
    column: str, comparison: AbstractComparison, bits_per_token: int, purpose: str, bits: int
) -> None:
    expected = clkhash_filter(RECORD[column], comparison, BitsPerTokenStrategy(bits_per_token), purpose, bits)
    assert encoded(dict(RECORD))[column] == expected


@pytest.mark.parametrize(
    ("column", "purpose", "value"),
    [
        ("bsn", "digest/bsn", b"012345678"),
        ("postcode.area", "digest/postcode.area", b"1234"),
        ("given.initial", "initial", b"a"),
    ],
)
def test_exact_columns_are_keyed_digests(column: str, purpose: str, value: bytes) -> None:
    """HMAC-SHA-256 under the column's key, 16 bytes; no Bloom filter that would show similar numbers."""
    assert encoded(dict(RECORD))[column] == hmac.digest(KEYS.key(purpose), value, "sha256")[:16]


@pytest.mark.parametrize(("column", "source"), [("given.phonetic", "given"), ("family.phonetic", "family")])
def test_phonetic_filters_are_clkhash_filters(column: str, source: str) -> None:
    words = phonetic_key(RECORD[source], "nl").replace(" ", ",")
    assert encoded(dict(RECORD))[column] == clkhash_filter(words, Tokens(), BitsPerTokenStrategy(16), "phonetic", 256)


def test_a_call_name_sounds_as_the_name_in_full() -> None:
    """What clkhash makes of the key of Johannes, for Jan; of two names in full, for Ans."""
    for name, words in (("jan", ["johannes"]), ("ans", ["johanna", "anna"])):
        tokens = ",".join(phonetic_key(word, "nl") for word in words)
        expected = clkhash_filter(tokens, Tokens(), BitsPerTokenStrategy(16), "phonetic", 256)
        assert encoded({**RECORD, "given": name})["given.phonetic"] == expected


@pytest.mark.parametrize(("column", "source"), [("given.skeleton", "given"), ("family.skeleton", "family")])
def test_skeleton_filters_are_clkhash_filters(column: str, source: str) -> None:
    words = skeleton_key(RECORD[source], "nl").replace(" ", ",")
    assert encoded(dict(RECORD))[column] == clkhash_filter(words, Tokens(), BitsPerTokenStrategy(16), "skeleton", 256)


def test_initials_alone_are_in_the_column_for_initials_only() -> None:
    """A given name of initials is no name to be compared with names; the search still uses it."""
    row = encoded({**RECORD, "given": "a m"})
    assert [row["given"], row["given.phonetic"], row["given.skeleton"]] == [None, None, None]
    assert row["given.initial"] == encoded(dict(RECORD))["given.initial"]
    assert row["search"] != encoded({**RECORD, "given": None})["search"]


def test_a_postcode_of_another_form_has_no_area() -> None:
    assert encoded({**RECORD, "postcode": "SW1A1AA"})["postcode.area"] is None


def test_the_search_encoding_is_the_clk_of_the_whole_record() -> None:
    """The OR of the features' filters is what clkhash computes when it sees the record at once."""
    bigram, digit, exact = NgramComparison(2), NgramComparison(1, positional=True), ExactComparison()
    features: list[tuple[str, AbstractComparison, StrategySpec, str]] = [
        (RECORD["given"], bigram, BitsPerFeatureStrategy(60), "search/names"),
        (
            phonetic_key(RECORD["given"], "nl").replace(" ", ","),
            Tokens(),
            BitsPerFeatureStrategy(20),
            "search/phonetic",
        ),
        (RECORD["family"], bigram, BitsPerFeatureStrategy(80), "search/names"),
        (
            phonetic_key(RECORD["family"], "nl").replace(" ", ","),
            Tokens(),
            BitsPerFeatureStrategy(30),
            "search/phonetic",
        ),
        (RECORD["family.2"], bigram, BitsPerFeatureStrategy(40), "search/names"),
        (phonetic_key(RECORD["family.2"], "nl"), Tokens(), BitsPerFeatureStrategy(15), "search/phonetic"),
        (",".join(date_tokens("1987-05-12")), Tokens(), BitsPerTokenStrategy(5), "search/born"),
        (RECORD["sex"], exact, BitsPerFeatureStrategy(20), "search/sex"),
        (RECORD["postcode"], digit, BitsPerFeatureStrategy(50), "search/postcode"),
        (RECORD["street"], bigram, BitsPerFeatureStrategy(40), "search/street"),
    ]
    specs = [StringSpec(str(n), FieldHashingProperties(item[1], item[2])) for n, item in enumerate(features)]
    keys = [generate_key_lists(KEYS.key(item[3]), 1)[0] for item in features]
    whole, _, _ = crypto_bloom_filter(
        [item[0] for item in features], [item[1] for item in features], Schema(specs, 1024), keys
    )
    assert encoded(dict(RECORD))["search"] == whole.tobytes()


def test_encodings_are_the_golden_ones() -> None:
    """Bytes fixed for good: a library that changes them makes every earlier delivery unlinkable."""
    found = {
        name: hashlib.sha256(cell).hexdigest()[:16] for name, cell in encoded(dict(RECORD)).items() if cell is not None
    }
    assert found == GOLDEN


def test_every_column_type_is_golden() -> None:
    assert set(GOLDEN) == {column.name for column in attribute_columns(SETTINGS)} | {"search"}


VALUES = st.lists(st.text(alphabet="abcdeijnrstv -é李", min_size=1, max_size=20), min_size=1, max_size=5)


def law_filters(tokens: Sequence[Sequence[str]], insertions: Insertions, bits: int) -> list[bytes]:
    """Filters of values given by their tokens, under one key."""
    hashing = Hashing("blake", key_pair(KEYS.key("law")), bits)
    return [row.tobytes() for row in filters(listed(tokens), insertions, hashing)]


@settings(deadline=None, max_examples=30)
@given(VALUES, st.integers(1, 60))
def test_any_values_give_clkhash_filters_under_both_strategies(values: Sequence[str], bits: int) -> None:
    """The token-wise route equals clkhash on whole values, whatever the text."""
    for insertions, strategy in (
        (Insertions(bits), BitsPerTokenStrategy(bits)),
        (Insertions(bits, shared=True), BitsPerFeatureStrategy(bits)),
    ):
        assert law_filters([bigrams(value) for value in values], insertions, 512) == [
            clkhash_filter(value, NgramComparison(2), strategy, "law", 512) for value in values
        ]


def test_a_value_without_tokens_sets_no_bit() -> None:
    rows = law_filters([[], positional_characters("12"), []], Insertions(3), 128)
    assert [any(row) for row in rows] == [False, True, False]
    assert law_filters([], Insertions(3), 128) == []
