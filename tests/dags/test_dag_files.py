from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ketenzicht.settings import read_project

PROJECT = read_project(Path(__file__).parents[2] / "config")
SOURCES = list(PROJECT.sources)

Facts = dict[str, Any]


def tasks(facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every task of every DAG, by its full name."""
    for dag_id, dag in facts["dags"].items():
        for task_id, task in dag["tasks"].items():
            yield f"{dag_id}.{task_id}", task


def test_every_file_is_read_without_error(facts: Facts) -> None:
    """A DAG file that Airflow cannot import would be missing without a sound."""
    assert facts["import_errors"] == {}


def test_dag_ids_follow_the_allow_list(facts: Facts) -> None:
    """One encode and one receive DAG per allowed source, and the three stages that follow."""
    expected = {f"{kind}_{source}" for kind in ("encode", "receive") for source in SOURCES}
    assert set(facts["dags"]) == expected | {"link", "load", "release"}


def test_every_dag_explains_itself(facts: Facts) -> None:
    """A steward reads in the user interface what a DAG does; nothing of the template is left unfilled."""
    for dag in facts["dags"].values():
        assert len(dag["doc"]) > 200
        assert "{" not in dag["doc"]
        assert "four_agencies" in dag["tags"]
        assert {"config", "workspace"} <= set(dag["params"])


def test_every_task_has_an_owner_retries_and_an_alert(facts: Facts) -> None:
    """Nobody's task, or one that fails in silence, cannot be added."""
    for name, task in tasks(facts):
        assert task["owner"] != "airflow", name
        assert task["retries"] >= 1, name
        assert task["alerts"], name


def test_duckdb_is_written_from_the_pool_of_one(facts: Facts) -> None:
    """The tasks that write DuckDB, and only those, share the one slot."""
    pooled = {name for name, task in tasks(facts) if task["pool"] == "duckdb_writer"}
    assert pooled == {"load.load", "load.report", "release.release", "release.report"}


def test_assets_start_one_stage_after_another(facts: Facts) -> None:
    """Linkage waits for all packages, the warehouse for the crosswalk, the release for the warehouse."""
    dags = facts["dags"]
    packages = sorted(f"package/{source}" for source in SOURCES)
    assert dags["link"]["waits_for"] == packages
    assert dags["load"]["waits_for"] == ["crosswalk"]
    assert dags["release"]["waits_for"] == ["warehouse"]
    outlets = {name: task["outlets"] for name, task in tasks(facts) if task["outlets"]}
    assert outlets == {
        **{f"receive_{source}.publish": [f"package/{source}"] for source in SOURCES},
        "link.link": ["crosswalk"],
        "load.report": ["warehouse"],
        "release.release": ["release"],
    }


def test_packages_are_verified_in_mapped_tasks(facts: Facts) -> None:
    """Each delivery in the inbox is verified by a task of its own."""
    assert all(facts["dags"][f"receive_{source}"]["tasks"]["verify"]["mapped"] for source in SOURCES)


def test_a_refused_package_stops_linkage_unless_the_policy_goes_on(facts: Facts) -> None:
    """Only ``continue`` publishes after a refusal; and then the run still has a leaf that fails."""
    for source, settings in PROJECT.sources.items():
        found = facts["dags"][f"receive_{source}"]["tasks"]
        goes_on = settings.delivery.when_missing == "continue"
        assert found["publish"]["trigger_rule"] == ("all_done" if goes_on else "none_failed")
        assert found["nothing_refused"]["trigger_rule"] == "none_failed"
        assert found["nothing_refused"]["upstream"] == ["verify"]


def test_only_configured_approvers_can_answer(facts: Facts) -> None:
    """The approval is assigned to the approvers of pipeline.toml, and stands before the release."""
    found = facts["dags"]["release"]["tasks"]
    assert found["approval"]["assigned"] == list(PROJECT.pipeline.release.approvers)
    assert "approval" in found["release"]["upstream"]
