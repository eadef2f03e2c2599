# ruff: noqa: SIM905 - lists of names read better as text than as a hundred quoted words
"""Dutch family names by their published frequency, and call names.

The ten most frequent names of 2007 have published counts; from there frequency falls as rank^-0.62 to rank 100 and as
rank^-0.68 beyond (published: 9.3 thousand at rank 100, 3.2 at 500, 1.9 at 1,000). The names up to rank 100 are written
out, those up to about 1,000 come from Faker, and a long tail is composed, as most Dutch people have a rare name.
"""

import importlib

import numpy as np
from numpy.typing import NDArray

_FREQUENT = """
de Jong|Jansen|de Vries|van den Berg|van Dijk|Bakker|Janssen|Visser|Smit|Meijer|de Boer|Mulder|de Groot|Bos|Vos|Peters
Hendriks|van Leeuwen|Dekker|Brouwer|de Wit|Dijkstra|Smits|de Graaf|van der Meer|van der Linden|Kok|Jacobs|de Haan
Vermeulen|van den Heuvel|van der Veen|van den Broek|de Bruijn|de Bruin|van der Heijden|Schouten|van Beek|Willems
van Vliet|van de Ven|Hoekstra|Maas|Verhoeven|Koster|van Dam|van der Wal|Prins|Blom|Huisman|Peeters|de Jonge|Kuipers
van Veen|Post|Kuiper|Veenstra|Kramer|van den Brink|Scholten|van Wijk|Postma|Martens|Vink|de Ruiter|Timmermans|Groen
Gerritsen|Jonker|van Loon|Boer|van der Velde|Willemsen|Smeets|de Lange|de Vos|Bosch|van Dongen|Schipper|de Koning
van der Laan|Koning|van der Velden|Driessen|van Doorn|Hermans|Evers|van den Bosch|van der Meulen|Hofman|Bosman|Wolters
Sanders|van der Horst|Mol|Kuijpers|Molenaar|van de Pol|de Leeuw|Verbeek
"""

_TOP_TEN_COUNTS = (83_800, 73_500, 71_100, 57_400, 56_400, 55_300, 54_000, 49_500, 42_300, 38_500)
_KNEES = ((10, -0.62), (100, -0.68))

_STEMS = tuple(
    """
Bergh Veld Hoek Brink Does Goor Haar Hulst Kamp Lind Meent Oever Plas Raad Steen Vaart Weide Zand Akker Beuk
Dries Eik Gaar Hof Krom Laar Moer Nes Poel Riet Schoor Til Vliet Waard Zijl Broek Dam Elst Geest Heide Kerk Lage
Maat Noord Ooster Putte Rijs Sluis Toor Vecht Wester Zuider Boom Coeve Dorre Eng Flier Gracht Horst Kolk
""".split()
)
_ENDINGS = tuple(
    """
stra sma ink ing mans man sen ses ing huis horst kamp berg veld meijer dijk laan wijk donk rade
""".split()
)
_PREFIXES = ("van der", "van de", "van den", "van", "de", "ter", "ten", "van 't", "in 't", "op den")
_KNOWN_PREFIXES = frozenset(
    ("van der", "van de", "van den", "van", "de", "den", "der", "ter", "ten", "te", "van 't", "in 't", "op den")
)
TAIL = 9_000

# official first name to the names people go by
CALL_NAMES: dict[str, tuple[str, ...]] = {
    "Johannes": ("Jan", "Hans", "Joop"),
    "Johanna": ("Joke", "Anneke", "Hanna"),
    "Maria": ("Marieke", "Mieke", "Ria"),
    "Cornelis": ("Kees", "Cor"),
    "Cornelia": ("Corrie", "Nelleke"),
    "Wilhelmus": ("Wim", "Willem"),
    "Wilhelmina": ("Mina", "Willie"),
    "Hendrik": ("Henk", "Rik"),
    "Hendrika": ("Riek", "Henny"),
    "Jacobus": ("Koos", "Jaap"),
    "Elisabeth": ("Els", "Lisa", "Bep"),
    "Catharina": ("Toos", "Karin", "Trijntje"),
    "Petrus": ("Piet", "Peter"),
    "Petronella": ("Nel", "Petra"),
    "Gerardus": ("Gerard", "Gerrit"),
    "Adrianus": ("Ad", "Arjan"),
    "Adriana": ("Jeanne", "Ada"),
    "Theodorus": ("Theo", "Dorus"),
    "Franciscus": ("Frans", "Cis"),
    "Margaretha": ("Greet", "Marga"),
    "Antonius": ("Ton", "Toon"),
    "Anna": ("Anneke", "Anja"),
    "Nicolaas": ("Klaas", "Nico"),
    "Alexander": ("Lex", "Sander"),
    "Sebastiaan": ("Bas",),
    "Matthijs": ("Thijs",),
    "Mohamed": ("Mo",),
    "Isabella": ("Bella", "Isa"),
    "Charlotte": ("Lotte",),
    "Josephine": ("Fien", "Jo"),
}
OFFICIAL_MALE = tuple(
    """
Johannes Cornelis Wilhelmus Hendrik Jacobus Petrus Gerardus Adrianus Theodorus Franciscus Antonius Nicolaas
Alexander Sebastiaan Matthijs
""".split()
)
OFFICIAL_FEMALE = tuple(
    """
Johanna Maria Cornelia Wilhelmina Hendrika Elisabeth Catharina Petronella Adriana Margaretha Anna Isabella
Charlotte Josephine
""".split()
)


def frequencies(count: int) -> NDArray[np.float64]:
    """Expected bearers of the names at rank 1 to ``count`` by the published law."""
    ranks = np.arange(1, count + 1, dtype=np.float64)
    bearers = np.empty(count)
    top = min(count, len(_TOP_TEN_COUNTS))
    bearers[:top] = _TOP_TEN_COUNTS[:top]
    anchor = float(_TOP_TEN_COUNTS[-1])
    for (start, exponent), end in zip(_KNEES, (_KNEES[1][0], count), strict=True):
        span = (ranks > start) & (ranks <= end)
        bearers[span] = anchor * (ranks[span] / start) ** exponent
        anchor *= (end / start) ** exponent
    return bearers


def family_names() -> tuple[NDArray[np.object_], NDArray[np.object_], NDArray[np.float64]]:
    """Prefixes (empty where none), names without prefix, and bearers, by rank."""
    names = [name for line in _FREQUENT.strip().splitlines() for name in line.split("|")]
    names += _from_faker(set(names))
    names += _composed(set(names))
    split = [split_prefix(name) for name in names]
    prefixes = np.array([prefix for prefix, _ in split], dtype=object)
    return prefixes, np.array([name for _, name in split], dtype=object), frequencies(len(names))


def split_prefix(name: str) -> tuple[str, str]:
    """Prefix and family name: ``van der Meer`` gives ``van der`` and ``Meer``."""
    words = name.split(" ")
    for length in range(min(3, len(words) - 1), 0, -1):
        prefix = " ".join(words[:length])
        if prefix in _KNOWN_PREFIXES:
            return prefix, " ".join(words[length:])
    return "", name


def _from_faker(taken: set[str]) -> list[str]:
    """Faker's Dutch names that a register of today could hold, in a fixed shuffled order."""
    provider = importlib.import_module("faker.providers.person.nl_NL").Provider
    names = sorted({name for name in provider.last_names if _is_modern(name)} - taken)
    order = np.random.default_rng(1).permutation(len(names))
    return [names[position] for position in order]


def _is_modern(name: str) -> bool:
    prefix, rest = split_prefix(name)
    return "," not in name and " " not in rest and not (prefix == "" and name[:1].islower())


def _composed(taken: set[str]) -> list[str]:
    """A long tail: stem and ending with and without a prefix."""
    plain = [stem.rstrip("e") + ending for stem in _STEMS for ending in _ENDINGS]
    prefixed = [f"{prefix} {name}" for prefix in _PREFIXES for name in plain]
    names = sorted(set(plain + prefixed) - taken)
    order = np.random.default_rng(2).permutation(len(names))[:TAIL]
    return [names[position] for position in order]
