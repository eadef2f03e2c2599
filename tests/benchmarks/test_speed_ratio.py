"""Ratios of interleaved runs, on clocks that only move when told."""

import pytest

from benchmarks.speed.ratio import Side, interleaved


class Watch:
    """A clock that stands still until work moves it on."""

    def __init__(self) -> None:
        """Start at zero."""
        self.now = 0.0
        self.order: list[str] = []

    def side(self, name: str, work: float, seconds: list[float]) -> Side:
        """Return work that takes these seconds, one after the other."""
        left = iter(seconds)

        def run() -> None:
            self.order.append(name)
            self.now += next(left)

        return Side(name, run, work)


def test_ratio_is_that_of_the_same_round() -> None:
    """A machine that slows both sides in one round moves the rates, not the ratio."""
    watch = Watch()
    ours, anchor = watch.side("a", 100, [1, 4, 2]), watch.side("b", 10, [1, 4, 2])
    found = interleaved("stage", ours, anchor, unit="pairs", clock=lambda: watch.now, warm=False, note="n")
    assert (found.ratio, found.smallest, found.largest) == (10, 10, 10)
    assert (found.our_rate, found.anchor_rate, found.repeats) == (50, 5, 3)
    assert (found.stage, found.ours, found.anchor, found.unit, found.note) == ("stage", "a", "b", "pairs", "n")


def test_median_and_range_are_over_rounds() -> None:
    """The ratio is a median of rounds, not a ratio of medians."""
    watch = Watch()
    ours, anchor = watch.side("a", 1, [1, 1, 1]), watch.side("b", 1, [2, 8, 3])
    found = interleaved("stage", ours, anchor, unit="pairs", clock=lambda: watch.now, warm=False)
    assert (found.ratio, found.smallest, found.largest) == (3, 2, 8)


def test_warm_calls_are_not_timed_and_the_first_of_a_round_alternates() -> None:
    """Compiling is paid before the rounds; neither side always finds the caches cold."""
    watch = Watch()
    ours, anchor = watch.side("a", 1, [99, 1, 1]), watch.side("b", 1, [99, 2, 2])
    found = interleaved("stage", ours, anchor, unit="pairs", repeats=2, clock=lambda: watch.now)
    assert found.ratio == 2
    assert "".join(watch.order) == "ab" + "ab" + "ba"


def test_anchor_may_have_a_clock_of_its_own() -> None:
    """An anchor whose work is done elsewhere is not free."""
    watch = Watch()
    ours, anchor = watch.side("a", 1, [1]), watch.side("b", 1, [5])
    found = interleaved(
        "stage",
        ours,
        anchor,
        unit="pairs",
        repeats=1,
        clock=lambda: watch.now,
        anchor_clock=lambda: 2 * watch.now,
        warm=False,
    )
    assert found.ratio == 10


@pytest.mark.parametrize(("repeats", "seconds", "message"), [(0, [1.0], "repeats is 0"), (1, [0.0], "no time passed")])
def test_nothing_measured_is_refused(repeats: int, seconds: list[float], message: str) -> None:
    """A ratio of no rounds, or of no time, is no figure."""
    watch = Watch()
    ours, anchor = watch.side("a", 1, seconds), watch.side("b", 1, seconds)
    with pytest.raises(ValueError, match=message):
        interleaved("stage", ours, anchor, unit="pairs", repeats=repeats, clock=lambda: watch.now, warm=False)
