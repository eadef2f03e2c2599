"""The table of draws that linkage hands on."""

import numpy as np
import pyarrow as pa

from linkage.draws.draws import Draws
from linkage.records import Records


def draw_table(records: Records, draws: Draws) -> pa.Table:
    """Return draw, source, record_id and cluster, a row where a record's cluster in a draw is not the crosswalk's."""
    sources = np.array(records.sources, dtype=object)[records.source_of[draws.row]]
    return pa.table(
        {
            "draw": pa.array(draws.draw, type=pa.uint8()),
            "source": pa.array(sources, type=pa.string()),
            "record_id": pa.array(records.record_ids[draws.row], type=pa.string()),
            "cluster": pa.array(draws.cluster, type=pa.int64()),
        }
    )
