"""Where each key of a domain stands within its ``keys`` directory."""

from pathlib import Path

LINKAGE_UNIT = "linkage_unit"
WAREHOUSE = "warehouse"


def linkage_secret(keys: Path) -> Path:
    """Shared by all agencies of a project, known to nobody else; keys the encodings."""
    return keys / "linkage.secret"


def pseudonym_secret(keys: Path) -> Path:
    """An agency's own; keys its record pseudonyms."""
    return keys / "pseudonym.secret"


def at_rest_key(keys: Path) -> Path:
    """The warehouse's own; encrypts its database."""
    return keys / "at_rest.secret"


def signing_key(keys: Path) -> Path:
    """Signs what the domain sends (Ed25519, PEM)."""
    return keys / "signing.pem"


def sealing_identity(keys: Path) -> Path:
    """Opens what the domain receives (age X25519)."""
    return keys / "sealing.age"


def trusted_recipient(keys: Path, domain: str) -> Path:
    """The public key of another domain, to seal for it."""
    return keys / "trusted" / f"{domain}.recipient"


def trusted_verify(keys: Path, domain: str) -> Path:
    """The public key of another domain, to check its signatures."""
    return keys / "trusted" / f"{domain}.verify.pem"
