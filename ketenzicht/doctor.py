"""What is missing or wrong on this machine, each with its cure."""

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from ketenzicht import keys
from ketenzicht.context import Context, open_context
from ketenzicht.errors import ConfigurationError, KetenzichtError

_SUPPORTED = ((3, 11), (3, 14))
_LEAST_FREE_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Check:
    """One thing looked at. ``state``: ``well``, ``missing`` (needed only for some work) or ``wrong``."""

    name: str
    state: Literal["well", "missing", "wrong"]
    cure: str = ""

    def as_dict(self) -> dict[str, str]:
        """The check as plain text values."""
        return asdict(self)


def examine(config: Path | None, workspace: Path | None) -> list[Check]:
    """Every check on this machine and, where the config directory can be read, on the project's workspace."""
    return [_python(), *_packages(), *_project(config, workspace)]


def _python() -> Check:
    found = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    if _SUPPORTED[0] <= sys.version_info[:2] < _SUPPORTED[1]:
        return Check(found, "well")
    return Check(found, "wrong", "use Python 3.11, 3.12 or 3.13")


def _packages() -> Iterator[Check]:
    if importlib.util.find_spec("airflow") is None:
        yield Check("Airflow", "missing", "needed for DAGs only: install the extra `airflow`")
    else:
        yield Check("Airflow", "well")


def _project(config: Path | None, workspace: Path | None) -> Iterator[Check]:
    try:
        context = open_context(config, workspace)
    except ConfigurationError as error:
        yield Check("config directory", "wrong", str(error))
        return
    yield Check(f"config directory {context.project.directory}", "well")
    yield from _keys(context)
    yield _disk(context)


def _keys(context: Context) -> Iterator[Check]:
    if not context.workspace.root.exists():
        yield Check("keys", "missing", "run `ketenzicht keys new`, or `ketenzicht run`, which makes them")
        return
    try:
        keys.fingerprints(context.workspace, context.project.pipeline.sources)
    except KetenzichtError as error:
        yield Check("keys", "wrong", str(error))
    else:
        yield Check("keys", "well")


def _disk(context: Context) -> Check:
    place = context.workspace.root
    existing = next(folder for folder in (place, *place.absolute().parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    if free < _LEAST_FREE_BYTES:
        return Check("free disk", "wrong", f"free at least {_LEAST_FREE_BYTES // 1024**3} GB under {existing}")
    return Check("free disk", "well")
