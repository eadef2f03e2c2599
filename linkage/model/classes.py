"""The classes of pairs that the mixture tells apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from linkage.compare.plan import Comparison
from linkage.settings import FieldKind

NAMES = frozenset({FieldKind.GIVEN_NAME, FieldKind.FAMILY_NAME})
PLACES = frozenset({FieldKind.POSTCODE, FieldKind.TEXT})


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


def mixture_classes(plan: Sequence[Comparison], *, pooled: bool, lookalikes: bool) -> tuple[MixtureClass, ...]:
    """Return the classes of a run: matches, random pairs, and the kinds of strangers that agree on several fields.

    Fellegi and Sunter's model takes fields as independent among non-matches. They are not: names go together by origin
    (namesakes), places with each other and with family names (neighbours). Each of these classes has level
    probabilities of its own on its fields only and is like a random pair on dates, identifiers and the rest, so that
    it cannot take in matches with errors, which agree across all kinds of fields. The lookalike class is free on all
    fields and is learned where every pair is known to be of strangers.
    """
    everything = (True,) * len(plan)
    found = [MixtureClass("match", everything, pooled=pooled), MixtureClass("random", everything, pooled=False)]
    categories = frozenset({FieldKind.CATEGORY})
    for name, kinds in (
        ("namesakes", NAMES),
        ("neighbours", PLACES | categories | {FieldKind.FAMILY_NAME}),
    ):
        free = tuple(comparison.field.kind in kinds for comparison in plan)
        if sum(free) > 1:
            found.append(MixtureClass(name, free))
    if lookalikes:
        found.append(MixtureClass("lookalikes", everything))
    return tuple(found)
