"""Airflow's processes: started together, watched, and stopped together whatever happens."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from ketenzicht.errors import KetenzichtError

#: Seconds that a process has to end by itself before it is killed.
_GRACE = 15


class Services:
    """Running processes by name, each in a process group of its own, with a log file each."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        """Start nothing yet; output goes to ``logs/NAME.log``."""
        self._logs = logs
        self._environment = environment
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start ``airflow NAME``."""
        self._logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._logs / f"{name}.log").open("ab") as output:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own interpreter and a fixed name
                [sys.executable, "-m", "airflow", name],
                env=dict(self._environment),
                cwd=self._logs,  # not the checkout, whose folders would shadow installed packages
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def check(self) -> None:
        """Raise ``KetenzichtError`` naming the process that ended and its log."""
        for name, process in self._running.items():
            if process.poll() is not None:
                msg = f"airflow {name} ended with {process.returncode}. Cure: read {self._logs / name}.log."
                raise KetenzichtError(msg)

    def stop(self) -> None:
        """End every process and its children."""
        for process in self._running.values():
            _signal(process, signal.SIGTERM)
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE)
            _signal(process, signal.SIGKILL)
            process.wait()


@contextmanager
def running(names: Sequence[str], logs: Path, environment: Mapping[str, str]) -> Iterator[Services]:
    """The named Airflow processes, for as long as the block lasts."""
    services = Services(logs, environment)
    try:
        for name in names:
            services.start(name)
        yield services
    finally:
        services.stop()


def run_once(command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
    """Run ``python -m COMMAND`` to its end with its output in ``log``; ``KetenzichtError`` where it fails."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with log.open("ab") as output:
        done = subprocess.run(  # noqa: S603 - our own interpreter and fixed arguments
            [sys.executable, "-m", *command],
            env=dict(environment),
            cwd=log.parent,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        msg = f"{' '.join(command[:2])} ended with {done.returncode}. Cure: read {log}."
        raise KetenzichtError(msg)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
