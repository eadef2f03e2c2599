"""What the report page of a run is made from: plain dicts, as they come out of JSON.

Every part, and every key of a part, may be left out: the page then says "not run". Nothing here holds a value, a number
or an id of a person. ``Linkage`` is the summary of a linkage and ``Pathways`` the protected figures of a warehouse as
they are; the page reads the keys named below and passes over others.
"""

from collections.abc import Mapping, Sequence
from typing import TypedDict

Count = int | str
"""A count, or the text that stands for a hidden one (``<10``, ``.``)."""


class Header(TypedDict, total=False):
    """What ran, for what purpose and on what ground. Times are ISO 8601 with their zone."""

    project: str
    title: str
    purpose: str
    legal_basis: str
    run_id: str
    period: str
    profile: str
    software_version: str
    key_fingerprint: str
    runner: str
    started: str
    finished: str
    status: str


class ExpectationRow(TypedDict, total=False):
    """One rule on one delivery, as ``Outcome.summary()["expectations"]`` gives it."""

    rule: str
    column: str
    severity: str
    action: str
    evaluated: int
    failed: int
    passed: bool
    cure: str


class Delivery(TypedDict, total=False):
    """One source's delivery: ``Outcome.summary()`` with the file's hash, the verdict and the records encoded of it."""

    source: str
    title: str
    period: str
    file_sha256: str
    rows_in: int
    rows_quarantined: int
    encoded: int
    verdict: str
    suite: str
    quarantined_by_rule: Mapping[str, int]
    expectations: Sequence[ExpectationRow]


class SourcePair(TypedDict, total=False):
    """Linkage between two sources (or within one); precision and recall are estimates made without the truth.

    ``low`` and ``high`` are the ends of 90% intervals; ``recall`` is null where it is not estimable, and
    ``recall_reason`` says why.
    """

    source_a: str
    source_b: str
    pairs: int
    candidates: int
    links: int
    expected_matches: float
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    recall: float | None
    recall_low: float | None
    recall_high: float | None
    recall_reason: str | None
    pair_completeness: float | None
    null_precision: float | None
    traceable: float | None


class Overall(TypedDict, total=False):
    """The same estimates over all source pairs."""

    links: int
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    recall: float | None
    recall_low: float | None
    recall_high: float | None
    recall_reason: str | None
    f1: float | None
    pair_completeness: float | None


class GroupRow(TypedDict, total=False):
    """Estimated quality of the links of one group of records, from posterior draws; grouping ``overall``: of all."""

    grouping: str
    group_name: str
    links: int
    expected_matches: float | None
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    recall: float | None
    recall_low: float | None
    recall_high: float | None
    f1: float | None


class Probability(TypedDict):
    """How often a level occurs among matches (m) and among non-matches (u)."""

    m: float
    u: float


class ModelGroup(TypedDict, total=False):
    """The parameters that a group of source pairs shares: comparison to level to m and u."""

    source_pairs: Sequence[Sequence[str]]
    comparisons: Mapping[str, Mapping[str, Probability]]


class Fit(TypedDict, total=False):
    """How an estimation ended."""

    converged: bool
    iterations: int
    last_change: float
    log_likelihood: float


class Model(TypedDict, total=False):
    """The match model: one fit over all source pairs, then one per group."""

    classes: Sequence[str]
    pooled: Fit
    per_group: Fit
    groups: Sequence[ModelGroup]


class CrossCheck(TypedDict, total=False):
    """The same sample fitted by recordlinkage's ECMClassifier; ``difference``: largest in m, u and p."""

    pairs: int
    comparisons: int
    difference: Mapping[str, float]
    agrees: bool | None


class ScorerRow(TypedDict, total=False):
    """Whether the second scorer finds as many matches as the model between two sources; None with the reason."""

    source_a: str
    source_b: str
    agrees: bool | None
    reason: str
    matches_by_model: float
    matches_by_ratio: float


class Scorers(TypedDict, total=False):
    """The check against the scorer that learns from known strangers."""

    source_pairs: Sequence[ScorerRow]
    agrees: bool | None
    reason: str


class Drift(TypedDict, total=False):
    """What changed in the parameters since the last run, in one line."""

    message: str


class Finding(TypedDict, total=False):
    """What a reader has to know before using the links."""

    code: str
    where: str
    message: str


class Linkage(TypedDict, total=False):
    """Summary of a linkage. ``cluster_sizes``: number of records of a person (as text) to number of persons.

    ``pages``: address, beside the run's page, of the pages that explain the links.
    """

    pages: str
    records: Mapping[str, int]
    candidates: int
    links: int
    persons: int
    draws: int
    overall: Overall
    source_pairs: Sequence[SourcePair]
    model: Model
    cross_check: CrossCheck
    scorers: Scorers
    drift: Drift
    cluster_sizes: Mapping[str, int]
    findings: Sequence[Finding]


class YearRow(TypedDict):
    """Victims in a year: in total, or in one category of a characteristic."""

    year: int
    characteristic: str
    category: str
    n_persons: Count


class HelpRow(TypedDict):
    """Share of victims for whom a measure of first help holds."""

    characteristic: str
    category: str
    measure: str
    n_persons: Count
    n_part: Count
    share: float | None


class OverlapRow(TypedDict):
    """Persons whom two registers hold both; ``coverage``: share of those of ``register_a``."""

    basis: str
    register_a: str
    register_b: str
    n_a: Count
    n_b: Count
    n_both: Count
    coverage: float | None


class VariantRow(TypedDict):
    """Persons with the same sequence of activities."""

    variant: str
    n_persons: Count


class Pathways(TypedDict, total=False):
    """Protected figures of the warehouse; ``minimum_cell`` is the smallest count that is shown."""

    minimum_cell: int
    round_to: int
    protection: str
    victims_per_year: Sequence[YearRow]
    first_help: Sequence[HelpRow]
    register_overlap: Sequence[OverlapRow]
    pathway_variants: Sequence[VariantRow]


class Approval(TypedDict, total=False):
    """Who decided on the release of the run, when and why."""

    approver: str
    decision: str
    time: str
    reason: str


class RunReport(TypedDict, total=False):
    """Everything on the page."""

    header: Header
    deliveries: Sequence[Delivery]
    linkage: Linkage
    quality_by_group: Sequence[GroupRow]
    pathways: Pathways
    approvals: Sequence[Approval]
