"""The tables that linkage hands on."""

from collections.abc import Mapping, Sequence

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
    method = np.where(identified, "identifier", "similarity")
    alone = np.bincount(persons.cluster)[persons.cluster] == 1
    return pa.table(
        {
            "source": pa.array(_sources(records)[records.source_of], type=pa.string()),
            "record_id": pa.array(records.record_ids, type=pa.string()),
            "cluster": persons.cluster,
            "link_method": pa.array(np.where(alone, "single", method), type=pa.string()),
            "link_probability": persons.probability,
        }
    )


def links(records: Records, linked: Pairs, probability: npt.NDArray[np.float64]) -> pa.Table:
    """Return the pairs of records of one cluster with the probability that they are one person."""
    ids, source = pa.array(records.record_ids, type=pa.string()), records.source_of
    return pa.table(
        {
            "source_a": pa.array(_sources(records)[source[linked.left]], type=pa.string()),
            "record_id_a": ids.take(pa.array(linked.left)),
            "source_b": pa.array(_sources(records)[source[linked.right]], type=pa.string()),
            "record_id_b": ids.take(pa.array(linked.right)),
            "probability": probability,
        }
    )


def record_table(records: Records, fields: Mapping[str, Sequence[str]]) -> pa.Table:
    """Return source, record_id and the list of ``fields`` (name to encoded columns) present; no encodings."""
    names = list(fields)
    present = np.zeros((len(records), len(names)), dtype=bool)
    for position, field in enumerate(names):
        for column in fields[field]:
            present[:, position] |= records.present(column)
    lengths = np.concatenate(([0], np.cumsum(present.sum(axis=1)))).astype(np.int32)
    values = pa.array(np.array(names, dtype=object)[np.nonzero(present)[1]], type=pa.string())
    return pa.table(
        {
            "source": pa.array(_sources(records)[records.source_of], type=pa.string()),
            "record_id": pa.array(records.record_ids, type=pa.string()),
            "present": pa.ListArray.from_arrays(pa.array(lengths), values),
        }
    )


def candidate_table(pairs: Pairs) -> pa.Table:
    """Return the candidate pairs as two columns of row numbers."""
    return pa.table({"left": pairs.left.astype(np.uint32), "right": pairs.right.astype(np.uint32)})


def _sources(records: Records) -> npt.NDArray[np.object_]:
    return np.array(records.sources, dtype=object)
