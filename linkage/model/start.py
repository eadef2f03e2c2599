"""Where estimation starts from, and the priors that keep the classes what their names say."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from linkage.model.classes import MixtureClass
from linkage.model.parameters import MATCH, RANDOM, Floats, Ints, Parameters, Shape
from linkage.model.patterns import Patterns

UNSEEN = 0.5
"""Pseudo-count of a level among non-matches, so that a level never seen there keeps a small probability."""
START_OVERLAP = 0.2
"""Share of the smaller source's records that estimation first takes to have a match."""
START_STRANGERS = 0.01
"""Share of pairs first taken to be strangers who resemble each other."""

START_FURTHER = 0.05
"""Matches of each further kind first taken to be there, as a share of the others."""


def groups(patterns: Patterns, strata: int) -> tuple[Ints, tuple[frozenset[int], ...]]:
    """Return the group of each stratum and the comparisons each group has values for.

    Strata with the same comparable fields form one group and share their level probabilities.
    """
    seen = np.zeros((strata, patterns.levels.shape[1]), dtype=bool)
    for column in range(patterns.levels.shape[1]):
        known = patterns.levels[:, column] > 0
        seen[:, column] = np.bincount(patterns.stratum[known], minlength=strata) > 0
    fields = [frozenset(np.flatnonzero(row).tolist()) for row in seen]
    distinct = tuple(dict.fromkeys(fields))
    return np.array([distinct.index(own) for own in fields], dtype=np.int64), distinct


def most_matches(
    sizes: Sequence[tuple[int, int]],
    within: Sequence[bool],
    deduplicated: Sequence[tuple[bool, bool]],
    per_record: float,
) -> Floats:
    """Return the largest number of matching pairs each stratum can hold.

    A record has at most one match in a source without duplicates, and none within its own; elsewhere at most
    ``per_record`` on average, the number of candidates that are kept for it.
    """
    bounds = []
    for (a, b), same, (one, other) in zip(sizes, within, deduplicated, strict=True):
        if same:
            bounds.append(0.0 if one else per_record * a)
        else:
            bounds.append(min(a if other else per_record * a, b if one else per_record * b))
    return np.array(bounds)


def random_table(patterns: Patterns, shape: Shape, group_of: Ints, count: int) -> Floats:
    """Return (groups, width) level probabilities over all pairs, matches included: they are too few to show."""
    first = group_of[patterns.stratum] * shape.width
    table = np.zeros(count * shape.width)
    for column in shape.places(patterns.levels).T:
        table += np.bincount(first + column, weights=patterns.weight, minlength=len(table))
    return shape.normalised(table.reshape(count, shape.width) + UNSEEN)


def start(
    patterns: Patterns,
    shape: Shape,
    group_of: Ints,
    classes: Sequence[MixtureClass],
    prior_m: Floats,
    bounds: Floats,
    comparable: Sequence[frozenset[int]],
) -> Parameters:
    """Return the first guess.

    m as expected before any data, u from all pairs, other strangers half-way between; further kinds of matches are like
    random pairs where they differ from other matches. ``comparable``: comparisons each group has values for.
    """
    random = random_table(patterns, shape, group_of, int(group_of.max(initial=0)) + 1)
    match = np.broadcast_to(prior_m, random.shape)
    tables = [match, random]
    for kind in classes[RANDOM + 1 :]:
        between = random if kind.match else (match + random) / 2
        own = np.where(shape.flags(kind.fixed), match, between)
        tables.append(np.where(shape.flags(kind.free), own, tables[kind.base]))
    pairs = np.maximum(np.bincount(patterns.stratum, weights=patterns.weight, minlength=len(group_of)), 1.0)
    share = np.zeros((len(group_of), len(tables)))
    share[:, RANDOM + 1 :] = START_STRANGERS / len(tables)
    share[:, MATCH] = np.minimum(START_OVERLAP * bounds / pairs, 0.5)
    further = [number for number, kind in enumerate(classes) if kind.match]
    share[:, further] = START_FURTHER * share[:, [MATCH]]
    share[_blurred(classes, comparable)[group_of]] = 0.0
    share[:, RANDOM] = 1.0 - share.sum(axis=1)
    return Parameters(theta=np.stack(tables), share=share)


def _blurred(classes: Sequence[MixtureClass], comparable: Sequence[frozenset[int]]) -> npt.NDArray[np.bool_]:
    """Whether each group (rows) lacks what would tell a class (columns) from its opposite; a share of 0 stays 0.

    Twins agree on family name, address and date as matches do: where nothing else is compared, they would take half of
    the matches or all. Likewise who was renamed, among strangers, where only names are compared.
    """
    found = np.zeros((len(comparable), len(classes)), dtype=bool)
    for number, kind in enumerate(classes):
        if not all(kind.free):
            free = {place for place, own in enumerate(kind.free) if own}
            found[:, number] = [bool(fields) and fields <= free for fields in comparable]
    return found


def prior(tables: Floats, strength: float | Floats, match: Floats) -> Floats:
    """Return pseudo-counts: ``strength`` matches distributed as ``match``, and hardly any for other classes.

    ``strength``: one number, or one per place of the flat table.
    """
    out: npt.NDArray[np.float64] = np.full_like(tables, UNSEEN)
    out[MATCH] = strength * match + 1e-3
    out[..., -1] = 0.0
    return out
