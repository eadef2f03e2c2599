"""The tables that linkage hands on."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.candidates import Pairs
from linkage.cluster import Clusters
from linkage.records import Records

METHODS = ("similarity", "identifier", "single")
"""How a record was linked, if at all."""


def crosswalk(records: Records, persons: Clusters, identified: npt.NDArray[np.bool_]) -> pa.Table:
    """Return source, record_id, cluster, link_method and link_probability, a row per record in record order.

    ``link_method``: ``identifier`` where the record agrees on an identifier with another of its cluster,
    ``similarity`` where it was linked without, ``single`` where it stands alone.
    """
    alone = np.bincount(persons.cluster)[persons.cluster] == 1
    method = np.where(alone, METHODS.index("single"), identified.astype(np.int64))
    return pa.table(
        {
            "source": _named(records.sources, records.source_of),
            "record_id": _record_ids(records),
            "cluster": persons.cluster,
            "link_method": _named(METHODS, method),
            "link_probability": persons.probability,
        }
    )


def links(records: Records, linked: Pairs, probability: npt.NDArray[np.float64]) -> pa.Table:
    """Return the pairs of records of one cluster with the probability that they are one person."""
    ids, source = _record_ids(records), records.source_of
    return pa.table(
        {
            "source_a": _named(records.sources, source[linked.left]),
            "record_id_a": ids.take(pa.array(linked.left)),
            "source_b": _named(records.sources, source[linked.right]),
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
    values = _named(names, np.nonzero(present)[1])
    return pa.table(
        {
            "source": _named(records.sources, records.source_of),
            "record_id": _record_ids(records),
            "present": pa.ListArray.from_arrays(pa.array(lengths), values),
        }
    )


def candidate_table(pairs: Pairs) -> pa.Table:
    """Return the candidate pairs as two columns of row numbers."""
    return pa.table({"left": pairs.left.astype(np.uint32), "right": pairs.right.astype(np.uint32)})


def _named(names: Sequence[str], numbers: npt.NDArray[np.int64]) -> pa.Array:
    """The name at each number, without an object per row."""
    return pa.array(names, type=pa.string()).take(pa.array(numbers))


def _record_ids(records: Records) -> pa.Array:
    return pa.array(records.record_ids, type=pa.string())
