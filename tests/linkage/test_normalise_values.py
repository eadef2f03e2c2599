"""Canonical forms of single values: what must become equal, and what must stay apart."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linkage.normalise.characters import fold, words
from linkage.normalise.names import family_name, given_name, plain_name
from linkage.normalise.phonetic import dutch_key, general_key, phonetic_key
from linkage.normalise.values import compact, date_parts, rule, text
from linkage.settings import FieldKind, FieldSettings

ANY_TEXT = st.text(max_size=30)


@pytest.mark.parametrize(
    "spelling",
    [
        "van den Berg", "Berg", "v.d. Berg", "vd Berg", "v/d Berg", "VAN DEN BERG", "Berg, van den", "Vandenberg",
        "Vanden Berg", "van  den\tBerg",
    ],
)  # fmt: skip
def test_a_dutch_prefix_is_not_part_of_the_name(spelling: str) -> None:
    assert family_name(spelling) == ("berg",)


@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        ("'t Hart", "hart"), ("\u2019t Hart", "hart"), ("in 't Veld", "veld"), ("d'Hondt", "hondt"),
        ("'s-Gravesande", "gravesande"), ("ter Horst", "horst"), ("ten Brink", "brink"), ("el-Amrani", "amrani"),
        ("Al Hassan", "hassan"), ("de la Cruz", "cruz"), ("Jansen Jr.", "jansen"),
    ],
)  # fmt: skip
def test_other_prefixes_and_suffixes_go(spelling: str, canonical: str) -> None:
    assert family_name(spelling) == (canonical,)


@pytest.mark.parametrize("name", ["Van", "de", "Al"])
def test_a_prefix_that_is_the_whole_name_stays(name: str) -> None:
    """Van is a Vietnamese family name."""
    assert family_name(name) == (name.lower(),)


@pytest.mark.parametrize("spelling", ["Dijkstra", "Dÿkstra", "Dykstra", "D\u0133kstra", "DIJKSTRA"])
def test_ij_and_y_are_one_letter(spelling: str) -> None:
    assert family_name(spelling) == ("dykstra",)


@pytest.mark.parametrize(
    "spelling",
    ["Jansen-de Vries", "de Vries-Jansen", "De Vries - Jansen", "Jansen\u2013de Vries", "Jansen e/v de Vries"],
)
def test_a_double_name_has_one_order_and_its_parts(spelling: str) -> None:
    assert family_name(spelling) == ("jansen vries", "jansen", "vries")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gündoğan", "Gundogan"), ("Wałęsa", "Walesa"), ("Đorđević", "Dordevic"), ("Strauß", "Strauss"),
        ("\u0218tefan", "\u015eTEFAN"), ("I\u015f\u0131k", "Isik"), ("Søren", "Soren"), ("Müller", "Mu\u0308ller"),
        ("O\u2019Brien", "O'BRIEN"), ("Nguyễn", "nguyen"),
    ],
)  # fmt: skip
def test_diacritics_and_case_do_not_separate(one: str, other: str) -> None:
    assert family_name(one) == family_name(other) != ()
    assert plain_name(one) == plain_name(other)


@pytest.mark.parametrize(
    ("spelling", "latin"),
    [
        ("Иванов", "ivanov"), ("Щерев", "shterev"), ("Ъглова", "aglov"), ("Хрущёв", "khrushchev"),
        ("Гриценко-Їжак", "hrytsenko izhak"), ("Παπαδόπουλος", "papadopoulos"),
    ],
)  # fmt: skip
def test_cyrillic_and_greek_are_written_in_latin(spelling: str, latin: str) -> None:
    assert family_name(spelling)[0] == latin


def test_a_script_without_a_table_keeps_its_letters() -> None:
    assert family_name("李") == ("李",)
    assert phonetic_key("李", "nl") == "李"


@pytest.mark.parametrize(
    ("her", "his"), [("Kowalska", "Kowalski"), ("Ivanova", "Ivanov"), ("Dostojevskaja", "Dostojevskij")]
)
def test_feminine_slavic_forms_equal_the_masculine(her: str, his: str) -> None:
    assert family_name(her) == family_name(his)


@pytest.mark.parametrize("name", ["van den Berg", "de Vries", "Dijkstra", "Kowalska", "Jansen-Vries", "el-Amrani"])
def test_language_none_only_folds(name: str) -> None:
    """Australian and historical English names must not meet Dutch rules."""
    field = FieldSettings(kind=FieldKind.FAMILY_NAME, language="none")
    assert rule(field)(name) == (name.lower().replace("-", " "),)


@pytest.mark.parametrize("nothing", ["", ".", " - ", "?", "\u00a0", "'"])
def test_a_value_without_letters_says_nothing(nothing: str) -> None:
    for canonical in (family_name, given_name, plain_name, text, compact):
        assert canonical(nothing) == ()


def test_given_names_keep_all_words_and_initials() -> None:
    assert given_name("Anne-Marie  J. P.") == ("anne marie j p",)


def test_codes_are_compact_and_keep_leading_zeros() -> None:
    assert compact(" 1234 ab") == ("1234AB",)
    assert compact("01.23-45") == ("012345",)


def test_text_loses_punctuation() -> None:
    assert text("12, Pinkerton  Circuit (rear)") == ("12 pinkerton circuit rear",)


@pytest.mark.parametrize(
    ("date", "parts"),
    [
        ("1990-05-17", ("1990", "05", "17")), ("1990-05-00", ("1990", "05", "")), ("1990-00-00", ("1990", "", "")),
        ("0000-05-17", ("", "05", "17")), ("0000-00-00", ()), ("1990-02-31", ("1990", "02", "31")),
    ],
)  # fmt: skip
def test_zeros_of_a_date_are_unknown(date: str, parts: tuple[str, ...]) -> None:
    assert date_parts(date) == parts


@given(ANY_TEXT)
@example("\U0001f110")  # a letter in parentheses, which only compatibility forms take apart
@example("\u01fd")  # ae with an accent
@example("\u1d2d")  # a superscript letter that stands in the table of letters
def test_normalising_twice_changes_nothing(value: str) -> None:
    for canonical in (given_name, plain_name, text):
        assert all(canonical(form) == (form,) for form in canonical(value))


@given(ANY_TEXT)
def test_canonical_forms_have_words_and_single_blanks(value: str) -> None:
    for canonical in (family_name, given_name, plain_name, text):
        for form in canonical(value):
            assert form == " ".join(form.split()) != ""
            assert form.encode()


@given(ANY_TEXT)
def test_case_never_counts(value: str) -> None:
    """For every letter whose upper case folds back (ß and a few others do not)."""
    if value.upper().lower() == value.lower():
        assert words(fold(value.upper())) == words(fold(value))


@pytest.mark.parametrize(
    "alike",
    [
        "jansen janssen janszen", "vries fries", "meyer meijer meier maier", "bakker bekker backer", "smit smith smid",
        "mohammed muhammad mohamed", "philips filips", "visser fisser visscher", "bos bosch", "kok cock",
        "groenewoud groenewout", "khalid chalid", "ivanov iwanow ivanof", "youssef yusuf jousef", "hendriks hendrickx",
        "ouwehand auwehand", "zeeman seeman",
    ],
)  # fmt: skip
def test_names_that_sound_alike_have_one_dutch_key(alike: str) -> None:
    assert len({dutch_key(word) for word in alike.split()}) == 1


@pytest.mark.parametrize("different", ["bos bas", "jansen hansen", "vries vos", "smit smeets", "bakker mulder"])
def test_names_that_sound_different_have_different_dutch_keys(different: str) -> None:
    one, other = different.split()
    assert dutch_key(one) != dutch_key(other)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=15))
def test_every_word_has_a_key(word: str) -> None:
    assert dutch_key(word)
    assert general_key(word)


def test_phonetic_keys_follow_the_words_and_the_language() -> None:
    assert phonetic_key("jan pieter", "nl") == f"{dutch_key('jan')} {dutch_key('pieter')}"
    assert phonetic_key("smyth", "none") == phonetic_key("smith", "none") == general_key("smith")
