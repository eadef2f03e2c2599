"""Case, diacritics, apostrophes and punctuation: what is done to every text, whatever its language."""

import re
import unicodedata
from types import MappingProxyType

from linkage.normalise.transliterate import cyrillic_to_latin, greek_to_latin

# Letters that Unicode does not take apart into a base letter and a mark. The BRP's search form does the same.
_LETTERS = MappingProxyType(
    str.maketrans(
        {
            "ł": "l",
            "ø": "o",
            "đ": "d",
            "ð": "d",
            "þ": "th",
            "ß": "ss",
            "æ": "ae",
            "œ": "oe",
            "\u0131": "i",  # Turkish i without a dot
            "ħ": "h",
            "ŋ": "n",
            "ŧ": "t",
            "ə": "e",
            "ɓ": "b",
            "ɗ": "d",
            "ŀ": "l",
            "ĸ": "k",
        }
    )
)
_APOSTROPHES = re.compile(r"[\u0027\u0060\u00b4\u2018\u2019\u201b\u02bc\u02b9\u02bb\u02bf\u02be\u2032]")
_HYPHENS = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_NOT_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """``text`` in lower case, in Latin letters where a table knows them, without diacritics.

    Apostrophes become ``'`` and hyphens ``-``; other punctuation and blanks stay.
    """
    if text.isascii():
        return _APOSTROPHES.sub("'", text.lower())
    # Compatibility forms first: a letter in a circle or a superscript becomes a letter before case and tables apply.
    composed = unicodedata.normalize("NFKC", text).lower()
    apart = unicodedata.normalize("NFKD", cyrillic_to_latin(composed).translate(_LETTERS))
    bare = "".join(letter for letter in apart if unicodedata.category(letter) not in {"Mn", "Cs", "Cf"})
    # Once more for letters that only appear without their mark (ǽ, ѐ).
    latin = greek_to_latin(cyrillic_to_latin(bare).translate(_LETTERS))
    return _HYPHENS.sub("-", _APOSTROPHES.sub("'", latin))


def words(text: str) -> list[str]:
    """The words of folded ``text``: apostrophes join (o'brien is obrien), other punctuation separates."""
    return _NOT_WORD.sub(" ", text.replace("'", "")).split()
