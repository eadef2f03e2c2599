"""Consonant skeletons: a coarse code for names that were written down by ear, from whatever language.

The classes of consonants follow Daitch and Mokotoff (1985), made for Slavic and Yiddish names in foreign records: all
sibilants and affricates are one (sz, sh, cz, ts, s, z), so are g, k, q, ch, kh and an h in front, d and t, b, p, f, v
and w, m and n. Unlike theirs the code has any length and no branches: ch is always one of the k's, so is every h that
is heard (Ahmed, Achmed), and dj counts as j, where no consonant comes before. A word of fewer than three classes keeps
its phonetic key: two consonants say too little.
"""

import re
from collections.abc import Sequence

from linkage.normalise.names import Language
from linkage.normalise.phonetic import as_lines, phonetic_key, phonetic_keys, without_repeats, words_of

_LATIN_WORD = re.compile(r"[a-z]+")
_CLASSES = tuple(
    (re.compile(pattern), mark)
    for pattern, mark in (
        (r"(?<![b-df-hj-np-tv-xz])(?:dzh|dzj|dj|gy|j|y)(?=[aeiou])", "J"),
        (r"^x(?=[aeiou])", "S"),
        (r"tschtsch|schtsch|shch|szcz|tsch|tsj|tch|tsh|tz|ts|dzs|dzh|dzj|dz|ds|cz|cs", "S"),
        (r"sch|sh|sj|sz|zh|zs|zj", "S"),
        (r"ph", "F"),
        (r"[td]h", "T"),
        (r"h$", ""),
        (r"ck|ch|kh|gh|cq|qu", "K"),
        (r"c(?=[eiy])", "S"),
        (r"x", "KS"),
        (r"[sz]", "S"),
        (r"[ckqgh]", "K"),
        (r"[dt]", "T"),
        (r"[bpfvw]", "F"),
        (r"[mn]", "N"),
        (r"l", "L"),
        (r"r", "R"),
        (r"^[aeiouy]+", "A"),
    )
)
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"[a-z]+")
_ENOUGH_CLASSES = 3
_ONE_LETTER = re.compile(r"\[([a-z]+)\]|([a-z])")
# As in phonetic: many words at once, one to a line. Rules for one letter each stand together and become one table.
_OF_ONE_LETTER = {
    letter: mark
    for pattern, mark in _CLASSES
    if (letters := _ONE_LETTER.fullmatch(pattern.pattern))
    for letter in letters.group(1) or letters.group(2)
}
_LETTERS = str.maketrans(_OF_ONE_LETTER)
_BY_LINE = tuple(
    (re.compile(pattern.pattern, re.MULTILINE), mark)
    for pattern, mark in _CLASSES
    if not _ONE_LETTER.fullmatch(pattern.pattern)
)


def skeleton_key(name: str, language: Language) -> str:
    """Skeletons of the words of a normalised name, blank between; a word in another script is its own."""
    return " ".join(skeleton(word) or phonetic_key(word, language) for word in name.split())


def skeleton_keys(names: Sequence[str], language: Language) -> list[str]:
    """``skeleton_key`` of each of ``names``; the skeleton of a word is worked out once, and all at once."""
    distinct = words_of(names)
    latin = [word for word in distinct if _LATIN_WORD.fullmatch(word)]
    keys = {word: classes for word, classes in zip(latin, _skeletons(latin), strict=True) if classes}
    keys.update(phonetic_keys([word for word in distinct if word not in keys], language))
    return [keys.get(name) or " ".join([keys[word] for word in name.split()]) for name in names]


def _skeletons(words: Sequence[str]) -> list[str]:
    """``skeleton`` of each of ``words``, all of Latin letters."""
    if not words:
        return []
    lines = "\n".join(words)
    *groups, (start, vowel) = _BY_LINE
    for pattern, mark in groups:
        lines = pattern.sub(mark, lines)
    lines = start.sub(vowel, lines.translate(_LETTERS))
    letters = without_repeats(lines)
    vowels = (letters >= ord("a")) & (letters <= ord("z"))  # what no class has taken
    return [classes if len(classes) >= _ENOUGH_CLASSES else "" for classes in as_lines(letters[~vowels])]


def skeleton(word: str) -> str:
    """The consonant skeleton of one lower-case word, in capitals; empty where it says too little."""
    if not _LATIN_WORD.fullmatch(word):
        return ""
    classes = word
    for pattern, mark in _CLASSES:
        classes = pattern.sub(mark, classes)
    classes = _VOWELS.sub("", _DOUBLED.sub(r"\1", classes))
    return classes if len(classes) >= _ENOUGH_CLASSES else ""
