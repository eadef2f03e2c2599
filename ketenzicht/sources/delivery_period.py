"""Does a delivery hold the period it was announced for?"""

import pandas as pd

from ketenzicht.extract.cells import read_values
from ketenzicht.extract.dates import ISO, date_bounds
from ketenzicht.periods import Period
from ketenzicht.settings import SourceSettings
from ketenzicht.sources.delivery import RawDelivery
from ketenzicht.sources.refusal import refusal


def check_period(delivery: RawDelivery, source: SourceSettings) -> None:
    """Pass where at least half of the dated rows fall in the delivery's period.

    Raises ``DataRefused`` with counts where more than half fall outside: the wrong period was delivered. Rows without
    a readable date do not count; a source without a dated ``period_column`` always passes.
    """
    bounds = _bounds(delivery, source)
    dated, outside = len(bounds), len(_outside(bounds, delivery.period))
    if source.period_column is None or 2 * outside <= dated:
        return
    rule = (
        f"wrong delivery period: {outside} of {dated} dated rows fall outside {delivery.period} "
        f"({delivery.period.first} to {delivery.period.last})"
    )
    cure = "deliver the file of that period, or give the period that this file is of"
    raise refusal(delivery.path, rule, cure, column=source.period_column.column)


def rows_outside_period(delivery: RawDelivery, source: SourceSettings) -> "pd.Index[int]":
    """Row numbers whose date lies wholly outside the delivery's period; undated rows are not among them."""
    return _outside(_bounds(delivery, source), delivery.period)


def _bounds(delivery: RawDelivery, source: SourceSettings) -> pd.DataFrame:
    """``earliest`` and ``latest`` of each row that has a date, by row number."""
    if source.period_column is None or source.period_column.date is None:
        return pd.DataFrame(columns=["earliest", "latest"], index=delivery.frame.index[:0])
    dates = read_values(delivery.frame, source.period_column, {})
    return date_bounds(dates.dropna(), ISO).dropna()


def _outside(bounds: pd.DataFrame, period: Period) -> "pd.Index[int]":
    return bounds.index[(bounds["latest"] < period.first) | (bounds["earliest"] > period.last)]
