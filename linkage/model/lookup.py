"""Patterns as three numbers each, so that what an iteration adds up per pattern is looked up instead."""

from dataclasses import dataclass

import numpy as np

from linkage.model.kernels import Numbers, Rows, Table, fill_table, responsibilities, spread
from linkage.model.kernels import class_sums as add_class_sums
from linkage.model.numbering import count_keys
from linkage.model.parameters import Floats, Ints, Parameters, Shape
from linkage.model.patterns import Flags, Patterns, pattern_keys

_TINY = 1e-300


@dataclass(frozen=True)
class Half:
    """Some of the comparisons: every distinct vector of them, with its group, once.

    ``places``: (vectors, comparisons) into a flat (groups x width) table; ``row_of``: vector of each pattern.
    """

    places: Numbers
    row_of: Numbers


@dataclass(frozen=True)
class Lookup:
    """Distinct strata with flags (``kind_stratum``; ``allowed``: (kinds, classes)), and two halves of the comparisons.

    There are far fewer distinct halves than patterns: the log-probability of a pattern is the sum of three that are
    looked up, and expected pairs are added up per half before they are spread over its comparisons.
    """

    kind_stratum: Ints
    allowed: Flags
    rows: Rows
    halves: tuple[Half, Half]
    strata: int
    places: int

    def tables(self, parameters: Parameters) -> tuple[Table, Table, Table]:
        """Return the tables under some parameters."""
        classes = parameters.classes
        log_theta = np.log(np.maximum(parameters.theta, _TINY)).reshape(classes, -1).T.copy()
        share = np.log(np.maximum(parameters.share, _TINY))[self.kind_stratum]
        kinds = _table(np.zeros((len(share), 0), dtype=np.int32), log_theta, np.where(self.allowed, share, -np.inf))
        one, other = (_table(half.places, log_theta, np.zeros((len(half.places), classes))) for half in self.halves)
        return kinds, one, other

    def sums(self, parameters: Parameters) -> tuple[Floats, Floats, float]:
        """Return expected pairs per (classes, places) and (strata, classes), and the log-likelihood."""
        kinds, one, other = self.tables(parameters)
        log_likelihood = add_class_sums(self.rows, kinds, one, other)
        return self._by_place((one.sums, other.sums)), self._by_stratum(kinds.sums), float(log_likelihood)

    def probabilities(self, parameters: Parameters) -> tuple[Floats, float]:
        """Return (patterns, classes) class probabilities, and the log-likelihood."""
        out = np.empty((len(self.rows.weight), parameters.classes))
        return out, float(responsibilities(self.rows, *self.tables(parameters), out))

    def level_sums(self, members: Floats) -> Floats:
        """Return (classes, places) pairs from (patterns, classes) pairs."""
        sums = []
        for half in self.halves:
            sums.append(np.zeros((len(half.places), members.shape[1])))
            spread(half.row_of[:, None], np.ascontiguousarray(members), sums[-1])
        return self._by_place((sums[0], sums[1]))

    def stratum_sums(self, members: Floats) -> Floats:
        """Return (strata, classes) pairs from (patterns, classes) pairs."""
        out = np.zeros((self.strata, members.shape[1]))
        spread(self.kind_stratum[self.rows.kind].astype(np.int32)[:, None], np.ascontiguousarray(members), out)
        return out

    def _by_place(self, sums: tuple[Floats, Floats]) -> Floats:
        out = np.zeros((self.places, sums[0].shape[1]))
        for half, own in zip(self.halves, sums, strict=True):
            spread(half.places, own, out)
        return out.T

    def _by_stratum(self, sums: Floats) -> Floats:
        out = np.zeros((self.strata, sums.shape[1]))
        np.add.at(out, self.kind_stratum, sums)
        return out


def lookup_of(patterns: Patterns, shape: Shape, group_of: Ints, matches: Flags) -> Lookup:
    """Number the parts of the patterns; ``matches``: which classes are kinds of matches."""
    keys, kind, _ = count_keys(patterns.stratum * 4 + patterns.may_match * 2 + patterns.must_match)
    may, must = (keys & 2) > 0, (keys & 1) > 0
    allowed = np.where(matches, may[:, None], ~must[:, None])
    group = group_of[patterns.stratum]
    middle = _middle(shape.levels)
    one, other = (_half(patterns, shape, group, part) for part in (slice(0, middle), slice(middle, None)))
    rows = Rows(kind, one.row_of, other.row_of, patterns.weight)
    return Lookup(
        keys >> 2, allowed, rows, (one, other), len(group_of), (int(group_of.max(initial=0)) + 1) * shape.width
    )


def _middle(levels: tuple[int, ...]) -> int:
    """Number of comparisons in the first half, such that the halves can take about equally many vectors."""
    vectors = np.cumsum(np.log1p(levels))
    return int(np.searchsorted(vectors, vectors[-1] / 2)) + 1 if len(vectors) else 0


def _half(patterns: Patterns, shape: Shape, group: Ints, part: slice) -> Half:
    levels = patterns.levels[:, part]
    _, row_of, _ = count_keys(pattern_keys(np.column_stack([group, levels.astype(np.int64)])))
    first = np.empty(int(row_of.max(initial=-1)) + 1, dtype=np.int64)
    first[row_of] = np.arange(len(row_of))
    wide = levels[first].astype(np.int64)
    places = np.where(wide == 0, shape.width - 1, shape.starts[part] + wide - 1) + group[first][:, None] * shape.width
    return Half(places.astype(np.int32), row_of)


def _table(places: Numbers, log_theta: Floats, logs: Floats) -> Table:
    table = Table(logs, np.empty_like(logs), np.empty(len(logs)), np.empty_like(logs))
    fill_table(places, log_theta, table)
    return table
