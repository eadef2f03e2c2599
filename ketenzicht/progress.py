"""What is told of the stages of a run while they last: done of how much, rate, remaining time, and memory."""

from collections.abc import Callable
from dataclasses import dataclass

from ketenzicht import environment

SECOND = 1.0
QUIET_FOR = 10.0
"""Seconds between two lines about a stage that is still under way."""
_FEW = 10
_MINUTE, _HOUR = 60, 3600

Clock = Callable[[], float]
Memory = Callable[[], int]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Underway:
    """A stage that has begun, and what was last said of it; moments in seconds."""

    stage: str
    done: int
    total: int
    unit: str
    begun: float
    told: float

    @property
    def rate(self) -> float | None:
        """Units a second up to the last report; None where there is nothing to tell it from."""
        seconds = self.told - self.begun
        return self.done / seconds if self.total > 1 and self.done and seconds > 0 else None

    def left(self, now: float) -> float | None:
        """Seconds until the stage ends if it goes on at its rate."""
        return None if self.rate is None else max((self.total - self.done) / self.rate - (now - self.told), 0.0)


@dataclass(frozen=True)
class News:
    """A line on a stage that has ended, or a message; ``seconds`` is what the stage took."""

    line: str
    seconds: float
    is_message: bool = False


class Watch:
    """Follows the stages of a run and words what is known of them; one stage at a time is under way."""

    def __init__(self, clock: Clock = environment.stopwatch, memory: Memory = environment.peak_memory) -> None:
        """Start counting the time of the run."""
        self._clock, self._memory = clock, memory
        self._started = clock()
        self._underway: Underway | None = None

    def hear(self, stage: str, done: int, total: int, unit: str) -> News | None:
        """Take in a report; return what is to be told for good: a message, or how a stage went that has ended."""
        stage = "".join(letter if letter.isprintable() else "?" for letter in stage)
        if not unit:
            return News(stage, 0.0, is_message=True)
        now, before = self._clock(), self._underway
        begun = before.begun if before and before.stage == stage and done else now
        self._underway = Underway(stage, done, total, unit, begun, now)
        if done < total:
            return None
        ended, self._underway = self._underway, None
        took = f"{stage}, {total:,} {unit} in {_time(now - begun)}"
        return News(", ".join([took, *_rate(ended)]) + self._so_far(now), now - begun)

    def line(self) -> str:
        """The stage under way, as of this moment; empty where there is none."""
        at = self._underway
        if at is None:
            return ""
        now = self._clock()
        left = at.left(now)
        parts = [f"{at.stage}, {at.done:,} of {at.total:,} {at.unit}", *_rate(at)]
        parts += [] if left is None else [f"{_time(left)} left"]
        return ", ".join(parts) + self._so_far(now)

    def _so_far(self, now: float) -> str:
        return f"; {_time(now - self._started)} so far, peak memory {self._memory() / 2**20:,.0f} MB"


class Lines:
    """Progress in plain lines: one when a stage ends, and between them one every ``QUIET_FOR`` seconds at most."""

    def __init__(
        self, say: Say, clock: Clock = environment.stopwatch, memory: Memory = environment.peak_memory
    ) -> None:
        """``say`` is given each line."""
        self._say, self._clock = say, clock
        self._watch = Watch(clock, memory)
        self._said = clock()

    def __call__(self, stage: str, done: int, total: int, unit: str) -> None:
        """Take in a report and say a line if it is time for one."""
        news, now = self._watch.hear(stage, done, total, unit), self._clock()
        if news is None and now - self._said < QUIET_FOR:
            return
        self._said = now
        self._say(self._watch.line() if news is None else news.line)


def _rate(at: Underway) -> list[str]:
    if at.rate is None:
        return []
    return [f"{at.rate:,.0f}/s" if at.rate >= _FEW else f"{at.rate:.2g}/s"]


def _time(seconds: float) -> str:
    if seconds < _FEW:
        return f"{seconds:.1f} s"
    if round(seconds) < _MINUTE:
        return f"{seconds:.0f} s"
    whole = round(seconds)
    minutes = f"{whole % _HOUR // _MINUTE}:{whole % _MINUTE:02d} min"
    return minutes if whole < _HOUR else f"{whole // _HOUR}:{whole % _HOUR // _MINUTE:02d}:{whole % _MINUTE:02d} h"
