"""What a reader hands on."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ketenzicht.periods import Period


@dataclass(frozen=True, slots=True, eq=False)
class RawDelivery:
    """One source's file of one period, as it was written.

    ``source`` is the source's name. ``frame`` has exactly the configured columns in their configured order, every
    value text or None, and an index named ``row``: the number a steward sees in the file, 1-based. ``sha256`` is the
    hexadecimal hash of the file's bytes. The frame is left out of the representation, so that no value is printed.
    """

    source: str
    period: Period
    path: Path
    sha256: str
    frame: pd.DataFrame = field(repr=False)
