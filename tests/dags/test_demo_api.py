"""The demonstration's session with Airflow: asks again where Airflow stumbles, and starts nothing twice."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from ketenzicht.demo import airflow_api
from ketenzicht.demo.airflow_api import AirflowApi, AirflowError


class Stumbling(BaseHTTPRequestHandler):
    """Answers as listed, one status a request; signing in always works."""

    answers: list[int] = []  # noqa: RUF012 - set by each test
    seen: list[tuple[str, Any]] = []  # noqa: RUF012 - read by each test

    def do_POST(self) -> None:
        """Note the body and answer with the next status."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = 201
        if self.path != "/auth/token":
            self.seen.append((self.path, body))
            status = self.answers.pop(0)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps({"access_token": "t", "dag_run_id": body.get("dag_run_id")}).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def airflow(monkeypatch: pytest.MonkeyPatch) -> Iterator[AirflowApi]:
    """A session with a server on this machine."""
    monkeypatch.setattr(airflow_api, "_PAUSE", 0.0)
    monkeypatch.setattr(Stumbling, "seen", [])
    with HTTPServer(("127.0.0.1", 0), Stumbling) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield AirflowApi(f"http://127.0.0.1:{server.server_port}", "steward", "secret")
        server.shutdown()
        thread.join()


def test_a_run_is_asked_for_again_under_the_same_id(airflow: AirflowApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two server errors, then a conflict because the first did start it: one run, no error."""
    monkeypatch.setattr(Stumbling, "answers", [500, 500, 409])
    assert airflow.trigger("encode_police") == "by_hand__encode_police"
    assert {body["dag_run_id"] for _, body in Stumbling.seen} == {"by_hand__encode_police"}
    assert len(Stumbling.seen) == 3


@pytest.mark.parametrize(("answers", "status"), [([403], 403), ([500] * 5, 500)])
def test_a_refusal_or_a_lasting_error_ends(
    airflow: AirflowApi, monkeypatch: pytest.MonkeyPatch, answers: list[int], status: int
) -> None:
    """What is refused is not asked again, and what never works ends with its status."""
    monkeypatch.setattr(Stumbling, "answers", list(answers))
    with pytest.raises(AirflowError) as caught:
        airflow.trigger("link")
    assert caught.value.status == status
    assert len(Stumbling.seen) == len(answers)
