"""Reading a delivery: an agency's file in, a table of texts out, or a refusal that names the cure."""

from ketenzicht.sources.delivery import RawDelivery
from ketenzicht.sources.delivery_period import check_period, rows_outside_period
from ketenzicht.sources.location import locate
from ketenzicht.sources.reading import read

__all__ = ["RawDelivery", "check_period", "locate", "read", "rows_outside_period"]
