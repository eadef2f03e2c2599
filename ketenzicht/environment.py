"""The one place where the clock, memory, the user's name, entropy and environment variables are read."""

import getpass
import os
import re
import resource
import secrets
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

_STATUS = Path("/proc/self/status")
_PEAK = re.compile(r"^VmHWM:\s+([0-9]+) kB$", re.MULTILINE)


def now() -> datetime:
    """The present moment in UTC, whole seconds."""
    return datetime.now(tz=UTC).replace(microsecond=0)


def stopwatch() -> float:
    """Seconds on a clock that never goes back; only differences mean anything."""
    return time.monotonic()


def peak_memory() -> int:
    """The most memory that this process has held so far, in bytes; that of a cluster's workers is not in it.

    Linux keeps it per program; ``getrusage`` may give that of the process that started this one.
    """
    if _STATUS.is_file() and (found := _PEAK.search(_STATUS.read_text(encoding="ascii", errors="replace"))):
        return int(found.group(1)) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def entropy(size: int) -> bytes:
    """``size`` random bytes of the operating system, fit for keys."""
    return secrets.token_bytes(size)


def actor() -> str:
    """Who runs this process: ``KETENZICHT_ACTOR``, or else the operating system's user."""
    return os.environ.get("KETENZICHT_ACTOR") or getpass.getuser()


def config_directory() -> Path:
    """The config directory: ``KETENZICHT_CONFIG``, or else ``config``."""
    return Path(os.environ.get("KETENZICHT_CONFIG") or "config")


def workspace_directory() -> Path | None:
    """The workspace in ``KETENZICHT_WORKSPACE``, if any."""
    named = os.environ.get("KETENZICHT_WORKSPACE")
    return Path(named) if named else None


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
