# ruff: noqa: RUF001 - Cyrillic letters are the subject
"""Cyrillic names in Latin letters, and the other spellings under which a foreign name is met in a Dutch register."""

import re
import unicodedata

import numpy as np

# Bulgaria's law of 2009; Ukraine's resolution of 2010 (letters that differ are listed second).
_BULGARIAN = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъьюя",
        "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y yu ya".split(),  # noqa: SIM905 - a row of letters
        strict=True,
    )
)
_UKRAINIAN = _BULGARIAN | {
    "г": "h", "ґ": "g", "є": "ie", "и": "y", "і": "i", "ї": "i", "й": "i", "х": "kh", "щ": "shch", "ь": "", "ю": "iu",
    "я": "ia", "'": "", "’": "", "ʼ": "",
}  # fmt: skip

# Spellings met besides the first one, per family of names: (pattern, replacement).
_VARIANTS: dict[str, tuple[tuple[str, str], ...]] = {
    "cyrillic": (("sht", "st"), ("sh", "sj"), ("ch", "tsj"), ("zh", "j"), ("y", "i"), ("ts", "c"), ("iu|yu", "ju"),
                 ("ia|ya", "ja"), ("kh", "ch"), ("v$", "ff")),
    "arabic": (("Moh?ammed|Mohamed", "Muhammad"), ("ou", "u"), ("^al-", "el "), ("^el ", "al-"), ("ss", "s"),
               ("ee", "i"), ("kh", "ch"), ("a$", "ah"), ("y", "i"), ("q", "k")),
    "west_african": (("^Diallo$", "Jallow"), ("^Jallow$", "Diallo"), ("^Jalloh$", "Jallow"), ("^Bah$", "Ba"),
                     ("^Barry$", "Barrie"), ("^Touray$", "Toure"), ("^Camara$", "Kamara"), ("^Conteh$", "Conte"),
                     ("^Sowe$", "Sow"), ("ou", "u"), ("th", "t"), ("C", "K"), ("ss", "s")),
    "horn": (("ay$", "ai"), ("ye$", "ie"), ("k", "q"), ("ss", "s"), ("^Mohamed$", "Maxamed"), ("u", "oo"), ("w", "u")),
}  # fmt: skip

_NOT_DECOMPOSED = str.maketrans(
    {
        "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ø": "o", "Ø": "O", "ß": "ss", "ɔ": "o", "Ɔ": "O", "ɛ": "e",
        "Ɛ": "E", "ε": "e", "’": "'", "ʼ": "'",
    }
)  # fmt: skip


def bulgarian_to_latin(name: str) -> str:
    """The name as a Bulgarian passport writes it."""
    return _to_latin(name, _BULGARIAN)


def ukrainian_to_latin(name: str) -> str:
    """The name as a Ukrainian passport writes it."""
    return _to_latin(name, _UKRAINIAN)


def other_spelling(name: str, family: str, rng: np.random.Generator) -> str:
    """Another customary spelling of a name; the name itself where its family has no rule that fits."""
    rules = [rule for rule in _VARIANTS.get(family, ()) if re.search(rule[0], name)]
    if not rules:
        return name
    pattern, replacement = rules[int(rng.integers(len(rules)))]
    changed = re.sub(pattern, replacement, name, count=1)
    return changed[:1].upper() + changed[1:] if name[:1].isupper() else changed


def without_diacritics(text: str) -> str:
    """The text with every letter replaced by its base letter."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_NOT_DECOMPOSED))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def fit_cp1252(text: str) -> str:
    """The text with each letter that cp1252 lacks replaced by its base letter."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return "".join(_fit_character(character) for character in unicodedata.normalize("NFC", text))
    return text


def _fit_character(character: str) -> str:
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        return without_diacritics(character).encode("cp1252", "ignore").decode("cp1252")
    return character


def _to_latin(name: str, table: dict[str, str]) -> str:
    latin = "".join(table.get(letter, letter) for letter in name.lower())
    return "-".join(part[:1].upper() + part[1:] for part in latin.split("-"))
