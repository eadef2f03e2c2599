"""One side of a whole run as a fresh process that tells what it has used."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.speed.usage import Usage, used

Run = Callable[..., dict[str, Any]]
ROOT = Path(__file__).resolve().parent.parent.parent


class SideFailed(Exception):
    """A side of a run ended with an error; what it printed may quote records and is not repeated."""


@dataclass(frozen=True)
class Call:
    """What a side is told: the data, where its results go, and how to run.

    ``started``: ``time.monotonic()`` just before the process was started. ``extras``: also what only the judge
    needs, after the figures were taken.
    """

    folder: Path
    out: Path
    seed: int
    threads: int
    started: float
    extras: bool = False

    @classmethod
    def read(cls, given: Sequence[str]) -> "Call":
        """Read the one argument that ``run`` gives."""
        told = json.loads(given[0])
        return cls(**(told | {name: Path(told[name]) for name in ("folder", "out")}))


def told(call: Call, start_up: Usage, more: Mapping[str, Any]) -> None:
    """Write usage until now, and more, where ``run`` reads it; ``start_up``: usage when the libraries were there."""
    figures = asdict(used(call.started)) | {"start_up_cpu_seconds": start_up.cpu_seconds} | dict(more)
    call.out.mkdir(parents=True, exist_ok=True)
    (call.out / "usage.json").write_text(json.dumps(figures), encoding="utf-8")


def run(module: str, folder: Path, out: Path, *, seed: int, threads: int, extras: bool = False) -> dict[str, Any]:
    """Run a side's module in a process of its own and return what it told.

    Raises:
        SideFailed: the process ended with an error.
    """
    call = {"folder": str(folder), "out": str(out), "seed": seed, "threads": threads, "extras": extras}
    (out / "usage.json").unlink(missing_ok=True)
    command = [sys.executable, "-m", module, json.dumps(call | {"started": time.monotonic()})]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        kind = _kind(done.stderr)
        msg = f"{module} failed ({kind}). Cure: run it by hand on fictional data to see why."
        raise SideFailed(msg)
    figures: dict[str, Any] = json.loads((out / "usage.json").read_text(encoding="utf-8"))
    return figures


def _kind(errors: str) -> str:
    """The kind of the error that ended the process, without its text."""
    last = errors.strip().splitlines()[-1:] or [""]
    return last[0].split(":")[0][:60]
