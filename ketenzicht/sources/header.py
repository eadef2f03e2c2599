"""Are the columns of a file the ones that were agreed?"""

import re
from collections.abc import Sequence
from pathlib import Path

from ketenzicht.sources.refusal import refusal

# A number, a long text or an unprintable one may be a value that slipped into the header, or forge a line of a log.
_LONGEST_NAME = 60
_NUMBER = re.compile(r"\d{4}")

_SEPARATORS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}


def check_columns(path: Path, found: Sequence[str], expected: Sequence[str], *, place: str | None) -> None:
    """Pass where every expected column stands in the file once and nothing else does; the order is free.

    Raises ``DataRefused`` naming missing, extra and repeated columns. Where fewer than half of the expected columns
    are there, what stands in the place of the header may be a row of data, and is not repeated in the message.
    """
    missing = [name for name in expected if name not in found]
    extra = [_shown(name) for name in dict.fromkeys(found) if name not in expected]
    repeated = [_shown(name) for name in dict.fromkeys(found) if found.count(name) > 1]
    problems = [f"missing columns: {', '.join(missing)}"] if missing else []
    if 2 * len(missing) > len(expected):
        problems.append("the header is of another file, or there is no header")
    else:
        problems += [f"extra columns: {', '.join(extra)}"] if extra else []
        problems += [f"duplicate columns: {', '.join(repeated)}"] if repeated else []
    if problems:
        cure = "export the agreed columns, each once, or agree on other columns and change format.columns of the source"
        raise refusal(path, "; ".join(problems), cure, place=place)


def check_separator(path: Path, found: Sequence[str], expected: Sequence[str], separator: str) -> None:
    """Pass unless the header is one column that holds another separator; raises ``DataRefused`` naming both."""
    if len(found) != 1 or len(expected) == 1:
        return
    others = [other for other in _SEPARATORS if other != separator and other in found[0]]
    if others:
        used = max(others, key=found[0].count)
        rule = f"wrong separator: the header is separated by {_name(used)}, the source declares {_name(separator)}"
        cure = f"export with {_name(separator)}, or set format.separator of the source"
        raise refusal(path, rule, cure, place="line 1")


def _shown(name: str) -> str:
    """A column's name as a message may repeat it."""
    if not name:
        return "(blank)"
    if len(name) > _LONGEST_NAME or not name.isprintable() or _NUMBER.search(name):
        return "(not shown: no name of a column)"
    return name


def _name(separator: str) -> str:
    return _SEPARATORS.get(separator, repr(separator))
