"""What is asked: the pairs that teach most, decoys nobody can place, and nothing of any other source."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import LinkageError
from linkage.review.asking import Questions, questions, score_source
from linkage.review.choosing import SURE, UNCERTAIN, Role, choose
from linkage.settings import EncodingSettings, LinkageSettings

Encoder = Callable[[list[dict[str, str | None]]], pa.Table]


def spread(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of 20 patterns, whose probabilities run from sure to sure; pattern p has more pairs than pattern p + 1."""
    pattern = np.minimum(np.arange(count) * 20 // count, 19)
    return np.linspace(0.00001, 0.99999, 20)[pattern], pattern


def test_every_pattern_is_asked_before_any_is_asked_twice() -> None:
    """Eighteen uncertain patterns, eighteen questions: one of each."""
    probability, pattern = spread(400)
    chosen = choose(probability, pattern, np.zeros(400, dtype=bool), pairs=18, decoys=0.0, seed=(1,))
    assert sorted(pattern[chosen.rows]) == list(range(1, 19))


def test_the_most_telling_pattern_comes_first() -> None:
    """One question goes where entropy times number of pairs is largest, not to the rarest or the most uncertain."""
    pattern = np.repeat([0, 1, 2], [2, 50, 60])
    probability = np.array([0.5, 0.4, 0.02])[pattern]
    chosen = choose(probability, pattern, np.zeros(112, dtype=bool), pairs=1, decoys=0.0, seed=(1,))
    assert pattern[chosen.rows].tolist() == [1]


def test_a_pattern_that_was_answered_waits_for_the_others() -> None:
    """With the first pattern's pair answered, the second one's comes first; the answered pair is not asked again."""
    pattern = np.repeat([0, 1], [50, 40])
    answered = np.zeros(90, dtype=bool)
    answered[7] = True
    chosen = choose(np.full(90, 0.5), pattern, answered, pairs=2, decoys=0.0, seed=(1,))
    assert sorted(pattern[chosen.rows]) == [0, 1]
    assert 7 not in chosen.rows
    assert pattern[choose(np.full(90, 0.5), pattern, answered, pairs=1, decoys=0.0, seed=(1,)).rows].tolist() == [1]


@given(st.integers(1, 60), st.sampled_from([0.0, 0.2, 0.3, 0.5]), st.integers(0, 9))
def test_decoys_keep_their_share_and_are_sure(pairs: int, share: float, seed: int) -> None:
    """Never more than was asked for, no pair twice, decoys beyond doubt and as many as the share says."""
    probability, pattern = spread(800)
    chosen = choose(probability, pattern, np.zeros(800, dtype=bool), pairs=pairs, decoys=share, seed=(seed,))
    assert len(chosen.rows) <= pairs + 1
    assert len(set(chosen.rows.tolist())) == len(chosen.rows)
    of = {
        role: probability[[r for r, own in zip(chosen.rows, chosen.roles, strict=True) if own is role]] for role in Role
    }
    assert (of[Role.SURELY_SAME] >= SURE[1]).all()
    assert (of[Role.SURELY_DIFFERENT] <= SURE[0]).all()
    assert ((of[Role.UNCERTAIN] > UNCERTAIN[0]) & (of[Role.UNCERTAIN] < UNCERTAIN[1])).all()
    decoys = len(chosen.rows) - len(of[Role.UNCERTAIN])
    assert abs(decoys - share * len(chosen.rows)) <= 1
    assert abs(len(of[Role.SURELY_SAME]) - len(of[Role.SURELY_DIFFERENT])) <= 1


def test_a_decoys_place_says_nothing() -> None:
    """Over many seeds every place of the list holds a decoy equally often (chi-square, one in a thousand)."""
    probability, pattern = spread(400)
    hits = np.zeros(10)
    for seed in range(600):
        chosen = choose(probability, pattern, np.zeros(400, dtype=bool), pairs=10, decoys=0.4, seed=(seed,))
        hits += [role is not Role.UNCERTAIN for role in chosen.roles]
    expected = hits.sum() / 10
    # Counts of one list sum to 4, which makes them less variable than independent ones: factor .6 of the variance.
    assert ((hits - expected) ** 2 / (expected * 0.6)).sum() < 27.9


def people(count: int, salt: str) -> list[dict[str, str | None]]:
    """Persons of one register with names from small pools; every third is in it again, with errors in any field."""
    random = np.random.default_rng(len(salt))
    given, family = (["".join(random.choice(list("aeioudklmnrst"), 6)) for _ in range(size)] for size in (30, 50))

    def person() -> dict[str, str | None]:
        return {
            "given_name": str(random.choice(given)),
            "family_name": str(random.choice(family)),
            "birth_date": f"{random.integers(1985, 2000)}{random.integers(1, 13):02d}{random.integers(1, 29):02d}",
            "sex": str(random.choice(["man", "woman"])),
        }

    rows: list[dict[str, str | None]] = []
    for number in range(count):
        own = person()
        rows.append({"record_id": f"{salt}{number:04d}", **own})
        if number % 3 == 0:
            other = person()
            errors = {name: value for name, value in other.items() if random.random() < 0.25}
            rows.append({"record_id": f"{salt}{number:04d}b", **own, **errors})
    return rows


def ask(
    package: pa.Table, encoding: EncodingSettings, *, threads: int = 1, before: tuple[tuple[str, str], ...] = ()
) -> Questions:
    scores = score_source("police", package, encoding=encoding, settings=LinkageSettings(), seed=5, threads=threads)
    return questions(scores, before, pairs=20, decoys=0.3, round_number=1, seed=5)


def test_questions_are_of_the_source_alone_and_the_same_every_time(
    encode_fictional: Encoder, encoding: EncodingSettings
) -> None:
    """Order of records and threads change nothing; ids are the package's own; roles stay outside the table."""
    rows = people(150, "p")
    one = ask(encode_fictional(rows), encoding)
    two = ask(encode_fictional(rows[::-1]), encoding, threads=2)
    assert one.table.num_rows > 10
    assert one.table.equals(two.table)
    assert one.roles == two.roles
    assert one.table.column_names == ["pair", "record_id_a", "record_id_b"]
    ids = {str(row["record_id"]) for row in rows}
    assert set(one.table["record_id_a"].to_pylist()) | set(one.table["record_id_b"].to_pylist()) <= ids
    assert one.table["pair"].to_pylist() == list(range(1, one.table.num_rows + 1))


def test_what_was_asked_is_not_asked_again(encode_fictional: Encoder, encoding: EncodingSettings) -> None:
    """The next round's questions are other pairs, whichever way round the earlier ones are given."""
    package = encode_fictional(people(150, "p"))
    first = ask(package, encoding).table
    asked = tuple(zip(first["record_id_b"].to_pylist(), first["record_id_a"].to_pylist(), strict=True))
    second = ask(package, encoding, before=asked).table
    again = set(zip(second["record_id_b"].to_pylist(), second["record_id_a"].to_pylist(), strict=True))
    assert again
    assert not again & set(asked)


def test_decoys_look_like_any_other_question(encode_fictional: Encoder, encoding: EncodingSettings) -> None:
    """Decoys and uncertain pairs are all there, and within every pair the ids stand in the same order."""
    asked = ask(encode_fictional(people(150, "p")), encoding)
    assert set(asked.roles) == set(Role)
    assert all(
        a < b
        for a, b in zip(asked.table["record_id_a"].to_pylist(), asked.table["record_id_b"].to_pylist(), strict=True)
    )


def test_records_without_fields_are_refused_with_a_cure(encode_fictional: Encoder, encoding: EncodingSettings) -> None:
    """A source that shares nothing to compare gets no questions."""
    bare: list[dict[str, str | None]] = [{"record_id": f"p{number}", "sex": "man"} for number in range(4)]
    with pytest.raises(LinkageError, match=r"police: its own records do not tell persons apart\. Cure:"):
        ask(encode_fictional(bare), encoding)
