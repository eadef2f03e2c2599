"""How a run says how far it has come: the stage, what is done of how much, and in which unit; no clock and no value."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, int, int, str], None]
"""Called with (stage, done, total, unit). A stage begins with 0 done and has ended once all is done; where there was
nothing to do it is told once. The total may grow. A text with an empty unit is a message: nothing is counted."""

Count: TypeAlias = Callable[[int], None]
"""Called with how many units more are done."""


def silent(_stage: str, _done: int, _total: int, _unit: str) -> None:
    """Progress that nobody watches."""


def uncounted(_more: int) -> None:
    """Work that nobody counts."""


@dataclass
class Stage:
    """A stage under way. That it is done is only told by ``told``, at its end."""

    progress: Progress
    name: str
    total: int
    unit: str
    done: int = 0

    def reached(self, done: int) -> None:
        """Tell that ``done`` units are done; fewer than before, or all of them, change nothing yet."""
        if self.done < done < self.total:
            self.done = done
            self.progress(self.name, done, self.total, self.unit)

    def count(self, more: int) -> None:
        """Tell that so many units more are done."""
        self.reached(self.done + more)

    def grow(self, more: int) -> None:
        """Take up so many units more in the total."""
        self.total += more


@contextmanager
def told(progress: Progress, name: str, total: int, unit: str) -> Iterator[Stage]:
    """Tell that a stage begins and, if the block ends well, that all of it is done."""
    stage = Stage(progress, name, total, unit)
    if total:
        progress(name, 0, total, unit)
    yield stage
    progress(name, stage.total, stage.total, unit)
