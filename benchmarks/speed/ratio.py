"""How much faster one way does the same work than another, timed in turn so that a busy machine slows both alike."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Clock = Callable[[], float]


@dataclass(frozen=True)
class Side:
    """One way of doing the work: its ``name``, a call that does it, and how many units (records, pairs) a call does.

    The two sides may do different amounts: a slow anchor on a sample is fair where its time grows with the work.
    """

    name: str
    run: Callable[[], object]
    work: float


@dataclass(frozen=True)
class Ratio:
    """Our rate over the anchor's of the same round: median, smallest and largest over ``repeats`` rounds.

    Rates are medians, in ``unit`` per second. ``stage`` is the key in speed.json, as ``encode_vs_clkhash``,
    ``dense_vs_anonlink``, ``dense_two_threads_vs_one``, ``gather_vs_duckdb`` or ``em_vs_recordlinkage``; a module that
    measures several cases adds what tells them apart, as ``dense_vs_anonlink_90``, the one to quote without.
    """

    stage: str
    ours: str
    anchor: str
    unit: str
    our_rate: float
    anchor_rate: float
    ratio: float
    smallest: float
    largest: float
    repeats: int
    note: str = ""


def interleaved(  # noqa: PLR0913 - what a row of the table says, all by keyword
    stage: str,
    ours: Side,
    anchor: Side,
    *,
    unit: str,
    repeats: int = 3,
    clock: Clock = time.process_time,
    anchor_clock: Clock | None = None,
    warm: bool = True,
    note: str = "",
) -> Ratio:
    """Run both sides in turn, the first of a round alternating, and return the ratios of the rounds.

    ``clock``: CPU seconds of the process with all its threads; ``time.perf_counter`` where threads are what is
    measured. ``anchor_clock`` is for an anchor that works elsewhere, as in processes of its own. ``warm``: call
    each side once before the rounds, so that neither pays for compiling or first use.

    Raises:
        ValueError: ``repeats`` is below 1, or a clock stood still during a call (too little work).
    """
    if repeats < 1:
        msg = f"repeats is {repeats}. Cure: give 1 or more."
        raise ValueError(msg)
    clocks = {ours: clock, anchor: anchor_clock or clock}
    if warm:
        ours.run()
        anchor.run()
    rounds: dict[Side, list[float]] = {ours: [], anchor: []}
    for number in range(repeats):
        for side in (ours, anchor) if number % 2 == 0 else (anchor, ours):
            rounds[side].append(_rate(side, clocks[side]))
    ratios = [mine / other for mine, other in zip(rounds[ours], rounds[anchor], strict=True)]
    return Ratio(
        stage=stage,
        ours=ours.name,
        anchor=anchor.name,
        unit=unit,
        our_rate=median(rounds[ours]),
        anchor_rate=median(rounds[anchor]),
        ratio=median(ratios),
        smallest=min(ratios),
        largest=max(ratios),
        repeats=repeats,
        note=note,
    )


def _rate(side: Side, clock: Clock) -> float:
    """Units per second of one call."""
    started = clock()
    side.run()
    seconds = clock() - started
    if seconds <= 0:
        msg = f"{side.name}: no time passed on the clock. Cure: let one call do more work."
        raise ValueError(msg)
    return side.work / seconds
