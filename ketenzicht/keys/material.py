"""One key, one file: how each is written, and what is refused on reading. Errors name the file, never the key."""

import os
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from ketenzicht.errors import ConfigurationError
from ketenzicht.sealing import SealingIdentity, check_recipient
from ketenzicht.workspace import make_directory, sync_directory

SECRET_BYTES = 32
# 32 random bytes hold fewer than 16 different ones with probability below 1e-13; typed or padded secrets often do.
_FEWEST_DIFFERENT_BYTES = 16


def write_new(path: Path, content: bytes) -> bool:
    """Write a key file of mode 0600 whole, unless there is one; return whether it was written."""
    make_directory(path.parent)
    if path.exists():
        return False
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        # A link, unlike a rename, fails where the name is taken: no race can overwrite a key.
        os.link(beside, path)
    except FileExistsError:
        return False
    finally:
        beside.unlink(missing_ok=True)
    sync_directory(path.parent)
    return True


def secret_text(secret: bytes, name: str) -> bytes:
    """A secret as its file holds it (hexadecimal, one line); ``ConfigurationError`` for a weak one."""
    _refuse_weak(secret, name)
    return f"{secret.hex()}\n".encode()


def read_secret(path: Path) -> bytes:
    """A secret of 32 bytes; ``ConfigurationError`` where missing, readable by others, malformed or weak."""
    text = _read_private(path)
    try:
        secret = bytes.fromhex(text.strip())
    except ValueError:
        msg = f"{path}: not hexadecimal. Cure: restore it from the agency's backup; `keys new` makes missing keys."
        raise ConfigurationError(msg) from None
    _refuse_weak(secret, str(path))
    return secret


def signing_text(seed: bytes) -> bytes:
    """A signing key made of 32 random bytes, as PEM."""
    _refuse_weak(seed, "a new signing key")
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def read_signing(path: Path) -> Ed25519PrivateKey:
    """An Ed25519 signing key; ``ConfigurationError`` where missing, readable by others or no such key."""
    text = _read_private(path)
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        msg = f"{path}: not an Ed25519 private key in PEM. Cure: restore it from backup, or move it away and make anew."
        raise ConfigurationError(msg)
    return key


def verify_text(key: Ed25519PublicKey) -> bytes:
    """A verification key as PEM."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_verify(path: Path) -> Ed25519PublicKey:
    """An Ed25519 verification key; ``ConfigurationError`` where missing or no such key."""
    text = _read_text(path)
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        msg = f"{path}: not an Ed25519 public key in PEM. Cure: ask its owner for the file again, compare fingerprints."
        raise ConfigurationError(msg)
    return key


def identity_text(identity: SealingIdentity) -> bytes:
    """A sealing identity as the ``age`` program reads it."""
    return f"{identity.text}\n".encode()


def read_identity(path: Path) -> SealingIdentity:
    """A sealing identity; ``ConfigurationError`` where missing, readable by others or none."""
    try:
        return SealingIdentity.from_text(_read_private(path))
    except ValueError:
        msg = f"{path}: not an age identity. Cure: restore it from backup, or move it away and make anew."
        raise ConfigurationError(msg) from None


def read_recipient(path: Path) -> str:
    """An age recipient; ``ConfigurationError`` where missing or none."""
    try:
        return check_recipient(_read_text(path).strip())
    except ConfigurationError as error:
        msg = f"{path}: {error}"
        raise ConfigurationError(msg) from None


def _refuse_weak(secret: bytes, name: str) -> None:
    if len(secret) != SECRET_BYTES:
        msg = f"{name}: weak secret, it is not {SECRET_BYTES} bytes long. Cure: let `ketenzicht keys new` make it."
        raise ConfigurationError(msg)
    if len(set(secret)) < _FEWEST_DIFFERENT_BYTES:
        msg = f"{name}: weak secret, its bytes repeat. Cure: let `ketenzicht keys new` make it; never type a secret."
        raise ConfigurationError(msg)


def _read_private(path: Path) -> str:
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        msg = f"{path}: a secret that others can read. Cure: chmod 600, and make it anew if anybody may have read it."
        raise ConfigurationError(msg)
    return _read_text(path)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        msg = f"{path}: key file is missing. Cure: `ketenzicht keys new` (one machine), or ask its owner for it."
    except UnicodeDecodeError:
        msg = f"{path}: not a key file (not ASCII text). Cure: restore it from backup."
    except OSError:
        msg = f"{path}: cannot be read. Cure: run as the owner of this domain, and check the rights of the directory."
    raise ConfigurationError(msg) from None
