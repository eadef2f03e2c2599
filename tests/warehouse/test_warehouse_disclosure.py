"""What leaves the warehouse: no small count, none unrounded, no way to write, and the same bytes each time."""

import stat
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from warehouse_story import RUN, SETTINGS, STORY, Story, happened, linked, registered, write_story

import warehouse
from warehouse.disclosure import open_protection, protected
from warehouse.models import release_models, run_models

REPOSITORY = Path(__file__).resolve().parents[2]


def crowd(women: int, men: int, helped: int) -> Story:
    """So many women and men reported in 2017, the first ``helped`` of whom got care the next month."""
    people = [(f"c{number}", "V" if number < women else "M") for number in range(women + men)]
    reports = [registered("comensha", who, f"r-{who}", "2017-03-01", forms=["labour"], sex=sex) for who, sex in people]
    events = [happened("comensha", who, f"r-{who}", "comensha_report", "2017-03-01") for who, _ in people]
    events += [
        happened("comensha", who, f"r-{who}", "care_coordination_start", "2017-03-20") for who, _ in people[:helped]
    ]
    return Story(tuple(reports), tuple(events), tuple(linked("comensha", who, f"x{who}") for who, _ in people))


def built(story: Story, folder: Path, **settings: object) -> Path:
    """Build a story in a folder; returns the warehouse."""
    target = folder / "w.duckdb"
    options = SETTINGS.model_copy(update=settings)
    warehouse.build(*write_story(story, folder / "in"), target, settings=options, run=RUN)
    return target


@pytest.mark.parametrize(
    ("count", "shown"), [(0, None), (9, None), (10, 10), (11, 10), (12, 10), (13, 15), (17, 15), (18, 20)]
)
def test_count_below_at_and_above_the_limit(count: int, shown: int | None) -> None:
    assert protected(count, 10, 5) == shown


@given(st.integers(0, 10**6), st.integers(1, 50), st.integers(1, 20))
def test_protected_count_is_near_and_a_multiple(count: int, minimum: int, base: int) -> None:
    shown = protected(count, minimum, base)
    if count < minimum:
        assert shown is None
    else:
        assert shown is not None
        assert shown % base == 0
        assert abs(shown - count) * 2 <= base


def test_sql_protects_as_python_does() -> None:
    con = duckdb.connect(":memory:")
    for minimum, base in ((10, 5), (3, 4), (1, 1)):
        open_protection(con, minimum, base)
        shown = con.execute("SELECT list(protected(n) ORDER BY n) FROM range(200) AS numbers (n)").fetchone()
        assert shown == ([protected(count, minimum, base) for count in range(200)],)
        con.execute("DROP MACRO protected; DROP MACRO protected_part")
    con.close()


def test_part_is_hidden_with_a_small_part_or_a_small_rest() -> None:
    con = duckdb.connect(":memory:")
    open_protection(con, 10, 5)
    shown = con.execute("SELECT [protected_part(n, 100) FOR n IN [0, 9, 10, 90, 91, 100]]").fetchone()
    assert shown == ([None, None, 10, 90, None, None],)
    con.close()


def test_report_hides_small_cells_and_rounds_the_others(tmp_path: Path) -> None:
    data = warehouse.report_data(built(crowd(women=23, men=9, helped=12), tmp_path))
    years = {(row["characteristic"], row["category"]): row["n_persons"] for row in data["victims_per_year"]}
    assert years["total", "total"] == 30
    assert years["sex", "V"] == 25
    assert years["sex", "M"] == "<10"
    helped = {(row["category"], row["measure"]): row for row in data["first_help"]}
    assert helped["total", "help_within_30_days"]["n_part"] == 10
    assert helped["total", "help_within_30_days"]["share"] == pytest.approx(10 / 30)
    assert helped["M", "help_within_30_days"]["n_persons"] == "<10"
    assert helped["total", "already_in_care"] | {"n_part": ".", "share": None} == helped["total", "already_in_care"]
    assert data["pathway_variants"] == [
        {"variant": "comensha_report", "n_persons": 20},
        {"variant": "comensha_report > care_coordination_start", "n_persons": 10},
    ]
    assert "no secondary suppression" in data["protection"]


def test_report_of_few_persons_shows_no_count(tmp_path: Path) -> None:
    data = warehouse.report_data(built(STORY, tmp_path))
    shown = [
        value
        for table in ("victims_per_year", "first_help", "register_overlap", "pathway_variants", "repeat_victimisation")
        for row in data[table]
        for name, value in row.items()
        if name.startswith("n_") or name in {"share", "coverage", "jaccard", "chapman"}
    ]
    assert set(shown) == {"<10", ".", None}
    assert data["directly_follows"] == []


def test_zero_looks_like_any_small_cell(tmp_path: Path) -> None:
    """Women were reported in 2018 only: the cell women of 2017, which is empty, is there and hidden."""
    story = crowd(women=0, men=12, helped=0)
    later = tuple(registered("comensha", f"w{n}", f"w{n}", "2018-01-01", sex="V") for n in range(12))
    people = tuple(linked("comensha", f"w{n}", f"w{n}") for n in range(12))
    data = warehouse.report_data(
        built(replace(story, registrations=story.registrations + later, crosswalk=story.crosswalk + people), tmp_path)
    )
    cells = {(row["year"], row["category"]): row["n_persons"] for row in data["victims_per_year"]}
    assert (cells[2017, "V"], cells[2018, "V"]) == ("<10", 10)


def test_release_holds_protected_aggregates_only_and_is_read_only(tmp_path: Path) -> None:
    source = built(crowd(women=23, men=9, helped=12), tmp_path)
    told = warehouse.release(source, tmp_path / "r.duckdb", minimum_cell=10, round_to=5, run=RUN)
    assert stat.S_IMODE((tmp_path / "r.duckdb").stat().st_mode) == 0o444
    columns = warehouse.query(
        tmp_path / "r.duckdb", "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
    )
    assert not columns["column_name"].isin(["person_id", "record_id", "registration_id"]).any()
    assert set(columns["table_name"]) == set(told["tables"])
    assert "no secondary suppression" in told["protection"]
    found = warehouse.query(tmp_path / "r.duckdb", "SELECT answer FROM run WHERE fact = 'protection'")
    assert found["answer"].tolist() == [told["protection"]]
    counts = warehouse.query(
        tmp_path / "r.duckdb", "SELECT n_persons FROM victims_per_year WHERE n_persons IS NOT NULL"
    )
    assert set(counts["n_persons"]) == {25, 30}


def test_release_of_large_registers_keeps_within_number_range() -> None:
    """Chapman's product of two registers of 400,000 does not fit in 32 bits."""
    con = duckdb.connect(":memory:")
    con.execute("ATTACH ':memory:' AS marts")
    con.execute(
        "CREATE TABLE marts.register_overlap AS SELECT 'any_role' AS basis, 'a' AS register_a, 'b' AS register_b, "
        "400000::INTEGER AS n_a, 400000::INTEGER AS n_b, 399990::INTEGER AS n_both"
    )
    open_protection(con, 10, 5)
    run_models(con, [model for model in release_models() if model.name == "register_overlap"], None)
    assert con.execute("SELECT round(chapman) FROM register_overlap").fetchone() == (400010.0,)
    con.close()


def test_release_replaces_a_release_and_needs_a_warehouse(tmp_path: Path) -> None:
    source = built(crowd(women=23, men=9, helped=12), tmp_path)
    for _ in range(2):
        warehouse.release(source, tmp_path / "r.duckdb", minimum_cell=10, round_to=5, run=RUN)
    before = (tmp_path / "r.duckdb").read_bytes()
    with pytest.raises(warehouse.WarehouseRefused, match=r"cannot be opened .* Cure: build the warehouse first"):
        warehouse.release(tmp_path / "none", tmp_path / "r.duckdb", minimum_cell=10, round_to=5, run=RUN)
    assert (tmp_path / "r.duckdb").read_bytes() == before


def test_export_has_the_same_bytes_whatever_the_order_of_rows_and_the_threads(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    turned = Story(STORY.registrations[::-1], STORY.events[::-1], STORY.crosswalk[::-1])
    one = warehouse.export(built(STORY, tmp_path / "one"), tmp_path / "one" / "out")
    two = warehouse.export(built(turned, tmp_path / "two", threads=2), tmp_path / "two" / "out")
    assert [path.name for path in one] == [path.name for path in two]
    assert "persons.parquet" in {path.name for path in one}
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_export_removes_what_no_mart_answers_to(tmp_path: Path) -> None:
    source = built(STORY, tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old_mart.parquet").write_bytes(b"old")
    written = warehouse.export(source, tmp_path / "out")
    assert sorted((tmp_path / "out").iterdir()) == list(written)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY persons TO 'persons.csv'",
        "ATTACH 'other.duckdb'",
        "SET enable_external_access = true",
        "DELETE FROM persons",
        "CREATE TABLE copy_of AS FROM persons",
    ],
)
def test_query_neither_reads_nor_writes_anything_else(sql: str, story_warehouse: Path) -> None:
    with pytest.raises(warehouse.QueryRefused, match="query"):
        warehouse.query(story_warehouse, sql)


def test_query_explains_mistakes_and_tells_no_value(story_warehouse: Path, tmp_path: Path) -> None:
    with pytest.raises(warehouse.QueryRefused, match="Table with name person does not exist"):
        warehouse.query(story_warehouse, "SELECT * FROM person")
    with pytest.raises(warehouse.QueryRefused) as refused:
        warehouse.query(story_warehouse, "SELECT record_id::INTEGER FROM registrations")
    assert "p-ann" not in str(refused.value)
    assert "c-ann" not in str(refused.value)
    with pytest.raises(warehouse.QueryRefused, match="cannot be opened"):
        warehouse.query(tmp_path / "none.duckdb", "SELECT 1")


def test_data_dictionary_page_is_current() -> None:
    """Cure: python -m warehouse > docs/reference/data-dictionary.md."""
    page = REPOSITORY / "docs" / "reference" / "data-dictionary.md"
    assert page.read_text(encoding="utf-8") == warehouse.project_dictionary()


def test_data_dictionary_of_a_database_is_that_of_the_page(story_warehouse: Path, tmp_path: Path) -> None:
    of_warehouse = warehouse.data_dictionary(story_warehouse).split("### run")[0]
    assert of_warehouse in warehouse.project_dictionary()
    warehouse.release(story_warehouse, tmp_path / "r.duckdb", minimum_cell=10, round_to=5, run=RUN)
    of_release = warehouse.data_dictionary(tmp_path / "r.duckdb").split("### run")[0]
    assert of_release in warehouse.project_dictionary()
