"""Workers that are given copies and give copies back, as those of a cluster are, in this process."""

import pickle
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any


class Elsewhere:
    """Counts the parts that it did of each piece of work."""

    def __init__(self) -> None:  # noqa: D107 - nothing to say
        self.done: Counter[str] = Counter()

    def run(self, work: Callable[[Any, Any], Any], shared: object, parts: Sequence[Any]) -> Iterator[Any]:
        """Yield the result of every part in turn."""
        for part in parts:
            self.done[work.__name__] += 1
            yield _copy(work(_copy(shared), _copy(part)))


def _copy(something: Any) -> Any:  # noqa: ANN401 - whatever travels
    return pickle.loads(pickle.dumps(something))  # noqa: S301 - made one line up
