"""From scored pairs to persons, never two records of a source without duplicates in one."""

from linkage.cluster.components import components, pairs_between, pairs_within
from linkage.cluster.persons import Clusters, cluster

__all__ = ["Clusters", "cluster", "components", "pairs_between", "pairs_within"]
