"""A run's parameters as readable JSON, and what changed in them since an earlier run."""

from collections.abc import Iterator, Mapping, Sequence
from math import log2, sqrt
from typing import Any, Literal

Finding = dict[str, str]
Verdict = Literal["none", "moderate", "large"]

SURE = 4.0
"""Standard errors beyond which a change is no chance: among the hundreds of levels of a run it happens by chance once
in a hundred runs or so. Wider than one comparison would need also because matches are known by probability only."""
MODERATE_BITS = 1.0
"""Change of a match weight that doubles or halves the odds of every pair at the level."""
LARGE_BITS = 3.0
"""Change that by itself takes a pair from even odds to a probability of .9, or the other way."""
_LEAST = 1e-12
_FIT = ("converged", "iterations", "last_change")


def parameters(summary: Mapping[str, Any], *, run_id: str, period: str, settings_hash: str) -> dict[str, Any]:
    """Return the parameters of a run from its summary: no value and no id of a person.

    ``groups``: per group of source pairs that share their parameters the expected matches, the pairs, and per
    comparison and level m, u and the match weight log2(m/u) in bits. ``source_pairs``: share of matches, expected
    matches and pairs of each. ``settings_hash`` tells which runs can be compared.
    """
    model, records = summary["model"], dict(summary["records"])
    known = {(row["source_a"], row["source_b"]): row for row in summary["source_pairs"]}
    return {
        "run_id": run_id,
        "period": period,
        "settings_hash": settings_hash,
        "records": records,
        "classes": list(model["classes"]),
        "fit": {name: {part: model[name][part] for part in _FIT} for name in ("pooled", "per_group")},
        "source_pairs": [
            {
                "sources": list(pair),
                "pairs": row["pairs"],
                "expected_matches": row["expected_matches"],
                "share_of_matches": row["expected_matches"] / row["pairs"] if row["pairs"] else 0.0,
            }
            for pair, row in known.items()
        ],
        "groups": [
            _group(group, [known[tuple(pair)] for pair in group["source_pairs"] if tuple(pair) in known], records)
            for group in model["groups"]
        ],
    }


def _group(group: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], records: Mapping[str, int]) -> dict[str, Any]:
    """One group; ``rows``: those of its source pairs in which a match is possible.

    ``independent_pairs``: pairs without a record in common, of which the largest source pair has so many. What is
    estimated from all pairs errs no more than what these would give (Hoeffding 1963, section 5).
    """
    return {
        "source_pairs": [list(pair) for pair in group["source_pairs"]],
        "expected_matches": round(sum(row["expected_matches"] for row in rows), 2),
        "pairs": sum(row["pairs"] for row in rows),
        "independent_pairs": max(
            (min(records[a], records[b]) if a != b else records[a] // 2 for a, b in group["source_pairs"]), default=0
        ),
        "comparisons": {
            comparison: {
                level: {"m": at["m"], "u": at["u"], "match_weight": round(_weight(at), 4)}
                for level, at in levels.items()
            }
            for comparison, levels in group["comparisons"].items()
        },
    }


def _weight(at: Mapping[str, float]) -> float:
    return log2(max(at["m"], _LEAST)) - log2(max(at["u"], _LEAST))


def drift(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what changed between two ``parameters``, largest change in bits first, sure changes before others.

    Per group of source pairs that both runs have, comparison and level: m, u and match weight before and now,
    ``m_errors`` and ``u_errors`` (the change of either in standard errors), ``bits`` (the change of the match weight),
    ``sure_bits`` (what of it comes from an m or a u that changed by more than ``SURE`` errors), and a verdict on these:
    ``none`` below ``MODERATE_BITS``, then ``moderate``, and ``large`` from ``LARGE_BITS``.

    Standard errors are those of the difference of two shares, of the expected matches (m) and of pairs without a record
    in common (u), were they the same in both runs (normal approximation). Raises ``ValueError`` where the two were
    estimated under other settings.
    """
    if now["settings_hash"] != before["settings_hash"]:
        msg = "parameters of runs with other settings cannot be compared. Cure: compare runs with the same settings."
        raise ValueError(msg)
    rows = [row for one, other in _shared(now, before) for row in _changes(one, other)]
    return sorted(
        rows,
        key=lambda row: (-abs(row["sure_bits"]), -abs(row["bits"]), row["where"], row["comparison"], row["level"]),
    )


def verdict(changes: Sequence[Mapping[str, Any]]) -> Verdict:
    """Return the gravest verdict of all changes."""
    found: set[Verdict] = {row["verdict"] for row in changes}
    return "large" if "large" in found else "moderate" if "moderate" in found else "none"


def drift_findings(changes: Sequence[Mapping[str, Any]], since: str) -> list[Finding]:
    """Return a finding per group of source pairs and comparison that drifted; ``since``: period of the earlier run."""
    drifted: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in changes:
        if row["verdict"] != "none":
            drifted.setdefault((row["comparison"], row["where"]), row)
    return [
        {
            "code": "parameters_drifted",
            "where": f"{comparison}: {where}",
            "message": (
                f"{row['verdict'].capitalize()} change since the run of {since}: level {row['level']} went from "
                f"{row['weight_before']:+.1f} to {row['weight']:+.1f} bits. Did the quality of the field change, or "
                "its codes?"
            ),
        }
        for (comparison, where), row in drifted.items()
    ]


def _shared(now: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Groups that have a source pair in common: now, with just the source pairs in common, and before."""
    for group in now["groups"]:
        for earlier in before["groups"]:
            common = [pair for pair in group["source_pairs"] if pair in earlier["source_pairs"]]
            if common:
                yield {**group, "source_pairs": common}, earlier


def _changes(now: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    where = ", ".join(" x ".join(pair) for pair in now["source_pairs"])
    for comparison, levels in now["comparisons"].items():
        for level, at in levels.items():
            was = before["comparisons"].get(comparison, {}).get(level)
            if was is not None:
                yield {"where": where, "comparison": comparison, "level": level, **_change(at, was, now, before)}


def _change(
    at: Mapping[str, float], was: Mapping[str, float], now: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:
    m_errors = _errors(at["m"], was["m"], now["expected_matches"], before["expected_matches"])
    u_errors = _errors(at["u"], was["u"], now["independent_pairs"], before["independent_pairs"])
    m_bits, u_bits = (log2(max(at[name], _LEAST)) - log2(max(was[name], _LEAST)) for name in ("m", "u"))
    sure = m_bits * (abs(m_errors) > SURE) - u_bits * (abs(u_errors) > SURE)
    found: Verdict = "large" if abs(sure) >= LARGE_BITS else "moderate" if abs(sure) >= MODERATE_BITS else "none"
    return {
        "m_before": was["m"],
        "m": at["m"],
        "m_errors": round(m_errors, 2),
        "u_before": was["u"],
        "u": at["u"],
        "u_errors": round(u_errors, 2),
        "weight_before": round(_weight(was), 4),
        "weight": round(_weight(at), 4),
        "bits": round(m_bits - u_bits, 4),
        "sure_bits": round(sure, 4),
        "verdict": found,
    }


def _errors(share: float, earlier: float, size: float, earlier_size: float) -> float:
    """The difference of two shares in standard errors; 0 where either has nothing to be a share of.

    Never fewer than one case in both together is reckoned with: a level that neither run saw has no known share.
    """
    if min(size, earlier_size) <= 0:
        return 0.0
    both = max((share * size + earlier * earlier_size) / (size + earlier_size), 1.0 / (size + earlier_size))
    error = sqrt(both * max(1.0 - both, 0.0) * (1.0 / size + 1.0 / earlier_size))
    return (share - earlier) / error if error > 0 else 0.0
