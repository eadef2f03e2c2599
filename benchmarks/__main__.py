"""``python -m benchmarks [NAME] [ARGUMENTS]``: one benchmark, or all that are there. ``make bench`` calls this."""

import importlib
import sys
from collections.abc import Sequence
from importlib.util import find_spec

KNOWN = ("quality", "calibration", "speed", "privacy")


def main(given: Sequence[str]) -> int:
    """Return 0 when done, 2 for a benchmark that is unknown or not there yet, else what the benchmark returned."""
    there = [name for name in KNOWN if find_spec(f"benchmarks.{name}") is not None]
    if not given:
        absent = [name for name in KNOWN if name not in there]
        if absent:
            print(f"not there yet, left out: {', '.join(absent)}", file=sys.stderr)
        return max([_run(name, []) for name in there], default=0)
    name, *rest = given
    if name in there:
        return _run(name, rest)
    reason = "is not there yet" if name in KNOWN else "is not known"
    print(f"benchmark {name!r} {reason}. Cure: choose one of {', '.join(there)}.", file=sys.stderr)
    return 2


def _run(name: str, arguments: Sequence[str]) -> int:
    try:
        module = importlib.import_module(f"benchmarks.{name}")
    except ModuleNotFoundError as error:
        print(f"{error.name} is not installed. Cure: run make bench, which installs it.", file=sys.stderr)
        return 2
    return int(module.main(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
