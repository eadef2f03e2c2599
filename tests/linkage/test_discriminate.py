"""The discriminative scorer: matches told from siblings by what known strangers look like, without a label."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from linkage.candidates import Pairs, Strata, strata
from linkage.compare import Comparison
from linkage.compare.layout import FieldColumns
from linkage.compare.plan import Level, Method
from linkage.discriminate import (
    DiscriminativeScorer,
    Evidence,
    Scores,
    cells_of,
    counts_by_fold,
    evidence,
    fit_scorer,
    folds_of_records,
    level_order,
    scorer_check,
    scorer_findings,
)
from linkage.discriminate.agreement import _ranks
from linkage.discriminate.boosting import features_of, fit_ratio
from linkage.discriminate.evidence import FOLDS, available, only
from linkage.discriminate.scorer import LOWEST
from linkage.discriminate.training import training_sets
from linkage.errors import LinkageError
from linkage.model import Fit, MatchModel, Parameters, Patterns, Shape, count_patterns
from linkage.model.classes import MixtureClass
from linkage.model.em import Task, estimate
from linkage.records import Records
from linkage.settings import FieldKind

Levels = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SHAPE = Shape((3, 3, 3, 2))
MATCH_M = ([0.05, 0.10, 0.85], [0.05, 0.10, 0.85], [0.05, 0.10, 0.85], [0.10, 0.90])
STRANGER = ([0.95, 0.04, 0.01], [0.95, 0.04, 0.01], [0.97, 0.02, 0.01], [0.80, 0.20])
SIBLING = ([0.90, 0.08, 0.02], [0.03, 0.07, 0.90], [0.95, 0.04, 0.01], [0.05, 0.95])
"""Siblings: the family name (second) and the place (fourth) agree."""
WEIGHTS = tuple(np.log2(np.array(m) / np.array(u)) for m, u in zip(MATCH_M, STRANGER, strict=True))


def plan_of(kinds: tuple[FieldKind, ...], shape: Shape) -> tuple[Comparison, ...]:
    fields = [
        FieldColumns(f"field_{number}", kind, (f"field_{number}",), (), (), None) for number, kind in enumerate(kinds)
    ]
    return tuple(
        Comparison(
            field.field, field, Method.EQUALITY, tuple(Level(f"level_{place}", 1 / size) for place in range(size))
        )
        for field, size in zip(fields, shape.levels, strict=True)
    )


PLAN = plan_of((FieldKind.GIVEN_NAME, FieldKind.FAMILY_NAME, FieldKind.DATE, FieldKind.CATEGORY), SHAPE)


def draw(random: np.random.Generator, size: int, tables: tuple[list[float], ...]) -> Levels:
    columns = [random.choice(len(table), size, p=table) + 1 for table in tables]
    return np.column_stack(columns).astype(np.int8)


@dataclass(frozen=True)
class World:
    """Sources whose every pair is a candidate, with the comparison vector of each pair and whether it is a match."""

    records: Records
    parts: Strata
    pairs: Pairs
    levels: Levels
    matches: Flags
    siblings: Flags
    patterns: Patterns

    @property
    def stratum(self) -> Ints:
        """Stratum of each pair."""
        return self.parts.of(self.records, self.pairs)


def world(
    seed: int,
    sizes: tuple[int, ...] = (200, 200),
    overlap: tuple[tuple[int, int, int], ...] = ((0, 1, 100),),
    *,
    siblings: float = 0.03,
    deduplicated: tuple[bool, ...] | None = None,
    missing: float = 0.0,
) -> World:
    """Draw a world. ``overlap``: two sources and how many of their first records are of the same persons."""
    random = np.random.default_rng(seed)
    starts = np.cumsum((0, *sizes)).astype(np.int64)
    size = int(starts[-1])
    names = tuple("abcd"[: len(sizes)])
    ids = np.array([f"{row:04d}" for row in range(size)], dtype=object)
    records = Records(names, deduplicated or (True,) * len(sizes), starts, ids, {}, {})
    pairs = Pairs.of(*np.triu_indices(size, 1), size)
    matches = np.zeros(len(pairs), dtype=bool)
    for one, other, count in overlap:
        keys = (starts[one] + np.arange(count)) * size + starts[other] + np.arange(count)
        matches[np.searchsorted(pairs.keys, keys)] = True
    sibling = (random.random(len(pairs)) < siblings) & ~matches
    levels = draw(random, len(pairs), STRANGER)
    levels[sibling] = draw(random, int(sibling.sum()), SIBLING)
    levels[matches] = draw(random, int(matches.sum()), MATCH_M)
    levels[random.random(levels.shape) < missing] = 0
    parts = strata(records)
    stratum = parts.of(records, pairs)
    patterns = count_patterns(stratum, parts.can_match[stratum], levels, np.ones(len(pairs)))
    return World(records, parts, pairs, levels, matches, sibling, patterns)


def observed(its: World, seed: int = 3) -> tuple[Evidence, Ints]:
    fold = folds_of_records(len(its.records), seed)
    count = np.bincount(its.patterns.row_of, minlength=len(its.patterns))
    by_fold = counts_by_fold(cells_of(its.patterns.row_of, its.pairs.left, fold), count)
    return evidence(its.records, its.parts, its.patterns, by_fold, PLAN), fold


def scored(its: World, seed: int = 3) -> tuple[DiscriminativeScorer, Evidence, Floats]:
    seen, fold = observed(its, seed)
    scorer = fit_scorer(seen, PLAN, WEIGHTS, seed)
    return scorer, seen, scorer.scores(its.stratum, its.levels, fold[its.pairs.left])[0]


def checked(its: World, by_model: Floats) -> dict[str, Any]:
    """What the check says of scores by a model, with every pair a cell of its own."""
    seen, fold = observed(its)
    scorer = fit_scorer(seen, PLAN, WEIGHTS, 3)
    by_ratio, covered = scorer.scores(its.stratum, its.levels, fold[its.pairs.left])
    scores = Scores(its.stratum, np.ones(len(its.pairs)), by_model, by_ratio, covered)
    return scorer_check(scores, its.pairs, np.arange(len(its.pairs)), its.parts, seen)


def two_class_log_odds(its: World, start_m: tuple[list[float], ...]) -> Floats:
    """Log odds by expectation-maximisation with matches and random pairs only, from a start for the matches."""
    shape = Shape(SHAPE.levels)
    across = its.parts.can_match[its.stratum]
    rows = int(across.sum())
    patterns = count_patterns(
        np.zeros(rows, dtype=np.int64), np.ones(rows, dtype=bool), its.levels[across], np.ones(rows)
    )
    theta = np.stack([shape.flat(start_m), shape.flat(STRANGER)])[:, None, :]
    everywhere = (True,) * len(PLAN)
    classes = (MixtureClass("match", everywhere), MixtureClass("random", everywhere))
    task = Task(
        patterns, shape, np.zeros(1, dtype=np.int64), classes, np.full((2, 1, shape.width), 1e-3), np.array([1e9])
    )
    fit = estimate(task, Parameters(theta, np.array([[0.01, 0.99]])), max_iterations=500, tolerance=1e-7)
    return model_of(fit).log_odds(np.zeros(len(its.levels), dtype=np.int64), its.levels)


def model_of(fit: Fit) -> MatchModel:
    return MatchModel(SHAPE, np.zeros(1, dtype=np.int64), (frozenset(range(4)),), ("match", "random"), fit, fit)


@pytest.fixture(scope="module")
def many_siblings() -> World:
    """Two registers with 100 persons in both, and twelve times as many pairs of siblings."""
    return world(1)


@pytest.fixture(scope="module")
def clean() -> World:
    """Two registers with 100 persons in both and no siblings."""
    return world(2, siblings=0.0)


def known_log_odds(its: World) -> Floats:
    """Log odds by the probabilities that the world was drawn with."""
    across = its.parts.can_match[its.stratum]
    logs = []
    for tables, members in ((MATCH_M, its.matches), (SIBLING, its.siblings), (STRANGER, ~its.matches & ~its.siblings)):
        parts = [np.log(np.append(1.0, table))[its.levels[:, column]] for column, table in enumerate(tables)]
        logs.append(np.sum(parts, axis=0) + np.log((members & across).sum() + 0.5))
    odds: Floats = logs[0] - np.logaddexp(logs[1], logs[2])
    return odds


def test_matches_are_told_from_siblings_without_a_label(many_siblings: World) -> None:
    """It finds nearly the matches that one finds who knows how the world was made, and hardly any of 1,200 siblings."""
    its = many_siblings
    _, _, odds = scored(its)
    across = its.parts.can_match[its.stratum]
    linked, best = across & (odds > 0), across & (known_log_odds(its) > 0)
    assert (linked & its.matches).sum() >= (best & its.matches).sum() - 8
    assert (linked & ~its.matches).sum() <= (best & ~its.matches).sum() + 15
    assert (1 / (1 + np.exp(-odds[linked]))).sum() == pytest.approx((linked & its.matches).sum(), abs=10)
    assert odds.min() == LOWEST


def test_values_that_are_missing_do_not_make_matches() -> None:
    """With a fifth of the values missing the links are of matches, nearly as many as for who knows the world."""
    its = world(4, sizes=(250, 250), overlap=((0, 1, 150),), missing=0.2)
    _, _, odds = scored(its)
    across = its.parts.can_match[its.stratum]
    linked, best = across & (odds > 0), across & (known_log_odds(its) > 0)
    assert its.matches[linked].mean() > 0.75
    assert (linked & its.matches).sum() >= 0.85 * (best & its.matches).sum()


def test_a_source_pair_without_overlap_borrows_none() -> None:
    """Ratios are learned over all source pairs; one that shares no person is not given matches of the others."""
    its = world(5, sizes=(150, 150, 150), overlap=((0, 1, 100), (1, 2, 100)))
    scorer, _, odds = scored(its)
    names = its.parts.names.index(("a", "c"))
    probability = 1 / (1 + np.exp(-odds[(its.stratum == names) & (odds > 0)]))
    assert scorer.overlap[names] < 0.2
    assert probability.sum() < 5


def test_the_check_fires_where_estimation_took_siblings_for_matches(many_siblings: World) -> None:
    """Two-class estimation, from a good start, settles on the siblings; the check sees it and names the source pair."""
    its = many_siblings
    wrong = two_class_log_odds(its, MATCH_M)
    across = its.parts.can_match[its.stratum]
    assert (wrong[its.siblings & across] > 0).mean() > 0.5
    check = checked(its, wrong)
    assert check["agrees"] is False
    (finding,) = scorer_findings(check)
    assert (finding["code"], finding["where"]) == ("scorers_disagree", "a x b")
    assert check["source_pairs"][0]["matches_by_model"] > 2 * check["source_pairs"][0]["matches_by_ratio"]


def test_the_check_is_silent_where_estimation_went_well(clean: World) -> None:
    """On registers without siblings both scorers find the same matches: no finding, and most links are common."""
    its = clean
    right = two_class_log_odds(its, MATCH_M)
    check = checked(its, right)
    assert check["agrees"] is True
    assert scorer_findings(check) == []
    row = check["source_pairs"][0]
    assert row["links_by_both"] > 10 * (row["links_by_model_only"] + row["links_by_ratio_only"] + 1) / 2


@pytest.mark.parametrize(
    ("sizes", "deduplicated", "reason"),
    [((120, 120), (True, False), "a source has duplicates"), ((400, 60), (True, True), "one source has few records")],
)
def test_no_verdict_where_known_strangers_say_too_little(
    sizes: tuple[int, int], deduplicated: tuple[bool, bool], reason: str
) -> None:
    """A source with duplicates, or much the smaller, leaves its source pair without a verdict and says why."""
    its = world(6, sizes=sizes, overlap=((0, 1, 50),), deduplicated=deduplicated)
    seen, _ = observed(its)
    nothing = np.zeros(len(its.pairs))
    scores = Scores(its.stratum, nothing + 1, nothing, nothing, nothing == 0)
    check = scorer_check(scores, its.pairs, np.arange(len(its.pairs)), its.parts, seen)
    row = {(row["source_a"], row["source_b"]): row for row in check["source_pairs"]}["a", "b"]
    assert (row["agrees"], row["reason"]) == (None, reason)
    assert check["agrees"] is None
    assert scorer_findings(check) == []


def test_without_a_source_free_of_duplicates_it_refuses_and_says_what_to_do() -> None:
    its = world(7, sizes=(60, 60), overlap=((0, 1, 20),), deduplicated=(False, False))
    seen, _ = observed(its)
    with pytest.raises(LinkageError, match=r"Cure: .*fellegi_sunter"):
        fit_scorer(seen, PLAN, WEIGHTS, 3)


def test_no_pair_is_scored_by_a_model_that_saw_it(many_siblings: World) -> None:
    """The model of a fold stays the same, to the last bit, whatever the candidates of that fold are like."""
    seen, _ = observed(many_siblings)
    (training,) = training_sets(seen, WEIGHTS).values()
    other = replace(training, weight=np.where(training.across & (training.fold == 1), 1_000.0, training.weight))
    rows = features_of(draw(np.random.default_rng(8), 500, MATCH_M), WEIGHTS)
    folds = np.repeat(np.arange(FOLDS), 500)
    first, second = (
        fit_ratio(each, WEIGHTS, 3).log_ratio(np.tile(rows, (FOLDS, 1)), folds) for each in (training, other)
    )
    np.testing.assert_array_equal(first[folds == 1], second[folds == 1])
    assert (first[folds == 0] != second[folds == 0]).any()


def test_better_agreement_never_lowers_the_ratio(many_siblings: World) -> None:
    """Over all comparison vectors, one level stronger on any field scores at least as high."""
    seen, _ = observed(many_siblings)
    (training,) = training_sets(seen, WEIGHTS).values()
    ratio = fit_ratio(training, WEIGHTS, 3)
    sizes = [np.arange(1, size + 1) for size in SHAPE.levels]
    every = np.stack(np.meshgrid(*sizes, indexing="ij"), axis=-1).reshape(-1, len(sizes)).astype(np.int8)
    fold = np.zeros(len(every), dtype=np.int64)
    here = ratio.log_ratio(features_of(every, WEIGHTS), fold)
    assert np.ptp(here) > 3
    for column, size in enumerate(SHAPE.levels):
        up = every.copy()
        up[:, column] = np.minimum(up[:, column] + 1, size)
        assert (ratio.log_ratio(features_of(up, WEIGHTS), fold) >= here - 1e-9).all()


def test_the_scores_do_not_depend_on_threads(clean: World) -> None:
    """The same seed gives the same scores, to the last bit, whatever number of threads the machine offers."""
    found = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            found.append(scored(clean)[2])
    np.testing.assert_array_equal(found[0], found[1])
    assert (scored(clean, seed=4)[2] != found[0]).any()


def test_levels_are_ordered_by_the_match_weight_of_the_model() -> None:
    """The model's m and u give the order that the world was drawn with."""
    theta = np.stack([SHAPE.flat(MATCH_M), SHAPE.flat(STRANGER)])[:, None, :]
    fit = Fit(
        Parameters(theta, np.array([[0.01, 0.99]])), converged=True, iterations=1, last_change=0.0, objective=(0.0,)
    )
    for found, known in zip(level_order(model_of(fit), PLAN), WEIGHTS, strict=True):
        np.testing.assert_allclose(found, known)


def test_the_check_is_the_same_by_pattern_and_by_pair(many_siblings: World) -> None:
    """Counting pairs of one pattern and fold together changes no figure."""
    its = many_siblings
    wrong = two_class_log_odds(its, MATCH_M)
    seen, fold = observed(its)
    scorer = fit_scorer(seen, PLAN, WEIGHTS, 3)
    cell = cells_of(its.patterns.row_of, its.pairs.left, fold)
    distinct, first, place = np.unique(cell, return_index=True, return_inverse=True)
    by_ratio, covered = scorer.scores(its.stratum[first], its.levels[first], distinct.astype(np.int64) % FOLDS)
    count = np.bincount(place).astype(float)
    scores = Scores(its.stratum[first], count, wrong[first], by_ratio, covered)
    assert scorer_check(scores, its.pairs, place, its.parts, seen) == checked(its, wrong)


def test_pairs_that_are_listed_no_more_still_count(many_siblings: World) -> None:
    """Without the poorer pairs in the list, the counts by fold add up and the check comes to the same numbers."""
    its = many_siblings
    wrong = two_class_log_odds(its, MATCH_M)
    seen, fold = observed(its)
    cell = cells_of(its.patterns.row_of, its.pairs.left, fold)
    count = np.bincount(its.patterns.row_of, minlength=len(its.patterns))
    kept = wrong > np.median(wrong)
    np.testing.assert_allclose(counts_by_fold(cell[kept], count).sum(axis=1), count)
    np.testing.assert_array_equal(counts_by_fold(cell, count).ravel(), np.bincount(cell, minlength=3 * len(count)))
    by_ratio = wrong - 0.1
    whole = Scores(its.stratum, np.ones(len(wrong)), wrong, by_ratio, np.ones(len(wrong), dtype=bool))
    everything = scorer_check(whole, its.pairs, np.arange(len(wrong)), its.parts, seen)
    part = scorer_check(whole, its.pairs.where(kept), np.flatnonzero(kept), its.parts, seen)
    (row,), (partly,) = everything["source_pairs"], part["source_pairs"]
    assert partly == {**row, "standard_error": partly["standard_error"]}
    assert 0 < partly["standard_error"] <= row["standard_error"]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 5)), min_size=1, max_size=8))
def test_ranks_of_counted_values_are_those_of_the_values_written_out(values: list[tuple[int, int]]) -> None:
    """Ties share the mean of their ranks, as in Spearman's coefficient."""
    value, count = (np.array(column, dtype=float) for column in zip(*values, strict=True))
    written_out = rankdata(np.repeat(value, count.astype(int)))
    np.testing.assert_allclose(np.repeat(_ranks(value, count), count.astype(int)), written_out)


def test_a_swap_does_not_make_the_family_name_missing() -> None:
    """Pairs with swapped names have both fields, though the family name's own comparison is left blank."""
    family = replace(PLAN[1].field, field="field_1")
    given = replace(PLAN[0], levels=(*PLAN[0].levels, Level("swapped", 0.01)), swapped_with=family)
    rows = np.array([[4, 0, 1, 1], [1, 1, 1, 1], [1, 0, 1, 1]], dtype=np.int8)
    assert available(rows, (given, *PLAN[1:])).tolist() == [15, 15, 13]


@given(
    rows=st.lists(st.tuples(*[st.integers(0, size) for size in SHAPE.levels]), max_size=20), fields=st.integers(0, 15)
)
def test_cutting_back_leaves_just_the_fields_asked_for(rows: list[tuple[int, ...]], fields: int) -> None:
    """What is available afterwards is what was there and was asked for; the levels kept are unchanged."""
    levels = np.array(rows, dtype=np.int8).reshape(-1, 4)
    kept = only(levels, fields)
    np.testing.assert_array_equal(available(kept, PLAN), available(levels, PLAN) & fields)
    np.testing.assert_array_equal(kept[kept > 0], levels[kept > 0])


@given(records=st.integers(0, 50), seed=st.integers(0, 5))
@settings(max_examples=50)
def test_folds_are_even_and_follow_from_the_seed(records: int, seed: int) -> None:
    fold = folds_of_records(records, seed)
    np.testing.assert_array_equal(fold, folds_of_records(records, seed))
    assert np.ptp(np.bincount(fold, minlength=FOLDS)) <= 1
