"""From raw identifier values to one canonical text per person and encoded attribute."""

from linkage.normalise.table import column_names, normalise

__all__ = ["column_names", "normalise"]
