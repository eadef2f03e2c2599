"""One small generated population shared by the tests that only read it."""

import pytest

from ketenzicht.synthetic import GeneratedFiles, generate


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> GeneratedFiles:
    """400 victims, seed 7."""
    return generate(400, 7, tmp_path_factory.mktemp("population"))
