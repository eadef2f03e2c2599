"""Where links are cut, decided without a single label; the method is on docs/explanation/label-free-cut.md."""

from linkage.cut.expected_f import ExpectedCut, expected_f_cut
from linkage.cut.floor import precision_threshold
from linkage.cut.label_free import Cut, label_free_cut
from linkage.cut.scored import Scored, one_to_one

__all__ = [
    "Cut",
    "ExpectedCut",
    "Scored",
    "expected_f_cut",
    "label_free_cut",
    "one_to_one",
    "precision_threshold",
]
