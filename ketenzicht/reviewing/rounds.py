"""What the linkage unit asked in each round: record ids and the role of each pair, which only it knows."""

import hashlib
import re
from typing import Annotated

import pyarrow as pa
from pydantic import Field, ValidationError

from ketenzicht.errors import ConfigurationError, KetenzichtError
from ketenzicht.packages.archive import parquet
from ketenzicht.workspace import Workspace, atomic_write
from linkage.settings import Frozen

_ASKED = re.compile(r"(\d{3,})\.asked\.json")


class AskedPair(Frozen):
    """One question: two records of one source, and whether the pair is ``uncertain`` or a decoy and of which kind."""

    pair: Annotated[int, Field(ge=1)]
    record_id_a: str
    record_id_b: str
    role: str

    @property
    def ids(self) -> tuple[str, str]:
        """The two record ids, as they were asked."""
        return self.record_id_a, self.record_id_b

    @property
    def expected(self) -> str | None:
        """The answer that a decoy must get; None for an uncertain pair."""
        return {"surely_same": "same", "surely_different": "different"}.get(self.role)


class AskedRound(Frozen):
    """One round of questions to a source. ``request`` names exactly these questions."""

    source: str
    period: str
    number: Annotated[int, Field(ge=1)]
    request: str
    pairs: tuple[AskedPair, ...]


def request_name(source: str, number: int, table: pa.Table) -> str:
    """The name of a round's questions; it follows from what is asked, not from the roles."""
    return f"{source}-{number:03d}-{hashlib.sha256(parquet(table)).hexdigest()[:12]}"


def write(workspace: Workspace, asked: AskedRound) -> None:
    """Keep what was asked."""
    atomic_write(workspace.asked(asked.source, asked.number), asked.model_dump_json(indent=1).encode())


def read(workspace: Workspace, source: str, number: int) -> AskedRound:
    """What was asked in a round.

    Raises ``ConfigurationError`` where nothing was asked in it, ``KetenzichtError`` where the file was altered.
    """
    path = workspace.asked(source, number)
    try:
        return AskedRound.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        msg = f"{source}: round {number} was not asked. Cure: run `ketenzicht review ask {source}` first."
        raise ConfigurationError(msg) from None
    except ValidationError:
        msg = f"{path}: was altered after it was written. Cure: restore it from backup, or ask and answer again."
        raise KetenzichtError(msg) from None


def numbers(workspace: Workspace, source: str) -> list[int]:
    """The rounds asked of a source, in order."""
    found = (_ASKED.fullmatch(path.name) for path in workspace.asked(source, 1).parent.glob("*.asked.json"))
    return sorted(int(match[1]) for match in found if match)


def latest(workspace: Workspace, source: str) -> int:
    """The newest round of a source; ``ConfigurationError`` where nothing was asked yet."""
    asked = numbers(workspace, source)
    if not asked:
        msg = f"{source}: nothing was asked yet. Cure: run `ketenzicht review ask {source}` first."
        raise ConfigurationError(msg)
    return asked[-1]
