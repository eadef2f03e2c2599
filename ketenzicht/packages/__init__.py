"""Sealed packages: signed, encrypted Parquet tables that travel between trust domains."""

from ketenzicht.packages.manifest import Content, Kind, Manifest, ManifestFields
from ketenzicht.packages.opening import OpenedPackage, open_sealed
from ketenzicht.packages.sealer import PackageInfo, seal
from ketenzicht.packages.verification import Expectations, verify, verify_together

__all__ = [
    "Content",
    "Expectations",
    "Kind",
    "Manifest",
    "ManifestFields",
    "OpenedPackage",
    "PackageInfo",
    "open_sealed",
    "seal",
    "verify",
    "verify_together",
]
