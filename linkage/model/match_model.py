"""The match model of a run: which parameters are estimated from which pairs, and the score of a comparison vector."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from linkage.compare.plan import Comparison
from linkage.model.classes import MixtureClass, mixture_classes
from linkage.model.em import Task, estimate, expected_counts
from linkage.model.kernels import log_odds
from linkage.model.parameters import MATCH, RANDOM, Fit, Floats, Ints, Parameters, Shape
from linkage.model.patterns import PatternCounter, Patterns
from linkage.model.pooling import strengths
from linkage.model.start import groups, prior, start
from linkage.settings import ModelSettings

Levels = npt.NDArray[np.int8]
_TINY = 1e-300


@dataclass(frozen=True)
class MatchModel:
    """Estimated parameters with what is needed to score any pair.

    ``pooled``: the fit in which all groups share their m-probabilities; ``fit``: the one with a set per group, drawn
    towards the pooled one where a group has few matches. ``comparable``: comparisons each group has values for.
    ``classes``: names of the mixture's classes; ``further``: those of them that are kinds of matches beside the first.
    ``task``: what ``fit`` was estimated from, for draws from the posterior.
    """

    shape: Shape
    group_of: Ints
    comparable: tuple[frozenset[int], ...]
    classes: tuple[str, ...]
    pooled: Fit
    fit: Fit
    further: tuple[str, ...] = ()
    task: Task | None = None

    @property
    def kinds(self) -> npt.NDArray[np.bool_]:
        """Which classes are kinds of matches."""
        return np.array([number == MATCH or name in self.further for number, name in enumerate(self.classes)])

    @property
    def parameters(self) -> Parameters:
        """The parameters that scores rest on."""
        return self.fit.parameters

    def drawn(self, parameters: Parameters) -> "MatchModel":
        """The same model with other parameters, such as a draw from their posterior."""
        return replace(self, fit=replace(self.fit, parameters=parameters))

    def log_odds(self, stratum: Ints, levels: Levels) -> Floats:
        """Return the log of the odds that pairs are matches (match weight plus prior log odds; natural log).

        Fellegi and Sunter (1969), eq. 9, with the stratum's share of matches as prior. Each distinct vector is scored
        once.
        """
        counter = PatternCounter(len(self.group_of), levels.shape[1], max(self.shape.levels, default=0))
        counter.add(stratum, None, levels)
        found = counter.patterns()
        odds = np.empty(len(found))
        log_odds(
            found.stratum,
            found.levels,
            self.group_of,
            self.shape.starts,
            np.log(np.maximum(self.parameters.theta, _TINY)).transpose(1, 2, 0).copy(),
            np.log(np.maximum(self.parameters.share, _TINY)),
            self.kinds,
            odds,
        )
        return odds[found.row_of]

    @property
    def match_share(self) -> Floats:
        """Estimated share of the pairs of each stratum that are matches."""
        share: Floats = self.parameters.share[:, self.kinds].sum(axis=1)
        return share


def fit_model(
    patterns: Patterns, comparisons: Sequence[Comparison], bounds: Floats, settings: ModelSettings, *, lookalikes: bool
) -> MatchModel:
    """Estimate m and u by expectation-maximisation over the full cross space.

    ``bounds``: largest number of matches per stratum; where it is 0 every pair is known to be of strangers, and with
    ``lookalikes`` these strata teach the lookalike class first, which then stays as it is: left free it would take in
    the poorer matches. Then one set of m-probabilities is fitted to all strata, drawn slightly to what is expected
    before any data; then one per group of comparable fields, drawn to the first result as strongly as the groups
    resemble each other (``pooling.strengths``).
    """
    shape = Shape(tuple(len(comparison.levels) for comparison in comparisons))
    group_of, comparable = groups(patterns, len(bounds))
    prior_m = shape.flat([[level.prior_m for level in comparison.levels] for comparison in comparisons])
    prior_m = shape.normalised(prior_m[None, :])[0]
    shared = mixture_classes(comparisons, lookalikes=lookalikes)
    first = start(patterns, shape, group_of, shared, prior_m, bounds, comparable)
    fitting = _Fitting(shape, group_of, bounds, settings)
    if lookalikes:
        strangers = fitting.run(patterns.of_strata(bounds == 0), shared, first, match=prior_m)
        first = Parameters(np.stack([*first.theta[:-1], strangers.parameters.theta[-1]]), first.share)
        shared = (*shared[:-1], shared[-1].held())
    pooled = fitting.run(patterns, shared, first, match=prior_m)
    fit, own, task = pooled, shared, fitting.task(patterns, shared, first, prior_m)
    if len(comparable) > 1:
        own = (replace(shared[MATCH], pooled=False), *shared[MATCH + 1 :])
        match = pooled.parameters.theta[MATCH]
        fit = fitting.run(patterns, own, _following(own, shape, pooled.parameters), match=match)
        strength = fitting.strength(patterns, own, fit, match)
        task = fitting.task(patterns, own, fit.parameters, match, strength)
        fit = fitting.fit(task, fit.parameters)
    further = tuple(kind.name for kind in own if kind.match)
    return MatchModel(shape, group_of, comparable, tuple(kind.name for kind in own), pooled, fit, further, task)


def _following(classes: Sequence[MixtureClass], shape: Shape, fitted: Parameters) -> Parameters:
    """The parameters with the classes that agree as matches do set to the m-probabilities just fitted."""
    theta = fitted.theta.copy()
    for number, kind in enumerate(classes):
        if not all(kind.free):
            theta[number] = np.where(shape.flags(kind.fixed), theta[MATCH], theta[number])
    return Parameters(theta, fitted.share)


@dataclass(frozen=True)
class _Fitting:
    """What the fits of one model have in common."""

    shape: Shape
    group_of: Ints
    bounds: Floats
    settings: ModelSettings

    def run(self, patterns: Patterns, classes: tuple[MixtureClass, ...], first: Parameters, *, match: Floats) -> Fit:
        """Fit from ``first``, m-probabilities drawn to ``match``."""
        return self.fit(self.task(patterns, classes, first, match), first)

    def fit(self, task: Task, first: Parameters) -> Fit:
        """Fit from ``first``."""
        return estimate(task, first, max_iterations=self.settings.max_iterations, tolerance=self.settings.tolerance)

    def task(
        self,
        patterns: Patterns,
        classes: tuple[MixtureClass, ...],
        first: Parameters,
        match: Floats,
        strength: Floats | None = None,
    ) -> Task:
        """What is estimated from what: m-probabilities drawn to ``match`` with a weight of ``strength`` matches."""
        weight = np.full(self.shape.width, self.settings.prior_matches) if strength is None else strength
        return Task(
            patterns=patterns,
            shape=self.shape,
            group_of=self.group_of,
            classes=classes,
            prior=prior(first.theta, weight, match),
            most_matches=self.bounds,
        )

    def strength(self, patterns: Patterns, classes: tuple[MixtureClass, ...], fit: Fit, match: Floats) -> Floats:
        """How strongly the groups' m-probabilities resemble each other in a fit, as a weight in matches."""
        task = self.task(patterns, classes, fit.parameters, match)
        counts = expected_counts(task, fit.parameters)[MATCH]
        common = match[0] if match.ndim > 1 else match
        return strengths(counts, common, self.shape, max(self.settings.prior_matches, 1.0))


def match_is_match(model: MatchModel, comparisons: Sequence[Comparison]) -> bool:
    """Whether the match class agrees more than the others do, in every group that has fields to compare.

    Mixture classes carry no names (label switching); this asks that agreement be likelier under m than under u for
    most of the comparisons.
    """
    flags = model.shape.flat(
        [
            [float(number in comparison.agreement) for number in range(1, len(comparison.levels) + 1)]
            for comparison in comparisons
        ]
    )
    asked = {number for number, comparison in enumerate(comparisons) if comparison.agreement}
    for group, known in enumerate(model.comparable):
        fields = known & asked
        agree = [model.shape.split(table * flags) for table in model.parameters.theta[:, group]]
        better = sum(float(agree[MATCH][field].sum()) > float(agree[RANDOM][field].sum()) for field in fields)
        if fields and better <= len(fields) / 2:
            return False
    return True


__all__ = ["MATCH", "RANDOM", "MatchModel", "fit_model", "match_is_match"]
