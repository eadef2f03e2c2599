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
from ketenzicht.keys.review import AgencyReviewKeys, UnitReviewKeys, load_agency_review, load_unit_review

__all__ = [
    "AgencyKeys",
    "AgencyReviewKeys",
    "Fingerprint",
    "LinkageUnitKeys",
    "Rotation",
    "UnitReviewKeys",
    "WarehouseKeys",
    "create",
    "fingerprint",
    "fingerprints",
    "load_agency",
    "load_agency_review",
    "load_linkage_unit",
    "load_unit_review",
    "load_warehouse",
    "pseudonym",
    "rotate",
    "signer_fingerprint",
]
