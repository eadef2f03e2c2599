"""The expectation step and the score in plain arrays, from their formulas: what the compiled passes are held to."""

import numpy as np
import numpy.typing as npt

from linkage.model import Patterns, Shape
from linkage.model.em import Task
from linkage.model.parameters import Floats, Ints, Parameters


def log_joint(
    shape: Shape, group_of: Ints, parameters: Parameters, stratum: Ints, levels: npt.NDArray[np.int8]
) -> Floats:
    """Return (rows, classes) log of share times density: fields are independent within a class."""
    joint = np.log(np.maximum(parameters.share, 1e-300))[stratum]
    logs = np.log(np.maximum(parameters.theta, 1e-300))
    for place in shape.places(levels).T:
        joint += logs[:, group_of[stratum], place].T
    return joint


def expectation(task: Task, parameters: Parameters) -> tuple[Floats, float]:
    """Return (rows, classes) class probabilities of the rows, and the log-likelihood of all pairs."""
    patterns = task.patterns
    joint = log_joint(task.shape, task.group_of, parameters, patterns.stratum, patterns.levels)
    joint[np.ix_(~patterns.may_match, task.matches)] = -np.inf
    joint[np.ix_(patterns.must_match, ~task.matches)] = -np.inf
    total = np.logaddexp.reduce(joint, axis=1)
    return np.exp(joint - total[:, None]), float((patterns.weight * total).sum())


def counts_by_place(shape: Shape, group_of: Ints, patterns: Patterns, members: Floats, groups: int) -> Floats:
    """Return (classes, groups, width) pairs at each level from (rows, classes) pairs."""
    counts = np.zeros((members.shape[1], groups, shape.width))
    group = group_of[patterns.stratum]
    for place in shape.places(patterns.levels).T:
        for kind, own in enumerate(members.T):
            np.add.at(counts[kind], (group, place), own)
    return counts
