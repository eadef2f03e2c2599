"""How a refused delivery is worded: file, place, column, rule and cure, never a value."""

from pathlib import Path

from ketenzicht.errors import DataRefused


def refusal(path: Path, rule: str, cure: str, *, place: str | None = None, column: str | None = None) -> DataRefused:
    """An error for the steward who must mend the file.

    ``place`` says where in the file in the steward's own count ("line 17", "row 4"). Only the file's name is shown:
    directories can hold the name of a person or a case.
    """
    where = ["".join(letter if letter.isprintable() else "?" for letter in path.name)]
    if place is not None:
        where.append(place)
    if column is not None:
        where.append(f"column {column}")
    return DataRefused(f"{', '.join(where)}: {rule}. Cure: {cure}.")


def truncated(path: Path, rule: str, *, place: str | None = None) -> DataRefused:
    """A refusal of a file that was cut off on its way."""
    return refusal(path, f"the file is truncated: {rule}", "export or copy the file again, whole", place=place)


def empty(path: Path) -> DataRefused:
    """A refusal of a file without a single row."""
    cure = "export the period again; where there was truly nothing to deliver, deliver no file"
    return refusal(path, "empty delivery: the file holds no rows", cure)
