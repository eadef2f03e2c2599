"""What a demonstration came to: counts per source, links against the truth per source pair, and where things are."""

from typing import Any

from ketenzicht import console
from ketenzicht.context import open_context
from ketenzicht.demo.airflow_api import AirflowApi
from ketenzicht.demo.place import STEWARD, Place
from ketenzicht.stages import evaluation


def show(place: Place, steward: AirflowApi, runs: dict[str, str], sources: tuple[str, ...]) -> None:
    """Print the tables and the paths. ``runs``: the Airflow run id of every DAG, whose XComs hold the counts."""
    encoded = [steward.result(f"encode_{name}", runs[f"encode_{name}"], "encode") for name in sources]
    linked = steward.result("link", runs["link"], "link")
    context = open_context(place.config, place.workspace, STEWARD)
    figures = evaluation.evaluate(context, linked["run_id"], place.deliveries / "truth.csv")
    header = ("source", "rows in", "quarantined", "records encoded")
    rows = [[row[name] for name in ("source", "rows_in", "quarantined", "records")] for row in encoded]
    console.print_table("Deliveries", header, rows)
    console.print_table("Links against the truth", ("source pair", "links", "precision", "recall"), _links(figures))
    console.print_facts(
        {
            "run": linked["run_id"],
            "report": str(context.workspace.report(linked["run_id"])),
            "warehouse": str(context.workspace.warehouse_database),
            "release": str(context.workspace.release),
            "Airflow's logs": str(place.logs),
        }
    )


def _links(figures: dict[str, Any]) -> list[tuple[object, ...]]:
    names = ("links", "precision", "recall")
    rows = [
        (f"{row['source_a']} x {row['source_b']}", *(row[name] for name in names)) for row in figures["source_pairs"]
    ]
    return [*rows, ("all pairs", *(figures[name] for name in names))]
