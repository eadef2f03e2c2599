"""Bridges of a cluster in plain Python, one search per pair, to hold the compiled ones to."""

from collections.abc import Mapping

Pair = tuple[int, int]


def joined(pairs: set[Pair], start: int) -> frozenset[int]:
    """Return the records that a chain of pairs joins to ``start``."""
    found = {start}
    for _ in range(len(pairs) + 1):
        found |= {b for a, b in pairs if a in found} | {a for a, b in pairs if b in found}
    return frozenset(found)


def cut_off(strong: set[Pair], records: set[int]) -> set[frozenset[int]]:
    """Return one side of every cut by a bridge; where not all are joined, what the first record is joined to."""
    whole = joined(strong, min(records))
    if whole != records:
        return {whole}
    return {side for a, b in strong if b not in (side := joined(strong - {(a, b)}, a))}


def weakest_bridge(edges: Mapping[Pair, tuple[float, bool]]) -> float:
    """Return the lowest mean weight across a bridge; not a number without one.

    ``edges``: weight of each linked pair, and whether it is strong.
    """
    if len(edges) == 1:
        return next(iter(edges.values()))[0]
    strong = {pair for pair, (_, above) in edges.items() if above}
    found = float("nan")
    for part in cut_off(strong, {record for pair in edges for record in pair}):
        across = [weight for (a, b), (weight, _) in edges.items() if (a in part) != (b in part)]
        mean = sum(across) / len(across)
        found = mean if found != found else min(found, mean)  # noqa: PLR0124 - not a number
    return found
