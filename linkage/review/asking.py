"""The questions to one source, from that source's records alone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.candidates import Pairs, candidates, sample_of_others, strata
from linkage.cluster.persons import probability_of
from linkage.compare import compare, comparisons, layout
from linkage.errors import LinkageError
from linkage.gathering import gather
from linkage.model import count_patterns, fit_model, match_is_match, most_matches
from linkage.profiles import profile
from linkage.records import Records
from linkage.review.choosing import Role, choose
from linkage.settings import EncodingSettings, LinkageSettings

QUESTIONS = pa.schema([("pair", pa.int32()), ("record_id_a", pa.string()), ("record_id_b", pa.string())])


@dataclass(frozen=True)
class SourceScores:
    """Candidate pairs within one source, the probability that each is one person, and the number of its pattern."""

    records: Records
    pairs: Pairs
    probability: npt.NDArray[np.float64]
    pattern: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Questions:
    """What is asked (pair, numbered from 1, record_id_a, record_id_b), and the role of each pair, which stays here."""

    table: pa.Table
    roles: tuple[Role, ...]


def score_source(
    source: str, package: pa.Table, *, encoding: EncodingSettings, settings: LinkageSettings, seed: int, threads: int
) -> SourceScores:
    """Score the pairs within one source by a match model that is estimated on this source alone.

    No other source's records, model or answers enter, so nothing in the result can tell who is known elsewhere. Raises
    ``LinkageError`` where the source's records are too few or too alike to tell persons apart.
    """
    delivered = {name for name in package.column_names if package.column(name).null_count < package.num_rows}
    fields = layout(encoding, delivered)
    records = gather({source: package}, {source: False}, fields.shared_dictionaries)
    plan = comparisons(fields, profile(encoding.profile))
    pairs = candidates(records, fields, settings.candidates, threads)
    parts = strata(records)
    others, weight = sample_of_others(records, pairs, parts, settings.model.sample_pairs, seed)
    levels = compare(records, pairs, plan, threads)
    one = np.zeros(len(pairs), dtype=np.int64)
    counted = count_patterns(one, np.ones(len(pairs), dtype=bool), levels, np.ones(len(pairs)))
    patterns = count_patterns(
        np.zeros(len(pairs) + len(others), dtype=np.int64),
        np.arange(len(pairs) + len(others)) < len(pairs),
        np.concatenate([levels, compare(records, others, plan, threads)]),
        np.concatenate([np.ones(len(pairs)), weight]),
    )
    size = len(records)
    per_record = float(settings.candidates.neighbours_with_duplicates)
    bounds = most_matches([(size, size)], [True], [(False, False)], per_record)
    model = fit_model(patterns, plan, bounds, settings.model, lookalikes=False)
    if not len(pairs) or not match_is_match(model, plan):
        msg = f"{source}: its own records do not tell persons apart. Cure: nothing to ask; deliver more fields."
        raise LinkageError(msg)
    return SourceScores(records, pairs, probability_of(model.log_odds(one, levels)), counted.row_of.astype(np.int64))


def questions(
    scores: SourceScores,
    asked_before: Sequence[tuple[str, str]],
    *,
    pairs: int,
    decoys: float,
    round_number: int,
    seed: int,
) -> Questions:
    """Choose the questions of one round; ``asked_before`` are pairs of record ids of this source's earlier rounds.

    The same scores, earlier questions, numbers and seed give the same table, byte for byte.
    """
    ids = scores.records.record_ids
    before = {tuple(sorted(pair)) for pair in asked_before}
    left, right = ids[scores.pairs.left], ids[scores.pairs.right]
    asked = (tuple(sorted(pair)) in before for pair in zip(left.tolist(), right.tolist(), strict=True))
    answered = np.fromiter(asked, dtype=bool, count=len(left)) if before else np.zeros(len(left), dtype=bool)
    source = int.from_bytes(hashlib.sha256(scores.records.sources[0].encode()).digest()[:8], "big")
    chosen = choose(
        scores.probability, scores.pattern, answered, pairs=pairs, decoys=decoys, seed=(seed, source, round_number)
    )
    numbers = np.arange(1, len(chosen.rows) + 1, dtype=np.int32)
    # The record ids are pseudonyms, so that their order within a pair says nothing.
    table = pa.table([numbers, left[chosen.rows].tolist(), right[chosen.rows].tolist()], schema=QUESTIONS)
    return Questions(table, chosen.roles)
