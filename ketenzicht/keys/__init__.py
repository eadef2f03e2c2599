"""Keys by role: made, loaded, shown by fingerprint, replaced; and the pseudonyms they key."""

from ketenzicht.keys.ceremony import Rotation, create, rotate
from ketenzicht.keys.domains import (
    AgencyKeys,
    LinkageUnitKeys,
    WarehouseKeys,
    load_agency,
    load_linkage_unit,
    load_warehouse,
)
from ketenzicht.keys.fingerprints import Fingerprint, fingerprint, fingerprints, signer_fingerprint
from ketenzicht.keys.pseudonyms import pseudonym

__all__ = [
    "AgencyKeys",
    "Fingerprint",
    "LinkageUnitKeys",
    "Rotation",
    "WarehouseKeys",
    "create",
    "fingerprint",
    "fingerprints",
    "load_agency",
    "load_linkage_unit",
    "load_warehouse",
    "pseudonym",
    "rotate",
    "signer_fingerprint",
]
