"""A guard on the seam between identifiers and payload."""

from collections.abc import Iterator

from ketenzicht.errors import ConfigurationError
from ketenzicht.settings import Cell, SourceSettings


def check_no_identifier(source: SourceSettings) -> None:
    """Pass where no payload cell carries an identifier of a person.

    A payload cell may read a column that also identifies in three ways only: as ``birth_year`` with a date form (the
    year alone leaves), through a code list (only listed codes leave), or as ``sex`` or ``municipality`` of the
    identifier field of that name, read in the same way. Raises ``ConfigurationError`` naming key, column and cure.
    """
    identifying = {
        column
        for cells in source.identifiers.values()
        for cell in cells
        for column in (cell.column, cell.prefix)
        if column is not None
    } | set(source.native_id)
    for key, cell in _payload_cells(source):
        if cell.column in identifying and not _is_harmless(key, cell, source):
            msg = (
                f"source {source.name}, key payload.{key}: column {cell.column} identifies a person. Cure: leave it "
                "out, read it through a code list, or take another column."
            )
            raise ConfigurationError(msg)


def _is_harmless(key: str, cell: Cell, source: SourceSettings) -> bool:
    if cell.codes is not None or (key == "registration.birth_year" and cell.date is not None):
        return True
    name = key.removeprefix("registration.")
    if name not in ("sex", "municipality"):
        return False
    return any(own.column == cell.column and own.pattern == cell.pattern for own in source.identifiers.get(name, ()))


def _payload_cells(source: SourceSettings) -> Iterator[tuple[str, Cell]]:
    if source.payload is None:
        return
    for name, value in source.payload.registration:
        if isinstance(value, Cell):
            yield f"registration.{name}", value
    for number, event in enumerate(source.payload.events):
        for name, value in event:
            if isinstance(value, Cell):
                yield f"events.{number}.{name}", value
