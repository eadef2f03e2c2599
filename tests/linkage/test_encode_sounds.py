"""Sounds and skeletons of many names at once are those of each name by itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.normalise.names import Language
from linkage.normalise.phonetic import name_sounds, names_sounds
from linkage.normalise.skeleton import skeleton_key, skeleton_keys
from linkage.settings import FieldKind

# Letters and pairs on which the rules turn, call names, and words of other scripts.
PIECES = st.sampled_from(
    "a b c d e h i j k n o p s t u v w x y z ch cq ij ou sch sj th tsj dzh gy aa ss 李 é jan ans hans".split()  # noqa: SIM905
)
NAMES = st.lists(st.lists(PIECES, min_size=1, max_size=6).map("".join), max_size=3).map(" ".join)
KINDS = [FieldKind.GIVEN_NAME, FieldKind.FAMILY_NAME]


@pytest.mark.parametrize("language", ["nl", "none"])
@settings(deadline=None)
@given(st.lists(NAMES, max_size=6))
def test_names_together_sound_as_each_alone(language: Language, names: list[str]) -> None:
    for kind in KINDS:
        assert names_sounds(names, kind, language) == [name_sounds(name, kind, language) for name in names]
    assert skeleton_keys(names, language) == [skeleton_key(name, language) for name in names]
