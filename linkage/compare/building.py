"""From records and a plan of comparisons to the arrays that the compiled loop reads."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from linkage.compare.crowded import crowded_dates
from linkage.compare.dates import level_table, part_table
from linkage.compare.equality import shared_numbers
from linkage.compare.grading import contained, grades
from linkage.compare.layout import DATE_PARTS
from linkage.compare.plan import Comparison, Method
from linkage.compare.program import METHODS, RARITY_BITS, SET_WIDTH, STEP, Program
from linkage.compare.rarity import rarity
from linkage.compare.table import FilterStore, RecordTable
from linkage.records import MISSING, Codes, Records


def program(records: Records, plan: Sequence[Comparison]) -> Program:
    """Return the program of a plan over all records."""
    return _Builder(records, plan).program()


class _Builder:
    """Puts columns, filters and tables in their places and writes down where they are."""

    def __init__(self, records: Records, plan: Sequence[Comparison]) -> None:
        self.records = records
        self.plan = plan
        self.table = RecordTable(len(records))
        self.store = FilterStore()
        self.sets: list[tuple[int, int, int, int, int]] = []
        self.near: list[tuple[int, int]] = []
        self.lookups: list[npt.NDArray[np.uint8]] = []
        self.known_lookups: dict[object, int] = {}

    def program(self) -> Program:
        """Build all steps, and then the arrays."""
        steps = [self._step(comparison) for comparison in self.plan]
        # Grades are as many as the fullest filter asks for, which is known now that all filters have been placed.
        for step, comparison in zip(steps, self.plan, strict=True):
            if comparison.cut_points and comparison.method in _BY_DICE:
                step["grades"] = self._lookup(comparison.cut_points, grades(comparison.cut_points, self.store.most))
        return Program(
            rows=self.table.rows(),
            width=self.table.width,
            filters=self.store.filters(),
            ones=self.store.ones(),
            contained=contained(self.store.most),
            lookups=np.concatenate([np.zeros(0, dtype=np.uint8), *self.lookups]),
            near=np.array(self.near, dtype=np.int64).reshape(-1, 2),
            steps=np.array([[step.get(name, -1) for name in STEP] for step in steps], dtype=np.int64).reshape(
                -1, len(STEP)
            ),
            sets=np.array(self.sets, dtype=np.int64).reshape(-1, SET_WIDTH),
            radices=np.array([len(comparison.levels) + 1 for comparison in self.plan], dtype=np.int64),
        )

    def _step(self, comparison: Comparison) -> dict[str, int]:
        """The settings of one comparison by their names in ``STEP``; what is not there is -1."""
        step = {"method": METHODS[comparison.method], "cuts": len(comparison.cut_points)}
        step |= {f"is_{level.name}": comparison.number(level.name) for level in comparison.levels}
        field = comparison.field
        match comparison.method:
            case Method.NAME:
                step |= self._name(comparison)
            case Method.SIMILARITY:
                step |= {"own": self._filters(field.members)}
            case Method.POSTCODE:
                area = -1 if field.coarse is None else self._columns([field.coarse])
                step |= {"own": self._filters(field.members), "flag": area}
            case Method.INITIAL:
                step |= {"own": self._initial(comparison)}
            case Method.DATE | Method.PARTIAL_DATE:
                step |= self._date(comparison)
            case Method.EQUALITY:
                first = self._columns(field.members)
                step |= {"own": self._set(first, first + len(field.members))}
            case Method.RARITY:
                step |= {"own": self._ranked(field.members)}
            case Method.IDENTIFIER:
                step |= {"own": self._numbers(field.members), "is_shared": comparison.number("equal_shared")}
        return step

    def _columns(self, columns: Sequence[str]) -> int:
        return self.table.place((column, self.records.columns[column]) for column in columns)

    def _set(self, first: int, last: int, words: int = 0, filters: int = 0, ones: int = 0) -> int:
        self.sets.append((first, last, words, filters, ones))
        return len(self.sets) - 1

    def _filters(self, columns: Sequence[str]) -> int:
        """A set of columns that share one dictionary of filters; -1 where there are none."""
        if not columns:
            return -1
        first, dictionary = self._columns(columns), self.records.dictionaries[columns[0]]
        filters, ones = self.store.place(dictionary)
        return self._set(first, first + len(columns), dictionary.filters.shape[1], filters, ones)

    def _lookup(self, key: object, table: npt.NDArray[np.uint8]) -> int:
        if key not in self.known_lookups:
            self.known_lookups[key] = sum(map(len, self.lookups))
            self.lookups.append(table.ravel())
        return self.known_lookups[key]

    def _name(self, comparison: Comparison) -> dict[str, int]:
        field, other = comparison.field, comparison.swapped_with
        names = [one.name for one in self.plan]
        settled = names.index(other.field) if other is not None and other.field in names else -1
        return {
            "own": self._filters(field.members),
            "sound": self._filters(field.phonetic),
            "skeleton": self._filters(field.skeleton),
            "other": -1 if other is None else self._filters(other.members),
            "elsewhere": self._filters(comparison.elsewhere),
            "settles": settled,
        }

    def _initial(self, comparison: Comparison) -> int:
        """First letters; whether there is more than initials is in the lowest bit."""
        field = comparison.field
        letters = self.records.columns[str(field.initial)]
        named = np.zeros(len(self.records), dtype=np.bool_)
        for member in field.members:
            named |= self.records.present(member)
        first = self.table.place([(f"{field.field} initial", _with_bit(letters, named))])
        return self._set(first, first + 1)

    def _numbers(self, members: Sequence[str]) -> int:
        """Identifiers; whether a number is shared is in the lowest bit."""
        shared = np.append(shared_numbers(self.records, members), False)
        columns = [(member, self.records.columns[member]) for member in members]
        first = self.table.place((f"{name} number", _with_bit(codes, shared[codes])) for name, codes in columns)
        return self._set(first, first + len(members))

    def _ranked(self, members: Sequence[str]) -> int:
        """Names; their level of rarity is in the lowest bits."""
        level = np.append(rarity(self.records, members), 0)
        columns = [(member, self.records.columns[member]) for member in members]
        coded = [
            (name, np.where(codes == MISSING, MISSING, (codes << RARITY_BITS) + level[codes]))
            for name, codes in columns
        ]
        first = self.table.place((f"{name} rarity", codes.astype(np.int32)) for name, codes in coded)
        return self._set(first, first + len(members))

    def _date(self, comparison: Comparison) -> dict[str, int]:
        parts, records = comparison.field.parts, self.records
        coded = [(f"{part} part", _with_missing_last(records, part)) for part in parts]
        first, flag, near = self.table.place(coded), -1, len(self.near)
        if len(parts) == len(DATE_PARTS):
            crowded = f"{comparison.field.field} crowded"
            flag = self.table.position(crowded)
            if flag < 0:
                flag = self.table.place([(crowded, crowded_dates(records, *parts).astype(np.int32))])
        for number, part in enumerate(parts):
            dictionary = records.dictionaries[part]
            table = part_table(dictionary, comparison, number)
            self.near.append((self._lookup((part, number, comparison.cut_points), table), dictionary.size + 1))
        levels = self._lookup((comparison.name, comparison.method), level_table(comparison))
        return {
            "own": self._set(first, first + len(parts)),
            "flag": flag,
            "near": near,
            "cuts": len(parts),
            "grades": levels,
        }


_BY_DICE = (Method.NAME, Method.SIMILARITY, Method.POSTCODE)


def _with_bit(codes: Codes, flag: npt.NDArray[np.bool_]) -> Codes:
    """Twice the code plus the flag; missing stays missing."""
    return np.where(codes == MISSING, MISSING, 2 * codes + flag).astype(np.int32)


def _with_missing_last(records: Records, column: str) -> Codes:
    """Codes by which a table can be read: a missing part is the one after the last."""
    codes = records.columns[column]
    return np.where(codes == MISSING, records.dictionaries[column].size, codes).astype(np.int32)
