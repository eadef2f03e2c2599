"""Whether a source's answers may be taken: every pair was asked, every pair is answered, decoys were judged well."""

from dataclasses import dataclass

import pyarrow as pa

from ketenzicht.errors import DataRefused
from ketenzicht.reviewing.rounds import AskedRound
from linkage.review import Answer

WORDS = ("same", "different", "unsure")


@dataclass(frozen=True)
class Judged:
    """One round of answers: how many of each, how many decoys and how many of them well judged, and the answers."""

    same: int
    different: int
    unsure: int
    decoys: int
    decoys_well: int
    answers: tuple[Answer, ...]

    @property
    def share(self) -> float:
        """Share of the decoys that were judged well; 1 where there were none."""
        return self.decoys_well / self.decoys if self.decoys else 1.0

    def counts(self) -> dict[str, int]:
        """The counts, for the journal and for people."""
        names = ("same", "different", "unsure", "decoys", "decoys_well")
        return {name: int(getattr(self, name)) for name in names}


def judge(package: str, asked: AskedRound, table: pa.Table) -> Judged:
    """What a table of answers says of the pairs that were asked.

    A decoy is judged well where the answer is the one expected; unsure is not. Raises ``DataRefused`` naming the
    package and the pair where an answer is none or to a pair that was not asked, or a pair was not answered.
    """
    said: dict[int, str] = {}
    wanted = {pair.pair: pair for pair in asked.pairs}
    for row in table.to_pylist():
        number = row["pair"]
        if number not in wanted or (row["record_id_a"], row["record_id_b"]) != wanted[number].ids or number in said:
            raise _refused(package, "holds an answer to a pair that was not asked, or two to one pair")
        if row["answer"] not in WORDS:
            raise _refused(package, f"pair {number}: neither same, different nor unsure")
        said[number] = row["answer"]
    if len(said) != len(wanted):
        raise _refused(package, f"{len(wanted) - len(said)} of {len(wanted)} pairs have no answer")
    decoys = [pair for pair in asked.pairs if pair.expected is not None]
    return Judged(
        same=sum(word == "same" for word in said.values()),
        different=sum(word == "different" for word in said.values()),
        unsure=sum(word == "unsure" for word in said.values()),
        decoys=len(decoys),
        decoys_well=sum(said[pair.pair] == pair.expected for pair in decoys),
        answers=tuple(
            Answer(
                (asked.source, pair.record_id_a),
                (asked.source, pair.record_id_b),
                said[pair.pair] == "same",
                f"{asked.source} round {asked.number} pair {pair.pair}",
            )
            for pair in asked.pairs
            if said[pair.pair] != "unsure"
        ),
    )


def _refused(package: str, rule: str) -> DataRefused:
    return DataRefused(f"{package}: {rule}. Cure: let the agency answer the round's questions again.")
