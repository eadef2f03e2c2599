"""Work in parts: on the threads of this machine or on a cluster, with the same results in the same order."""

from linkage.workers.choice import workers
from linkage.workers.contract import Work, Workers
from linkage.workers.local import Threads

__all__ = ["Threads", "Work", "Workers", "workers"]
