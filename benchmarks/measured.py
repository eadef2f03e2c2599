"""Run a method in a process of its own, so that its memory is its own."""

import resource
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from benchmarks.cases import Case
from benchmarks.methods import figures

PRELOADED = ["benchmarks.methods"]
"""Imported once by the process that the others are forked from; a rival's own packages come on top in its own."""


def measured(method: str, case: Case, seed: int) -> dict[str, Any]:
    """Return the figures of a method with ``peak_mb``: the largest memory of its process, with libraries and data.

    Raises what the method raises.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    with ProcessPoolExecutor(1, mp_context=context) as process:
        return process.submit(_with_memory, method, case, seed).result()


def _with_memory(method: str, case: Case, seed: int) -> dict[str, Any]:
    found = figures(method, case, seed)
    return found | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
