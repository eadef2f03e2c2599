"""Fictional citizen service numbers (BSN) and V-numbers.

The numbers are drawn at random and belong to nobody we know of: BSNs start with 8 or 9, away from the ranges in common
use. That none was ever issued cannot be promised.
"""

import numpy as np
from numpy.typing import NDArray

_WEIGHTS = np.array([9, 8, 7, 6, 5, 4, 3, 2], dtype=np.int64)
_FIRST_PREFIX, _LAST_PREFIX = 80_000_000, 99_999_900
MODULUS = 11


def check_digit(prefix: NDArray[np.int64]) -> NDArray[np.int64]:
    """The ninth digit that makes eight digits pass the eleven-test; 10 where no digit does."""
    digits = (prefix[:, None] // 10 ** np.arange(7, -1, -1)) % 10
    check: NDArray[np.int64] = (digits @ _WEIGHTS) % MODULUS
    return check


def passes_eleven_test(bsn: str) -> bool:
    """Whether nine digits pass the eleven-test (weights 9 to 2 and -1, remainder 0)."""
    digits = [int(digit) for digit in bsn]
    return (sum(w * d for w, d in zip(range(9, 1, -1), digits[:8], strict=True)) - digits[8]) % MODULUS == 0


def draw_bsns(rng: np.random.Generator, count: int) -> NDArray[np.object_]:
    """Draw ``count`` distinct numbers of nine digits that pass the eleven-test.

    Raises ``ValueError`` when more are asked than the range holds comfortably (10 million).
    """
    if count > (_LAST_PREFIX - _FIRST_PREFIX) // 2:
        msg = "too many persons for the fictional BSN range. Cure: ask for at most 2 million persons."
        raise ValueError(msg)
    prefixes = _distinct(rng, _FIRST_PREFIX, _LAST_PREFIX, int(count * 1.15) + 50)
    check = check_digit(prefixes)
    usable = check < MODULUS - 1
    numbers = prefixes[usable] * 10 + check[usable]
    return numbers[:count].astype(str).astype(object)


def draw_v_numbers(rng: np.random.Generator, count: int) -> NDArray[np.object_]:
    """Draw ``count`` distinct numbers of ten digits."""
    return _distinct(rng, 2_000_000_000, 2_999_999_999, count).astype(str).astype(object)


def mistype_bsn(rng: np.random.Generator, bsn: str) -> str:
    """Another number that passes the eleven-test: one digit and the check digit differ."""
    while True:
        place, digit = int(rng.integers(1, 8)), int(rng.integers(0, 10))
        prefix = bsn[:place] + str(digit) + bsn[place + 1 : 8]
        check = int(check_digit(np.array([int(prefix)], dtype=np.int64))[0])
        if prefix != bsn[:8] and check < MODULUS - 1:
            return f"{prefix}{check}"


def break_bsn(bsn: str) -> str:
    """The number with its last digit one higher, which always fails the eleven-test."""
    return bsn[:8] + str((int(bsn[8]) + 1) % 10)


def _distinct(rng: np.random.Generator, low: int, high: int, count: int) -> NDArray[np.int64]:
    """``count`` distinct integers in random order."""
    found: NDArray[np.int64] = np.empty(0, dtype=np.int64)
    while len(found) < count:
        drawn = np.concatenate([found, rng.integers(low, high, size=count - len(found) + 16)])
        # first occurrences, in the order drawn
        found = drawn[np.sort(np.unique(drawn, return_index=True)[1])]
    return found[:count]
