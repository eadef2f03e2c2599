"""Fingerprints: names for keys that can be read aloud, printed and signed for, and tell nothing of the key."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ketenzicht.keys import material, places
from ketenzicht.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One key of one domain, by fingerprint."""

    domain: str
    purpose: str
    fingerprint: str


def fingerprint(purpose: str, key: bytes) -> str:
    """The first 16 hexadecimal digits of SHA-256 over a purpose label and the key.

    The label keeps the same bytes under two purposes apart. Safe to publish for keys of 32 random bytes only.
    """
    return hashlib.sha256(f"ketenzicht/fingerprint/{purpose}".encode() + b"\0" + key).hexdigest()[:16]


def signer_fingerprint(key: Ed25519PublicKey | Ed25519PrivateKey) -> str:
    """The fingerprint of a signing key, the same from either half."""
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return fingerprint("signing_key", public.public_bytes_raw())


def fingerprints(workspace: Workspace, sources: Sequence[str]) -> list[Fingerprint]:
    """Fingerprints of every domain's own keys, in the order agencies, linkage unit, warehouse.

    Raises ``ConfigurationError`` for a key that is missing, malformed, weak or readable by others.
    """
    shown = []
    for source in sources:
        keys = workspace.agency_keys(source)
        linkage = material.read_secret(places.linkage_secret(keys))
        pseudonym = material.read_secret(places.pseudonym_secret(keys))
        recipient = material.read_identity(places.sealing_identity(keys)).recipient
        signing = material.read_signing(places.signing_key(keys))
        shown += [
            Fingerprint(source, "linkage_secret", fingerprint("linkage_secret", linkage)),
            Fingerprint(source, "pseudonym_secret", fingerprint("pseudonym_secret", pseudonym)),
            Fingerprint(source, "sealing_identity", fingerprint("sealing_identity", recipient.encode())),
            Fingerprint(source, "signing_key", signer_fingerprint(signing)),
        ]
    for domain, keys in (
        (places.LINKAGE_UNIT, workspace.linkage_unit_keys),
        (places.WAREHOUSE, workspace.warehouse_keys),
    ):
        recipient = material.read_identity(places.sealing_identity(keys)).recipient
        signing = material.read_signing(places.signing_key(keys))
        shown += [
            Fingerprint(domain, "sealing_identity", fingerprint("sealing_identity", recipient.encode())),
            Fingerprint(domain, "signing_key", signer_fingerprint(signing)),
        ]
    at_rest = material.read_secret(places.at_rest_key(workspace.warehouse_keys))
    return [*shown, Fingerprint(places.WAREHOUSE, "at_rest_key", fingerprint("at_rest_key", at_rest))]
