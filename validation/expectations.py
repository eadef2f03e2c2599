"""Expectations on Dutch registers that Great Expectations does not have.

Each is a pair of classes as the library wants them: a metric that says per row whether it fits, and the expectation
that counts. Columns arrive without their missing values; a missing value is judged by an expectation of its own.
Arguments have no defaults where they can be written: the library drops an argument that equals its default.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
from great_expectations.compatibility import pydantic
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation, ColumnPairMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.column_condition_partial import (
    column_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.column_map_metric_provider import (
    ColumnMapMetricProvider,
)
from great_expectations.expectations.metrics.map_metric_provider.column_pair_condition_partial import (
    column_pair_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.column_pair_map_metric_provider import (
    ColumnPairMapMetricProvider,
)

from validation.dates import column_bounds, is_form
from validation.numbers import passes_eleven_test


def _known_form(form: str) -> str:
    if not is_form(form):
        msg = "not a form of a date; build it of YYYY, MM, DD and separators"
        raise ValueError(msg)
    return form


def _iso(text: str) -> str:
    return date.fromisoformat(text).isoformat()


_PAIR_DOMAIN = ("batch_id", "table", "column_A", "column_B", "row_condition", "condition_parser", "ignore_row_if")


class _BsnMetric(ColumnMapMetricProvider):
    condition_metric_name = "column_values.valid_bsn"
    condition_value_keys = ("sentinels",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(self, column: pd.Series, sentinels: Sequence[str], **_: object) -> pd.Series:
        return pd.Series(passes_eleven_test(column), index=column.index) | column.isin(sentinels)


class ExpectColumnValuesToBeValidBsn(ColumnMapExpectation):
    """Nine digits that pass the eleven-test, or a sentinel (``999999999`` unknown, ``000000000`` unborn)."""

    sentinels: list[str]
    map_metric = "column_values.valid_bsn"
    success_keys = ("sentinels", "mostly")
    args_keys = ("column", "sentinels")


class _PartialDateMetric(ColumnMapMetricProvider):
    condition_metric_name = "column_values.partial_date"
    condition_value_keys = ("form", "partial", "unknown")

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(self, column: pd.Series, form: str, *, partial: bool, unknown: Sequence[str], **_: object) -> pd.Series:
        bounds = column_bounds(column, form)
        fits = bounds.first > 0 if partial else (bounds.first > 0) & (bounds.first == bounds.last)
        return pd.Series(fits, index=column.index) | column.isin(unknown)


class ExpectColumnValuesToBePartialDates(ColumnMapExpectation):
    """A date of the form; if ``partial``, its day, or day and month, may be 00; ``unknown`` are other legal texts."""

    form: str
    partial: bool
    unknown: list[str]
    _form = pydantic.validator("form", allow_reuse=True)(_known_form)
    map_metric = "column_values.partial_date"
    success_keys = ("form", "partial", "unknown", "mostly")
    args_keys = ("column", "form", "partial", "unknown")


class _DateRangeMetric(ColumnMapMetricProvider):
    condition_metric_name = "column_values.dates_between"
    condition_value_keys = ("form", "earliest", "latest")

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(self, column: pd.Series, form: str, earliest: str, latest: str, **_: object) -> pd.Series:
        bounds = column_bounds(column, form)
        early = bounds.last < date.fromisoformat(earliest).toordinal()
        late = bounds.first > date.fromisoformat(latest).toordinal()
        # What is not a date at all is judged by the expectation on dates, not twice.
        return pd.Series((bounds.first == 0) | ~(early | late), index=column.index)


class ExpectColumnDatesToBeBetween(ColumnMapExpectation):
    """A date that may lie between ``earliest`` and ``latest`` (ISO dates, both included)."""

    form: str
    earliest: str
    latest: str
    _form = pydantic.validator("form", allow_reuse=True)(_known_form)
    _days = pydantic.validator("earliest", "latest", allow_reuse=True)(_iso)
    map_metric = "column_values.dates_between"
    success_keys = ("form", "earliest", "latest", "mostly")
    args_keys = ("column", "form", "earliest", "latest")


class _PartsMetric(ColumnMapMetricProvider):
    condition_metric_name = "column_values.parts_in_set"
    condition_value_keys = ("value_set", "separator")

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(self, column: pd.Series, value_set: Sequence[str], separator: str, **_: object) -> pd.Series:
        codes, texts = pd.factorize(column)
        allowed = frozenset(value_set)
        fits = [all(part.strip() in allowed for part in str(text).split(separator)) for text in texts]
        return pd.Series(np.array(fits, dtype=bool)[codes], index=column.index)


class ExpectColumnPartsToBeInSet(ColumnMapExpectation):
    """Every part of a cell with several values, split at ``separator``, is in ``value_set``."""

    value_set: list[str]
    separator: str
    map_metric = "column_values.parts_in_set"
    success_keys = ("value_set", "separator", "mostly")
    args_keys = ("column", "value_set", "separator")


class _OrderMetric(ColumnPairMapMetricProvider):
    condition_metric_name = "column_pair_values.dates_in_order"
    condition_domain_keys = _PAIR_DOMAIN
    condition_value_keys = ("form", "days_apart")

    @column_pair_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator] # library's own
    def _pandas(
        self, earlier: pd.Series, later: pd.Series, form: str, days_apart: int | None = None, **_: object
    ) -> pd.Series:
        first, second = column_bounds(earlier, form), column_bounds(later, form)
        if days_apart is None:
            fits = second.last >= first.first
        else:
            fits = (second.last >= first.first + days_apart) & (second.first <= first.last + days_apart)
        no_date = (first.first == 0) | (second.first == 0)
        return pd.Series(no_date | fits, index=earlier.index)


class ExpectColumnPairDatesToBeInOrder(ColumnPairMapExpectation):
    """``column_B`` may lie on or after ``column_A``; with ``days_apart``, exactly that many days after it."""

    form: str
    days_apart: int | None = None
    ignore_row_if: str
    _form = pydantic.validator("form", allow_reuse=True)(_known_form)
    map_metric = "column_pair_values.dates_in_order"
    success_keys = ("form", "days_apart", "ignore_row_if", "mostly")
    args_keys = ("column_A", "column_B", "form", "days_apart")


class _CodesByKindMetric(ColumnPairMapMetricProvider):
    condition_metric_name = "column_pair_values.codes_by_kind"
    condition_domain_keys = _PAIR_DOMAIN
    condition_value_keys = ("value_sets",)

    @column_pair_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator] # library's own
    def _pandas(
        self, kinds: pd.Series, texts: pd.Series, value_sets: Mapping[str, Sequence[str]], **_: object
    ) -> pd.Series:
        fits = ~kinds.isin(list(value_sets))
        for kind, allowed in value_sets.items():
            fits |= (kinds == kind) & texts.isin(allowed)
        return fits


class ExpectColumnPairCodesToFitKind(ColumnPairMapExpectation):
    """``column_B`` is in the list of ``value_sets`` that ``column_A`` names; a kind without a list is not judged."""

    value_sets: dict[str, list[str]]
    ignore_row_if: str
    map_metric = "column_pair_values.codes_by_kind"
    success_keys = ("value_sets", "ignore_row_if", "mostly")
    args_keys = ("column_A", "column_B", "value_sets")
