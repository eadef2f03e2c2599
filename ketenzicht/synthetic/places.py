"""Municipalities with their police unit, population weight and range of postcodes, and addresses drawn from them.

Codes and units are those of 2020 (Statistics Netherlands); weights are inhabitants in thousands, rounded; postcode
ranges are the town's main range, so an address is plausible and belongs to nobody.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNITS = (
    "Noord-Nederland",
    "Oost-Nederland",
    "Midden-Nederland",
    "Noord-Holland",
    "Amsterdam",
    "Den Haag",
    "Rotterdam",
    "Zeeland-West-Brabant",
    "Oost-Brabant",
    "Limburg",
)

# code, unit (1-based), thousands of inhabitants, first and last PC4
_TABLE = """
0014 1 233 9711 9747|0080 1 124 8911 8939|0114 1 107 7811 7828|0106 1 68 9401 9408|0090 1 56 9201 9207
1900 1 90 8601 8608|0118 1 56 7901 7909|1952 1 61 9601 9611|0268 2 177 6511 6546|0202 2 162 6811 6846
0200 2 163 7311 7339|0153 2 160 7511 7548|0193 2 129 8011 8045|0228 2 118 6711 6721|0150 2 101 7411 7437
0164 2 81 7551 7559|0141 2 73 7601 7611|0222 2 58 7001 7009|0281 2 42 4001 4007|0301 2 48 7201 7207
0344 3 357 3511 3585|0307 3 157 3811 3829|0034 3 212 1311 1363|0995 3 79 8211 8245|0402 3 91 1211 1223
0356 3 64 3431 3439|0355 3 65 3701 3708|0345 3 66 3901 3907|0303 3 41 8251 8256|0171 3 47 8301 8308
0392 4 162 2011 2037|0479 4 157 1501 1509|0361 4 110 1811 1827|0394 4 156 2131 2135|0405 4 73 1621 1628
0439 4 81 1441 1448|0400 4 56 1781 1788|0453 4 68 1971 1975|0363 5 873 1011 1109|0362 5 91 1181 1188
0384 5 31 1111 1112|0518 6 545 2511 2597|0546 6 125 2311 2334|0637 6 125 2711 2729|0503 6 104 2611 2629
1783 6 110 2671 2678|0513 6 73 2801 2809|0484 6 112 2401 2408|0599 7 651 3011 3089|0505 7 119 3311 3329
0606 7 78 3111 3125|0622 7 73 3131 3138|1930 7 85 3201 3208|0502 7 67 2901 2909|0642 7 45 3331 3336
0855 8 220 5011 5049|0758 8 184 4811 4839|1674 8 77 4701 4709|0748 8 67 4611 4625|0687 8 49 4331 4338
0718 8 45 4381 4389|0715 8 54 4531 4538|0826 8 56 4901 4909|0772 9 235 5611 5658|0796 9 155 5211 5237
0794 9 92 5701 5709|0828 9 91 5341 5349|0861 9 45 5501 5509|0935 10 121 6211 6229|0917 10 87 6411 6422
1883 10 92 6131 6137|0983 10 102 5911 5928|0957 10 58 6041 6049|0928 10 46 6461 6469|0988 10 50 6001 6006
"""

_ROWS = [entry.split() for line in _TABLE.strip().splitlines() for entry in line.split("|")]

CODES: NDArray[np.object_] = np.array([row[0] for row in _ROWS], dtype=object)
UNIT_OF: NDArray[np.int64] = np.array([int(row[1]) - 1 for row in _ROWS], dtype=np.int64)
INHABITANTS: NDArray[np.float64] = np.array([float(row[2]) for row in _ROWS])
FIRST_PC4: NDArray[np.int64] = np.array([int(row[3]) for row in _ROWS], dtype=np.int64)
LAST_PC4: NDArray[np.int64] = np.array([int(row[4]) for row in _ROWS], dtype=np.int64)

# Letters that postcodes use; SA, SD and SS are never issued.
_LETTERS = "ABCDEGHJKLMNPRSTVWXZ"
_PAIRS = np.array([a + b for a in _LETTERS[:8] for b in _LETTERS], dtype=object)
STREETS_PER_PC4 = len(_PAIRS)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where households live: index of the municipality, and postcode of six positions (text)."""

    municipality: NDArray[np.int64]
    postcode: NDArray[np.object_]

    def take(self, rows: NDArray[np.int64]) -> "Addresses":
        """The addresses at the given positions."""
        return Addresses(self.municipality[rows], self.postcode[rows])


def draw_addresses(rng: np.random.Generator, count: int) -> Addresses:
    """Draw ``count`` addresses, municipalities by inhabitants, postcodes evenly within a municipality."""
    municipality = rng.choice(len(CODES), size=count, p=INHABITANTS / INHABITANTS.sum())
    return Addresses(municipality, _postcodes(rng, municipality))


def draw_moves(rng: np.random.Generator, homes: Addresses, stay_share: float = 0.6) -> Addresses:
    """A second address for every home: in the same municipality with probability ``stay_share``."""
    elsewhere = draw_addresses(rng, len(homes.municipality))
    stays = rng.random(len(homes.municipality)) < stay_share
    municipality = np.where(stays, homes.municipality, elsewhere.municipality)
    return Addresses(municipality, _postcodes(rng, municipality))


def _postcodes(rng: np.random.Generator, municipality: NDArray[np.int64]) -> NDArray[np.object_]:
    digits = rng.integers(FIRST_PC4[municipality], LAST_PC4[municipality] + 1).astype(str).astype(object)
    letters = _PAIRS[rng.integers(0, STREETS_PER_PC4, size=len(municipality))]
    joined: NDArray[np.object_] = digits + letters
    return joined
