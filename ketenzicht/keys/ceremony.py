"""Making and replacing keys where one machine plays every domain (the demo).

Between real domains each makes its own keys and the public halves are exchanged by hand, fingerprints compared.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ketenzicht.errors import ConfigurationError
from ketenzicht.keys import material, places
from ketenzicht.keys.fingerprints import fingerprint
from ketenzicht.sealing import SealingIdentity
from ketenzicht.workspace import Workspace, atomic_write

Entropy = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Rotation:
    """Fingerprints of the linkage secret before (one per distinct secret found) and after."""

    old: tuple[str, ...]
    new: str


def create(workspace: Workspace, sources: Sequence[str], entropy: Entropy = secrets.token_bytes) -> list[Path]:
    """Make the keys that are missing in every domain and hand out the public halves; return the files written.

    ``entropy(n)`` gives n random bytes. A key that exists is never overwritten; called again, nothing is written.
    Raises ``ConfigurationError`` where existing keys are weak or malformed, where agencies hold different linkage
    secrets, or where a trusted public half is not its owner's.
    """
    written = _share_linkage_secret(workspace, sources, entropy)
    for source in sources:
        keys = workspace.agency_keys(source)
        written += _new_secret(places.pseudonym_secret(keys), entropy)
        written += _new_signing(keys, entropy)
    for keys in (workspace.linkage_unit_keys, workspace.warehouse_keys):
        written += _new_signing(keys, entropy)
        written += _new_identity(keys, entropy)
    written += _new_secret(places.at_rest_key(workspace.warehouse_keys), entropy)
    for source in sources:
        written += _new_identity(workspace.agency_keys(source), entropy)
    written += _hand_out(workspace, sources)
    return written


def rotate(workspace: Workspace, sources: Sequence[str], entropy: Entropy = secrets.token_bytes) -> Rotation:
    """Replace the linkage secret of all agencies by a new one for a new epoch; the old one is deleted.

    Killed half-way, agencies hold different secrets, which ``create`` refuses; run again to mend. Encodings made
    before cannot be linked to encodings made after. Raises ``ConfigurationError`` where an agency has no valid
    secret, before anything is replaced.
    """
    paths = [places.linkage_secret(workspace.agency_keys(source)) for source in sources]
    old = sorted({fingerprint("linkage_secret", material.read_secret(path)) for path in paths})
    secret = entropy(material.SECRET_BYTES)
    text = material.secret_text(secret, "a new linkage secret")
    new = fingerprint("linkage_secret", secret)
    if new in old:
        msg = "the new linkage secret equals the old one. Cure: give a source of randomness that does not repeat."
        raise ConfigurationError(msg)
    for path in paths:
        atomic_write(path, text)
    return Rotation(old=tuple(old), new=new)


def _share_linkage_secret(workspace: Workspace, sources: Sequence[str], entropy: Entropy) -> list[Path]:
    paths = [places.linkage_secret(workspace.agency_keys(source)) for source in sources]
    found = {path: material.read_secret(path) for path in paths if path.exists()}
    if len(set(found.values())) > 1:
        names = ", ".join(str(path) for path in found)
        msg = f"{names}: agencies hold different linkage secrets. Cure: `ketenzicht keys rotate` gives all a new one."
        raise ConfigurationError(msg)
    secret = next(iter(found.values())) if found else entropy(material.SECRET_BYTES)
    text = material.secret_text(secret, "a new linkage secret")
    return [path for path in paths if material.write_new(path, text)]


def _new_secret(path: Path, entropy: Entropy) -> list[Path]:
    if path.exists():
        return []
    text = material.secret_text(entropy(material.SECRET_BYTES), f"a new {path.name}")
    return [path] if material.write_new(path, text) else []


def _new_signing(keys: Path, entropy: Entropy) -> list[Path]:
    path = places.signing_key(keys)
    if path.exists():
        return []
    return [path] if material.write_new(path, material.signing_text(entropy(material.SECRET_BYTES))) else []


def _new_identity(keys: Path, entropy: Entropy) -> list[Path]:
    path = places.sealing_identity(keys)
    if path.exists():
        return []
    identity = SealingIdentity.from_bytes(entropy(material.SECRET_BYTES))
    return [path] if material.write_new(path, material.identity_text(identity)) else []


def _hand_out(workspace: Workspace, sources: Sequence[str]) -> list[Path]:
    """Each domain gets the public halves it needs, and no other."""
    unit, warehouse = workspace.linkage_unit_keys, workspace.warehouse_keys
    agencies = [workspace.agency_keys(source) for source in sources]
    copies: list[tuple[Path, bytes]] = []
    for domain, owner, readers in (
        (places.LINKAGE_UNIT, unit, agencies),
        (places.WAREHOUSE, warehouse, [*agencies, unit]),
    ):
        recipient = material.read_identity(places.sealing_identity(owner)).recipient
        copies += [(places.trusted_recipient(keys, domain), f"{recipient}\n".encode()) for keys in readers]
    # What the linkage unit asks of an agency in review is sealed to that agency alone.
    for source, keys in zip(sources, agencies, strict=True):
        recipient = material.read_identity(places.sealing_identity(keys)).recipient
        copies.append((places.trusted_recipient(unit, source), f"{recipient}\n".encode()))
    signers = [(source, keys, [unit, warehouse]) for source, keys in zip(sources, agencies, strict=True)]
    for domain, owner, readers in (*signers, (places.LINKAGE_UNIT, unit, [warehouse, *agencies])):
        public = material.read_signing(places.signing_key(owner)).public_key()
        copies += [(places.trusted_verify(keys, domain), material.verify_text(public)) for keys in readers]
    return [path for path, content in copies if _copy(path, content)]


def _copy(path: Path, content: bytes) -> bool:
    if material.write_new(path, content):
        return True
    if path.read_bytes() != content:
        msg = (
            f"{path}: not the public key that its owner holds now. Cure: remove it and run `ketenzicht keys new` again."
        )
        raise ConfigurationError(msg)
    return False
