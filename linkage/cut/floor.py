"""A steward's guard: the threshold above which links are right often enough."""

import numpy as np

from linkage.cut.scored import Floats


def precision_threshold(probabilities: Floats, weights: Floats, floor: float) -> float:
    """Return the smallest threshold at which the mean probability of the links above it is at least ``floor``.

    ``probabilities``: of links, descending; ``weights``: pairs each stands for. The threshold is itself one of the
    probabilities, the largest that is cut off, or 0 where nothing is: links are those strictly above it. 1 where not
    even the likeliest reach the floor. Raises ``ValueError`` where probabilities do not descend.
    """
    if (np.diff(probabilities) > 0).any():
        msg = "probabilities must descend. Cure: sort links by probability, largest first, and weights with them."
        raise ValueError(msg)
    total = np.cumsum(weights)
    mean = np.cumsum(probabilities * weights) / np.maximum(total, np.finfo(np.float64).tiny)
    last_of_ties = np.append(probabilities[1:] < probabilities[:-1], [True])[: len(probabilities)]
    enough = np.flatnonzero(last_of_ties & (mean >= floor - 1e-12))
    if len(enough) == 0:
        return 1.0 if len(probabilities) else 0.0
    following = int(enough[-1]) + 1
    return float(probabilities[following]) if following < len(probabilities) else 0.0
