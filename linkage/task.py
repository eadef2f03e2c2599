"""What all stages of one linkage have in common, and what has been seen of its pairs."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from linkage.candidates import Pairs, Strata
from linkage.compare import Comparison
from linkage.model import Patterns
from linkage.records import Records
from linkage.review import Answers
from linkage.settings import LinkageSettings


@dataclass(frozen=True)
class Task:
    """One linkage: its records, source pairs, comparisons, settings, and what reviewers answered."""

    records: Records
    parts: Strata
    plan: tuple[Comparison, ...]
    settings: LinkageSettings
    seed: int
    threads: int
    answers: Answers = field(default_factory=Answers)

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
    """The candidates with their comparison vectors, and the pattern counts of the whole cross space."""

    pairs: Pairs
    levels: npt.NDArray[np.int8]
    patterns: Patterns
