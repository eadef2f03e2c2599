"""``python -m ketenzicht.demo``: run the demonstration; ``python -m ketenzicht.demo up``: only serve it."""

import argparse
import importlib.util
import os
import signal
import socket
import sys
from pathlib import Path

from ketenzicht import console
from ketenzicht.demo.demonstration import Demonstration
from ketenzicht.demo.place import HOST, Place
from ketenzicht.errors import ConfigurationError, KetenzichtError
from ketenzicht.settings import read_project

REPOSITORY = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Run or serve; the exit code is 0, or that of the error, which is printed."""
    parser = argparse.ArgumentParser(prog="python -m ketenzicht.demo", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("run", "up"), default="run", help="run and end, or serve")
    parser.add_argument("--persons", type=int, default=2000, help="victims in the fictional population")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same deliveries")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 for any that is free")
    parser.add_argument("--at", type=Path, default=REPOSITORY, help="folder for .airflow/ and workspace/")
    given = parser.parse_args(arguments)
    try:
        place = _place(given.at.resolve(), "demo" if given.what == "run" else "up", given.port)
        demonstration = Demonstration(place, console.OUTPUT.print, given.persons, given.seed)
        if given.what == "up":
            demonstration.serve()
        else:
            demonstration.run()
    except KeyboardInterrupt:
        return 0
    except KetenzichtError as error:
        console.ERRORS.print(f"error: {error}")
        return error.exit_code
    return 0


def _place(at: Path, name: str, port: int) -> Place:
    if importlib.util.find_spec("airflow") is None:
        raise ConfigurationError("Airflow is not installed. Cure: run `make install`.")
    config = REPOSITORY / "config"
    workspace = at / "workspace" / read_project(config).pipeline.project
    return Place(REPOSITORY, at / ".airflow" / name, config, workspace, _free_port(port))


def _free_port(wanted: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError:
            msg = f"port {wanted} is taken. Cure: stop what uses it, or give another with PORT=."
            raise ConfigurationError(msg) from None
        return int(probe.getsockname()[1])


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    os.umask(0o077)  # Airflow writes passwords and logs: for their owner only
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(main())
