"""The keys that review needs: the linkage unit asks an agency, and the agency answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ketenzicht.keys import material, places
from ketenzicht.sealing import SealingIdentity
from ketenzicht.workspace import Workspace


@dataclass(frozen=True, slots=True)
class AgencyReviewKeys:
    """What an agency needs: its identity opens questions, ``linkage_unit`` checks who asked, and it signs answers."""

    source: str
    identity: SealingIdentity = field(repr=False)
    signing_key: Ed25519PrivateKey = field(repr=False)
    linkage_unit: Ed25519PublicKey = field(repr=False)
    linkage_unit_recipient: str


@dataclass(frozen=True, slots=True)
class UnitReviewKeys:
    """What the linkage unit needs: it signs questions, seals them to ``recipient``, and opens and checks answers."""

    identity: SealingIdentity = field(repr=False)
    signing_key: Ed25519PrivateKey = field(repr=False)
    agencies: Mapping[str, Ed25519PublicKey] = field(repr=False)
    recipients: Mapping[str, str]


def load_agency_review(workspace: Workspace, source: str) -> AgencyReviewKeys:
    """Keys of one agency for review; reads nothing outside its own domain.

    Raises ``ConfigurationError`` naming file and cure for a key that is missing, malformed or readable by others.
    """
    keys = workspace.agency_keys(source)
    return AgencyReviewKeys(
        source=source,
        identity=material.read_identity(places.sealing_identity(keys)),
        signing_key=material.read_signing(places.signing_key(keys)),
        linkage_unit=material.read_verify(places.trusted_verify(keys, places.LINKAGE_UNIT)),
        linkage_unit_recipient=material.read_recipient(places.trusted_recipient(keys, places.LINKAGE_UNIT)),
    )


def load_unit_review(workspace: Workspace, sources: Sequence[str]) -> UnitReviewKeys:
    """Keys of the linkage unit for review with these agencies; errors as ``load_agency_review``."""
    keys = workspace.linkage_unit_keys
    return UnitReviewKeys(
        identity=material.read_identity(places.sealing_identity(keys)),
        signing_key=material.read_signing(places.signing_key(keys)),
        agencies={source: material.read_verify(places.trusted_verify(keys, source)) for source in sources},
        recipients={source: material.read_recipient(places.trusted_recipient(keys, source)) for source in sources},
    )
