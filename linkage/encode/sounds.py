"""Sounds of names as tokens: of each distinct name of a column once, for its own column and for the search encoding."""

from collections.abc import Callable, Mapping
from typing import Literal

from linkage.encode.texts import Distinct
from linkage.encode.tokens import Tokens, spaced
from linkage.normalise.names import Language
from linkage.normalise.phonetic import names_sounds
from linkage.normalise.skeleton import skeleton_keys
from linkage.settings import FieldKind

Heard = Callable[[str, Literal["phonetic", "skeleton"], FieldKind, Language], Tokens]


def hearing(columns: Mapping[str, Distinct]) -> Heard:
    """A function from a column's name, what to hear, its kind and language to the sounds of its distinct names."""
    known: dict[tuple[str, str], Tokens] = {}

    def heard(column: str, form: Literal["phonetic", "skeleton"], kind: FieldKind, language: Language) -> Tokens:
        if (column, form) not in known:
            names = columns[column].texts.to_pylist()
            found = names_sounds(names, kind, language) if form == "phonetic" else skeleton_keys(names, language)
            known[column, form] = spaced(found)
        return known[column, form]

    return heard
