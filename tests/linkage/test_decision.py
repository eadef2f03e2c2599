"""The floor on precision, answers of reviewers in a whole run, twins, and runs with little in them."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from linkage.link import Linkage, link
from linkage.review import Answer, Answers
from linkage.settings import ClusterSettings, EncodingSettings, FieldKind, FieldSettings, LinkageSettings

Encoder = Callable[[list[dict[str, str | None]]], pa.Table]
Registers = tuple[dict[str, pa.Table], dict[str, int]]
Row = dict[str, str | None]


def run(packages: dict[str, pa.Table], encoding: EncodingSettings, **given: Any) -> Linkage:  # noqa: ANN401 - of link
    kinds = given.pop("deduplicated", dict.fromkeys(packages, True))
    settings = LinkageSettings(clusters=ClusterSettings(precision=given.pop("precision", 0.9)))
    return link(
        packages, encoding=encoding, settings=settings, deduplicated=kinds, **{"seed": 7, "threads": 1, **given}
    )


def found_pairs(linkage: Linkage) -> set[tuple[str, str]]:
    frame = linkage.crosswalk.to_pandas()
    return {(a, b) for _, ids in frame.groupby("cluster")["record_id"] for a, b in combinations(sorted(ids), 2)}


def person(random: np.random.Generator, years: int = 40) -> Row:
    letters = list("abcdefghijklmnoprstuvwz")
    return {
        "given_name": "".join(random.choice(letters, 6)), "family_name": "".join(random.choice(letters, 8)),
        "birth_date": f"{1960 + random.integers(years)}{random.integers(1, 13):02d}{random.integers(1, 29):02d}",
        "sex": str(random.choice(["man", "woman"])),
    }  # fmt: skip


def bare_registers(encode_fictional: Encoder, seed: int) -> dict[str, pa.Table]:
    """Two registers of 250, 100 persons in both; one has no names, and births fall in ten years."""
    random = np.random.default_rng(seed)
    persons = [person(random, 10) for _ in range(400)]
    bare: list[Row] = [{**own, "given_name": None, "family_name": None} for own in persons]
    left: list[Row] = [{"record_id": f"a{number:03d}", **persons[number]} for number in range(250)]
    right: list[Row] = [{"record_id": f"b{number:03d}", **bare[number]} for number in range(150, 400)]
    return {"a": encode_fictional(left), "b": encode_fictional(right)}


@pytest.fixture
def crowded(encode_fictional: Encoder) -> dict[str, pa.Table]:
    """Registers that share a date and a sex, which is little in ten years of birth."""
    return bare_registers(encode_fictional, 23)


@pytest.mark.parametrize("seed", [21, 23, 24, 25])
def test_matches_without_names_are_not_taken_for_twins(
    seed: int, encode_fictional: Encoder, encoding: EncodingSettings
) -> None:
    """A date and a sex are all that is shared, and twins agree on them as matches do: matches are expected still."""
    row = run(bare_registers(encode_fictional, seed), encoding).summary["source_pairs"][0]
    assert 70 < row["expected_matches"] < 140


def test_links_that_fall_short_in_precision_are_cut_higher(
    crowded: dict[str, pa.Table], encoding: EncodingSettings
) -> None:
    """Sources that share a date and a sex: asked for more than they give at even odds, they link less, and surer.

    A floor of 0 switches the guard off.
    """
    kinds = dict.fromkeys(crowded, False)

    def across(floor: float) -> dict[str, Any]:
        rows = run(crowded, encoding, precision=floor, deduplicated=kinds).summary["source_pairs"]
        return next(row for row in rows if row["source_a"] != row["source_b"])

    free = across(0.0)
    assert free["threshold"] == 0.5
    assert free["links"] > 0
    assert free["precision"] < 0.97
    held = across((free["precision"] + 2) / 3)
    assert held["threshold"] > 0.5
    assert held["links"] < free["links"]
    assert held["precision"] is None or held["precision"] > free["precision"]


def test_a_floor_that_holds_changes_nothing(two_registers: Registers, encoding: EncodingSettings) -> None:
    """Where links are good enough the guard leaves every link and every probability as it was."""
    packages, _ = two_registers
    kinds = dict.fromkeys(packages, False)
    without, held = (run(packages, encoding, precision=floor, deduplicated=kinds) for floor in (0.0, 0.9))
    assert all(row["precision"] >= 0.9 for row in held.summary["source_pairs"] if row["links"])
    assert held.links.equals(without.links)
    assert held.crosswalk.equals(without.crosswalk)


ADDRESSED = EncodingSettings(
    fields={
        "given_name": FieldSettings(kind=FieldKind.GIVEN_NAME),
        "family_name": FieldSettings(kind=FieldKind.FAMILY_NAME),
        "birth_date": FieldSettings(kind=FieldKind.DATE),
        "sex": FieldSettings(kind=FieldKind.CATEGORY),
        "street": FieldSettings(kind=FieldKind.TEXT),
        "bsn": FieldSettings(kind=FieldKind.IDENTIFIER),
    }
)


@pytest.fixture
def with_twins(encode_fictional: Encoder) -> dict[str, pa.Table]:
    """Two registers with 80 persons in both, and 15 pairs of twins of whom one is in either; each has a street."""
    random = np.random.default_rng(21)
    rows: dict[str, list[Row]] = {"a": [], "b": []}
    streets: dict[str, list[str]] = {"a": [], "b": []}
    letters = list("abcdefghijklmnoprstuvwz")
    for number in range(215):
        own, street = person(random), "".join(random.choice(letters, 10))
        own["bsn"] = f"{random.integers(10**9):09d}"
        twin = {**own, "given_name": "".join(random.choice(letters, 6)), "bsn": f"{random.integers(10**9):09d}"}
        places = ("a", "b") if number < 95 else ("a",) if number < 155 else ("b",)
        for place in places:
            other = twin if number < 15 and place == "b" else own
            missing = {"bsn": None} if random.random() < 0.3 and number >= 15 else {}
            rows[place].append({**other, **missing, "record_id": f"{place}{number:03d}"})
            streets[place].append(street)
    packages = {}
    for place, own_rows in rows.items():
        table = encode_fictional(own_rows)
        packages[place] = table.append_column("street", _filters(encode_fictional, streets[place]))
    return packages


def _filters(encode: Encoder, texts: list[str]) -> pa.Array:
    return encode([{"record_id": "x", "family_name": text} for text in texts])["family_name"].combine_chunks()


def test_twins_are_not_linked(with_twins: dict[str, pa.Table]) -> None:
    """The same family name, address and date of birth, another given name and number: two persons, not one."""
    found = found_pairs(run(with_twins, ADDRESSED))
    twins = {(f"a{number:03d}", f"b{number:03d}") for number in range(15)}
    same = {(f"a{number:03d}", f"b{number:03d}") for number in range(15, 95)}
    assert not found & twins
    assert len(found & same) >= 78
    assert len(found - same) <= 1


def test_the_same_bytes_for_any_threads_and_any_order(two_registers: Registers, encoding: EncodingSettings) -> None:
    """All tables and the summary, draws among them, where one source has duplicates and records are in doubt."""
    packages = {source: table.drop_columns(["bsn", "family_name"]) for source, table in two_registers[0].items()}
    kinds = {"left": True, "right": False}
    one = run(packages, encoding, deduplicated=kinds)
    two = run(packages, encoding, deduplicated=kinds, threads=2)
    turned = {source: packages[source].take(list(range(99, -1, -1))) for source in ("right", "left")}
    three = run(turned, encoding, deduplicated=kinds)
    assert one.draws.num_rows > 0, "nothing is in doubt, so the test shows nothing"
    for other in (two, three):
        for table in ("crosswalk", "links", "candidates", "records", "draws"):
            assert getattr(one, table).equals(getattr(other, table)), table
        assert one.summary == other.summary


def test_draws_name_persons_of_the_crosswalk(two_registers: Registers, encoding: EncodingSettings) -> None:
    """A row only where a record is elsewhere; once a record and draw; further persons are numbered above the last."""
    packages = {source: table.drop_columns(["bsn", "family_name"]) for source, table in two_registers[0].items()}
    found = run(packages, encoding)
    draws = found.draws.to_pandas().merge(found.crosswalk.to_pandas(), on=["source", "record_id"], suffixes=("", "_0"))
    assert len(draws) == found.draws.num_rows > 0
    assert (draws["cluster"] != draws["cluster_0"]).all()
    assert not draws.duplicated(["draw", "source", "record_id"]).any()
    assert draws["draw"].between(1, found.summary["draws"]).all()
    assert str(found.draws.schema.field("draw").type) == "uint8"


def test_answers_hold_in_the_crosswalk_and_in_every_draw(two_registers: Registers, encoding: EncodingSettings) -> None:
    """Two strangers judged one person are linked, a person judged two is not, whatever the fields say."""
    packages, persons = two_registers
    plain = run(packages, encoding)
    linked = min(found_pairs(plain))
    alone = plain.crosswalk.to_pandas().query("link_method == 'single'")["record_id"].tolist()
    left, right = (next(record for record in alone if record.startswith(side)) for side in "LR")
    told = Answers((
        Answer(("left", linked[0]), ("right", linked[1]), same=False),
        Answer(("left", left), ("right", right), same=True),
    ))  # fmt: skip
    found = run(packages, encoding, answers=told)
    assert linked not in found_pairs(found)
    assert (left, right) in found_pairs(found)
    labels = dict(zip(found.crosswalk["record_id"].to_pylist(), found.crosswalk["cluster"].to_pylist(), strict=True))
    for draw in range(1, found.summary["draws"] + 1):
        moved = {row["record_id"]: row["cluster"] for row in found.draws.to_pylist() if row["draw"] == draw}
        own = {**labels, **moved}
        assert own[left] == own[right]
        assert own[linked[0]] != own[linked[1]]
    probability = {(row["record_id_a"], row["record_id_b"]): row["probability"] for row in found.links.to_pylist()}
    assert probability[left, right] == pytest.approx(1.0)
    assert persons[left] != persons[right]


def test_answers_on_sources_that_are_not_here_count_for_nothing(
    two_registers: Registers, encoding: EncodingSettings
) -> None:
    """An earlier run had another source; its answers change no byte now."""
    packages, _ = two_registers
    gone = Answers((Answer(("left", "L000"), ("gone", "x"), same=True),))
    assert run(packages, encoding, answers=gone).links.equals(run(packages, encoding).links)


KEYS = {
    "links", "precision", "precision_low", "precision_high", "recall", "recall_low", "recall_high", "recall_reason",
    "f1", "pair_completeness",
}  # fmt: skip


def check(linkage: Linkage, records: int) -> None:
    """What every run yields, however little there was."""
    assert linkage.crosswalk.num_rows == records
    assert set(linkage.summary["overall"]) >= KEYS
    for row in linkage.summary["source_pairs"]:
        assert set(row) >= KEYS
        assert (row["recall"] is None) == (row["recall_reason"] is not None)


def test_one_source_with_duplicates(two_registers: Registers, encoding: EncodingSettings) -> None:
    """Both registers as one: its duplicates are found, and it says how well."""
    packages, persons = two_registers
    found = run({"only": pa.concat_tables(packages.values())}, encoding, deduplicated={"only": False})
    check(found, 200)
    pairs = found_pairs(found)
    assert sum(persons[a] == persons[b] for a, b in pairs) >= 57
    assert found.summary["scorers"]["agrees"] is None


def test_one_source_without_duplicates_has_nothing_to_link(
    two_registers: Registers, encoding: EncodingSettings
) -> None:
    found = run({"only": two_registers[0]["left"]}, encoding)
    check(found, 100)
    assert found_pairs(found) == set()
    assert found.summary["source_pairs"] == []


def test_without_a_search_column_persons_are_still_found(two_registers: Registers, encoding: EncodingSettings) -> None:
    """Equal numbers, dates and words remain as roads to candidates."""
    packages, persons = two_registers
    found = run({name: table.drop_columns(["search"]) for name, table in packages.items()}, encoding)
    check(found, 200)
    assert sum(persons[a] == persons[b] for a, b in found_pairs(found)) >= 55


@pytest.mark.parametrize("deduplicated", [True, False])
def test_an_empty_source_among_others_changes_nothing_for_them(
    deduplicated: bool,  # noqa: FBT001 - a parameter of the test
    two_registers: Registers,
    encoding: EncodingSettings,
) -> None:
    """A source that delivered no record has rows of zeros and nulls; the others are linked as without it."""
    packages, _ = two_registers
    empty = packages["left"].slice(0, 0)
    kinds = {"left": True, "right": True, "empty": deduplicated}
    found = run({**packages, "empty": empty}, encoding, deduplicated=kinds)
    check(found, 200)
    assert len(found_pairs(found) ^ found_pairs(run(packages, encoding))) <= 1
    for row in found.summary["source_pairs"]:
        if "empty" in {row["source_a"], row["source_b"]}:
            assert (row["pairs"], row["links"], row["precision"], row["recall"]) == (0, 0, None, None)


def test_nothing_but_empty_sources(two_registers: Registers, encoding: EncodingSettings) -> None:
    """No record anywhere: empty tables, a summary of nulls."""
    empty = {name: table.slice(0, 0) for name, table in two_registers[0].items()}
    check(run(empty, encoding), 0)


def test_sources_that_share_no_field_are_not_linked(encode_fictional: Encoder, encoding: EncodingSettings) -> None:
    """One has names, the other dates: no precision, no recall, and the reason in words."""
    names = encode_fictional([{"record_id": f"n{n}", "given_name": f"naam{n}"} for n in range(20)])
    dates = encode_fictional([{"record_id": f"d{n}", "birth_date": f"19{n + 60}0101"} for n in range(20)])
    found = run({"names": names, "dates": dates}, encoding)
    check(found, 40)
    assert found.summary["overall"]["links"] == 0
    assert found.summary["overall"]["precision"] is None
