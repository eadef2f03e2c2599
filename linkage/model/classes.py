"""The classes of pairs that the mixture tells apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from linkage.compare.plan import Comparison, Method
from linkage.model.parameters import MATCH, RANDOM
from linkage.settings import FieldKind

NAMES = frozenset({FieldKind.GIVEN_NAME, FieldKind.FAMILY_NAME})
PLACES = frozenset({FieldKind.POSTCODE, FieldKind.TEXT})
CATEGORIES = frozenset({FieldKind.CATEGORY})


@dataclass(frozen=True)
class MixtureClass:
    """One class of pairs.

    ``free``: per comparison, whether the class has level probabilities of its own there; elsewhere it follows the
    random class, or the match class where it is a kind of ``match``. ``pooled``: whether all groups of source pairs
    share them. ``fixed``: per comparison, whether they stay as they start; empty: nowhere.
    """

    name: str
    free: tuple[bool, ...]
    pooled: bool = True
    fixed: tuple[bool, ...] = ()
    match: bool = False

    @property
    def base(self) -> int:
        """Number of the class whose level probabilities it has where it has none of its own."""
        return MATCH if self.match else RANDOM

    def held(self) -> "MixtureClass":
        """The same class with its probabilities fixed."""
        return replace(self, fixed=self.free)


def mixture_classes(plan: Sequence[Comparison], *, lookalikes: bool) -> tuple[MixtureClass, ...]:
    """Return the classes of a run: matches, random pairs, and the kinds of strangers that agree on several fields.

    Matches come in two kinds. Errors in given and family name go together: a person is registered under an alias, a
    partner's name or another transliteration. Such matches (``renamed``) have name probabilities of their own and are
    like other matches on the rest; without them a model that takes fields as independent expects too few matches.

    Fellegi and Sunter's model takes fields as independent among non-matches, but names go together by origin and places
    with each other, and strangers may share a whole name or an address. Each such class has level probabilities of its
    own on some fields and is like a random pair on the rest, identifiers and (but for twins) dates always among it, so
    that it cannot take in matches with errors, which agree across all kinds of fields:

    - origin and neighbourhood: names, or places and categories, resemble each other; learned;
    - namesakes, household and twins: the same names; the same family name and address; and the same date of birth
      besides. These values are the same in truth, so their agreement is that of a match, and their share is learned
      (left free they widen into the former). So are their categories: who has the same names has the same sex, who
      shares an address shares the municipality;
    - lookalikes: everything free, learned where every pair is known to be of strangers.
    """
    everything = (True,) * len(plan)
    found = [MixtureClass("match", everything), MixtureClass("random", everything, pooled=False)]
    for name, learned, same in (
        ("origin", NAMES, frozenset()),
        ("neighbourhood", PLACES | CATEGORIES, frozenset()),
        ("namesakes", CATEGORIES, NAMES),
        ("household", CATEGORIES, PLACES | {FieldKind.FAMILY_NAME}),
        ("twins", CATEGORIES, PLACES | {FieldKind.FAMILY_NAME, FieldKind.DATE}),
    ):
        chance = name in {"origin", "namesakes"}
        fixed = tuple(comparison.field.kind in same and _counts(comparison, chance=chance) for comparison in plan)
        free = tuple(
            comparison.field.kind in learned | same and _counts(comparison, chance=chance) for comparison in plan
        )
        # With nothing to compare besides, strangers of this class could not be told from matches at all.
        if _fields(fixed if same else free, plan) > 1 and not all(free):
            found.append(MixtureClass(name, free, fixed=fixed))
    names = tuple(comparison.field.kind in NAMES and _counts(comparison, chance=True) for comparison in plan)
    if sum(names) > 1 and not all(names):
        found.append(MixtureClass("renamed", names, match=True))
    if lookalikes:
        found.append(MixtureClass("lookalikes", everything))
    return tuple(found)


def _counts(comparison: Comparison, *, chance: bool) -> bool:
    """Whether a class goes by a comparison that its fields have.

    Who shares a name by ``chance`` shares a common one, as random pairs do; within a family it may be any.
    """
    return not (chance and comparison.method is Method.RARITY)


def _fields(chosen: Sequence[bool], plan: Sequence[Comparison]) -> int:
    """How many of the chosen comparisons stand on their own: how rare an equal name is does not."""
    return sum(own for own, comparison in zip(chosen, plan, strict=True) if comparison.method is not Method.RARITY)
