"""What a process has used: CPU seconds, seconds on the clock, and its largest memory."""

import re
import resource
import time
from dataclasses import dataclass
from pathlib import Path

_STATUS = Path("/proc/self/status")
_PEAK = re.compile(r"^VmHWM:\s+([0-9]+) kB$", re.MULTILINE)


@dataclass(frozen=True)
class Usage:
    """From the start of a process: CPU seconds (user and system, with its children), wall seconds, and MiB at most."""

    cpu_seconds: float
    wall_seconds: float
    peak_mb: float


def used(started: float) -> Usage:
    """What this process has used so far; ``started`` is ``time.monotonic()`` just before it was started.

    Importing the libraries counts. Memory is the peak of this program: that which ``getrusage`` gives may be of the
    process that started it, as a new program inherits the mark of the memory it replaces.
    """
    each = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return Usage(
        cpu_seconds=sum(one.ru_utime + one.ru_stime for one in each),
        wall_seconds=time.monotonic() - started,
        peak_mb=_peak_mb(),
    )


def _peak_mb() -> float:
    """Of this program, or as getrusage tells it where there is no /proc."""
    if _STATUS.is_file() and (found := _PEAK.search(_STATUS.read_text(encoding="ascii", errors="replace"))):
        return int(found.group(1)) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
