"""A build replaces the whole database or nothing, and refuses what contradicts itself, without telling values."""

import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from warehouse_story import RUN, SETTINGS, STORY, Row, Story, happened, linked, registered, write_story

import warehouse
from warehouse.checks import Rule, run_checks, uncommented
from warehouse.models import Model, run_models, warehouse_models

CANARY = "zebra-canary"


def build(story: Story, folder: Path, **rest: object) -> warehouse.BuildResult:
    """Build a story in a folder, into w.duckdb."""
    options: dict[str, Any] = {"settings": SETTINGS, "run": RUN, **rest}
    return warehouse.build(*write_story(story, folder / "in"), folder / "w.duckdb", **options)


def with_rows(
    registrations: tuple[Row, ...] = (), events: tuple[Row, ...] = (), crosswalk: tuple[Row, ...] = ()
) -> Story:
    """The story with further rows."""
    return Story(STORY.registrations + registrations, STORY.events + events, STORY.crosswalk + crosswalk)


def test_result_tells_rows_and_what_was_not_stored(tmp_path: Path) -> None:
    result = build(STORY, tmp_path)
    assert (result.tables["persons"], result.tables["registrations"], result.tables["events"]) == (4, 12, 15)
    assert result.counted_not_stored["youth_care"] == {"records": 1, "registrations": 2, "events": 1}
    assert result.counted_not_stored["shelter"] == {"records": 0, "registrations": 0, "events": 0}
    assert "persons: key (person_id) is unique" in result.checks


def test_only_the_owner_can_read_a_warehouse(tmp_path: Path) -> None:
    build(STORY, tmp_path)
    assert stat.S_IMODE((tmp_path / "w.duckdb").stat().st_mode) == 0o600


def test_nothing_of_a_person_who_is_not_kept_is_in_the_file(tmp_path: Path) -> None:
    build(STORY, tmp_path)
    stored = (tmp_path / "w.duckdb").read_bytes()
    assert [name for name in (b"p-cas", b"p-dee", b"y-eve", b"c-hal") if name in stored] == []
    assert b"p-ann" in stored


def test_everybody_is_kept_where_the_settings_say_so(tmp_path: Path) -> None:
    result = build(STORY, tmp_path, settings=SETTINGS.model_copy(update={"keep_only_victims": False}))
    assert (result.tables["persons"], result.tables["first_help"]) == (7, 4)


def test_several_deliveries_are_read_together(tmp_path: Path) -> None:
    """The same rows spread over two files of each kind give the same marts."""
    one, _, crosswalk = write_story(STORY, tmp_path / "one")
    first = Story(STORY.registrations[:5], STORY.events[:5], STORY.crosswalk)
    second = Story(STORY.registrations[5:], STORY.events[5:], STORY.crosswalk)
    parts = [write_story(story, tmp_path / name) for story, name in ((first, "a"), (second, "b"))]
    result = warehouse.build(
        [part[0] for part in parts], [part[1] for part in parts], crosswalk, tmp_path / "w", settings=SETTINGS, run=RUN
    )
    assert one.exists()
    assert result.tables == build(STORY, tmp_path).tables


def test_a_trajectory_listed_again_with_its_end_is_one_event(tmp_path: Path) -> None:
    again = (
        registered("youth_care", "y-bob", "y1", "2016-09-01", "client", sex="M", birth_year=2001),
        happened("youth_care", "y-bob", "y1", "youth_help", "2016-09-01", "2017-01-31", detail="ambulatory"),
    )
    build(with_rows((again[0],), (again[1],)), tmp_path)
    found = warehouse.query(
        tmp_path / "w.duckdb", "SELECT is_open, end_latest::VARCHAR AS until FROM events WHERE activity = 'youth_help'"
    )
    assert found.to_dict("records") == [{"is_open": False, "until": "2017-01-31"}]


def test_without_extraction_date_the_latest_registration_ends_the_data(tmp_path: Path) -> None:
    build(STORY, tmp_path, settings=SETTINGS.model_copy(update={"extraction_date": None}))
    found = warehouse.query(tmp_path / "w.duckdb", "SELECT followed_days FROM first_help WHERE person_id = 'fay'")
    assert found["followed_days"].tolist() == [36]


def test_victim_registration_without_a_date_gives_no_index_and_no_follow_up(tmp_path: Path) -> None:
    ida = (registered("police", "p-ida", "p20", None, forms=["labour"]),)
    build(with_rows(ida, crosswalk=(linked("police", "p-ida", "ida"),)), tmp_path)
    sql = (
        "SELECT count(h.index_earliest) + count(h.followed_days) + count(r.observed_years) AS dated, "
        "bool_or(r.is_repeat OR r.is_possible_repeat) AS repeated, any_value(h.age_band) AS age_band "
        "FROM first_help AS h INNER JOIN repeat_victimisation AS r USING (person_id) WHERE person_id = 'ida'"
    )
    found = warehouse.query(tmp_path / "w.duckdb", sql)
    assert found.to_dict("records") == [{"dated": 0, "repeated": False, "age_band": "unknown"}]


def test_partial_date_makes_a_repeat_possible_and_not_certain(tmp_path: Path) -> None:
    """Reported in January 2019 and again in February: between 1 and 58 days apart."""
    jan = (registered("comensha", "c-jan", "c8", "2019-01-00"), registered("comensha", "c-jan", "c9", "2019-02-00"))
    build(with_rows(jan, crosswalk=(linked("comensha", "c-jan", "jan"),)), tmp_path)
    sql = "SELECT is_repeat, is_possible_repeat, possible_years_least FROM repeat_victimisation WHERE person_id = 'jan'"
    found = warehouse.query(tmp_path / "w.duckdb", sql)
    assert found.to_dict("records") == [
        {"is_repeat": False, "is_possible_repeat": True, "possible_years_least": 0.0027}
    ]


def test_first_registration_with_only_a_year_is_no_possible_repeat_of_itself(tmp_path: Path) -> None:
    kai = (registered("comensha", "c-kai", "c7", "2019-00-00"),)
    build(with_rows(kai, crosswalk=(linked("comensha", "c-kai", "kai"),)), tmp_path)
    found = warehouse.query(
        tmp_path / "w.duckdb", "SELECT is_possible_repeat FROM repeat_victimisation WHERE person_id = 'kai'"
    )
    assert found["is_possible_repeat"].tolist() == [False]


def test_progress_is_told_from_first_to_last_model(tmp_path: Path) -> None:
    told: list[tuple[str, int, int, str]] = []
    build(STORY, tmp_path, progress=lambda *said: told.append(said))
    count = len(warehouse_models())
    assert told == [("build", done, count, "tables") for done in range(count + 1)]


REFUSED: dict[str, tuple[Story, str]] = {
    "two persons for one record": (
        with_rows(crosswalk=(linked("police", "p-ann", "zed"),)),
        "input crosswalk: rule 'a record has one person'",
    ),
    "another run": (
        replace(STORY, crosswalk=tuple({**row, "run_id": "run-2"} for row in STORY.crosswalk)),
        "rule 'its run is the run that is loaded'",
    ),
    "two runs": (
        with_rows(crosswalk=({**linked("police", "p-zed", "zed"), "run_id": "run-2"},)),
        "rule 'all lines are of one run'",
    ),
    "a source without any link": (
        with_rows((registered("clinic", CANARY, "k1", "2019-01-01"),)),
        "rule 'a source that registered is in the crosswalk'",
    ),
    "an event without registration": (
        with_rows(events=(happened("police", "p-ann", CANARY, "aangifte", "2019-01-01"),)),
        "rule 'an event belongs to a delivered registration of the same record'",
    ),
    "an event without activity": (
        with_rows(events=(happened("police", "p-ann", "p1", "", "2019-01-01"),)),
        "rule 'activity and start are given'",
    ),
    "a registration told in two ways": (
        with_rows((registered("police", "p-ann", "p1", "2016-03-10", sex=CANARY),)),
        "model registrations: rule 'key (source, registration_id) is unique'",
    ),
    "a date interval that ends before it begins": (
        with_rows((
            {**registered("police", "p-ann", "p9", "2016-03-10"), "registered_latest": None},
            {**registered("police", "p-ann", "p10", "2016-03-10"),
             "registered_latest": STORY.registrations[4]["registered_latest"].replace(year=2001)},
        )),
        "model registrations: rule 'registered_earliest is not after registered_latest'",
    ),
    "a probability above one": (
        replace(STORY, crosswalk=tuple({**row, "link_probability": 1.5} for row in STORY.crosswalk)),
        "model persons: rule 'link probability lies between 0 and 1'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_contradictions_are_refused_with_rule_and_cure_and_leave_the_old_database(name: str, tmp_path: Path) -> None:
    build(STORY, tmp_path)
    before = (tmp_path / "w.duckdb").read_bytes()
    story, rule = REFUSED[name]
    with pytest.raises(warehouse.WarehouseRefused) as refused:
        build(story, tmp_path)
    assert rule in str(refused.value)
    assert "Cure: " in str(refused.value)
    assert CANARY not in str(refused.value)
    assert (tmp_path / "w.duckdb").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "w.duckdb"]


def test_crash_in_the_middle_leaves_the_old_database(tmp_path: Path) -> None:
    build(STORY, tmp_path)
    before = (tmp_path / "w.duckdb").read_bytes()

    def crash(_stage: str, done: int, _total: int, _unit: str) -> None:
        if done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(STORY, tmp_path, progress=crash)
    assert (tmp_path / "w.duckdb").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "w.duckdb"]


def test_remains_of_a_killed_build_do_not_hinder_the_next(tmp_path: Path) -> None:
    (tmp_path / "w.duckdb.building").write_bytes(b"half written")
    (tmp_path / "w.duckdb.building.wal").write_bytes(b"half written")
    assert build(STORY, tmp_path).tables["persons"] == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "w.duckdb"]


def test_missing_column_and_broken_file_are_named(tmp_path: Path) -> None:
    registrations, events, crosswalk = write_story(STORY, tmp_path / "in")
    pq.write_table(pq.read_table(events).drop_columns(["detail"]), events)
    with pytest.raises(warehouse.WarehouseRefused, match=r"events\.parquet lacks column detail\. Cure: "):
        warehouse.build(registrations, events, crosswalk, tmp_path / "w", settings=SETTINGS, run=RUN)
    events.write_bytes(b"PAR1 cut off")
    with pytest.raises(warehouse.WarehouseRefused, match=r"events\.parquet cannot be read as Parquet"):
        warehouse.build(registrations, events, crosswalk, tmp_path / "w", settings=SETTINGS, run=RUN)
    with pytest.raises(warehouse.WarehouseRefused, match="input events: no file is given"):
        warehouse.build(registrations, [], crosswalk, tmp_path / "w", settings=SETTINGS, run=RUN)


@pytest.mark.parametrize("column", ["start_earliest", "end_latest"])
def test_value_of_the_wrong_type_is_not_told(column: str, tmp_path: Path) -> None:
    """Whether a rule or a model meets the value first, DuckDB's message, which quotes it, stays inside."""
    registrations, events, crosswalk = write_story(STORY, tmp_path / "in")
    table = pq.read_table(events)
    place = table.schema.get_field_index(column)
    pq.write_table(table.set_column(place, column, pa.array([CANARY] * table.num_rows)), events)
    with pytest.raises(warehouse.WarehouseRefused) as refused:
        warehouse.build(registrations, events, crosswalk, tmp_path / "w", settings=SETTINGS, run=RUN)
    assert CANARY not in str(refused.value)
    assert refused.value.__suppress_context__


def test_table_or_column_without_comment_is_refused() -> None:
    con = duckdb.connect(":memory:")
    con.execute("CREATE TABLE bare (told INTEGER, untold INTEGER)")
    con.execute("COMMENT ON COLUMN bare.told IS 'Told.'")
    assert uncommented(con) == ["bare", "bare.untold"]
    with pytest.raises(warehouse.WarehouseRefused, match="model bare: rule 'every table and column has a comment'"):
        run_checks(con, [])
    con.close()


def test_broken_rule_names_model_and_count() -> None:
    con = duckdb.connect(":memory:")
    with pytest.raises(warehouse.WarehouseRefused, match="model some: rule 'adds up' is broken 3 times"):
        run_checks(con, [], [Rule("some", "adds up", "SELECT 3")])
    con.close()


def test_error_in_a_model_file_names_the_model() -> None:
    con = duckdb.connect(":memory:")
    with pytest.raises(warehouse.WarehouseRefused, match="model broken: the SQL file does not run"):
        run_models(con, [Model("broken", "one row", ("a",), "SELECT nothing FROM nowhere", temporary=False)], None)
    con.close()


def test_every_model_makes_the_table_it_is_named_after(ask: Callable[[str], list[tuple[Any, ...]]]) -> None:
    stored = {name for (name,) in ask("SELECT table_name FROM duckdb_tables()")}
    stored |= {name for (name,) in ask("SELECT view_name FROM duckdb_views() WHERE NOT internal")}
    assert stored == {model.name for model in warehouse_models() if not model.temporary} | {"run"}
