"""Opening: nothing in a received file is believed before the signature of a trusted sender is checked.

Plaintext stays in memory.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import ValidationError

from ketenzicht.keys import signer_fingerprint
from ketenzicht.packages import archive
from ketenzicht.packages.manifest import Manifest, content_hash, main_table
from ketenzicht.packages.verification import Expectations, refusal, unlisted, verify
from ketenzicht.sealing import Damaged, NotSealed, OtherRecipient, SealingIdentity, unseal

MAX_BYTES = 8 << 30
_AGAIN = "ask the agency to send the package again"


@dataclass(frozen=True, slots=True)
class OpenedPackage:
    """A package whose sender, contents and fitness were checked. Tables are not shown: their text would hold rows."""

    manifest: Manifest
    tables: Mapping[str, pa.Table] = field(repr=False)


def open_sealed(
    path: Path,
    identity: SealingIdentity,
    trusted: Mapping[str, Ed25519PublicKey],
    expectations: Expectations | None = None,
    max_bytes: int = MAX_BYTES,
) -> OpenedPackage:
    """Decrypt, check and read a package; ``trusted`` gives the verification key of each allowed source.

    Raises ``DataRefused`` naming file, rule and cure where the file is missing, larger than ``max_bytes``, not sealed,
    truncated, altered or sealed to another; where its sender is not on the allow-list or did not sign it; where the
    contents differ from the manifest or hold no records; and where the manifest is not as ``expectations`` say.
    """
    try:
        opened = _archive(path, identity, max_bytes)
        signed = opened.read(archive.MANIFEST)
        signature = opened.read(archive.SIGNATURE)
        manifest = _parse(path.name, signed, trusted)
        _check_signature(path.name, manifest, signed, signature, trusted[manifest.source])
        if expectations is not None:
            verify(manifest, expectations, path.name)
        return OpenedPackage(manifest, _tables(path.name, manifest, opened, max_bytes))
    except archive.BadArchive as error:
        raise refusal(path.name, str(error), _AGAIN) from None


def _archive(path: Path, identity: SealingIdentity, max_bytes: int) -> archive.Archive:
    sealed = _read(path, max_bytes)
    try:
        plain = unseal(sealed, identity)
    except NotSealed:
        cure = "send the .age file that `ketenzicht encode` wrote, untouched"
        raise refusal(path.name, "not a sealed package (no age file)", cure) from None
    except OtherRecipient:
        cure = "let the agency compare its copy of this domain's public key by fingerprint, and seal again"
        raise refusal(path.name, "sealed to another recipient", cure) from None
    except Damaged:
        raise refusal(path.name, "truncated, or altered after sealing", _AGAIN) from None
    return archive.Archive(plain, plain.getbuffer().nbytes)


def _read(path: Path, max_bytes: int) -> bytes:
    try:
        if path.stat().st_size > max_bytes:
            raise refusal(path.name, "larger than this domain accepts", "deliver in shorter periods")
        return path.read_bytes()
    except FileNotFoundError:
        raise refusal(path.name, f"not in {path.parent}", "wait for the delivery, or ask the agency") from None
    except OSError:
        raise refusal(path.name, "cannot be read", "check the rights of the inbox") from None


def _parse(package: str, signed: bytes, trusted: Mapping[str, Ed25519PublicKey]) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(signed)
    except ValidationError as error:
        # Only the form's own keys are named: whatever else stands there is the sender's text.
        known = {str(item["loc"][0]) for item in error.errors() if item["loc"]} & set(Manifest.model_fields)
        keys = f" (keys {', '.join(sorted(known))})" if known else ""
        cure = "use the same version of ketenzicht on both sides, and seal again"
        raise refusal(package, f"its manifest is not of the known form{keys}", cure) from None
    if manifest.source not in trusted:
        raise unlisted(package, trusted)
    return manifest


def _check_signature(package: str, manifest: Manifest, signed: bytes, signature: bytes, key: Ed25519PublicKey) -> None:
    if manifest.signed_by != signer_fingerprint(key):
        cure = "compare fingerprints with the agency (`ketenzicht keys show`); renew its public key here if it changed"
        raise refusal(package, "signed by an unknown signer, not by its source", cure)
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        cure = f"trust nothing of it; {_AGAIN}, and report the incident"
        raise refusal(package, "its signature does not hold: the manifest was tampered with", cure) from None


def _tables(package: str, manifest: Manifest, opened: archive.Archive, max_bytes: int) -> dict[str, pa.Table]:
    expected = {archive.entry_name(name) for name in manifest.contents}
    if opened.names != expected | {archive.MANIFEST, archive.SIGNATURE}:
        raise refusal(package, "its files are not the ones its manifest lists", _AGAIN)
    if manifest.content_hash != content_hash(manifest.contents):
        raise refusal(package, "its content hash does not follow from its contents", _AGAIN)
    main = main_table(manifest.kind, manifest.contents)
    if main is None or manifest.contents[main].rows != manifest.record_count:
        raise refusal(package, "its record count is not that of its contents", _AGAIN)
    if manifest.record_count == 0:
        raise refusal(package, "it is empty", "check the delivery at the agency; an empty one is not linked")
    tables = {}
    for name, content in sorted(manifest.contents.items()):
        file = opened.read(archive.entry_name(name))
        if hashlib.sha256(file).hexdigest() != content.sha256:
            raise refusal(package, f"table {name} is not the one that was signed (content hash)", _AGAIN)
        tables[name] = archive.read_parquet(file, content.rows, max_bytes)
    return tables
