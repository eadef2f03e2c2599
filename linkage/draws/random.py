"""Random numbers for compiled code, each component with a state of its own."""

import numpy as np
from numba import njit

from linkage.draws.component import State


@njit(nogil=True, cache=True)
def uniform(state: State) -> float:
    """Return the next number in (0, 1) of SplitMix64 (Steele, Lea and Flood 2014)."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    mixed = state[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return (float(mixed >> np.uint64(11)) + 0.5) * 2.0**-53
