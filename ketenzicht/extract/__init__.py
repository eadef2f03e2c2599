"""From a checked delivery to identifiers for encoding and payload for the warehouse."""

from ketenzicht.extract.dates import bad_dates, date_bounds, read_dates
from ketenzicht.extract.identifiers import identifiers
from ketenzicht.extract.native_ids import native_ids
from ketenzicht.extract.payload import EVENTS, REGISTRATIONS, Payload, payload

__all__ = [
    "EVENTS",
    "REGISTRATIONS",
    "Payload",
    "bad_dates",
    "date_bounds",
    "identifiers",
    "native_ids",
    "payload",
    "read_dates",
]
