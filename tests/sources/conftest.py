"""Sources in each format, and a reader of bytes."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from ketenzicht import sources
from ketenzicht.periods import Period
from ketenzicht.settings import SourceSettings

Read = Callable[[bytes, dict[str, object]], pd.DataFrame]


def settings(form: dict[str, object], **others: object) -> SourceSettings:
    """Settings of a source in a format, whose id is its first column."""
    columns = form.get("columns", form.get("widths"))
    assert isinstance(columns, list | dict)
    first = next(iter(columns))
    return SourceSettings.model_validate(
        {
            "name": "agency",
            "title": "An agency",
            "owner": "Owner",
            "legal_ground": "A law",
            "file": "delivery.dat",
            "native_id": [first],
            "row_key": [first],
            "deduplicated": True,
            "format": form,
            "identifiers": {"name": [{"column": first}]},
            **others,
        }
    )


@pytest.fixture
def settings_of() -> Callable[..., SourceSettings]:
    """Settings of a source in a format, whose id is its first column."""
    return settings


@pytest.fixture
def read_frame(tmp_path: Path) -> Read:
    """Write bytes to a file, read them back in a format, and give the frame."""

    def read(content: bytes, form: dict[str, object]) -> pd.DataFrame:
        path = tmp_path / "delivery.dat"
        path.write_bytes(content)
        return sources.read(settings(form), path, Period.parse("2020")).frame

    return read
