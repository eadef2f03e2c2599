"""The errors of this package. A message names model or file, rule and cure, and never a value of a row."""


class WarehouseRefused(Exception):
    """Delivered tables, or what was built from them, break a rule; the target is left as it was."""


class QueryRefused(Exception):
    """A query cannot be run on a database that is open for reading only."""
