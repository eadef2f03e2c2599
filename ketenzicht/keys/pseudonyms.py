"""Keyed pseudonyms: what stands for an agency's own numbers outside the agency."""

import hmac

import numpy as np
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
    codes, distinct = pd.factorize(values)
    if not all(isinstance(value, str) for value in distinct):
        msg = f"pseudonym of {purpose}: values must be text or null"
        raise TypeError(msg)
    # The null goes last, where factorize's code -1 finds it.
    found = np.array([*(_digest(key, value) for value in distinct), None], dtype=object)
    return pd.Series(found[codes], index=values.index, name=values.name, dtype=object)


def _derive(secret: bytes, source: str, purpose: str) -> bytes:
    label = b"\0".join((b"ketenzicht/pseudonym/1", source.encode(), purpose.encode()))
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(secret)


def _digest(key: bytes, value: str) -> str:
    # Lone surrogates must not raise: that error would hold the value.
    return hmac.digest(key, value.encode(errors="surrogatepass"), "sha256").hex()[:_HEX_DIGITS]
