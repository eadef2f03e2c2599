"""A whole linkage, from encoded packages to a crosswalk."""

from collections.abc import Callable
from itertools import combinations

import pyarrow as pa
import pytest

from linkage.errors import LinkageError
from linkage.link import Linkage, link
from linkage.settings import EncodingSettings, LinkageSettings

Encoder = Callable[[list[dict[str, str | None]]], pa.Table]
ALICE: dict[str, str | None] = {
    "given_name": "anneke", "family_name": "wouterdor", "birth_date": "19900412", "sex": "woman", "bsn": "111222333",
}  # fmt: skip


def run(packages: dict[str, pa.Table], encoding: EncodingSettings, *, threads: int = 1, **kinds: bool) -> Linkage:
    deduplicated = {source: kinds.get(source, True) for source in packages}
    return link(
        packages, encoding=encoding, settings=LinkageSettings(), deduplicated=deduplicated, seed=7, threads=threads
    )


def found_pairs(linkage: Linkage) -> set[tuple[str, str]]:
    frame = linkage.crosswalk.to_pandas()
    return {(a, b) for _, ids in frame.groupby("cluster")["record_id"] for a, b in combinations(sorted(ids), 2)}


def test_persons_of_two_registers_are_found(
    two_registers: tuple[dict[str, pa.Table], dict[str, int]], encoding: EncodingSettings
) -> None:
    """Of 60 persons in both registers nearly all are linked, and nearly nobody else."""
    packages, truth = two_registers
    found = found_pairs(run(packages, encoding))
    true = {(a, b) for a in truth for b in truth if a < b and truth[a] == truth[b]}
    assert len(true) == 60
    assert len(found & true) >= 58
    assert len(found - true) <= 1


def test_threads_and_order_do_not_change_the_result(
    two_registers: tuple[dict[str, pa.Table], dict[str, int]], encoding: EncodingSettings
) -> None:
    """The same tables for one and two threads, and for packages and records in another order."""
    packages, _ = two_registers
    one = run(packages, encoding)
    two = run(packages, encoding, threads=2)
    turned = {source: packages[source].take(list(range(99, -1, -1))) for source in ("right", "left")}
    three = run(turned, encoding)
    for other in (two, three):
        assert one.crosswalk.equals(other.crosswalk)
        assert one.links.equals(other.links)
        assert one.candidates.equals(other.candidates)
        assert one.summary == other.summary


def test_a_source_without_duplicates_never_has_two_records_in_a_cluster(
    encode_fictional: Encoder, encoding: EncodingSettings
) -> None:
    """Even identical records stay apart where the source says that each person is in it once."""
    twins = encode_fictional([{"record_id": f"t{number}", **ALICE} for number in range(3)])
    other = encode_fictional([{"record_id": "o0", **ALICE}])
    frame = run({"twins": twins, "other": other}, encoding).crosswalk.to_pandas()
    assert frame[frame["source"] == "twins"]["cluster"].is_unique


def test_clusters_are_numbered_by_smallest_record(
    two_registers: tuple[dict[str, pa.Table], dict[str, int]], encoding: EncodingSettings
) -> None:
    """Cluster numbers run from 0 in the order of each cluster's first record; every record has one row."""
    packages, truth = two_registers
    crosswalk = run(packages, encoding).crosswalk
    clusters = crosswalk["cluster"].to_pylist()
    assert list(dict.fromkeys(clusters)) == list(range(max(clusters) + 1))
    assert crosswalk["record_id"].to_pylist() == sorted(truth)
    assert set(crosswalk["link_method"].to_pylist()) <= {"identifier", "similarity", "single"}


@pytest.mark.parametrize("size", [0, 1, 2])
def test_tiny_sources_link_without_complaint(size: int, encode_fictional: Encoder, encoding: EncodingSettings) -> None:
    """No record, one record, two records: a crosswalk with a row each."""
    rows = encode_fictional([{"record_id": f"r{number}", **ALICE} for number in range(2)]).slice(0, size)
    linkage = run({"only": rows}, encoding, only=False)
    assert linkage.crosswalk.num_rows == size


def test_sources_without_a_common_field_are_reported_and_not_linked(
    encode_fictional: Encoder, encoding: EncodingSettings
) -> None:
    """One source has names only, the other dates only: a finding, and nobody is linked."""
    names = encode_fictional([{"record_id": f"n{n}", "given_name": f"naam{n}"} for n in range(20)])
    dates = encode_fictional([{"record_id": f"d{n}", "birth_date": f"19{n + 60}0101"} for n in range(20)])
    linkage = run({"dates": dates, "names": names}, encoding)
    assert found_pairs(linkage) == set()
    assert [finding["code"] for finding in linkage.summary["findings"]] == ["nothing_comparable"]


def test_registers_without_a_common_person_are_not_linked(
    two_registers: tuple[dict[str, pa.Table], dict[str, int]], encoding: EncodingSettings
) -> None:
    """With no overlap nobody is linked, or hardly anybody, and the summary does not claim otherwise."""
    packages, truth = two_registers
    strangers = packages["right"].filter(
        [truth[record] >= 100 for record in packages["right"]["record_id"].to_pylist()]
    )
    linkage = run({"left": packages["left"], "right": strangers}, encoding)
    assert len(found_pairs(linkage)) <= 1


def test_summary_holds_no_record_id(
    two_registers: tuple[dict[str, pa.Table], dict[str, int]], encoding: EncodingSettings
) -> None:
    """The summary travels to reports, so no record may be recognised in it."""
    packages, truth = two_registers
    text = str(run(packages, encoding).summary)
    assert not [record for record in truth if f"'{record}'" in text]


def test_no_source_at_all_is_refused_with_its_cure(encoding: EncodingSettings) -> None:
    """Nothing delivered is an error of its own, not an empty crosswalk."""
    with pytest.raises(LinkageError, match="Cure"):
        run({}, encoding)
