"""Great Expectations behind one door: silent, in memory, and without a value of a delivery in what it hands back."""

import logging
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from validation.errors import RunError, SuiteError
from validation.suites import Expectation, Suite

with warnings.catch_warnings():
    # Great Expectations 1.24 imports modules that Python 3.11 deprecates; nothing of it is ours to mend.
    warnings.simplefilter("ignore")
    import great_expectations as gx
    from great_expectations.core.expectation_suite import ExpectationSuite
    from great_expectations.data_context.data_context.context_factory import set_context
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )
    from great_expectations.exceptions.exceptions import GreatExpectationsError
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.expectations.metadata_types import FailureSeverity

    from validation import expectations as _own  # noqa: F401 - importing them registers them

if TYPE_CHECKING:
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult
    from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext
    from great_expectations.expectations.expectation import Expectation as GxExpectation

ROW = "row"
_PLACE = "place"

# Rows by index name and nothing else: neither values, nor samples of values, nor a query that lists rows.
_WITHOUT_VALUES = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "include_unexpected_rows": False,
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": False,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one expectation found: rows looked at, and the index labels of those that broke it."""

    expectation: Expectation
    passed: bool
    evaluated: int
    failed: int
    rows: tuple[int, ...]


def check(suite: Suite) -> None:
    """Check that Great Expectations knows every expectation and its arguments.

    Raises ``SuiteError`` naming file, key and cure.
    """
    day = date(2000, 1, 1)
    for place, expectation in enumerate(suite.expectations):
        _build(suite, place, expectation, _AnyCodes(), (day, day))


def evaluate(
    suite: Suite, frame: pd.DataFrame, codes: Mapping[str, Collection[str]], period: tuple[date, date]
) -> tuple[Finding, ...]:
    """Evaluate every expectation on a delivery, in the order of the suite.

    Raises ``SuiteError`` for a column or code list that is not there, ``RunError`` for an expectation that could not be
    evaluated. Both come without the cause, which may quote values.
    """
    _check_columns(suite, frame)
    built = [_build(suite, place, item, codes, period) for place, item in enumerate(suite.expectations)]
    with _silence():
        results = _validate(suite, built, frame.rename_axis(ROW, copy=False))
    # The library groups its results in an order of its own.
    by_place = {config.meta[_PLACE]: result for result in results if (config := result.expectation_config)}
    return tuple(_finding(by_place[place], item) for place, item in enumerate(suite.expectations))


def _validate(suite: Suite, built: list["GxExpectation"], frame: pd.DataFrame) -> list["ExpectationValidationResult"]:
    context = _context()
    try:
        asset = context.data_sources.add_pandas("delivery").add_dataframe_asset("rows")
        batch = asset.add_batch_definition_whole_dataframe("all").get_batch(batch_parameters={"dataframe": frame})
        rules = ExpectationSuite(name=suite.name, expectations=built)
        return list(batch.validate(rules, result_format=_WITHOUT_VALUES).results)
    except Exception as error:  # noqa: BLE001 - whatever it is, its text may quote a value
        msg = (
            f"{suite.origin}: the suite could not be evaluated ({type(error).__name__}). "
            "Cure: check the arguments of its expectations against the columns of the delivery."
        )
        raise RunError(msg) from None
    finally:
        # The library keeps the latest context, and with it the delivery, in a global: put an empty one in its place.
        set_context(_context())


def _context() -> "EphemeralDataContext":
    """A context in memory: no pages of its own, no progress bars, nothing told to anyone."""
    configuration = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
        analytics_enabled=False,
    )
    return gx.get_context(mode="ephemeral", project_config=configuration)


def _finding(result: "ExpectationValidationResult", expectation: Expectation) -> Finding:
    if result.exception_info and result.exception_info.get("raised_exception", True):
        msg = (
            f"rule {expectation.rule}, column {', '.join(expectation.columns) or '(whole file)'}: could not be "
            "evaluated. Cure: check the arguments of the expectation in its suite file."
        )
        raise RunError(msg)
    if "element_count" not in result.result:
        return Finding(expectation, bool(result.success), 1, int(not result.success), ())
    evaluated = result.result["element_count"] - result.result.get("missing_count", 0)
    rows = tuple(row for found in result.result["unexpected_index_list"] or () for row in found[ROW])
    return Finding(expectation, bool(result.success), int(evaluated), int(result.result["unexpected_count"]), rows)


def _build(
    suite: Suite, place: int, item: Expectation, codes: Mapping[str, Collection[str]], period: tuple[date, date]
) -> "GxExpectation":
    where = f"{suite.origin}: key expectations.{place}"
    try:
        arguments = item.arguments(codes, period)
    except KeyError as error:
        msg = f"{where}.kwargs: code list {error} is not there. Cure: add it to codes.toml, or mend its name."
        raise SuiteError(msg) from None
    if "column_A" in arguments:
        arguments.setdefault("ignore_row_if", "either_value_is_missing")
    configuration = ExpectationConfiguration(
        type=item.type,
        kwargs=arguments,
        meta={"rule": item.rule, "place": place},
        severity=FailureSeverity(item.severity.value),
    )
    try:
        return configuration.to_domain_obj()
    except GreatExpectationsError:
        msg = f"{where}.type: no such expectation. Cure: use one that docs/reference/expectations.md lists."
        raise SuiteError(msg) from None
    except (ValueError, TypeError) as error:
        msg = f"{where}.kwargs: {_explain(error)}. Cure: give the arguments docs/reference/expectations.md lists."
        raise SuiteError(msg) from None


def _explain(error: Exception) -> str:
    """Pydantic's account of arguments of a suite file: configuration, not data of a delivery."""
    found = error.errors() if hasattr(error, "errors") else ()
    return "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in found) or "not accepted"


def _check_columns(suite: Suite, frame: pd.DataFrame) -> None:
    for place, expectation in enumerate(suite.expectations):
        for column in expectation.columns:
            if column not in frame.columns:
                msg = (
                    f"{suite.origin}: key expectations.{place}.kwargs: the delivery has no column {column!r}. "
                    "Cure: use a column of the source's format."
                )
                raise SuiteError(msg)


class _AnyCodes(dict[str, Collection[str]]):
    """Stands in for the code lists while a suite is checked without a project."""

    def __missing__(self, key: str) -> Collection[str]:
        return ("any",)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the library's warnings and log lines, which may quote values, away; failures come back as results."""
    logger = logging.getLogger("great_expectations")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
