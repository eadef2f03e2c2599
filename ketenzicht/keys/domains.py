"""The keys of each trust domain. No representation of them shows a secret."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ketenzicht.errors import ConfigurationError
from ketenzicht.keys import material, places
from ketenzicht.sealing import SealingIdentity
from ketenzicht.workspace import Workspace


@dataclass(frozen=True, slots=True)
class AgencyKeys:
    """What an agency holds: secrets of 32 bytes, its signing key, and whom it may seal for (age recipients)."""

    source: str
    linkage_secret: bytes = field(repr=False)
    pseudonym_secret: bytes = field(repr=False)
    signing_key: Ed25519PrivateKey = field(repr=False)
    linkage_unit_recipient: str
    warehouse_recipient: str


@dataclass(frozen=True, slots=True)
class LinkageUnitKeys:
    """What the linkage unit holds: no linkage secret; ``agencies`` are the agencies' verification keys by source."""

    identity: SealingIdentity = field(repr=False)
    signing_key: Ed25519PrivateKey = field(repr=False)
    agencies: Mapping[str, Ed25519PublicKey] = field(repr=False)
    warehouse_recipient: str


@dataclass(frozen=True, slots=True)
class WarehouseKeys:
    """What the warehouse holds: ``at_rest_key`` is 32 bytes; ``linkage_unit`` checks signatures of crosswalks."""

    identity: SealingIdentity = field(repr=False)
    signing_key: Ed25519PrivateKey = field(repr=False)
    at_rest_key: bytes = field(repr=False)
    agencies: Mapping[str, Ed25519PublicKey] = field(repr=False)
    linkage_unit: Ed25519PublicKey = field(repr=False)


def load_agency(workspace: Workspace, source: str) -> AgencyKeys:
    """Keys of one agency; reads nothing outside its own domain.

    Raises ``ConfigurationError`` naming file and cure for a key that is missing, malformed, weak, readable by others,
    or used for two purposes.
    """
    keys = workspace.agency_keys(source)
    linkage_secret = material.read_secret(places.linkage_secret(keys))
    pseudonym_secret = material.read_secret(places.pseudonym_secret(keys))
    if linkage_secret == pseudonym_secret:
        msg = (
            f"{places.pseudonym_secret(keys)}: the same secret as {places.linkage_secret(keys).name}, so other "
            "agencies could compute this agency's pseudonyms. Cure: move it away and run `ketenzicht keys new`."
        )
        raise ConfigurationError(msg)
    return AgencyKeys(
        source=source,
        linkage_secret=linkage_secret,
        pseudonym_secret=pseudonym_secret,
        signing_key=material.read_signing(places.signing_key(keys)),
        linkage_unit_recipient=material.read_recipient(places.trusted_recipient(keys, places.LINKAGE_UNIT)),
        warehouse_recipient=material.read_recipient(places.trusted_recipient(keys, places.WAREHOUSE)),
    )


def load_linkage_unit(workspace: Workspace, sources: Sequence[str]) -> LinkageUnitKeys:
    """Keys of the linkage unit, trusting the listed agencies only; errors as ``load_agency``."""
    keys = workspace.linkage_unit_keys
    return LinkageUnitKeys(
        identity=material.read_identity(places.sealing_identity(keys)),
        signing_key=material.read_signing(places.signing_key(keys)),
        agencies={source: material.read_verify(places.trusted_verify(keys, source)) for source in sources},
        warehouse_recipient=material.read_recipient(places.trusted_recipient(keys, places.WAREHOUSE)),
    )


def load_warehouse(workspace: Workspace, sources: Sequence[str]) -> WarehouseKeys:
    """Keys of the warehouse, trusting the listed agencies and the linkage unit; errors as ``load_agency``."""
    keys = workspace.warehouse_keys
    return WarehouseKeys(
        identity=material.read_identity(places.sealing_identity(keys)),
        signing_key=material.read_signing(places.signing_key(keys)),
        at_rest_key=material.read_secret(places.at_rest_key(keys)),
        agencies={source: material.read_verify(places.trusted_verify(keys, source)) for source in sources},
        linkage_unit=material.read_verify(places.trusted_verify(keys, places.LINKAGE_UNIT)),
    )
