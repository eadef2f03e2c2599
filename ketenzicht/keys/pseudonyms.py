"""Keyed pseudonyms: what stands for an agency's own numbers outside the agency."""

import hmac

import pandas as pd
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_HEX_DIGITS = 32


def pseudonym(secret: bytes, source: str, purpose: str, values: pd.Series) -> pd.Series:
    """Texts to pseudonyms of 32 hexadecimal digits (128 bits), null to null, index and name kept.

    HMAC-SHA-256 (RFC 2104), truncated, under a key that HKDF (RFC 5869) derives from the agency's ``secret`` for this
    ``source`` and ``purpose``: pseudonyms of two agencies, or of two purposes, cannot be compared. One value always
    gets the same pseudonym. Raises ``TypeError`` where a value is neither text nor null.
    """
    key = _derive(secret, source, purpose)
    texts = [None if missing else value for value, missing in zip(values, values.isna(), strict=True)]
    if not all(text is None or isinstance(text, str) for text in texts):
        msg = f"pseudonym of {purpose}: values must be text or null"
        raise TypeError(msg)
    # A plain dictionary: pandas' own hashing takes texts that differ only after a NUL for one.
    found = {text: None if text is None else _digest(key, text) for text in set(texts)}
    return pd.Series([found[text] for text in texts], index=values.index, name=values.name, dtype=object)


def _derive(secret: bytes, source: str, purpose: str) -> bytes:
    label = b"\0".join((b"ketenzicht/pseudonym/1", source.encode(), purpose.encode()))
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(secret)


def _digest(key: bytes, value: str) -> str:
    # Lone surrogates must not raise: that error would hold the value.
    return hmac.digest(key, value.encode(errors="surrogatepass"), "sha256").hex()[:_HEX_DIGITS]
