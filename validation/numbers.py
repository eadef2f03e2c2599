"""The eleven-test of the Dutch citizen service number (burgerservicenummer, BSN)."""

import numpy as np
import numpy.typing as npt
import pandas as pd

DIGITS = 9
WEIGHTS = np.array([9, 8, 7, 6, 5, 4, 3, 2, -1], dtype=np.int64)


def passes_eleven_test(column: pd.Series) -> npt.NDArray[np.bool_]:
    """Whether each text is nine digits whose sum weighted 9, 8, ..., 2, -1 is a multiple of eleven.

    The test says nothing about the number having been given out: ``000000000`` passes.
    """
    texts = column.astype(str)
    nine_digits = texts.str.fullmatch(rf"[0-9]{{{DIGITS}}}").to_numpy(dtype=bool)
    joined = "".join(texts[nine_digits]).encode("ascii")
    digits = np.frombuffer(joined, dtype=np.uint8).reshape(-1, DIGITS).astype(np.int64) - ord("0")
    passes = np.zeros(len(column), dtype=bool)
    passes[nine_digits] = digits @ WEIGHTS % 11 == 0
    return passes
