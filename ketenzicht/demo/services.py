"""Airflow's processes: started, watched, and stopped together whatever happens."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ketenzicht.errors import KetenzichtError

#: Seconds that a process has to end by itself before it is killed.
_GRACE: Final = 5


class Services:
    """Airflow commands by name, each in a process group of its own, with a log file each."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        """Start nothing yet; output goes to ``logs/NAME.log``."""
        self._logs = logs
        self._environment = environment
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *arguments: str) -> None:
        """Start ``airflow ARGUMENTS``; the first names it."""
        self._logs.mkdir(parents=True, exist_ok=True)
        with self._log(arguments[0]).open("ab") as output:
            self._running[arguments[0]] = subprocess.Popen(  # noqa: S603 - our own interpreter and fixed arguments
                [sys.executable, "-m", "airflow", *arguments],
                env=dict(self._environment),
                cwd=self._logs,  # not the checkout, whose folders would shadow installed packages
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def finish(self, name: str) -> None:
        """Wait for a command that ends by itself; ``KetenzichtError`` naming its log where it failed."""
        code = self._running[name].wait()
        if code:
            raise KetenzichtError(self._ended(name, code))
        del self._running[name]

    def check(self) -> None:
        """Raise ``KetenzichtError`` naming a process that should run and ended, and its log."""
        for name, process in self._running.items():
            if (code := process.poll()) is not None:
                raise KetenzichtError(self._ended(name, code))

    def stop(self) -> None:
        """End every process and its children."""
        for process in self._running.values():
            _signal(process, signal.SIGTERM)
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE)
            _signal(process, signal.SIGKILL)
            process.wait()

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _ended(self, name: str, code: int) -> str:
        return f"airflow {name} ended with {code}. Cure: read {self._log(name)}."


@contextmanager
def services(logs: Path, environment: Mapping[str, str]) -> Iterator[Services]:
    """Processes that live no longer than the block."""
    started = Services(logs, environment)
    try:
        yield started
    finally:
        started.stop()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # The group may have gone by itself.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
