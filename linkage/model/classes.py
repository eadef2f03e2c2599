"""The classes of pairs that the mixture tells apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from linkage.compare.plan import Comparison
from linkage.settings import FieldKind

NAMES = frozenset({FieldKind.GIVEN_NAME, FieldKind.FAMILY_NAME})
PLACES = frozenset({FieldKind.POSTCODE, FieldKind.TEXT})
CATEGORIES = frozenset({FieldKind.CATEGORY})


@dataclass(frozen=True)
class MixtureClass:
    """One class of pairs.

    ``free``: per comparison, whether the class has level probabilities of its own there; elsewhere it follows the
    random class. ``pooled``: whether all groups of source pairs share them. ``fixed``: whether they stay as they start.
    """

    name: str
    free: tuple[bool, ...]
    pooled: bool = True
    fixed: bool = False

    def held(self) -> "MixtureClass":
        """The same class with its probabilities fixed."""
        return replace(self, fixed=True)


def mixture_classes(plan: Sequence[Comparison], *, lookalikes: bool) -> tuple[MixtureClass, ...]:
    """Return the classes of a run: matches, random pairs, and the kinds of strangers that agree on several fields.

    Fellegi and Sunter's model takes fields as independent among non-matches, but names go together by origin and places
    with each other, and strangers may share a whole name or an address. Each such class has level probabilities of its
    own on some fields and is like a random pair on the rest, dates and identifiers always among it, so that it cannot
    take in matches with errors, which agree across all kinds of fields:

    - origin and neighbourhood: names, or places and categories, resemble each other; learned;
    - namesakes and household: the same names, or the same family name and address. The values are the same in truth,
      so their agreement is that of a match, and only their share is learned (left free they widen into the former);
    - lookalikes: everything free, learned where every pair is known to be of strangers.
    """
    everything = (True,) * len(plan)
    found = [MixtureClass("match", everything), MixtureClass("random", everything, pooled=False)]
    for name, kinds, fixed in (
        ("origin", NAMES, False),
        ("neighbourhood", PLACES | CATEGORIES, False),
        ("namesakes", NAMES, True),
        ("household", PLACES | {FieldKind.FAMILY_NAME}, True),
    ):
        free = tuple(comparison.field.kind in kinds for comparison in plan)
        # With nothing to compare besides, strangers of this class could not be told from matches at all.
        if sum(free) > 1 and not all(free):
            found.append(MixtureClass(name, free, fixed=fixed))
    if lookalikes:
        found.append(MixtureClass("lookalikes", everything))
    return tuple(found)
