"""Airflow's REST API as one signed-in person uses it."""

import json
import time
import urllib.error
import urllib.request
from typing import Any, Final

from ketenzicht.errors import KetenzichtError

_TIMEOUT: Final = 90
_CONFLICT: Final = 409
_SERVER_ERROR: Final = 500

# A busy machine makes Airflow's SQLite refuse a write now and then; asked again, it takes it.
_TRIES: Final = 5
_PAUSE: Final = 2.0

# A proxy of the surroundings must never see this machine's own Airflow.
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class AirflowError(KetenzichtError):
    """Airflow refused a request; ``status`` is the HTTP status."""

    def __init__(self, message: str, status: int) -> None:
        """Keep the status for callers that expect one."""
        super().__init__(message)
        self.status = status


class AirflowApi:
    """One person's session."""

    def __init__(self, url: str, user: str, password: str) -> None:
        """Sign in; raises ``AirflowError`` where Airflow refuses and ``OSError`` where nothing answers."""
        self._url = url
        self._token = ""
        answer = self._call("POST", "/auth/token", {"username": user, "password": password})
        self._token = str(answer["access_token"])

    def dags(self) -> set[str]:
        """Ids of the DAGs that Airflow has read."""
        return {str(dag["dag_id"]) for dag in self._get("/dags?limit=200")["dags"]}

    def import_errors(self) -> list[str]:
        """The files Airflow could not read."""
        return [str(error["filename"]) for error in self._get("/importErrors")["import_errors"]]

    def create_pool(self, name: str, description: str) -> None:
        """Make a pool of one slot, or leave it where it is there already."""
        try:
            body = {"name": name, "slots": 1, "description": description, "include_deferred": False}
            self._call("POST", "/api/v2/pools", body)
        except AirflowError as error:
            if error.status != _CONFLICT:
                raise

    def trigger(self, dag_id: str) -> str:
        """Start a DAG's one run by hand, with its own parameters, or leave it where it was started; its run id."""
        run_id = f"by_hand__{dag_id}"
        try:
            self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None, "dag_run_id": run_id})
        except AirflowError as error:
            if error.status != _CONFLICT:
                raise
        return run_id

    def runs(self) -> list[dict[str, Any]]:
        """Every run: ``dag_id``, ``dag_run_id``, ``state`` and more."""
        return list(self._get("/dags/~/dagRuns?limit=200")["dag_runs"])

    def tasks(self, dag_id: str, run_id: str) -> dict[str, str]:
        """The tasks of a run and their states (``none`` for one not started)."""
        found = self._get(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=200")["task_instances"]
        return {str(task["task_id"]): str(task["state"] or "none") for task in found}

    def result(self, dag_id: str, run_id: str, task_id: str) -> dict[str, Any]:
        """What a task returned, from XCom."""
        found = self._get(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/return_value")
        return dict(found["value"])

    def approve(self, dag_id: str, run_id: str, task_id: str, reason: str) -> dict[str, Any]:
        """Answer a waiting approval with yes; what Airflow recorded: ``responded_by``, ``responded_at``."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/-1/hitlDetails"
        try:
            return self._call("PATCH", path, {"chosen_options": ["Approve"], "params_input": {"reason": reason}})
        except AirflowError as error:
            if error.status != _CONFLICT:
                raise
            return self._call("GET", path)

    def _get(self, path: str) -> dict[str, Any]:
        return self._call("GET", f"/api/v2{path}")

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        for left in reversed(range(_TRIES)):
            try:
                return self._ask(method, path, body)
            except AirflowError as error:
                if error.status < _SERVER_ERROR or not left:
                    raise
                time.sleep(_PAUSE)
        raise AssertionError

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the address is http on this machine
            self._url + path, method=method, data=None if body is None else json.dumps(body).encode()
        )
        request.add_header("Content-Type", "application/json")
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with _OPENER.open(request, timeout=_TIMEOUT) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            error.close()
            msg = f"Airflow answered {error.code} to {method} {path}"
            raise AirflowError(msg, error.code) from None
