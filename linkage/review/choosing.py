"""Which pairs are asked: the uncertain ones that teach most, and decoys among them. Scores in, row numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from linkage.review.patterns import entropy

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

UNCERTAIN = (0.01, 0.99)
"""Probabilities between which a pair is worth a question."""
SURE = (0.001, 0.999)
"""Probabilities below and above which a pair may serve as a decoy."""


class Role(StrEnum):
    """Why a pair is asked. Only the linkage unit knows."""

    UNCERTAIN = "uncertain"
    SURELY_SAME = "surely_same"
    SURELY_DIFFERENT = "surely_different"


@dataclass(frozen=True)
class Choice:
    """Row numbers of the chosen pairs in the order they are asked, and the role of each."""

    rows: Ints
    roles: tuple[Role, ...]


def choose(
    probability: Floats,
    pattern: Ints,
    answered: npt.NDArray[np.bool_],
    *,
    pairs: int,
    decoys: float,
    seed: Sequence[int],
) -> Choice:
    """Return at most ``pairs`` pairs to ask, a share ``decoys`` of them decoys, in an order drawn by ``seed``.

    ``probability`` and ``pattern`` number: of each pair that could be asked. ``answered``: pairs that were asked before
    and are not asked again. Uncertain pairs come in layers: one of each pattern before a second of any, as the second
    answer on a pattern teaches less than the first; earlier answers count. Within a layer the pattern whose answer says
    most comes first: entropy of its probability times the number of pairs that have it (uncertainty sampling, Lewis and
    Gale 1994, weighted by what the answer applies to). Half of the decoys are surely one person and half surely two,
    as far as there are any. Every draw is by seed, and the order of the whole is, so a place says nothing of a role.
    """
    random = np.random.default_rng(list(seed))
    shuffled = random.permutation(len(probability))
    open_rows = shuffled[~answered[shuffled]]
    uncertain = _most_telling(open_rows, probability, pattern, answered)[: pairs - round(pairs * decoys)]
    wanted = round(len(uncertain) * decoys / (1 - decoys))
    same = open_rows[probability[open_rows] >= SURE[1]]
    different = open_rows[probability[open_rows] <= SURE[0]]
    first = min(max(wanted // 2, wanted - len(different)), len(same))
    same, different = same[:first], different[: wanted - first]
    rows = np.concatenate([uncertain, same, different])
    roles = [Role.UNCERTAIN] * len(uncertain)
    roles += [Role.SURELY_SAME] * len(same) + [Role.SURELY_DIFFERENT] * len(different)
    order = random.permutation(len(rows))
    return Choice(rows[order], tuple(roles[place] for place in order))


def _most_telling(open_rows: Ints, probability: Floats, pattern: Ints, answered: npt.NDArray[np.bool_]) -> Ints:
    """The uncertain pairs among ``open_rows``, first those whose answers teach most."""
    count = int(pattern.max(initial=-1)) + 1
    size = np.bincount(pattern, minlength=count)
    asked = np.bincount(pattern[answered], minlength=count)
    chance = probability[open_rows]
    rows = open_rows[(chance > UNCERTAIN[0]) & (chance < UNCERTAIN[1])]
    value = entropy(probability[rows]) * size[pattern[rows]]
    layer = asked[pattern[rows]] + _rank_within(pattern[rows])
    return rows[np.lexsort((pattern[rows], -value, layer))]


def _rank_within(groups: Ints) -> Ints:
    """The how-many-th of its group each element is, in the order given."""
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    sizes = np.diff(np.append(starts, len(groups)))
    rank = np.empty(len(groups), dtype=np.int64)
    rank[order] = np.arange(len(groups)) - np.repeat(starts, sizes)
    return rank
