"""Keys derived from the linkage secret: one for each purpose and epoch (HKDF, RFC 5869).

A key belongs to a purpose and not to a place, so that the order of fields changes nothing. clkhash derives its own
keys from what it is given, once more.
"""

import hmac
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from linkage.errors import EncodingRefused

MINIMUM_SECRET_BYTES = 16
_KEY_BYTES = 32
_DOMAIN = b"ketenzicht encoding 1"


@dataclass(frozen=True)
class EncodingKeys:
    """The keys of one linkage secret in one epoch.

    Raises ``EncodingRefused`` for a secret under 16 bytes (clkhash would take an empty one) or an empty epoch.
    """

    secret: bytes = field(repr=False)
    epoch: str

    def __post_init__(self) -> None:
        """Refuse what cannot protect anything."""
        if len(self.secret) < MINIMUM_SECRET_BYTES:
            msg = (
                f"the linkage secret has {len(self.secret)} bytes, at least {MINIMUM_SECRET_BYTES} are needed. "
                "Cure: make one with `ketenzicht keys new`."
            )
            raise EncodingRefused(msg)
        if not self.epoch:
            raise EncodingRefused("the key epoch is empty. Cure: name it in pipeline.toml.")

    def key(self, purpose: str) -> bytes:
        """The 32-byte key of a purpose, such as ``filter/names``."""
        info = b"\x00".join((_DOMAIN, purpose.encode(), self.epoch.encode()))
        return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(self.secret)

    def digest(self, purpose: str, message: bytes, length: int) -> bytes:
        """HMAC-SHA-256 of ``message`` under the key of a purpose, its first ``length`` bytes."""
        return hmac.digest(self.key(purpose), message, "sha256")[:length]
