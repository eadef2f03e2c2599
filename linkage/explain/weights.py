"""What each level of a comparison says on its own: how often it occurs among matches and among strangers."""

from typing import TYPE_CHECKING, Any

import numpy as np

from linkage.explain.evidence import Floats

if TYPE_CHECKING:
    from linkage.quality import Run

_TINY = 1e-300


def weights(run: "Run") -> list[dict[str, Any]]:
    """Return m and u per group of source pairs that share m-probabilities: ``source_pairs`` and ``comparisons``.

    ``comparisons``: name of comparison to name of level to ``m`` and ``u``, over all kinds of matches and of strangers
    that the model tells apart; source pairs of a group count by the pairs that they are expected to hold of either.
    """
    found = []
    for group, fields in enumerate(run.model.comparable):
        strata = np.flatnonzero((run.model.group_of == group) & run.strata.can_match).tolist()
        if not strata or not fields:
            continue
        m, u = (run.model.shape.split(table) for table in _of_group(run, strata))
        comparisons = {
            run.plan[field].name: {
                level.name: {"m": _significant(m[field][place]), "u": _significant(u[field][place])}
                for place, level in enumerate(run.plan[field].levels)
            }
            for field in sorted(fields)
        }
        found.append(
            {"source_pairs": [list(run.strata.names[number]) for number in strata], "comparisons": comparisons}
        )
    return found


def level_probabilities(run: "Run", number: int) -> tuple[Floats, Floats]:
    """Return the flat tables of m and u of a source pair, each mixed over its kinds of matches or of strangers.

    Their ratio is what one comparison says alone (Fellegi and Sunter 1969); several together say more or less than the
    product, and that is what the mixture is for.
    """
    share = run.model.parameters.share[number]
    theta = run.model.parameters.theta[:, run.model.group_of[number]]
    kinds = run.model.kinds
    m, u = (_mixed(share[chosen], theta[chosen]) for chosen in (kinds, ~kinds))
    return m, u


def _mixed(share: Floats, theta: Floats) -> Floats:
    table: Floats = (share @ theta) / max(float(share.sum()), _TINY) if share.sum() > 0 else theta[0]
    return table


def _of_group(run: "Run", strata: list[int]) -> tuple[Floats, Floats]:
    """Tables of m and u over several source pairs."""
    tables = [level_probabilities(run, number) for number in strata]
    matches = np.maximum(run.model.match_share[strata] * run.strata.spaces[strata], _TINY)
    strangers = np.maximum((1.0 - run.model.match_share[strata]) * run.strata.spaces[strata], _TINY)
    m = np.average([table for table, _ in tables], axis=0, weights=matches)
    u = np.average([table for _, table in tables], axis=0, weights=strangers)
    return m, u


def _significant(value: float) -> float:
    """Four significant digits are more than a chart shows."""
    return float(f"{value:.4g}")
