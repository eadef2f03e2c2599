"""What `ketenzicht query` refuses: more than one statement, anything but reading, and answers without end."""

from pathlib import Path

import duckdb
import pytest

import warehouse


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A database of one table."""
    path = tmp_path / "release.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE figures AS SELECT 7 AS n")
    return path


@pytest.mark.parametrize(
    "sql", ["", ";", "SELECT 1; SELECT 2", "CHECKPOINT", "CREATE TEMP TABLE x AS SELECT 1", "SET threads = 9"]
)
def test_one_select_and_nothing_else(release: Path, sql: str) -> None:
    """An empty text, two statements, and whatever is no SELECT, each with the cure."""
    with pytest.raises(warehouse.QueryRefused, match="Cure: give one SELECT"):
        warehouse.query(release, sql)


def test_an_answer_without_end_is_refused(release: Path) -> None:
    """A billion rows would take all memory of the machine."""
    with pytest.raises(warehouse.QueryRefused, match="Cure: count or group them"):
        warehouse.query(release, "SELECT * FROM range(10000000000)")


def test_an_empty_answer_has_its_columns(release: Path) -> None:
    """No rows is an answer."""
    assert list(warehouse.query(release, "SELECT n FROM figures WHERE n > 7").columns) == ["n"]
