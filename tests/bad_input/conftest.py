"""Small sources in each format, and what every refusal of a delivery must hold."""

import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from ketenzicht import sources
from ketenzicht.errors import DataRefused
from ketenzicht.periods import Period
from ketenzicht.settings import SourceSettings

CANARY = "Kanariewaarde"


@pytest.fixture
def canary() -> str:
    """A value that stands in every bad file and may stand in no message."""
    return CANARY


@pytest.fixture
def source_of() -> Callable[..., SourceSettings]:
    """Settings of a source in a format, with columns id, name, sex and date unless given."""

    def build(**form: object) -> SourceSettings:
        if form["type"] != "fixed_width":
            form.setdefault("columns", ["id", "name", "sex", "date"])
        return SourceSettings.model_validate(
            {
                "name": "agency",
                "title": "An agency",
                "owner": "Owner",
                "legal_ground": "A law",
                "file": "unused",
                "native_id": ["id"],
                "row_key": ["id"],
                "deduplicated": True,
                "period_column": {"column": "date", "date": "YYYY-MM-DD"},
                "format": form,
                "identifiers": {"name": [{"column": "name"}]},
            }
        )

    return build


@pytest.fixture
def refusal_of(tmp_path: Path) -> Callable[..., str]:
    """Read a file that must be refused; its message, checked for file name, cure, exit code and values."""

    def refuse(source: SourceSettings, content: bytes | None, name: str = "delivery.dat") -> str:
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(DataRefused) as caught:
            sources.check_period(sources.read(source, path, Period.parse("2020")), source)
        message = str(caught.value)
        printed = "".join(traceback.format_exception(caught.value))
        assert message.startswith(name)
        assert "Cure: " in message
        assert caught.value.exit_code == 3
        assert CANARY not in printed
        assert "During handling" not in printed
        assert "direct cause" not in printed
        return message

    return refuse
