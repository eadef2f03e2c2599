"""Speed: each stage against its anchor, and whole runs against Splink on the same plain tables."""

from collections.abc import Sequence
from importlib import import_module


def main(given: Sequence[str]) -> int:
    """Run ``python -m benchmarks speed``; imported late, for a timed process loads only what it runs."""
    return int(import_module("benchmarks.speed.command").main(given))
