"""How a task calls a stage of the flow: who runs it, what it returns, and how its errors end the task."""

import functools
import logging
import os
import traceback
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from ketenzicht.context import Context, open_context
from ketenzicht.errors import ConfigurationError, DataRefused, GateClosed, KetenzichtError
from ketenzicht.progress import Lines
from orchestration.deployment import read_deployment

P = ParamSpec("P")
R = TypeVar("R")

_LOG = logging.getLogger(__name__)


class Refusal(AirflowFailException):
    """A stage said no, and would say no again: the task fails without a retry."""

    def __init__(self, error: KetenzichtError) -> None:
        """Take over the message, which names file, row, rule and cure and no value."""
        super().__init__(str(error))
        self.refusal = type(error).__name__
        self.exit_code = error.exit_code


def stage(function: Callable[P, R]) -> Callable[P, R]:
    """Wrap a task's function so that its errors are final or retried as they should be, and free of values.

    Refused data, a closed gate and a wrong setting become ``Refusal``. An error of a library, whose message may quote
    a value, is replaced by ``KetenzichtError`` with the error's class and place, and is retried.
    """

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (DataRefused, GateClosed, ConfigurationError) as error:
            raise Refusal(error) from None
        except (KetenzichtError, AirflowException):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, its message must not reach the log
            raise KetenzichtError(_place(error)) from None

    return guarded


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)[1:]
    path = " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(error).__name__} at {path}. Cure: report this place; the message is withheld, it may hold values."


def open_stage(context: Any) -> Context:  # noqa: ANN401 - Airflow's Context
    """The flow's context for a task: directories from the run's parameters, the actor from who started the run.

    Progress goes to the task's log.
    """
    params = context["params"]
    actor = ", ".join(started_by(context))
    threads = read_deployment(os.environ).threads
    return open_context(Path(params["config"]), Path(params["workspace"]), actor, threads, Lines(_LOG.info))


def counts(result: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the flow's result dataclasses
    """A stage's report for XCom: numbers, hashes and names of runs; paths stay out."""
    paths = {field.name for field in fields(result) if isinstance(getattr(result, field.name), Path)}
    return {key: value for key, value in result.as_dict().items() if key not in paths and value is not None}


def started_by(context: Any) -> list[str]:  # noqa: ANN401 - Airflow's Context
    """The names behind a run: who triggered it, or else who triggered the runs whose assets triggered it."""
    user = context["dag_run"].triggering_user_name
    if user:
        return [str(user)]
    events = context.get("triggering_asset_events") or {}
    names = {name for found in events.values() for event in found for name in event.extra.get("started_by") or []}
    return sorted(names) or ["schedule"]


def announce(context: Any, asset: Asset, **extra: Any) -> None:  # noqa: ANN401 - Airflow's Context; JSON values
    """Let the asset's next event carry ``extra`` and who started the run."""
    context["outlet_events"][asset].extra = {**extra, "started_by": started_by(context)}


def run_to_use(context: Any, asset: Asset) -> str:  # noqa: ANN401 - Airflow's Context
    """The run id a task works on: its parameter, or the one carried by the asset event that came last.

    Raises ``ConfigurationError`` where no run is named and the asset was never updated.
    """
    if context["params"]["run_id"]:
        return str(context["params"]["run_id"])
    triggering = context.get("triggering_asset_events") or {}
    events = [event for found in triggering.values() for event in found] or list(context["inlet_events"][asset])
    if not events:
        msg = f"no run to work on: asset {asset.name} was never updated. Cure: run the DAG before, or give run_id."
        raise ConfigurationError(msg)
    return str(events[-1].extra["run_id"])
