"""Fixtures of the warehouse tests; the story they stand on is in warehouse_story.py beside this file."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import warehouse

# In importlib mode a test's folder is not on the path, and the story is data that parametrised tests need as they load.
sys.path.append(str(Path(__file__).parent))

from warehouse_story import RUN, SETTINGS, STORY, write_story


@pytest.fixture(scope="session")
def story_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of the story, built once; for reading only."""
    folder = tmp_path_factory.mktemp("story")
    warehouse.build(*write_story(STORY, folder / "in"), folder / "w.duckdb", settings=SETTINGS, run=RUN)
    return folder / "w.duckdb"


@pytest.fixture
def ask(story_warehouse: Path) -> Callable[[str], list[tuple[Any, ...]]]:
    """Answer a query on the story's warehouse as a list of tuples, null as None and lists as lists."""

    def asked(sql: str) -> list[tuple[Any, ...]]:
        frame = warehouse.query(story_warehouse, sql)
        return [tuple(_plain(value) for value in row) for row in frame.itertuples(index=False, name=None)]

    return asked


def _plain(value: object) -> object:
    match value:
        case np.ndarray():
            return value.tolist()
        case pd.Timestamp():
            return value.date().isoformat()
        case float() | None if pd.isna(value):
            return None
        case _:
            return None if value is pd.NaT or value is pd.NA else value
