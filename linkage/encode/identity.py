"""What identifies an encoding: a hash of the schema, and a check that two parties hold the same key."""

import hashlib
import hmac
import json
from dataclasses import asdict

import pandas as pd

from linkage.encode.columns import columns
from linkage.encode.keys import EncodingKeys
from linkage.encode.table import encode
from linkage.normalise.table import column_names
from linkage.profiles import Profile, profile
from linkage.settings import EncodingSettings, FieldKind

# Rises with every change of normalisation or encoding that makes earlier encodings incomparable.
ENCODING_VERSION = 2

_FICTIONAL = {
    FieldKind.GIVEN_NAME: ("fictief", "voorbeeld anna"),
    FieldKind.FAMILY_NAME: ("proefpersoon", "bestaatniet"),
    FieldKind.DATE: ("1899", "12"),
    FieldKind.CATEGORY: ("x", "zz"),
    FieldKind.POSTCODE: ("0000AA", "0000ZZ"),
    FieldKind.TEXT: ("verzonnen straat", "nergens"),
    FieldKind.IDENTIFIER: ("000000001", "TEST0001"),
}


def schema_hash(settings: EncodingSettings) -> str:
    """SHA-256 (hexadecimal) of all that decides an encoding besides the key: version, fields, profile, columns.

    The order of fields does not count.
    """
    content = {
        "version": ENCODING_VERSION,
        "settings": settings.model_dump(mode="json"),
        "columns": columns(settings),
        "profile": _plain(profile(settings.profile)),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def key_check(settings: EncodingSettings, secret: bytes, epoch: str) -> str:
    """HMAC (hexadecimal) under the linkage secret over the encodings of fixed fictional records and the epoch.

    Two parties whose checks are equal encode alike: same secret, epoch, fields and software behaviour. The records
    exist nowhere and never travel. Raises ``EncodingRefused`` as ``encode`` does.
    """
    fields = dict(sorted(settings.fields.items()))
    canonical = settings.model_copy(update={"fields": fields})
    records = pd.DataFrame(
        {column: _FICTIONAL[field.kind] for name, field in fields.items() for column in column_names(name, field)},
        index=pd.Index(["1", "2"], name="native_id"),
        dtype=object,
    )
    ids = pd.Series(["1", "2"], index=records.index)
    table = encode(records, canonical, secret=secret, epoch=epoch, record_ids=ids)
    digest = hmac.new(EncodingKeys(secret, epoch).key("key check"), digestmod="sha256")
    for name in table.column_names:
        digest.update(f"\x00{name}\x00".encode())
        for cell in table[name].to_pylist():
            digest.update(cell if isinstance(cell, bytes) else str(cell).encode())
    digest.update(f"\x00epoch\x00{epoch}".encode())
    return digest.hexdigest()


def _plain(chosen: Profile) -> dict[str, object]:
    """What of a profile decides encodings: filters, phonetic column, digest width and search design."""
    return {
        "filters": {kind.value: asdict(design) for kind, design in chosen.filters.items()},
        "phonetic": asdict(chosen.phonetic),
        "digest_bytes": chosen.digest_bytes,
        "search": {
            "bits": chosen.search.bits,
            "feature_bits": {kind.value: bits for kind, bits in chosen.search.feature_bits.items()},
            "phonetic_bits": {kind.value: bits for kind, bits in chosen.search.phonetic_bits.items()},
            "date_token_bits": chosen.search.date_token_bits,
            "further_share": chosen.search.further_share,
        },
    }
