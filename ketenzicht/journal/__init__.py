"""The journal: who did what, when, why and for whom; append-only, hash-chained, without a value of a person."""

from ketenzicht.journal.entries import LONGEST_TEXT, Entry, Head
from ketenzicht.journal.verification import Verified, read, verify
from ketenzicht.journal.writing import Journal

__all__ = ["LONGEST_TEXT", "Entry", "Head", "Journal", "Verified", "read", "verify"]
