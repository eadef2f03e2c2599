"""F1 over pairs of what a side put together, against the truth, by row of the truth."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.final_step import Scored, crosswalks
from benchmarks.speed.folder import read_about

Ints = npt.NDArray[np.int64]
Figures = dict[str, Any]

LN2 = float(np.log(2))
ORACLE_WEIGHTS = (-5.0, -2.0, 0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 13.0)
"""Match weights at which the best threshold is looked for."""


@dataclass(frozen=True)
class Edges:
    """Scored pairs of rows of the truth; ``weight`` in bits."""

    left: Ints
    right: Ints
    weight: npt.NDArray[np.float64]


def pair_figures(found: Ints, true: Ints) -> Figures:
    """Precision, recall and F1 over all pairs of records, from the cluster and the person of each record."""
    both = np.unique(np.stack([found, true]), axis=1, return_counts=True)[1] if len(found) else np.zeros(0, np.int64)
    right, linked, real = (_pairs(sizes) for sizes in (both, np.bincount(found), np.bincount(true)))
    return {
        "precision": right / linked if linked else None,
        "recall": right / real if real else None,
        "f1": 2 * right / (linked + real) if linked + real else None,
    }


def _pairs(sizes: Ints) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


class Judge:
    """The truth of one folder of data."""

    def __init__(self, folder: Path) -> None:
        """Read the truth; its rows are sources in alphabetical order, each as in its plain table."""
        self.truth = pd.read_parquet(folder / "truth.parquet")
        self.person: Ints = pd.factorize(self.truth["person"])[0]
        self.deduplicated = read_about(folder).deduplicated

    def ours(self, out: Path) -> Figures:
        """Figures of our crosswalk."""
        table = pd.read_parquet(out / "crosswalk.parquet", columns=["source", "record_id", "cluster"])
        found = self.truth[["source", "record_id"]].merge(table, how="left", validate="one_to_one")
        return pair_figures(pd.factorize(found["cluster"])[0], self.person)

    def splink(self, out: Path, random: float) -> Figures:
        """The best of three clusterings of Splink's pairs at one half, and the best F1 at any threshold of all.

        ``random``: log odds that a pair of random records would have.
        """
        at_half = {name: self._clustered(out / f"{name}.parquet") for name in ("components", "best_links")}
        edges = self._edges(out / "pairs.parquet")
        at_half["source_consistent"] = self._source_consistent(edges, 0.0, random)
        best = max(at_half, key=lambda name: at_half[name]["f1"] or 0.0)
        by_clustering = {name: each["f1"] for name, each in at_half.items()}
        oracle = max(self._oracle(edges, random), at_half[best]["f1"] or 0.0)
        return at_half[best] | {"clustering": best, "oracle_f1": oracle, "f1_by_clustering": by_clustering}

    def _clustered(self, path: Path) -> Figures:
        table = pd.read_parquet(path)
        clusters = np.full(len(self.truth), -1, dtype=np.int64)
        clusters[self._rows(table["source_dataset"], table["unique_id"])] = pd.factorize(table["cluster_id"])[0]
        return pair_figures(clusters, self.person)

    def _rows(self, source: pd.Series, unique_id: pd.Series) -> Ints:
        """Row in the truth of Splink's records: it was given native ids, or row numbers."""
        if pd.api.types.is_integer_dtype(unique_id):
            return unique_id.to_numpy(np.int64)
        known = pd.MultiIndex.from_frame(self.truth[["source", "native_id"]])
        rows: Ints = known.get_indexer(pd.MultiIndex.from_arrays([source, unique_id])).astype(np.int64)
        return rows

    def _edges(self, path: Path) -> Edges:
        pairs = pd.read_parquet(path)
        left = self._rows(pairs["source_dataset_l"], pairs["unique_id_l"])
        right = self._rows(pairs["source_dataset_r"], pairs["unique_id_r"])
        return Edges(left, right, pairs["match_weight"].to_numpy(np.float64))

    def _oracle(self, edges: Edges, random: float) -> float:
        """The best F1 at any threshold: of components at all, of the slower source-consistent step at the best two."""
        found = {threshold: self._components(edges, threshold)["f1"] or 0.0 for threshold in ORACLE_WEIGHTS}
        best = sorted(found, key=lambda threshold: -found[threshold])[:2]
        further = [self._source_consistent(edges, threshold, random)["f1"] or 0.0 for threshold in best]
        return float(max(*found.values(), *further))

    def _components(self, edges: Edges, threshold: float) -> Figures:
        over = edges.weight > threshold
        shape = (len(self.truth), len(self.truth))
        graph = coo_array((np.ones(over.sum(), np.int8), (edges.left[over], edges.right[over])), shape=shape)
        return pair_figures(connected_components(graph, directed=False)[1].astype(np.int64), self.person)

    def _source_consistent(self, edges: Edges, threshold: float, random: float) -> Figures:
        """The last step that the quality benchmark gives every rival, the better of its two results."""
        size = len(self.truth)
        scored = Scored.of(edges.left, edges.right, (edges.weight - threshold) * LN2, random - threshold * LN2, size)
        tables = {
            str(source): pd.DataFrame(index=pd.Index(rows["native_id"], name="native_id"))
            for source, rows in self.truth.groupby("source", sort=True)
        }
        found = crosswalks(tables, self.deduplicated, scored)
        figures = [pair_figures(pd.factorize(each["person_id"])[0], self.person) for each in found]
        return max(figures, key=lambda each: each["f1"] or 0.0)
