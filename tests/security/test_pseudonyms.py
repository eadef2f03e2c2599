import hashlib
import hmac
from typing import Literal

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ketenzicht.keys import pseudonym

SECRET = bytes(range(32))


def _hkdf(secret: bytes, label: bytes) -> bytes:
    """RFC 5869 for one block, written out: extract with an all-zero salt, expand once."""
    extracted = hmac.digest(b"\0" * 32, secret, hashlib.sha256)
    return hmac.digest(extracted, label + b"\x01", hashlib.sha256)


def test_pseudonym_is_the_published_construction() -> None:
    """HMAC-SHA-256 under an HKDF key, computed here by hand."""
    key = _hkdf(SECRET, b"ketenzicht/pseudonym/1\0police\0record")
    expected = hmac.digest(key, b"PL-1", hashlib.sha256).hex()[:32]
    assert pseudonym(SECRET, "police", "record", pd.Series(["PL-1"])).tolist() == [expected]


def test_golden_pseudonym() -> None:
    """Pseudonyms last over versions: a changed one would orphan every key file."""
    found = pseudonym(SECRET, "police", "record", pd.Series(["PL-1"])).item()
    assert found == "bc4eb8ec4e753bfc3603e41126cece3b"


@example(["", "\0", "a\0b", "a\0c"])  # pandas' factorize takes these for two values, not four
@given(st.lists(st.one_of(st.none(), st.text(max_size=4)), max_size=20))
def test_equal_values_and_only_they_share_a_pseudonym(values: list[str | None]) -> None:
    """A function of the value alone, one to one, null to null, whatever the order."""
    found = pseudonym(SECRET, "police", "record", pd.Series(values, dtype=object)).tolist()
    pairs = set(zip(values, found, strict=True))
    assert len(pairs) == len(set(values)) == len(set(found))
    assert all((value is None) == (text is None) for value, text in pairs)


@pytest.mark.parametrize("dtype", ["object", "string"])
def test_index_and_name_are_kept(dtype: Literal["object", "string"]) -> None:
    """The result lines up with the delivery it came from, for both text types of pandas."""
    values = pd.Series(["b", None, "a", "b"], index=[7, 5, 5, 1], name="incident", dtype=dtype)
    found = pseudonym(SECRET, "police", "record", values)
    assert found.index.tolist() == [7, 5, 5, 1]
    assert found.name == "incident"
    assert found.isna().tolist() == [False, True, False, False]
    assert found.iloc[0] == found.iloc[3]


def test_agencies_purposes_and_secrets_are_apart() -> None:
    """One number at two agencies, for two purposes or under two secrets has nothing in common."""
    values = pd.Series(["1"])
    found = {
        pseudonym(secret, source, purpose, values).item()
        for secret in (SECRET, bytes(32))
        for source in ("police", "shelter")
        for purpose in ("record", "registration")
    }
    assert len(found) == 8


def test_a_value_that_is_no_text_is_refused_without_showing_it() -> None:
    """1 and "1" must not become two persons unnoticed."""
    with pytest.raises(TypeError, match="pseudonym of record: values must be text or null") as caught:
        pseudonym(SECRET, "police", "record", pd.Series(["a", 4711], dtype=object))
    assert "4711" not in str(caught.value)


def test_text_that_is_no_unicode_has_a_pseudonym_too() -> None:
    """A lone surrogate raises no error that would show the value."""
    assert len(pseudonym(SECRET, "police", "record", pd.Series(["\ud800"])).item()) == 32
