"""What a reader must know first: how well the run linked, by its own estimate, and where it did worse than that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from validation.report_data import GroupRow, Linkage, SourcePair

NOTABLE_GAP = 0.05
"""How far below the whole a source pair or group must be, in F1 or in precision, to be named in the first lines."""

_WITHOUT_RECALL = ("recall_not_estimable", "no_overlap", "nothing_comparable")
"""Findings that say why a source pair has no recall."""

ALL_PAIRS, ALL_RECORDS = "the whole", "all records"
OVERALL = "overall"
"""The grouping whose one group is all records, in the rows of linkage quality by group."""


@dataclass(frozen=True)
class Below:
    """A source pair or group that is linked notably worse than the whole; shares from 0 to 1.

    ``figure``: the one that is furthest below, F1 or precision, with its ``value`` and that of the ``whole``; ``of``
    says which whole, since groups are held against a figure that the warehouse reckons as theirs.
    """

    where: str
    figure: str
    value: float
    whole: float
    of: str
    links: int | None
    row: Mapping[str, Any]

    @property
    def gap(self) -> float:
        """How far it is below the whole."""
        return self.whole - self.value


@dataclass(frozen=True)
class FirstLines:
    """``below``: worst first. ``no_recall``: source pairs with the reason. ``few``: groups too small to tell.

    ``compared``: whether there was anything to compare, source pairs or groups. ``share_without_recall``: of all
    expected matches, the share that lies in source pairs without a recall; None where there are none.
    """

    overall: Mapping[str, Any]
    below: tuple[Below, ...]
    no_recall: tuple[tuple[str, str], ...]
    few: tuple[str, ...]
    compared: tuple[str, ...]
    share_without_recall: float | None


def first_lines(linkage: Linkage, groups: Sequence[GroupRow], minimum: int) -> FirstLines:
    """Return what stands on top of the page of a run.

    Source pairs are held against the whole of the linkage, groups against all records of the same draws. Groups with
    neither links nor expected matches as many as ``minimum`` are named and not judged.
    """
    overall = linkage.get("overall") or {}
    pairs = linkage.get("source_pairs") or ()
    whole: Mapping[str, Any] = next((row for row in groups if row.get("grouping") == OVERALL), overall)
    parts = [row for row in groups if row.get("grouping") != OVERALL]
    judged = [row for row in parts if enough(row, minimum)]
    below = [_below(name_of_pair(row), row, overall, ALL_PAIRS) for row in pairs]
    below += [_below(name_of_group(row), row, whole, ALL_RECORDS) for row in judged]
    return FirstLines(
        overall=overall,
        below=tuple(sorted((one for one in below if one is not None), key=lambda one: (-one.gap, one.where))),
        no_recall=_without_recall(pairs, linkage),
        few=tuple(name_of_group(row) for row in parts if not enough(row, minimum)),
        compared=tuple(kind for kind, rows in (("source pair", pairs), ("group", judged)) if rows and overall),
        share_without_recall=_share_without_recall(pairs),
    )


def name_of_pair(row: SourcePair) -> str:
    """The two sources, as the page writes them."""
    return f"{row.get('source_a', '')} \u00d7 {row.get('source_b', '')}"


def name_of_group(row: GroupRow) -> str:
    """Grouping and group."""
    return f"{row.get('grouping', '')} {row.get('group_name', '')}"


def enough(row: GroupRow, minimum: int) -> bool:
    """Whether a group has so many links, or so many matches that it ought to have links: who misses most has few."""
    return max(row.get("links") or 0, row.get("expected_matches") or 0) >= minimum


def f1(row: Mapping[str, Any]) -> float | None:
    """The row's F1: as given, else from precision and recall; None where recall is not estimable."""
    given, precision, recall = row.get("f1"), row.get("precision"), row.get("recall")
    if is_number(given):
        return given
    if not is_number(recall):
        return None
    if not is_number(precision):
        return 0.0 if recall == 0 else None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def is_number(value: object) -> TypeGuard[float]:
    """Whether there is a number: what is missing may be null, undefined or left out."""
    return isinstance(value, int | float)


def _below(where: str, row: Mapping[str, Any], whole: Mapping[str, Any], of: str) -> Below | None:
    """The figure that is furthest below the whole, where that is notable."""
    links = row.get("links")
    found = [
        Below(where, figure, value, of_all, of, links, row)
        for figure, value, of_all in (
            ("F1", f1(row), f1(whole)),
            ("precision", row.get("precision"), whole.get("precision")),
        )
        if is_number(value) and is_number(of_all) and round(of_all - value, 9) > NOTABLE_GAP
    ]
    return max(found, key=lambda one: one.gap) if found else None


def _share_without_recall(pairs: Sequence[SourcePair]) -> float | None:
    """How much of the recall of the whole rests on source pairs whose own is not told."""
    expected = [(row.get("expected_matches") or 0.0, is_number(row.get("recall"))) for row in pairs]
    total = sum(matches for matches, _ in expected)
    return sum(matches for matches, told in expected if not told) / total if total > 0 else None


def _without_recall(pairs: Sequence[SourcePair], linkage: Linkage) -> tuple[tuple[str, str], ...]:
    """Source pairs whose recall is not estimable, and why: as the row says, else as the findings do."""
    said = {
        str(finding.get("where", "")).replace(" x ", " \u00d7 "): finding.get("message", "")
        for finding in linkage.get("findings") or ()
        if finding.get("code") in _WITHOUT_RECALL
    }
    return tuple(
        (name_of_pair(row), row.get("recall_reason") or said.get(name_of_pair(row), ""))
        for row in pairs
        if not is_number(row.get("recall"))
    )
