"""Whether a manifest is the one this run expects. Pure: manifests in, nothing or ``DataRefused`` out."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from ketenzicht.errors import DataRefused
from ketenzicht.packages.manifest import Kind, Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """What a run expects of a package. ``sources`` is the allow-list; None elsewhere means: not checked."""

    project: str
    kind: Kind
    sources: Collection[str]
    source: str | None = None
    period: str | None = None
    epoch: str | None = None
    profile: str | None = None
    purpose: str | None = None
    schema_hash: str | None = None
    key_check: str | None = None
    run_id: str | None = None
    created: str | None = None


def refusal(package: str, rule: str, cure: str) -> DataRefused:
    """The error of a refused package: file, rule, cure."""
    return DataRefused(f"{package}: {rule}. Cure: {cure}.")


# Attribute of manifest and expectations, the rule it breaks, the cure. The first that differs is reported.
_RULES: tuple[tuple[str, str, str], ...] = (
    ("project", "made for another project", "seal it with this project's config directory"),
    (
        "kind",
        "another kind of package than belongs here",
        "put linkage, payload and crosswalk packages in their own inbox",
    ),
    ("source", "sent by another source than its file name says", "restore the name under which the agency sealed it"),
    ("period", "covers another period than expected", "let the agency deliver the period of pipeline.toml"),
    (
        "epoch",
        "encoded in another epoch",
        "encode again with the epoch of pipeline.toml and the current linkage secret",
    ),
    ("profile", "encoded in another privacy profile", "encode again with the profile of encoding.toml"),
    ("purpose", "sealed for another purpose", "agree on `purpose` in pipeline.toml and seal again"),
    (
        "schema_hash",
        "encoded by another schema (schema_hash)",
        "give all parties the same encoding.toml and encode again",
    ),
    (
        "key_check",
        "encoded with another linkage secret (key_check)",
        "compare `ketenzicht keys show`, then encode again",
    ),
    ("run_id", "belongs to another run", "seal the crosswalk of this run, or load the run it belongs to"),
    (
        "created",
        "sealed at another time than the package that was linked",
        "deliver both packages of one encoding, link again, and load that run",
    ),
)


def verify(manifest: Manifest, expectations: Expectations, package: str | None = None) -> None:
    """Return where the manifest is as expected; raise ``DataRefused`` naming package, rule and cure where not.

    ``package`` is the file's name; left out, the manifest's own label is used.
    """
    name = package or manifest.label
    if manifest.source not in expectations.sources:
        raise unlisted(name, expectations.sources)
    for attribute, rule, cure in _RULES:
        expected = getattr(expectations, attribute)
        if expected is not None and getattr(manifest, attribute) != expected:
            raise refusal(name, rule, cure)


def unlisted(package: str, sources: Collection[str]) -> DataRefused:
    """The error of a package whose source is not on the allow-list."""
    listed = ", ".join(sorted(sources))
    return refusal(
        package, f"its source is not on the allow-list ({listed})", "add the source to pipeline.toml, or remove it"
    )


def verify_together(packages: Sequence[tuple[str, Manifest]]) -> None:
    """Return where all linkage packages (file name, manifest) can be linked to each other.

    Raises ``DataRefused`` naming the packages that differ from the most in epoch, schema or linkage secret, or a source
    that is there twice. The linkage unit has no linkage secret: that all agree is what it can check.
    """
    by: tuple[tuple[Callable[[Manifest], object], str, str], ...] = (
        (lambda manifest: manifest.project, "made for another project", "seal it with this project's config directory"),
        (lambda manifest: manifest.epoch, "encoded in another epoch", "encode again in the epoch of pipeline.toml"),
        (
            lambda manifest: (manifest.profile, manifest.schema_hash),
            "encoded by another schema (schema_hash)",
            "give all parties the same encoding.toml and encode again",
        ),
        (
            lambda manifest: (manifest.key_fingerprint, manifest.key_check),
            "encoded with another linkage secret (key_check)",
            "compare `ketenzicht keys show`, then encode again",
        ),
    )
    for value, rule, cure in by:
        odd = _odd(packages, value)
        if odd:
            raise refusal(", ".join(odd), f"{rule} than the other packages", cure)
    counts = Counter(manifest.source for _, manifest in packages)
    twice = [name for name, manifest in packages if counts[manifest.source] > 1]
    if twice:
        raise refusal(
            ", ".join(twice), "packages of one source for one run", "keep the newest; a delivery replaces the last"
        )


def _odd(packages: Sequence[tuple[str, Manifest]], value: Callable[[Manifest], object]) -> list[str]:
    """Names of the packages outside the majority; all of them where there is none."""
    counts = Counter(value(manifest) for _, manifest in packages).most_common()
    if len(counts) <= 1:
        return []
    majority = counts[0][0] if counts[0][1] > counts[1][1] else None
    return [name for name, manifest in packages if majority is None or value(manifest) != majority]
