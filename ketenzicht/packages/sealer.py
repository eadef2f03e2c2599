"""Sealing: tables to one encrypted file that only its recipient can open and only its sender can have made."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from ketenzicht.errors import ConfigurationError, DataRefused
from ketenzicht.keys import signer_fingerprint
from ketenzicht.packages import archive
from ketenzicht.packages.manifest import Content, Kind, Manifest, ManifestFields, content_hash, main_table
from ketenzicht.sealing import check_recipient, seal_stream
from ketenzicht.workspace import atomic_write


@dataclass(frozen=True, slots=True)
class PackageInfo:
    """A sealed package: where it is, what it says, how large it is."""

    path: Path
    manifest: Manifest
    size: int


def seal(
    kind: Kind,
    tables: Mapping[str, pa.Table],
    manifest_fields: ManifestFields,
    signing_key: Ed25519PrivateKey,
    recipient: str,
    path: Path,
) -> PackageInfo:
    """Write a sealed package to ``path``, whole or not at all.

    The plaintext depends on tables and fields only; the file differs each time, because age encrypts under fresh
    randomness. Records are the rows of the only table, or of ``encodings``, ``registrations`` or ``crosswalk``.
    Raises ``DataRefused`` for a package without records, and ``ConfigurationError`` for a recipient that is none, a
    missing main table, or fields that do not fit the kind.
    """
    check_recipient(recipient)
    files = {name: archive.parquet(tables[name]) for name in sorted(tables)}
    contents = {
        name: Content(sha256=hashlib.sha256(files[name]).hexdigest(), rows=tables[name].num_rows) for name in files
    }
    manifest = _manifest(kind, contents, manifest_fields, signing_key)
    if manifest.record_count == 0:
        msg = f"{path}: no records to seal. Cure: check the delivery and its quarantine; an empty one is not sent."
        raise DataRefused(msg)
    signed = manifest.canonical()
    entries = {archive.entry_name(name): content for name, content in files.items()}
    plain = archive.pack({**entries, archive.MANIFEST: signed, archive.SIGNATURE: signing_key.sign(signed)})
    atomic_write(path, lambda stream: seal_stream(plain, stream, recipient))
    return PackageInfo(path=path, manifest=manifest, size=path.stat().st_size)


def _manifest(
    kind: Kind, contents: Mapping[str, Content], fields: ManifestFields, signing_key: Ed25519PrivateKey
) -> Manifest:
    main = main_table(kind, contents)
    if main is None:
        msg = (
            f"a {kind} package of {fields.source} lacks its main table. Cure: this is a fault of the caller; report it."
        )
        raise ConfigurationError(msg)
    try:
        return Manifest(
            **fields.model_dump(),
            kind=kind,
            record_count=contents[main].rows,
            contents=dict(contents),
            content_hash=content_hash(contents),
            signed_by=signer_fingerprint(signing_key),
        )
    except ValidationError as error:
        rules = "; ".join(f"{'.'.join(map(str, item['loc'])) or 'manifest'}: {item['msg']}" for item in error.errors())
        msg = f"the manifest of a {kind} package does not hold ({rules}). Cure: correct these fields."
        raise ConfigurationError(msg) from None
