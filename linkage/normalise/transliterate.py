# ruff: noqa: RUF001, RUF002 - the letters that look alike are what this module is about
"""Cyrillic and Greek names in Latin letters, by short tables of our own.

Bulgarian follows the Transliteration Act of 2009 (щ sht, ъ a, ю yu, я ya), Ukrainian the 2010 Cabinet resolution
(г h, и y), Russian the passport rules (х kh, щ shch). Which table a value needs is read from its letters: і, ї, є and
ґ occur only in Ukrainian, ы, э and ё only in Russian, and what has none of these is taken as Bulgarian, the largest
Cyrillic-writing group among registered victims.
"""

from types import MappingProxyType

_CYRILLIC_SOUNDS = "a b v g d e zh z i y k l m n o p r s t u f ts ch sh yu ya"
_GREEK_SOUNDS = "a v g d e z i th i k l m n x o p r s s t y f ch ps o"
_SHARED = dict(
    zip(
        "абвгдежзийклмнопрстуфцчшюя",
        _CYRILLIC_SOUNDS.split(),
        strict=True,
    )
)
_BULGARIAN = MappingProxyType(str.maketrans({**_SHARED, "х": "h", "щ": "sht", "ъ": "a", "ь": "y", "ѝ": "i"}))
_RUSSIAN = MappingProxyType(
    str.maketrans({**_SHARED, "х": "kh", "щ": "shch", "ъ": "", "ь": "", "ы": "y", "э": "e", "ё": "e"})
)
_UKRAINIAN = MappingProxyType(
    str.maketrans(
        {
            **_SHARED,
            "г": "h",
            "ґ": "g",
            "и": "y",
            "і": "i",
            "ї": "i",
            "є": "ie",
            "х": "kh",
            "щ": "shch",
            "ь": "",
            "ъ": "",
        }
    )
)
# Serbian and Macedonian letters, beside whichever table applies.
_SOUTHERN = MappingProxyType(
    str.maketrans({"ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "ђ": "dj", "џ": "dz", "ќ": "k", "ѓ": "g", "ѕ": "dz"})
)
_GREEK = MappingProxyType(
    str.maketrans(
        dict(
            zip(
                "αβγδεζηθικλμνξοπρσςτυφχψω",
                _GREEK_SOUNDS.split(),
                strict=True,
            )
        )
    )
)


def cyrillic_to_latin(text: str) -> str:
    """Lower-case ``text`` with Cyrillic letters in Latin; other scripts stay as they are.

    Expects composed characters (NFC), because й and ї are letters of their own.
    """
    if not any("\u0400" <= letter <= "\u052f" for letter in text):
        return text
    return text.translate(_table(text)).translate(_SOUTHERN)


def greek_to_latin(text: str) -> str:
    """Lower-case ``text`` without accents, with Greek letters in Latin (ELOT 743, ου as ou)."""
    return text.replace("ου", "ou").translate(_GREEK)


def _table(text: str) -> MappingProxyType[int, str]:
    if any(letter in text for letter in "іїєґ"):
        return _UKRAINIAN
    if any(letter in text for letter in "ыэё"):
        return _RUSSIAN
    return _BULGARIAN
