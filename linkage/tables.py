"""The tables that linkage hands on."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.candidates import Pairs
from linkage.cluster import Clusters
from linkage.records import Records


def crosswalk(records: Records, persons: Clusters, identified: npt.NDArray[np.bool_]) -> pa.Table:
    """Return source, record_id, cluster, link_method and link_probability, a row per record in record order.

    ``link_method``: ``identifier`` where the record agrees on an identifier with another of its cluster,
    ``similarity`` where it was linked without, ``single`` where it stands alone.
    """
    alone = np.bincount(persons.cluster)[persons.cluster] == 1
    return pa.table({
        "source": _sources(records)[records.source_of],
        "record_id": records.record_ids.combine_chunks(),
        "cluster": persons.cluster,
        "link_method": np.where(alone, "single", np.where(identified, "identifier", "similarity")).astype(object),
        "link_probability": persons.probability,
    })  # fmt: skip


def links(records: Records, linked: Pairs, log_odds: npt.NDArray[np.float64]) -> pa.Table:
    """Return the pairs of records of one cluster with the probability that they are one person."""
    ids, source = records.record_ids.combine_chunks(), records.source_of
    return pa.table({
        "source_a": pa.array(_sources(records)[source[linked.left]], type=pa.string()),
        "record_id_a": ids.take(pa.array(linked.left)),
        "source_b": pa.array(_sources(records)[source[linked.right]], type=pa.string()),
        "record_id_b": ids.take(pa.array(linked.right)),
        "probability": probability(log_odds),
    })  # fmt: skip


def candidate_table(pairs: Pairs) -> pa.Table:
    """Return the candidate pairs as two columns of row numbers."""
    return pa.table({"left": pairs.left.astype(np.uint32), "right": pairs.right.astype(np.uint32)})


def probability(log_odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the probability at which the odds are ``exp(log_odds)``."""
    out: npt.NDArray[np.float64] = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -500, 500)))
    return out


def _sources(records: Records) -> npt.NDArray[np.object_]:
    return np.array(records.sources, dtype=object)
