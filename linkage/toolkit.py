"""The parts of this package with the interfaces of the recordlinkage toolkit.

Thin adapters, for people who work with that toolkit: an index class, a compare feature and a classifier that can stand
where its own stand. ``linkage.link`` does not use them: it keeps no pandas index of pairs.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from recordlinkage.base import BaseClassifier, BaseCompareFeature, BaseIndexAlgorithm

from linkage.candidates.neighbours import neighbours
from linkage.gathering import gather
from linkage.model.classes import MixtureClass
from linkage.model.em import Task, estimate
from linkage.model.match_model import MatchModel
from linkage.model.parameters import Fit, Floats, Parameters, Shape
from linkage.model.patterns import count_patterns
from linkage.model.start import START_OVERLAP, prior, random_table
from linkage.settings import CandidateSettings, ModelSettings


class NearestIndex(BaseIndexAlgorithm):  # type: ignore[misc] # the toolkit ships no types
    """Pairs of records of which one is among the other's nearest by Dice.

    ``on``: column that holds a filter of bytes, all of one length, or null. ``settings``: number of neighbours and the
    least Dice.
    """

    def __init__(self, on: str, settings: CandidateSettings | None = None, threads: int = 1, **kwargs: Any) -> None:  # noqa: ANN401 - handed on
        """Search ``on``; other arguments are the toolkit's."""
        super().__init__(**kwargs)
        self.on = on
        self.settings = settings or CandidateSettings()
        self.threads = threads

    def _link_index(self, df_a: pd.DataFrame, df_b: pd.DataFrame) -> pd.MultiIndex:
        left, right = self._pairs({"a": df_a, "b": df_b}, {"a": True, "b": True})
        across = (left < len(df_a)) & (right >= len(df_a))
        return pd.MultiIndex.from_arrays([df_a.index[left[across]], df_b.index[right[across] - len(df_a)]])

    def _dedup_index(self, df_a: pd.DataFrame) -> pd.MultiIndex:
        left, right = self._pairs({"a": df_a}, {"a": False})
        return pd.MultiIndex.from_arrays([df_a.index[right], df_a.index[left]])

    def _pairs(
        self, frames: dict[str, pd.DataFrame], deduplicated: dict[str, bool]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        width = next((len(v) for frame in frames.values() for v in frame[self.on] if not pd.isna(v)), 1)
        tables = {
            name: pa.table(
                {
                    "record_id": [f"{row:012d}" for row in range(len(frame))],
                    "filter": pa.array([None if pd.isna(v) else v for v in frame[self.on]], type=pa.binary(width)),
                }
            )
            for name, frame in frames.items()
        }
        found = neighbours(gather(tables, deduplicated, {}), "filter", self.settings, self.threads)
        return found.left, found.right


class DiceFeature(BaseCompareFeature):  # type: ignore[misc] # the toolkit ships no types
    """Dice coefficient of two filters of bytes, or its level where ``cut_points`` are given (highest first).

    A missing filter on either side gives ``missing_value`` (for levels: 0).
    """

    def __init__(
        self,
        left_on: str,
        right_on: str,
        cut_points: Sequence[float] = (),
        missing_value: float = np.nan,
        label: str | None = None,
    ) -> None:
        """Compare a column of the left with one of the right frame."""
        super().__init__(left_on, right_on, label=label)
        self.cut_points = tuple(cut_points)
        self.missing_value = missing_value

    def _compute_vectorized(self, s_left: pd.Series, s_right: pd.Series) -> pd.Series:
        known = (s_left.notna() & s_right.notna()).to_numpy()
        out = np.full(len(s_left), 0.0 if self.cut_points else self.missing_value)
        a, b = _bits(s_left[known]), _bits(s_right[known])
        total = np.bitwise_count(a).sum(axis=1) + np.bitwise_count(b).sum(axis=1).astype(np.int64)
        dice = np.divide(2.0 * np.bitwise_count(a & b).sum(axis=1), total, out=total * 0.0, where=total > 0)
        out[known] = 1.0 + sum((dice >= cut).astype(float) for cut in self.cut_points) if self.cut_points else dice
        return pd.Series(out, index=s_left.index)


class FellegiSunterClassifier(BaseClassifier):  # type: ignore[misc] # the toolkit ships no types
    """Unsupervised Fellegi-Sunter model on levels: column values 1 (differ) to the number of levels, 0 is missing.

    ``fit`` and ``fit_predict`` estimate m, u and the share of matches from the vectors they are given; ``prob`` is the
    probability of a match. ``result`` tells whether estimation converged.
    """

    def __init__(self, settings: ModelSettings | None = None) -> None:
        """Take the settings of estimation; the defaults serve."""
        self.settings = settings or ModelSettings()
        self.result: Fit | None = None
        self._model: MatchModel | None = None

    def _fit(self, features: npt.NDArray[Any], _labels: object = None) -> None:
        levels = np.asarray(features).astype(np.int8)
        shape = Shape(tuple(np.maximum(levels.max(axis=0, initial=2), 2).tolist()))
        one = np.zeros(len(levels), dtype=np.int64)
        patterns = count_patterns(one, np.ones(len(levels), dtype=bool), levels, np.ones(len(levels)))
        match = shape.flat([[0.2 / (size - 1)] * (size - 1) + [0.8] for size in shape.levels])
        tables = np.stack([match[None, :], random_table(patterns, shape, one[:1], 1)])
        everywhere = (True,) * levels.shape[1]
        task = Task(
            patterns=patterns,
            shape=shape,
            group_of=one[:1],
            classes=(MixtureClass("match", everywhere), MixtureClass("random", everywhere)),
            prior=prior(tables, self.settings.prior_matches, match),
            most_matches=np.array([float(len(levels))]),
        )
        first = Parameters(theta=tables, share=np.array([[START_OVERLAP, 1 - START_OVERLAP]]))
        self.result = estimate(
            task, first, max_iterations=self.settings.max_iterations, tolerance=self.settings.tolerance
        )
        everything = frozenset(range(levels.shape[1]))
        self._model = MatchModel(shape, one[:1], (everything,), ("match", "random"), self.result, self.result)

    def _log_odds(self, features: npt.NDArray[Any]) -> Floats:
        if self._model is None:
            msg = "the classifier is not fitted. Cure: call fit or fit_predict first."
            raise ValueError(msg)
        levels = np.asarray(features).astype(np.int8)
        return self._model.log_odds(np.zeros(len(levels), dtype=np.int64), levels)

    def _predict(self, features: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        return (self._log_odds(features) > 0).astype(np.int64)

    def _prob_match(self, features: npt.NDArray[Any]) -> Floats:
        odds: Floats = 1.0 / (1.0 + np.exp(-np.clip(self._log_odds(features), -500, 500)))
        return odds


def _bits(values: pd.Series) -> npt.NDArray[np.uint8]:
    raw = np.frombuffer(b"".join(values), dtype=np.uint8)
    return raw.reshape(len(values), -1) if len(values) else np.zeros((0, 1), dtype=np.uint8)
