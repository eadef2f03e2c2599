"""Comparison of encoded records in levels, derived from the kinds of the fields; missing is no evidence."""

from linkage.compare.comparer import Comparer, compare
from linkage.compare.grading import Levels
from linkage.compare.layout import Layout, layout
from linkage.compare.plan import Comparison, comparisons

__all__ = ["Comparer", "Comparison", "Layout", "Levels", "compare", "comparisons", "layout"]
