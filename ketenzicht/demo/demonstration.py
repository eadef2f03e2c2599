"""A demonstration from nothing: fictional deliveries, keys, a fresh Airflow, and people signed in."""

import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ketenzicht import synthetic
from ketenzicht.context import open_context
from ketenzicht.demo import outcome
from ketenzicht.demo.airflow_api import AirflowApi, AirflowError
from ketenzicht.demo.chain import WRITER_POOL, Chain
from ketenzicht.demo.place import OFFICER, STEWARD, Place
from ketenzicht.demo.services import Services, services
from ketenzicht.errors import KetenzichtError
from ketenzicht.stages import agency

Say = Callable[[str], None]

# The server of a scheduler's logs would listen on every address; the API server finds the files without it.
RUNNING: Final = (("api-server",), ("scheduler", "--skip-serve-logs"), ("dag-processor",))


@dataclass(frozen=True)
class Demonstration:
    """How large, from which seed, and how long Airflow may take for its start and for the chain, in seconds."""

    place: Place
    say: Say
    persons: int = 2000
    seed: int = 1
    patience: float = 900

    def run(self) -> None:
        """Run every DAG to its end on a fresh Airflow and print the outcome.

        Raises ``KetenzichtError`` where any run did not end well.
        """
        if self.place.home.exists():
            shutil.rmtree(self.place.home)
        sources = tuple(open_context(self.place.config, self.place.workspace, STEWARD).project.sources)
        environment = self.place.environment(os.environ, poke_seconds=5, parallel=2)
        with services(self.place.logs, environment) as airflow:
            steward = self._start(airflow, RUNNING)
            chain = Chain(
                sources=sources,
                steward=steward,
                officer=self._sign_in(airflow, OFFICER),
                say=self.say,
                check=airflow.check,
                limit=self.patience,
                logs=self.place.logs,
            )
            chain.wait_for_dags()
            chain.run()
            outcome.show(self.place, steward, chain.runs, sources)

    def serve(self) -> None:
        """Airflow with everything prepared, until the process is told to end."""
        environment = self.place.environment(os.environ, poke_seconds=15, parallel=4)
        with services(self.place.logs, environment) as airflow:
            steward = self._start(airflow, [*RUNNING, ("triggerer", "--skip-serve-logs")])
            steward.create_pool(WRITER_POOL, "One process writes DuckDB at a time")
            passwords = self._passwords()
            self.say(f"Airflow answers on {self.place.url}, on this machine only.")
            self.say(f"  {STEWARD:<8} {passwords[STEWARD]}   starts runs: encode_* and then receive_*")
            self.say(f"  {OFFICER:<8} {passwords[OFFICER]}   approves the release under Required actions")
            self.say("Stop with Ctrl-C.")
            while True:
                airflow.check()
                time.sleep(1)

    def _start(self, airflow: Services, commands: Sequence[tuple[str, ...]]) -> AirflowApi:
        """Start Airflow, with the deliveries made while its database is; the steward's session."""
        airflow.start("db", "migrate")
        self._prepare()
        airflow.finish("db")
        self.say("starting Airflow")
        for command in commands:
            airflow.start(*command)
        return self._sign_in(airflow, STEWARD)

    def _prepare(self) -> None:
        if not (self.place.deliveries / "truth.csv").exists():
            self.say(f"making the deliveries of {self.persons:,} fictional victims")
            synthetic.generate(self.persons, self.seed, self.place.deliveries)
        agency.prepare_keys(open_context(self.place.config, self.place.workspace, STEWARD))

    def _sign_in(self, airflow: Services, user: str) -> AirflowApi:
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            airflow.check()
            try:
                return AirflowApi(self.place.url, user, self._passwords()[user])
            except (OSError, KeyError, ValueError, AirflowError):
                time.sleep(0.5)
        msg = f"Airflow did not answer within {self.patience:.0f} seconds. Cure: read {self.place.logs}/api-server.log."
        raise KetenzichtError(msg)

    def _passwords(self) -> dict[str, str]:
        return dict(json.loads(self.place.passwords.read_text(encoding="utf-8")))
