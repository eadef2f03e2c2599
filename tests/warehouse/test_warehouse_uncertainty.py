"""Links, posterior draws, and the quality per group that follows from them."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from warehouse_story import RUN, SETTINGS, STORY, Story, linked, registered, write_story

import warehouse
from warehouse.inputs import open_inputs, open_settings
from warehouse.models import run_models, warehouse_models

LINK = pa.schema(
    [("source_a", pa.string()), ("record_id_a", pa.string()), ("source_b", pa.string()), ("record_id_b", pa.string()),
     ("probability", pa.float64())]
)  # fmt: skip
DRAW = pa.schema(
    [("draw", pa.uint8()), ("source", pa.string()), ("record_id", pa.string()), ("person_id", pa.string())]
)
LINKS = (("police", "p-ann", "comensha", "c-ann", 0.9), ("police", "p-ann", "shelter", "s-ann", 0.8))
# In draw 1 ann's shelter record is a person of its own; in draw 2 all is as in the crosswalk; in draw 3 the shelter
# record of gus is with cas, a suspect who is not kept, and the suspect's record is moved too.
DRAWS = (
    (1, "shelter", "s-ann", "new"), (3, "shelter", "s-gus", "cas"), (3, "police", "p-cas", "dee"),
)  # fmt: skip

Rows = tuple[tuple[Any, ...], ...]


def doubt(folder: Path, links: Rows = LINKS, draws: Rows = DRAWS, number: int = 3) -> warehouse.Uncertainty:
    """Links and draws as Parquet files."""
    folder.mkdir(exist_ok=True)
    for name, rows, schema in (("links", links, LINK), ("draws", draws, DRAW)):
        columns = [dict(zip(schema.names, row, strict=True)) for row in rows]
        pq.write_table(pa.Table.from_pylist(columns, schema=schema), folder / f"{name}.parquet")
    return warehouse.Uncertainty(folder / "links.parquet", folder / "draws.parquet", number)


def build(folder: Path, story: Story = STORY, **rest: object) -> Path:
    """Build a story with doubt; returns the warehouse."""
    said: Any = doubt(folder / "in", **rest)  # type: ignore[arg-type]
    warehouse.build(
        *write_story(story, folder / "in"), folder / "w.duckdb", settings=SETTINGS, run=RUN, uncertainty=said
    )
    return folder / "w.duckdb"


def ask(target: Path, sql: str) -> list[tuple[Any, ...]]:
    return list(warehouse.query(target, sql).itertuples(index=False, name=None))


def test_links_and_draws_of_kept_records_are_stored_and_no_others(tmp_path: Path) -> None:
    """A kept record stays so in a draw that gives it to somebody who is not; a suspect's record is not stored."""
    target = build(tmp_path)
    assert ask(target, "SELECT source_b, record_id_b, person_id, probability FROM links") == [
        ("comensha", "c-ann", "ann", 0.9), ("shelter", "s-ann", "ann", 0.8),
    ]  # fmt: skip
    assert ask(target, "SELECT * FROM draws") == [(1, "shelter", "s-ann", "new"), (3, "shelter", "s-gus", "cas")]
    assert b"p-cas" not in target.read_bytes()


def test_person_in_draw_has_every_kept_record_in_every_draw(tmp_path: Path) -> None:
    """Moved records with their new person, all others with their own; the view works in the finished file."""
    target = build(tmp_path)
    sql = "SELECT draw, count(*), count(DISTINCT person_id) FROM person_in_draw GROUP BY draw ORDER BY draw"
    assert ask(target, sql) == [
        (1, 8, 5), (2, 8, 4), (3, 8, 5),
    ]  # fmt: skip
    assert ask(target, "SELECT person_id FROM person_in_draw WHERE record_id = 's-ann' ORDER BY draw") == [
        ("new",), ("ann",), ("ann",),
    ]  # fmt: skip
    assert ask(target, "SELECT n_moved_records, n_persons FROM linkage_draws") == [(1, 5), (0, 4), (1, 5)]


def test_a_figure_over_draws_is_one_query(tmp_path: Path) -> None:
    """The query that docs/how-to/figures-over-draws.md shows: persons in two or more registers."""
    page = Path(__file__).parents[2] / "docs" / "how-to" / "figures-over-draws.md"
    sql = page.read_text(encoding="utf-8").split("```sql\n")[1].split("```")[0]
    ((estimate, low, high),) = ask(build(tmp_path), sql)
    assert (estimate, low, high) == (pytest.approx((3 + 3 + 2) / 3), 2, 3)


def test_without_draws_the_tables_are_there_and_empty(story_warehouse: Path) -> None:
    """A linkage unit that sends no draws gets a warehouse all the same."""
    for name in ("links", "draws", "linkage_draws", "person_in_draw", "linkage_quality_by_group"):
        assert ask(story_warehouse, f"SELECT * FROM {name}") == []  # noqa: S608 - a name of our own
    assert warehouse.quality_by_group(story_warehouse) == []


REFUSED: dict[str, tuple[Mapping[str, Any], str]] = {
    "a link between two persons": (
        {"links": (("police", "p-ann", "comensha", "c-bob", 0.5),)}, "linked records have the same person"),
    "a probability above one": (
        {"links": (("police", "p-ann", "comensha", "c-ann", 1.5),)}, "a probability lies between 0 and 1"),
    "two persons in one draw": (
        {"draws": (*DRAWS, (1, "shelter", "s-ann", "zed"))}, "a record has one person in a draw"),
    "a record that linkage did not hold": (
        {"draws": ((1, "police", "zebra-canary", "ann"),)}, "record and person are given"),
    "a draw beyond their number": ({"number": 2}, "a draw has a number from 1 to the number of draws"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_doubt_that_contradicts_the_crosswalk_is_refused(name: str, tmp_path: Path) -> None:
    """Naming rule and cure, and no value."""
    given_rows, rule = REFUSED[name]
    with pytest.raises(warehouse.WarehouseRefused) as refused:
        build(tmp_path, **given_rows)
    assert rule in str(refused.value)
    assert "Cure: " in str(refused.value)
    assert "canary" not in str(refused.value)


Record = dict[str, Any]
World = tuple[list[Record], list[list[str]], dict[tuple[str, str], float], bool]
SOURCE_PAIRS = (("comensha", "comensha"), ("comensha", "police"), ("police", "police"))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to nine records with attributes and a person, up to four draws of all their persons, and expected matches."""
    record = st.fixed_dictionaries({
        "source": st.sampled_from(["police", "comensha"]),
        "sex": st.sampled_from(["V", "M", None]),
        "nationality": st.sampled_from(["NL", "RO", "NG", "stateless", None]),
        "birth_year": st.sampled_from([1999, 1996, 1950, None]),
        "person": st.sampled_from("abcd"),
    })  # fmt: skip
    records = draw(st.lists(record, min_size=1, max_size=9))
    persons = st.lists(st.sampled_from("abcdef"), min_size=len(records), max_size=len(records))
    matches = st.dictionaries(st.sampled_from(SOURCE_PAIRS), st.floats(0.5, 20))
    return records, draw(st.lists(persons, min_size=1, max_size=4)), draw(matches), draw(st.booleans())


NAMES = {"NL": "NL", "RO": "EU", "NG": "non-EU", "stateless": "non-EU", None: "not registered"}
BANDS = {1999: "<18", 1996: "18-22", 1950: "23+", None: "not registered"}
GROUPINGS = ("nationality_group", "age_band", "sex", "overall")
Pair = tuple[int, int]


def groups_of(record: Record) -> dict[str, str]:
    """The groups of one record, registered as victim in 2016."""
    return {
        "nationality_group": NAMES[record["nationality"]], "age_band": BANDS[record["birth_year"]],
        "sex": record["sex"] or "not registered", "overall": "all records",
    }  # fmt: skip


def expected(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    """Quality per group by listing every pair in every draw."""
    records, drawn, said, estimable = world
    every = list(combinations(range(len(records)), 2))
    sources = {pair: tuple(sorted(records[one]["source"] for one in pair)) for pair in every}
    links = {(a, b) for a, b in every if records[a]["person"] == records[b]["person"]}
    draws = [{(a, b) for a, b in every if one[a] == one[b]} for one in drawn]

    def factor(source_pair: tuple[str, ...]) -> float:
        own = float(np.mean([sum(sources[pair] == source_pair for pair in held) for held in draws]))
        return said[source_pair] / own if own and source_pair in said else 1.0  # type: ignore[index]

    factors = {source_pair: factor(source_pair) for source_pair in set(sources.values())}
    weights = {pair: factors[sources[pair]] for pair in every}
    member = [groups_of(record) for record in records]
    wanted = {}
    for grouping in GROUPINGS:
        names = {groups[grouping] for groups in member}
        for name in names if names != {"not registered"} else ():
            inside = {(a, b) for a, b in every if name in {member[a][grouping], member[b][grouping]}}
            wanted[grouping, name] = judged(links & inside, [held & inside for held in draws], weights)
            if not estimable:
                wanted[grouping, name] |= dict.fromkeys(("recall", "recall_low", "recall_high", "f1"))
    return wanted


def judged(links: set[Pair], draws: list[set[Pair]], weights: Mapping[Pair, float]) -> dict[str, Any]:
    """The figures of one group."""
    counts = [(len(links & held), sum(weights[pair] for pair in sorted(held))) for held in draws]
    middle, lowest, highest = summarised([both / len(links) for both, _ in counts if links])
    # There is always room for one false link.
    precision = (middle, None if lowest is None else min(lowest, 1 - 1 / len(links)), highest)
    recall = summarised([min(both, matches) / matches for both, matches in counts if matches])
    f1 = [2 * min(both, matches) / (len(links) + matches) for both, matches in counts if len(links) + matches]
    return {
        "links": len(links),
        **dict(zip(("precision", "precision_low", "precision_high"), precision, strict=True)),
        **dict(zip(("recall", "recall_low", "recall_high"), recall, strict=True)),
        "f1": summarised(f1)[0],
    }


def summarised(values: list[float]) -> tuple[float | None, float | None, float | None]:
    if not values:
        return None, None, None
    return float(np.mean(values)), min(values), max(values)


def quality(folder: Path, world: World) -> dict[tuple[str, str], Record]:
    """The mart's rows, its model run on the inputs of a world."""
    records, drawn, said, estimable = world
    ids = [f"r{number}" for number in range(len(records))]
    story = Story(
        tuple(
            registered(record["source"], name, name, "2016-05-01", sex=record["sex"], birth_year=record["birth_year"],
                       nationality=record["nationality"])
            for name, record in zip(ids, records, strict=True)
        ),
        (),
        tuple(linked(record["source"], name, record["person"]) for name, record in zip(ids, records, strict=True)),
    )  # fmt: skip
    moved = tuple(
        (place, record["source"], name, person)
        for place, persons in enumerate(drawn, start=1)
        for name, record, person in zip(ids, records, persons, strict=True)
        if person != record["person"]
    )
    recall = warehouse.Estimate(0.5) if estimable else None
    matches = {(b, a): value for (a, b), value in said.items()}
    registrations, events, crosswalk = write_story(story, folder / "in")
    told = replace(doubt(folder / "in", (), moved, len(drawn)), matches=matches, recall=recall)
    con = duckdb.connect(":memory:", config={"threads": 1})
    open_inputs(con, [registrations], [events], crosswalk, told)
    open_settings(con, SETTINGS, told.number)
    run_models(con, [model for model in warehouse_models() if model.name in NEEDED], None)
    found = con.execute("SELECT * FROM linkage_quality_by_group").df().astype(object)
    con.close()
    rows = found.where(found.notna(), None).to_dict("records")
    return {(row["grouping"], row["group_name"]): row for row in rows}


NEEDED = {
    "union_members", "kept_persons", "registrations", "draws", "linkage_draws", "record_groups",
    "linkage_quality_by_group",
}  # fmt: skip


@given(worlds())
@hypothesis_settings(max_examples=40, deadline=None)
def test_quality_per_group_is_that_of_listing_every_pair(world: World) -> None:
    """Means and ends over draws, a pair counting for the groups of both records, matches as many as are expected."""
    with TemporaryDirectory() as folder:
        found = quality(Path(folder), world)
    wanted = expected(world)
    assert set(found) == set(wanted)
    for key, figures in wanted.items():
        for name, value in figures.items():
            assert found[key][name] == (value if value is None else pytest.approx(value, abs=2e-6)), (key, name)


def test_over_all_records_recall_is_what_the_linkage_unit_estimates(tmp_path: Path) -> None:
    """Draws have every link; the linkage unit expects two matches of police and comensha, where one is linked."""
    target = tmp_path / "w"
    said = replace(
        doubt(tmp_path / "in", draws=()),
        matches={("police", "comensha"): 2.0},
        recall=warehouse.Estimate(0.8, 0.6, 0.9),
    )
    warehouse.build(*write_story(STORY, tmp_path / "in"), target, settings=SETTINGS, run=RUN, uncertainty=said)
    rows = {(row["grouping"], row["group_name"]): row for row in warehouse.quality_by_group(target)}
    whole = rows["overall", "all records"]
    assert (whole["links"], whole["expected_matches"]) == (5, 6)
    assert whole["recall"] == pytest.approx(5 / 6, abs=1e-6)
    assert whole["recall_low"] == pytest.approx(5 / 6 * 0.6 / 0.8, abs=1e-6)
    assert whole["recall_high"] == pytest.approx(5 / 6 * 0.9 / 0.8, abs=1e-6)


@pytest.mark.parametrize(("number", "outer"), [(1, 1), (19, 1), (20, 1), (38, 1), (39, 2), (60, 3)])
def test_the_ends_are_order_statistics_that_hold_nine_tenths(number: int, outer: int, tmp_path: Path) -> None:
    """With n draws the k-th lowest and highest, k the largest with 2k/(n + 1) not above a tenth, at least 1."""
    cluster = [linked("police", f"p{place}", "a") for place in range(number + 1)]
    story = Story(tuple(registered("police", row["record_id"], row["record_id"], "2016-05-01") for row in cluster), (),
                  tuple(cluster))  # fmt: skip
    # In draw d the records from d on are alone, so the precision of every draw is another.
    moved = tuple(
        (d, "police", f"p{place}", f"x{place}") for d in range(1, number + 1) for place in range(d, number + 1)
    )
    target = build(tmp_path, story, links=(), draws=moved, number=number)
    (row,) = warehouse.quality_by_group(target)
    shares = sorted(d * (d - 1) / (number * (number + 1)) for d in range(1, number + 1))
    assert row["precision_low"] == pytest.approx(shares[outer - 1], abs=1e-6)
    assert row["precision_high"] == pytest.approx(shares[-outer], abs=1e-6)


def test_a_missed_link_to_a_person_who_is_not_kept_lowers_recall(tmp_path: Path) -> None:
    """A victim and a client of youth care who are one person in every draw: one of two pairs is missed."""
    story = Story(
        (*(registered("police", f"p{number}", f"g{number}", "2016-05-01", nationality="NL") for number in (1, 2)),
         registered("youth_care", "y1", "h1", "2016-05-01", "client")),
        (),
        (linked("police", "p1", "a"), linked("police", "p2", "b"), linked("youth_care", "y1", "c")),
    )  # fmt: skip
    said = replace(doubt(tmp_path / "in", (), ((1, "youth_care", "y1", "a"),), 1), recall=warehouse.Estimate(0.5))
    target = tmp_path / "w"
    warehouse.build(*write_story(story, tmp_path / "in"), target, settings=SETTINGS, run=RUN, uncertainty=said)
    found = {row["group_name"]: (row["recall"], row["expected_matches"]) for row in warehouse.quality_by_group(target)}
    assert found == {"NL": (0.0, 1.0), "not registered": (0.0, 1.0), "all records": (0.0, 1.0)}
    assert ask(target, "SELECT count(*) FROM registrations WHERE source = 'youth_care'") == [(0,)]


def test_the_most_frequent_value_of_a_record_counts_and_ties_go_to_the_first(tmp_path: Path) -> None:
    """Registered twice as Dutch and once as Romanian: Dutch; once each as man and woman: M comes first."""
    values = (("NL", "V"), ("RO", "M"), ("NL", None))
    story = Story(
        tuple(registered("police", "p1", f"g{place}", "2016-05-01", nationality=nationality, sex=sex)
              for place, (nationality, sex) in enumerate(values)),
        (),
        (linked("police", "p1", "a"),),
    )  # fmt: skip
    target = build(tmp_path, story, links=(), draws=(), number=2)
    groups = {(row["grouping"], row["group_name"]): row["f1"] for row in warehouse.quality_by_group(target)}
    assert set(groups) == {("nationality_group", "NL"), ("sex", "M"), ("overall", "all records")}
    assert all(f1 is None for f1 in groups.values())


def test_age_counts_at_victim_registrations_and_where_there_are_none_at_the_first(tmp_path: Path) -> None:
    """A client of youth care has no age band beside victims; where nobody is a victim the first registration counts."""
    client = registered("youth_care", "y1", "h1", "2010-05-01", "client", birth_year=1999)
    victim = registered("police", "p1", "g1", "2019-05-01", birth_year=1999)
    earlier = registered("police", "p1", "g2", "2016-05-01", "witness", birth_year=1999)
    crosswalk = (linked("youth_care", "y1", "a"), linked("police", "p1", "a"))
    bands = []
    for name, rows in (("victims", (client, victim, earlier)), ("none", (client, {**victim, "role": "client"}))):
        (tmp_path / name).mkdir()
        target = build(tmp_path / name, Story(rows, (), crosswalk), links=(), draws=(), number=1)
        found = warehouse.quality_by_group(target)
        bands.append({row["group_name"]: row["links"] for row in found if row["grouping"] == "age_band"})
    assert bands == [{"18-22": 1}, {"<18": 1, "18-22": 1}]


def test_quality_is_not_released(tmp_path: Path) -> None:
    """Neither draws nor quality per group stand in a release."""
    target = build(tmp_path)
    warehouse.release(target, tmp_path / "release.duckdb", minimum_cell=10, round_to=5, run=RUN)
    names = {name for (name,) in ask(tmp_path / "release.duckdb", "SELECT table_name FROM duckdb_tables()")}
    assert not names & {"links", "draws", "linkage_draws", "linkage_quality_by_group", "persons"}


def test_threads_do_not_change_a_digit(tmp_path: Path) -> None:
    """The exports of one thread and of two are the same bytes."""
    exports = []
    for threads in (1, 2):
        folder = tmp_path / str(threads)
        folder.mkdir()
        said = doubt(folder / "in")
        options = SETTINGS.model_copy(update={"threads": threads})
        warehouse.build(*write_story(STORY, folder / "in"), folder / "w", settings=options, run=RUN, uncertainty=said)
        exports.append({path.name: path.read_bytes() for path in warehouse.export(folder / "w", folder / "out")})
    assert exports[0] == exports[1]
    assert "linkage_quality_by_group.parquet" in exports[0]


def test_false_links_of_groups_are_as_many_times_more_as_over_all_records(tmp_path: Path) -> None:
    """Draws show one false link in two; the linkage unit says three in four: so it is for every group."""
    story = Story(
        (
            registered("police", "p1", "r1", "2016-05-01", sex="V"),
            registered("comensha", "c1", "r2", "2016-06-01", sex="V"),
        ),
        (),
        (linked("police", "p1", "a"), linked("comensha", "c1", "a")),
    )
    moved = ((1, "comensha", "c1", "b"),)
    told = replace(doubt(tmp_path / "in", (), moved, 2), precision=warehouse.Estimate(0.25, 0.1, 0.9))
    registrations, events, crosswalk = write_story(story, tmp_path / "in")
    con = duckdb.connect(":memory:", config={"threads": 1})
    open_inputs(con, [registrations], [events], crosswalk, told)
    open_settings(con, SETTINGS, told.number)
    run_models(con, [model for model in warehouse_models() if model.name in NEEDED], None)
    found = con.execute("SELECT grouping, precision FROM linkage_quality_by_group ORDER BY grouping").fetchall()
    con.close()
    assert dict(found)["sex"] == dict(found)["overall"] == pytest.approx(0.25)
