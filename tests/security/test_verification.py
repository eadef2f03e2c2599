import hashlib
from typing import Any

import pytest

from ketenzicht.errors import DataRefused
from ketenzicht.packages import Content, Expectations, Manifest, ManifestFields, verify, verify_together
from ketenzicht.packages.manifest import content_hash


@pytest.fixture
def manifest(fields: ManifestFields) -> Manifest:
    """A manifest of the police."""
    contents = {"encodings": Content(sha256="a" * 64, rows=3)}
    return Manifest(
        **fields.model_dump(),
        kind="linkage",
        record_count=3,
        contents=contents,
        content_hash=content_hash(contents),
        signed_by="f" * 16,
    )


def _expectations(manifest: Manifest, **changes: Any) -> Expectations:  # noqa: ANN401 - any expectation
    names = ("project", "kind", "source", "period", "epoch", "profile", "purpose", "schema_hash", "key_check", "run_id")
    found = {name: getattr(manifest, name) for name in names}
    return Expectations(**{"sources": ("police",), **found, **changes})


def test_a_manifest_as_expected_passes(manifest: Manifest) -> None:
    """With everything expected, and with only what must be."""
    verify(manifest, _expectations(manifest))
    verify(manifest, Expectations(project="monitor", kind="linkage", sources=["police"]))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"project": "other"}, "made for another project"),
        ({"kind": "payload"}, "another kind of package"),
        ({"source": "shelter"}, "sent by another source than its file name says"),
        ({"sources": ("shelter",)}, r"not on the allow-list \(shelter\)"),
        ({"period": "2021"}, "covers another period"),
        ({"epoch": "2"}, "encoded in another epoch"),
        ({"profile": "strict"}, "another privacy profile"),
        ({"purpose": "prosecution"}, "sealed for another purpose"),
        ({"schema_hash": "0" * 64}, "another schema"),
        ({"key_check": "0" * 64}, "another linkage secret"),
        ({"run_id": "r2"}, "belongs to another run"),
    ],
)
def test_each_difference_has_its_own_message(manifest: Manifest, changes: dict[str, Any], rule: str) -> None:
    """Package, rule and cure; under the file's name, or the manifest's label."""
    expectations = _expectations(manifest, **changes)
    with pytest.raises(DataRefused, match=rf"^inbox\.age: .*{rule}.*\. Cure: "):
        verify(manifest, expectations, "inbox.age")
    with pytest.raises(DataRefused, match=r"^police-2016-2020\.linkage: "):
        verify(manifest, expectations)


def test_the_content_hash_is_over_names_and_hashes() -> None:
    """By name, whatever the order given; rows are covered by the hashes. Golden: it must not change unnoticed."""
    a, b = Content(sha256="a" * 64, rows=1), Content(sha256="b" * 64, rows=2)
    expected = hashlib.sha256(f"one {'a' * 64}\ntwo {'b' * 64}\n".encode()).hexdigest()
    assert content_hash({"two": b, "one": a}) == content_hash({"one": a, "two": b}) == expected
    assert content_hash({"one": b, "two": a}) != expected


def _named(manifest: Manifest, *sources: str) -> list[tuple[str, Manifest]]:
    return [(f"{source}.age", manifest.model_copy(update={"source": source})) for source in sources]


def test_packages_that_agree_can_be_linked(manifest: Manifest) -> None:
    """None, one or three."""
    for sources in ((), ("police",), ("police", "shelter", "youth_care")):
        verify_together(_named(manifest, *sources))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"project": "other"}, "made for another project"),
        ({"epoch": "2"}, "another epoch"),
        ({"schema_hash": "0" * 64}, "another schema"),
        ({"profile": "strict"}, "another schema"),
        ({"key_check": "0" * 64}, "another linkage secret"),
        ({"key_fingerprint": "0" * 16}, "another linkage secret"),
    ],
)
def test_the_package_that_differs_is_named(manifest: Manifest, changes: dict[str, Any], rule: str) -> None:
    """The odd one against a majority; both where there is none."""
    police, shelter, youth = _named(manifest, "police", "shelter", "youth_care")
    odd = (shelter[0], shelter[1].model_copy(update=changes))
    with pytest.raises(DataRefused, match=rf"^shelter\.age: .*{rule}"):
        verify_together([police, odd, youth])
    with pytest.raises(DataRefused, match=rf"^police\.age, shelter\.age: .*{rule}"):
        verify_together([police, odd])


def test_two_packages_of_one_source_are_refused(manifest: Manifest) -> None:
    """A delivery replaces the one before; both at once would link a source to its own past."""
    with pytest.raises(DataRefused, match=r"^police\.age, police\.age: packages of one source"):
        verify_together(_named(manifest, "police", "police", "shelter"))
