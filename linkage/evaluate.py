"""Precision and recall of a crosswalk against the truth, by pairs and by clusters, without listing all pairs."""

from collections.abc import Mapping
from itertools import chain, combinations_with_replacement
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from linkage.settings import FieldKind, FieldSettings

KEYS = ["source", "native_id"]
NAMES = (FieldKind.GIVEN_NAME, FieldKind.FAMILY_NAME)

Figures = dict[str, Any]
Shares = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def evaluate(
    crosswalk: pd.DataFrame,
    truth: pd.DataFrame,
    *,
    records: pd.DataFrame | None = None,
    candidates: npt.NDArray[np.int64] | None = None,
    fields: Mapping[str, FieldSettings] | None = None,
) -> Figures:
    """Return the quality of a crosswalk (source, native_id, person_id) against truth (source, native_id, person).

    Records of the truth that are not in the crosswalk (quarantined at the agency) count as linked to nothing, so they
    lower recall. They do not lower ``recall_in_run``, over the pairs of records that were there to link, which is what
    a run's own estimate is of. Records without a truth are left out. Further columns of ``truth`` are subgroups: a pair
    belongs to a group when either record does; B-cubed is over the records in the group. ``records`` (source,
    native_id, present: list of fields) with ``fields`` adds the view on pairs that share names or an identifier; with
    ``candidates`` (pairs of row positions in ``records``) pair
    completeness is added. Figures whose denominator is nothing are None.
    """
    table = _joined(crosswalk, truth)
    groups = [column for column in truth.columns if column not in {*KEYS, "person"}]
    figures = _pair_figures(table) | _bcubed(table) | _cluster_f1(table)
    place = None if records is None else _places(table, records)
    figures["pair_completeness"] = _pair_completeness(table, place, candidates)
    figures["records"] = len(table)
    figures["not_in_crosswalk"] = int(table["person_id"].isna().sum())
    figures["source_pairs"] = _by_source_pair(table)
    figures["subgroups"] = {column: _by_subgroup(table, column) for column in groups}
    if records is not None and place is not None and fields is not None:
        figures["pairs_sharing_names_or_identifier"] = _sharing(table, records, place, fields)
        beyond = _beyond_categories(table, records, place, candidates, fields)
        figures["pair_completeness_beyond_categories"] = beyond
    return figures


def _joined(crosswalk: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Truth with the persons found; a record that was not linked at all is a person of its own."""
    table = truth.merge(crosswalk[[*KEYS, "person_id"]], on=KEYS, how="left", validate="one_to_one")
    alone = table["person_id"].isna()
    found = pd.factorize(table["person_id"])[0]
    found[alone.to_numpy()] = found.max(initial=-1) + 1 + np.arange(int(alone.sum()))
    table["found"] = found
    table["true"] = pd.factorize(table["person"])[0]
    return table


def _pairs(sizes: pd.Series) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _counts(table: pd.DataFrame) -> tuple[int, int, int, int]:
    """Pairs that are both linked and true, linked, true, and true with both records in the run."""
    both = _pairs(table.groupby(["found", "true"], sort=False).size())
    found = _pairs(table.groupby("found", sort=False).size())
    true, in_run = (_pairs(part.groupby("true", sort=False).size()) for part in (table, _in_run(table)))
    return both, found, true, in_run


def _in_run(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["person_id"].notna()]


def _figures(both: int, found: int, true: int, in_run: int | None = None) -> Figures:
    precision = both / found if found else None
    recall = both / true if true else None
    f1 = 2 * both / (found + true) if found + true else None
    figures = {"precision": precision, "recall": recall, "f1": f1, "links": found, "true_pairs": true}
    return figures if in_run is None else figures | {"recall_in_run": both / in_run if in_run else None}


def _pair_figures(table: pd.DataFrame) -> Figures:
    return _figures(*_counts(table))


def _bcubed(table: pd.DataFrame) -> Figures:
    """B-cubed (Bagga and Baldwin 1998): per record, the share of its cluster that is right and of its person found."""
    if table.empty:
        return {"bcubed_precision": None, "bcubed_recall": None, "bcubed_f1": None}
    precision, recall = _shares(table)
    return _means(float(precision.mean()), float(recall.mean()))


def _means(precision: float, recall: float) -> Figures:
    f1 = 2 * precision * recall / (precision + recall)
    return {"bcubed_precision": precision, "bcubed_recall": recall, "bcubed_f1": f1}


def _shares(table: pd.DataFrame) -> tuple[Shares, Shares]:
    """Per record, how much of its cluster is its person, and how much of its person is in its cluster."""
    both = table.groupby(["found", "true"])["source"].transform("size").to_numpy(dtype=float)
    precision = both / table.groupby("found")["source"].transform("size").to_numpy()
    recall = both / table.groupby("true")["source"].transform("size").to_numpy()
    return precision, recall


def _cluster_f1(table: pd.DataFrame) -> Figures:
    """F1 over whole clusters: a cluster is right when it is exactly one person's records."""
    if table.empty:
        return {"cluster_f1": None}
    both = table.groupby(["found", "true"]).size().rename("both").reset_index()
    found, true = table.groupby("found").size(), table.groupby("true").size()
    right = ((both["both"] == both["found"].map(found)) & (both["both"] == both["true"].map(true))).sum()
    return {"cluster_f1": float(2 * right / (len(found) + len(true)))}


def _by_source_pair(table: pd.DataFrame) -> list[Figures]:
    own = dict(sorted(((str(source), part) for source, part in table.groupby("source", sort=False)), key=itemgetter(0)))
    sizes = {source: _sizes(part) for source, part in own.items()}
    rows = []
    for a, b in combinations_with_replacement(own, 2):
        figures = _pair_figures(own[a]) if a == b else _figures(*map(_across, sizes[a], sizes[b]))
        rows.append({"source_a": a, "source_b": b} | figures)
    return rows


def _sizes(table: pd.DataFrame) -> list[pd.Series]:
    """Records of one source by found and true person, by found, by true, and by true with the record in the run."""
    in_run = _in_run(table)
    kinds: list[tuple[pd.DataFrame, list[str]]] = [
        (table, ["found", "true"]), (table, ["found"]), (table, ["true"]), (in_run, ["true"])
    ]  # fmt: skip
    return [part.groupby(keys, sort=False).size() for part, keys in kinds]


def _across(one: pd.Series, other: pd.Series) -> int:
    """Pairs of a record of one source and one of another that are of the same group."""
    return int(one.mul(other, fill_value=0).sum())


def _by_subgroup(table: pd.DataFrame, column: str) -> dict[str, Figures]:
    """Figures over the pairs of which at least one record is in the group: all pairs less those wholly outside."""
    everything = _counts(table)
    precision, recall = _shares(table)
    groups = table[column].astype(str)
    figures = {}
    for group in sorted(groups[table[column].notna()].unique()):
        outside = _counts(table[groups != group])
        inside = (groups == group).to_numpy()
        figures[group] = _figures(*(a - b for a, b in zip(everything, outside, strict=True)))
        figures[group] |= _means(float(precision[inside].mean()), float(recall[inside].mean()))
    return figures


def _places(table: pd.DataFrame, records: pd.DataFrame) -> Ints:
    """Row of the table that is each of the records, -1 where its person is not known."""
    rows = table[KEYS].assign(place=np.arange(len(table)))
    return records[KEYS].merge(rows, on=KEYS, how="left")["place"].fillna(-1).to_numpy(dtype=np.int64)


def _pair_completeness(table: pd.DataFrame, place: Ints | None, candidates: Ints | None) -> float | None:
    """Share of the true pairs that were candidates."""
    true = _pairs(table.groupby("true").size())
    if place is None or candidates is None or not true:
        return None
    person = _persons(table, place)
    left, right = person[candidates[:, 0]], person[candidates[:, 1]]
    return float(((left == right) & (left >= 0)).sum() / true)


def _persons(table: pd.DataFrame, place: Ints) -> Ints:
    """True person of each of the records, -1 where it is not known."""
    return np.append(table["true"].to_numpy(dtype=np.int64), -1)[place]


def _beyond_categories(
    table: pd.DataFrame,
    records: pd.DataFrame,
    place: Ints,
    candidates: Ints | None,
    fields: Mapping[str, FieldSettings],
) -> float | None:
    """Share of the true pairs of which both records have one field that is no category, that were candidates."""
    others = [name for name, field in fields.items() if field.kind not in {*NAMES, FieldKind.CATEGORY}]
    bits = {name: 1 for name, field in fields.items() if field.kind in NAMES}
    own = _marks(records, bits | {name: 2 << number for number, name in enumerate(others)})
    true = _meeting(_marked(table, place, own), ["true"])
    if candidates is None or not true:
        return None
    person = _persons(table, place)
    left, right = candidates[:, 0], candidates[:, 1]
    found = (person[left] == person[right]) & (person[left] >= 0) & (own[left] & own[right] > 0)
    return float(found.sum() / true)


def _sharing(table: pd.DataFrame, records: pd.DataFrame, place: Ints, fields: Mapping[str, FieldSettings]) -> Figures:
    """Figures over the pairs whose records both have a name, or both have the same identifier field.

    Each record gets a set of marks (bits); a pair counts when the sets meet.
    """
    bits = {name: 1 for name, field in fields.items() if field.kind in NAMES}
    identifiers = [name for name, field in fields.items() if field.kind is FieldKind.IDENTIFIER]
    bits |= {name: 2 << number for number, name in enumerate(identifiers)}
    marked = _marked(table, place, _marks(records, bits))
    return _figures(*(_meeting(marked, keys) for keys in (["found", "true"], ["found"], ["true"])))


def _marked(table: pd.DataFrame, place: Ints, marks: Ints) -> pd.DataFrame:
    """The table with the marks of its records, 0 for one that is not among them."""
    own = np.zeros(len(table), dtype=np.int64)
    own[place[place >= 0]] = marks[place >= 0]
    return table.assign(marks=own)


def _marks(records: pd.DataFrame, bits: Mapping[str, int]) -> Ints:
    """All bits of the fields that each record has."""
    lengths = records["present"].map(len).to_numpy(dtype=np.int64)
    codes, names = pd.factorize(np.array(list(chain.from_iterable(records["present"])), dtype=object))
    values = np.array([bits.get(name, 0) for name in names], dtype=np.int64)
    marks, some = np.zeros(len(records), dtype=np.int64), lengths > 0
    if some.any():
        marks[some] = np.bitwise_or.reduceat(values[codes], (np.cumsum(lengths) - lengths)[some])
    return marks


def _meeting(table: pd.DataFrame, keys: list[str]) -> int:
    """Pairs that agree on ``keys`` and whose marks meet."""
    sizes = table.pivot_table(index=keys, columns="marks", values="source", aggfunc="size", fill_value=0)
    kinds = [int(mark) for mark in sizes.columns]
    total = 0
    for position, a in enumerate(kinds):
        if a:
            total += _pairs(sizes[a])
        total += sum(int((sizes[a] * sizes[b]).sum()) for b in kinds[position + 1 :] if a & b)
    return total
