from io import BytesIO

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ketenzicht.errors import ConfigurationError
from ketenzicht.sealing import (
    Damaged,
    NotSealed,
    OtherRecipient,
    SealingIdentity,
    bech32,
    check_recipient,
    seal_stream,
    unseal,
)

OWNER = SealingIdentity.from_bytes(bytes(range(32)))
OTHER = SealingIdentity.from_bytes(bytes(range(1, 33)))


def _sealed(content: bytes) -> bytes:
    sink = BytesIO()
    seal_stream(BytesIO(content), sink, OWNER.recipient)
    return sink.getvalue()


@given(st.binary(min_size=32, max_size=32))
def test_identity_of_given_bytes_has_their_x25519_public_key(secret: bytes) -> None:
    """Our bech32 and an independent X25519 give the recipient that age computes."""
    public = X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    assert SealingIdentity.from_bytes(secret).recipient == bech32("age", public)


def test_bech32_of_the_age_specification() -> None:
    """The checksum of BIP 173's own vector: empty data under prefix ``a``."""
    assert bech32("a", b"") == "a12uel5l"


@given(st.binary(max_size=300))
def test_what_is_sealed_opens_for_its_recipient_only(content: bytes) -> None:
    """Round trip, and refusal for anybody else."""
    sealed = _sealed(content)
    assert unseal(sealed, OWNER).read() == content
    with pytest.raises(OtherRecipient):
        unseal(sealed, OTHER)


def test_each_way_of_not_opening_has_its_own_name() -> None:
    """No age file, and a damaged one, are told apart."""
    with pytest.raises(NotSealed):
        unseal(b"PK\x03\x04", OWNER)
    with pytest.raises(Damaged):
        unseal(_sealed(b"content")[:-1], OWNER)


def test_the_private_half_is_not_shown() -> None:
    """Neither repr nor an error of a malformed identity holds the text."""
    assert OWNER.text not in repr(OWNER)
    with pytest.raises(ValueError, match="not an age identity") as caught:
        SealingIdentity.from_text("AGE-SECRET-KEY-1SECRET")
    assert "SECRET" not in str(caught.value)


def test_a_recipient_that_is_none_is_refused() -> None:
    """A mistyped public key is noticed by its checksum."""
    letter = "q" if OWNER.recipient[-1] != "q" else "p"
    with pytest.raises(ConfigurationError, match="Cure: ask the receiving domain"):
        check_recipient(OWNER.recipient[:-1] + letter)
