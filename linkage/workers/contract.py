"""What a stage that works in parts may ask of whoever does the work."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeAlias, TypeVar

Shared = TypeVar("Shared")
Part = TypeVar("Part")
Result = TypeVar("Result")
Work: TypeAlias = Callable[[Shared, Part], Result]


class Workers(Protocol):
    """Does one piece of work on many parts."""

    def run(self, work: Work[Shared, Part, Result], shared: Shared, parts: Sequence[Part]) -> Iterator[Result]:
        """Yield ``work(shared, part)`` of every part, in the order of ``parts``, each as soon as its turn has come.

        ``work``: a pure function of a module (no lambda, no method of an object), so that a part may be done again
        elsewhere; it uses no threads of its own. ``shared``: what all parts need and none changes, as a dataclass of
        arrays. How many results wait for their turn is bounded, however many parts there are.

        Raises:
            LinkageError: a part could not be done. What ``work`` raises as ``LinkageError`` keeps its words.
        """
        ...
