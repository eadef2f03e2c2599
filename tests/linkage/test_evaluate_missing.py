"""Records that never reached the linkage unit lower recall, and are not taken for one another."""

import pandas as pd

from linkage.evaluate import evaluate


def test_quarantined_records_are_strangers_to_each_other() -> None:
    """Three records of two persons are missing from the crosswalk: no link among them, one true pair lost."""
    crosswalk = pd.DataFrame({"source": ["a", "b"], "native_id": ["1", "2"], "person_id": ["P1", "P1"]})
    truth = pd.DataFrame(
        {"source": list("abaab"), "native_id": ["1", "2", "3", "4", "5"], "person": ["x", "x", "y", "z", "z"]}
    )
    figures = evaluate(crosswalk, truth)
    assert (figures["links"], figures["true_pairs"], figures["not_in_crosswalk"]) == (1, 2, 3)
    assert figures["precision"] == 1.0
    assert figures["recall"] == 0.5
