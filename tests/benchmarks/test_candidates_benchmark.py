"""The benchmark of candidates counts true pairs as they are, and says what blocks find of them."""

from collections.abc import Callable
from itertools import combinations

import pytest

from benchmarks import candidates


@pytest.mark.parametrize("name", ["registers", "four_agencies"])
def test_true_pairs_are_those_of_one_person_that_could_be_linked(name: str) -> None:
    """Not those within a source that holds each person once."""
    sought = candidates.population(name, 400, 3)
    person, records = sought.person.tolist(), sought.records
    source = records.source_of.tolist()
    expected = [
        (a, b)
        for a, b in combinations(range(len(person)), 2)
        if person[a] == person[b] and (source[a] != source[b] or not records.deduplicated[source[a]])
    ]
    true = sought.true
    assert list(zip(true.left.tolist(), true.right.tolist(), strict=True)) == expected
    assert len(expected) > 20


def test_both_searches_are_told_with_what_they_found(capsys: pytest.CaptureFixture[str]) -> None:
    """A row per size and search; on 400 records with names all but a few of the true pairs are found."""
    run: Callable[..., int] = candidates.main
    assert run(["--records", "400", "--search", "blocks", "exhaustive"]) == 0
    _, _, blocks, exhaustive = (line.split(" | ") for line in capsys.readouterr().out.splitlines())
    assert blocks[1:3] == ["400", "blocks"]
    assert exhaustive[1:3] == ["400", "exhaustive"]
    assert float(blocks[3]) < float(exhaustive[3])
    assert all(float(row[6]) > 0.98 for row in (blocks, exhaustive))
