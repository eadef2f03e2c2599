"""Ways in which one name is miswritten: typing, sound, scanning, prefixes, ij and y."""

import numpy as np

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {
    letter: "".join(row[max(place - 1, 0) : place] + row[place + 1 : place + 2])
    for row in _KEYBOARD
    for place, letter in enumerate(row)
}
_SOUNDS = (
    ("ck", "k"), ("ph", "f"), ("th", "t"), ("sch", "sg"), ("ei", "ij"), ("ou", "au"), ("ks", "x"), ("dt", "t"),
    ("kk", "k"), ("ll", "l"), ("ss", "s"), ("nn", "n"), ("tt", "t"), ("aa", "a"), ("ee", "e"), ("oo", "o"), ("uu", "u"),
    ("c", "k"), ("z", "s"), ("v", "f"), ("g", "ch"), ("w", "v"), ("i", "ie"), ("d", "t"),
)  # fmt: skip
_SCANNED = (
    ("rn", "m"),
    ("m", "rn"),
    ("l", "i"),
    ("o", "c"),
    ("cl", "d"),
    ("vv", "w"),
    ("i", "l"),
    ("u", "ii"),
    ("e", "c"),
)
_PREFIX_FORMS = {
    "van der": ("vd", "v.d.", "v/d", "v d"),
    "van den": ("vd", "v.d.", "v/d", "v d"),
    "van de": ("vd", "v.d.", "v/d", "van der"),
    "van": ("v.", "v"),
    "van 't": ("v 't", "van het"),
    "in 't": ("in het",),
}
_SHORTEST = 3


def keyboard_typo(name: str, rng: np.random.Generator) -> str:
    """One letter replaced by its neighbour, left out, doubled, or swapped with the next; short names stay."""
    if len(name) < _SHORTEST:
        return name
    place = int(rng.integers(1, len(name) - 1))
    letter = name[place]
    match int(rng.integers(4)):
        case 0:
            near = _NEIGHBOURS.get(letter, "")
            return name[:place] + near[int(rng.integers(len(near)))] + name[place + 1 :] if near else name
        case 1:
            return name[:place] + name[place + 1 :]
        case 2:
            return name[:place] + letter + name[place:]
        case _:
            return name[:place] + name[place + 1] + letter + name[place + 2 :]


def phonetic_variant(name: str, rng: np.random.Generator) -> str:
    """The name as a Dutch speaker might hear it: one sound written another way."""
    return _replace_one(name, _SOUNDS, rng)


def ocr_error(name: str, rng: np.random.Generator) -> str:
    """One character confused by a scanner."""
    return _replace_one(name, _SCANNED, rng)


def ij_as_y(name: str) -> str:
    """Ij written y, or y written ij; the name itself where it holds neither."""
    for old, new in (("ij", "y"), ("IJ", "Y"), ("y", "ij")):
        if old in name:
            return name.replace(old, new, 1)
    return name


def prefix_variant(prefix: str, family: str, rng: np.random.Generator) -> tuple[str, str]:
    """Another form of the prefix, or the prefix written into the family name or left out of its own column."""
    forms = _PREFIX_FORMS.get(prefix, ())
    choice = int(rng.integers(4 if forms else 2))
    if choice == 0:
        return "", f"{prefix} {family}"
    if choice == 1:
        return "", f"{prefix[:1].upper()}{prefix[1:]} {family}"
    return forms[int(rng.integers(len(forms)))], family


def initials(given: str) -> str:
    """``Maria Johanna`` as ``M.J.``."""
    return "".join(f"{word[0]}." for word in given.split())


def _replace_one(name: str, rules: tuple[tuple[str, str], ...], rng: np.random.Generator) -> str:
    """One rule that fits beyond the first letter, applied once."""
    fitting = [(old, new) for old, new in rules if old in name[1:]]
    if not fitting:
        return name
    old, new = fitting[int(rng.integers(len(fitting)))]
    return name[0] + name[1:].replace(old, new, 1)
