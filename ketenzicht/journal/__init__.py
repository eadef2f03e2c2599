"""The journal: who did what, when, why and for whom; append-only, hash-chained, without a value of a person."""

from ketenzicht.journal.entries import Entry, Head
from ketenzicht.journal.verification import Verified, read, verify
from ketenzicht.journal.writing import Journal

__all__ = ["Entry", "Head", "Journal", "Verified", "read", "verify"]
