"""Candidate pairs: equality passes, their budget, the sample of the rest."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from linkage.candidates import Pairs, candidates, sample_of_others, strata
from linkage.candidates.equality import equal_pairs, passes
from linkage.compare import layout
from linkage.gathering import gather
from linkage.records import Records
from linkage.settings import CandidateSettings, EncodingSettings, FieldKind, FieldSettings

Encoder = Callable[[list[dict[str, str | None]]], pa.Table]


@pytest.fixture
def records(encode_fictional: Encoder) -> Records:
    """Two sources of 40 records over ten family names, every fourth record without one."""
    packages = {
        source: encode_fictional([
            {
                "record_id": f"{source}{number:02d}",
                "family_name": None if number % 4 == 3 else f"naam{number % 10}",
                "birth_date": f"19{70 + number}0101",
            }
            for number in range(40)
        ])
        for source in ("a", "b")
    }  # fmt: skip
    return gather(packages, {"a": True, "b": False}, {})


def test_equal_pairs_are_all_pairs_that_agree(records: Records) -> None:
    """Within the budget every pair with the same value is found once, and none with a missing one."""
    pairs = equal_pairs(records, ["family_name"], budget=10**6)
    codes = records.columns["family_name"]
    expected = {(a, b) for a in range(80) for b in range(a + 1, 80) if codes[a] == codes[b] and codes[a] >= 0}
    assert set(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)) == expected


def test_the_budget_leaves_out_the_largest_blocks(records: Records) -> None:
    """A budget is kept, and what is left out is whole blocks: those of the most frequent values."""
    everything = equal_pairs(records, ["family_name"], budget=10**6)
    some = equal_pairs(records, ["family_name"], budget=len(everything) // 2)
    assert len(some) <= len(everything) // 2
    sizes = np.bincount(records.columns["family_name"][records.columns["family_name"] >= 0])
    kept = set(records.columns["family_name"][some.left].tolist())
    left_out = set(range(len(sizes))) - kept
    assert not kept or max(sizes[list(kept)]) < min(sizes[list(left_out)])


def test_passes_follow_from_the_kinds_of_the_fields() -> None:
    """Identifiers alone, full dates alone and with a category; a lone text is its own pass."""
    fields = {
        "code": FieldSettings(kind=FieldKind.IDENTIFIER),
        "born": FieldSettings(kind=FieldKind.DATE),
        "sex": FieldSettings(kind=FieldKind.CATEGORY),
        "street": FieldSettings(kind=FieldKind.TEXT),
    }
    columns = {"code", "born.year", "born.month", "born.day", "sex", "street"}
    date = ("born.year", "born.month", "born.day")
    found = set(passes(layout(EncodingSettings(fields=fields), columns)))
    assert found == {("code",), date, (*date, "sex"), ("born.year", "street")}
    lone = EncodingSettings(fields={"street": fields["street"]})
    assert passes(layout(lone, {"street"})) == (("street",),)


def test_an_identifier_makes_candidates_of_records_that_share_nothing_else(
    encode_fictional: Encoder, encoding: EncodingSettings
) -> None:
    """A record without names meets its person by the identifier."""
    a = encode_fictional([{"record_id": "a0", "given_name": "kalomi", "bsn": "111222333"}])
    b = encode_fictional([{"record_id": "b0", "birth_date": "19800101", "bsn": "111222333"}])
    found = gather({"a": a, "b": b}, {"a": True, "b": True}, {})
    run_layout = layout(encoding, set(a.column_names))
    pairs = candidates(found, run_layout, CandidateSettings(), threads=1)
    assert (pairs.left.tolist(), pairs.right.tolist()) == ([0], [1])


def test_candidates_and_sample_weigh_the_full_cross_space(records: Records) -> None:
    """Per stratum the candidates and the weights of the sampled others add up to the number of all pairs."""
    pairs = equal_pairs(records, ["family_name"], budget=10**6)
    parts = strata(records)
    others, weight = sample_of_others(records, pairs, parts, size=500, seed=1)
    total = np.bincount(parts.of(records, pairs), minlength=3) + np.bincount(
        parts.of(records, others), weights=weight, minlength=3
    )
    np.testing.assert_allclose(total, [780, 1600, 780])
    assert not pairs.contains(others.keys).any()


def test_the_sample_follows_from_the_seed(records: Records) -> None:
    """The same seed draws the same pairs, another seed draws others."""
    nothing = Pairs.of(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 80)
    draws = [sample_of_others(records, nothing, strata(records), 500, seed)[0].keys.tolist() for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]
