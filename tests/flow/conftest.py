"""Exports with people in them that nobody may see."""

from pathlib import Path

import canaries
import pytest


@pytest.fixture
def planted(world: Path) -> Path:
    """The exports of the four agencies with canaries in every one of them."""
    canaries.plant(world)
    return world
