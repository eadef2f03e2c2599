"""Draw victims of a year whose margins are the published ones.

Iterative proportional fitting: Deming and Stephan 1940.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ketenzicht.synthetic import published
from ketenzicht.synthetic.published import EU, FORMS, NATIONALITIES, REPORTERS

AGE_BANDS = ("<18", "18-22", "23+")
SEXES = ("V", "M")
Array = NDArray[np.float64]
Integers = NDArray[np.int64]

_SWEEPS = 60
# Assumed affinities that the fitting starts from; the margins are published, what lies between them is ours.
_FORM_BY_GROUP = {
    "NL": (1.0, 0.12, 0.9, 0.6, 0.7),
    "EU": (0.6, 1.5, 0.4, 0.6, 0.7),
    "west_africa": (1.5, 0.3, 0.25, 0.8, 1.0),
    "east_asia": (0.4, 1.3, 0.9, 0.5, 0.8),
    "other": (0.9, 0.8, 0.5, 0.7, 1.0),
}
_SEX_BY_FORM = ((0.92, 0.08), (0.28, 0.72), (0.25, 0.75), (0.65, 0.35), (0.6, 0.4))
_AGE_BY_FORM = ((1.0, 1.0, 0.8), (0.15, 0.5, 1.0), (1.0, 0.7, 0.6), (0.5, 0.8, 0.8), (0.9, 0.8, 0.8))
_AGE_BY_GROUP = {"NL": (1.0, 1.0, 0.5), "EU": (0.12, 0.4, 1.0)}
_AGE_ELSEWHERE = (0.35, 0.6, 1.0)


def group_of(nationality: str) -> str:
    """NL, EU, non-EU or unknown."""
    if nationality in {"NL", "unknown"}:
        return nationality
    return "EU" if nationality in EU else "non-EU"


def fit(seed: Array, margins: list[tuple[tuple[int, ...], Array]]) -> Array:
    """The table closest to ``seed`` (Kullback-Leibler) whose sums over all but the given axes are the margins.

    ``margins`` holds pairs of axes kept and the shares wanted there, each summing to one.
    """
    table: Array = seed / seed.sum()
    for _ in range(_SWEEPS):
        for axes, wanted in margins:
            others = tuple(axis for axis in range(table.ndim) if axis not in axes)
            found = table.sum(axis=others, keepdims=True)
            shape = [table.shape[axis] if axis in axes else 1 for axis in range(table.ndim)]
            table = table * np.divide(wanted.reshape(shape), found, out=np.zeros(shape), where=found > 0)
    return table


def draw_year(rng: np.random.Generator, year: int, count: int, weights: Array | None = None) -> pd.DataFrame:
    """``count`` victims first reported in ``year``: nationality, sex, age band, form.

    ``weights`` multiplies the table (nationality x sex x age x form) for victims whom CoMensha does not know.
    """
    table = joint(year) if weights is None else joint(year) * weights
    cells = systematic(rng, table.ravel(), count)
    nationality, sex, age, form = np.unravel_index(cells, table.shape)
    return pd.DataFrame(
        {
            "nationality": np.array(NATIONALITIES, dtype=object)[nationality],
            "sex": np.array(SEXES, dtype=object)[sex],
            "age_band": np.array(AGE_BANDS, dtype=object)[age],
            "form": np.array(FORMS, dtype=object)[form],
            "year": year,
        }
    )


def joint(year: int) -> Array:
    """Joint shares of one year: nationality x sex x age band x form."""
    minors = published.MINORS[year] / published.PERSONS[year]
    under_23 = published.SHARE_UNDER_23[year]
    women = published.SHARE_WOMEN[year]
    forms = np.array(published.PERSONS_BY_FORM[year], dtype=np.float64)
    margins: list[tuple[tuple[int, ...], Array]] = [
        ((0,), nationality_shares(year)),
        ((1,), np.array([women, 1 - women])),
        ((2,), np.array([minors, under_23 - minors, 1 - under_23])),
        ((3,), forms / forms.sum()),
    ]
    return fit(_affinities(), margins)


def nationality_shares(year: int) -> Array:
    """Share of each nationality in one year, in the order of ``NATIONALITIES``."""
    named = published.SHARE_OF_NATIONALITY[year]
    rest = {code: weight for code, weight in published.REST_OF_NATIONALITIES.items() if code not in named}
    scale = (1 - sum(named.values())) / sum(rest.values())
    return np.array([named[code] if code in named else rest[code] * scale for code in NATIONALITIES])


def outside_comensha() -> Array:
    """Weights for victims whom CoMensha does not know: the Dutch, sexual and young are under-reported (assumed)."""
    weights = np.ones((len(NATIONALITIES), len(SEXES), len(AGE_BANDS), len(FORMS)))
    weights[NATIONALITIES.index("NL"), :, :, FORMS.index("sexual")] = 4.0
    weights[:, :, AGE_BANDS.index("<18"), :] *= 1.5
    return weights


def draw_reporters(rng: np.random.Generator, year: int, victims: pd.DataFrame) -> NDArray[np.object_]:
    """The first reporter of each victim of one year, fitted to the year's reporter table."""
    groups = ("NL", "EU", "non-EU", "unknown")
    rows = victims["nationality"].map(group_of).map(groups.index).to_numpy(dtype=np.int64)
    columns = victims["form"].map(FORMS.index).to_numpy(dtype=np.int64)
    shares = np.array(published.REPORTS_BY_REPORTER[year], dtype=np.float64)
    present = np.zeros((len(groups), len(FORMS)))
    np.add.at(present, (rows, columns), 1.0)
    seed = present[:, :, None] * _reporter_affinities()
    table = fit(seed, [((0, 1), present / present.sum()), ((2,), shares / shares.sum())])
    chances = table[rows, columns]
    return np.array(REPORTERS, dtype=object)[choose(rng, chances)]


def choose(rng: np.random.Generator, chances: Array) -> Integers:
    """One column per row, drawn with the row's chances (rows need not sum to one)."""
    edges = np.cumsum(chances, axis=1)
    points = rng.random(len(chances)) * edges[:, -1]
    chosen: Integers = (points[:, None] >= edges).sum(axis=1)
    return chosen


def systematic(rng: np.random.Generator, weights: Array, count: int) -> Integers:
    """``count`` cells by systematic sampling in random order: shares come out within one unit of the weights."""
    edges = np.cumsum(weights / weights.sum())
    points = (np.arange(count) + rng.random()) / max(count, 1)
    cells: Integers = np.minimum(np.searchsorted(edges, points, side="right"), len(weights) - 1)
    return rng.permutation(cells)


def apportion(total: int, weights: Array) -> Integers:
    """Whole numbers that sum to ``total`` in proportion to the weights (largest remainder)."""
    exact = weights / weights.sum() * total
    parts: Integers = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[: total - int(parts.sum())]] += 1
    return parts


def _affinities() -> Array:
    table = np.ones((len(NATIONALITIES), len(SEXES), len(AGE_BANDS), len(FORMS)))
    for row, nationality in enumerate(NATIONALITIES):
        group = _affinity_group(nationality)
        table[row] *= np.array(_FORM_BY_GROUP[group])[None, None, :]
        table[row] *= np.array(_AGE_BY_GROUP.get(group, _AGE_ELSEWHERE))[None, :, None]
    table *= np.array(_SEX_BY_FORM).T[None, :, None, :]
    table *= np.array(_AGE_BY_FORM).T[None, None, :, :]
    return table


def _affinity_group(nationality: str) -> str:
    if nationality == "NL" or nationality in EU:
        return "NL" if nationality == "NL" else "EU"
    if nationality in {"NG", "UG", "GM", "SL", "GN", "GH", "CM"}:
        return "west_africa"
    return "east_asia" if nationality in {"VN", "CN", "PH", "ID"} else "other"


def _reporter_affinities() -> Array:
    """Group x form x reporter (assumed): inspectors meet workers, care organisations the Dutch."""
    table = np.ones((4, len(FORMS), len(REPORTERS)))
    table[0, :, :] *= np.array([1.0, 0.1, 0.2, 1.8, 0.1, 1.6])
    table[1, :, :] *= np.array([1.0, 0.3, 2.0, 0.7, 3.0, 0.9])
    table[2:, :, :] *= np.array([1.0, 2.0, 1.0, 0.8, 0.8, 0.9])
    for form in ("labour", "both"):
        table[:, FORMS.index(form), :] *= np.array([0.7, 1.0, 8.0, 0.6, 6.0, 0.8])
    return table
