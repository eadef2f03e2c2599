"""Source-consistent average linkage of one component in plain Python: what the compiled loop is held to."""

import heapq
from collections.abc import Iterable, Mapping, Sequence

Pair = tuple[int, int]


def average_linkage(
    records: Sequence[int],
    log_odds: Mapping[Pair, float],
    source_of: Mapping[int, int],
    exclusive: Iterable[int],
    unseen: float,
) -> list[list[int]]:
    """Return the clusters of ``records``, each sorted, in order of their smallest record.

    Two clusters merge while the mean of ``log_odds`` over all their cross pairs is positive, best mean first, ties by
    smallest records; never so that two records of one ``exclusive`` source (one without duplicates) come together.
    ``log_odds`` is keyed by (smaller, larger); pairs not in it count as ``unseen``.
    """
    alone = set(exclusive)
    members = {record: [record] for record in records}
    sources = {record: {source_of[record]} & alone for record in records}
    total: dict[int, dict[int, float]] = {record: {} for record in records}
    for (a, b), weight in log_odds.items():
        total[a][b] = total[b][a] = weight - unseen
    queue: list[tuple[float, int, int, int, int]] = []

    def offer(a: int, b: int) -> None:
        size = len(members[a]) * len(members[b])
        mean = total[a][b] / size + unseen
        if mean > 0 and not sources[a] & sources[b]:
            one, other = min(a, b), max(a, b)
            heapq.heappush(queue, (-mean, one, other, len(members[one]), len(members[other])))

    for a, b in sorted(log_odds):
        offer(a, b)
    while queue:
        _, a, b, size_a, size_b = heapq.heappop(queue)
        # A cluster keeps its smallest record's number and only grows, so a stale entry shows by its sizes.
        if a not in members or b not in members or (len(members[a]), len(members[b])) != (size_a, size_b):
            continue
        _merge(a, b, members, sources, total)
        for other in sorted(total[a]):
            offer(a, other)
    return [sorted(members[record]) for record in sorted(members)]


def _merge(
    a: int, b: int, members: dict[int, list[int]], sources: dict[int, set[int]], total: dict[int, dict[int, float]]
) -> None:
    """Move cluster ``b`` into ``a``; sums of match weights add up."""
    members[a] += members.pop(b)
    sources[a] |= sources.pop(b)
    total[a].pop(b)
    for other, weight in total.pop(b).items():
        if other != a:
            joined = total[a].get(other, 0.0) + weight
            total[a][other] = total[other][a] = joined
            total[other].pop(b)
