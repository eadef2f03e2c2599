"""The assets that start one DAG after another, within one Airflow deployment."""

from typing import Final

from airflow.sdk import Asset

from ketenzicht.settings import Project

CROSSWALK: Final = Asset(name="crosswalk", uri="ketenzicht://crosswalk", group="ketenzicht")
WAREHOUSE: Final = Asset(name="warehouse", uri="ketenzicht://warehouse", group="ketenzicht")
RELEASE: Final = Asset(name="release", uri="ketenzicht://release", group="ketenzicht")


def package(source: str) -> Asset:
    """One source's package, verified at the linkage unit (or known to be missing, where the policy goes on)."""
    return Asset(name=f"package/{source}", uri=f"ketenzicht://package/{source}", group="ketenzicht")


def packages(project: Project) -> list[Asset]:
    """The packages of every source on the allow-list: linkage starts when all of them are new."""
    return [package(source) for source in project.sources]
