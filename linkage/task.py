"""What all stages of one linkage have in common, and what has been seen of its pairs."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from linkage.candidates import Pairs, Strata
from linkage.compare import Comparer, Comparison
from linkage.model import MatchModel, Patterns
from linkage.progress import Progress, silent
from linkage.records import Records
from linkage.review import Answers
from linkage.settings import LinkageSettings
from linkage.workers import Threads, Workers


@dataclass(frozen=True)
class Task:
    """One linkage: its records, source pairs, comparisons, settings, what reviewers answered, and who does the work.

    ``threads``: of this machine. ``workers``: do what is cut into parts, on those threads or elsewhere. ``progress``:
    told how far each stage has come.
    """

    records: Records
    parts: Strata
    plan: tuple[Comparison, ...]
    settings: LinkageSettings
    seed: int
    threads: int
    answers: Answers = field(default_factory=Answers)
    workers: Workers = field(default_factory=Threads)
    progress: Progress = field(default=silent, repr=False)

    @cached_property
    def comparer(self) -> Comparer:
        """The comparisons, made ready for these records."""
        return Comparer(self.records, self.plan)

    @property
    def threshold(self) -> float:
        """Log odds above which records are linked."""
        probability = self.settings.clusters.probability
        return float(np.log(probability / (1 - probability)))

    @property
    def exclusive(self) -> list[int]:
        """Numbers of the sources that hold each person once."""
        return [number for number, alone in enumerate(self.records.deduplicated) if alone]


@dataclass(frozen=True)
class Observed:
    """The candidates, and the pattern counts of the whole cross space.

    ``row_of``: row of ``patterns`` of each candidate. Pairs are many and patterns few, so whatever a comparison vector
    decides is worked out per pattern and looked up.
    """

    pairs: Pairs
    row_of: npt.NDArray[np.int32]
    patterns: Patterns

    @property
    def stratum(self) -> npt.NDArray[np.int64]:
        """Source pair of each candidate."""
        found: npt.NDArray[np.int64] = self.patterns.stratum[self.row_of]
        return found

    @property
    def levels(self) -> npt.NDArray[np.int8]:
        """Comparison vector of each candidate (pairs, comparisons); large."""
        found: npt.NDArray[np.int8] = self.patterns.levels[self.row_of]
        return found

    @cached_property
    def count(self) -> npt.NDArray[np.int64]:
        """Candidates of each pattern."""
        return np.bincount(self.row_of, minlength=len(self.patterns)).astype(np.int64)

    def log_odds(self, model: MatchModel) -> npt.NDArray[np.float64]:
        """Log odds of each candidate."""
        found: npt.NDArray[np.float64] = model.log_odds(self.patterns.stratum, self.patterns.levels)[self.row_of]
        return found
