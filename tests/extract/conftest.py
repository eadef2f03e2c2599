"""The project's own four sources, and frames of texts in their columns."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from ketenzicht.settings import Project, SourceSettings, read_project


@pytest.fixture(scope="session")
def project() -> Project:
    """The config directory of the repository."""
    return read_project(Path(__file__).parents[2] / "config")


@pytest.fixture
def frame_of() -> Callable[..., pd.DataFrame]:
    """A frame with a source's columns; what a row leaves out is None, row numbers start at 2."""

    def build(source: SourceSettings, *rows: dict[str, str]) -> pd.DataFrame:
        texts = [[row.get(column) for column in source.format.columns] for row in rows]
        index = pd.RangeIndex(2, 2 + len(rows), name="row")
        return pd.DataFrame(texts, columns=list(source.format.columns), index=index, dtype=object)

    return build


@pytest.fixture
def pseudonym() -> Callable[[pd.Series, str], pd.Series]:
    """A stand-in for the keyed pseudonym: another text for every purpose and text."""

    def make(values: pd.Series, purpose: str) -> pd.Series:
        return values.map(lambda text: hashlib.sha256(f"{purpose}:{text}".encode()).hexdigest())

    return make
