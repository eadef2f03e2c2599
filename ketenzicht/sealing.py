"""Age encryption (age-encryption.org/v1, X25519) through pyrage, which is imported here and nowhere else."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

import pyrage  # type: ignore[import-untyped]

from ketenzicht.errors import ConfigurationError

_MAGIC = b"age-encryption.org/v1\n"
_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


class NotSealed(Exception):
    """The bytes are no age file."""


class OtherRecipient(Exception):
    """The file was sealed to somebody else."""


class Damaged(Exception):
    """The file is truncated or was altered after sealing."""


@dataclass(frozen=True, slots=True)
class SealingIdentity:
    """Who can open what is sealed to ``recipient``. ``text`` is the private half in age's own form (secret)."""

    recipient: str
    text: str = field(repr=False)

    @classmethod
    def from_bytes(cls, secret: bytes) -> "SealingIdentity":
        """The identity whose X25519 private key is these 32 bytes."""
        return cls.from_text(bech32("age-secret-key-", secret).upper())

    @classmethod
    def from_text(cls, text: str) -> "SealingIdentity":
        """Read age's own form (``AGE-SECRET-KEY-1...``); ``ValueError`` without the text for anything else."""
        try:
            identity = pyrage.x25519.Identity.from_str(text.strip())
        except pyrage.IdentityError:
            raise ValueError("not an age identity") from None
        return cls(recipient=str(identity.to_public()), text=text.strip())


def check_recipient(text: str) -> str:
    """The recipient as given; ``ConfigurationError`` where it is none."""
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        msg = "not an age recipient (age1...). Cure: ask the receiving domain for its public key file again."
        raise ConfigurationError(msg) from None
    return text


def seal_stream(plain: BinaryIO, sealed: BinaryIO, recipient: str) -> None:
    """Encrypt all of ``plain`` to one recipient; ``ConfigurationError`` where the recipient is none."""
    pyrage.encrypt_io(plain, sealed, [pyrage.x25519.Recipient.from_str(check_recipient(recipient))])


def unseal(sealed: bytes, identity: SealingIdentity) -> BytesIO:
    """Decrypt; raises ``NotSealed``, ``OtherRecipient`` or ``Damaged``."""
    if not sealed.startswith(_MAGIC):
        raise NotSealed
    try:
        return BytesIO(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity.text)]))
    except pyrage.DecryptError as error:
        # pyrage has one exception class; this is the only text it gives for a well-formed file of somebody else's.
        raise (OtherRecipient if "No matching keys" in str(error) else Damaged) from None


def bech32(prefix: str, data: bytes) -> str:
    """Bech32 text of bytes (BIP 173, without its length limit), as age writes its keys."""
    number = int.from_bytes(data, "big") << (-8 * len(data) % 5)
    digits = -(-8 * len(data) // 5)
    words = [number >> 5 * (digits - 1 - place) & 31 for place in range(digits)]
    expanded = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    check = _polymod([*expanded, *words, 0, 0, 0, 0, 0, 0]) ^ 1
    words += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return f"{prefix}1{''.join(_ALPHABET[word] for word in words)}"


def _polymod(words: list[int]) -> int:
    remainder = 1
    for word in words:
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << 5 ^ word
        for bit, generator in enumerate(_GENERATOR):
            remainder ^= generator if top >> bit & 1 else 0
    return remainder
