import random
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ketenzicht import keys
from ketenzicht.errors import ConfigurationError
from ketenzicht.workspace import Workspace

SOURCES = ("police", "shelter")


def _files(place: Workspace) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in place.root.rglob("*") if path.is_file()}


def test_agencies_share_one_secret_and_nothing_else(workspace: Workspace) -> None:
    """The linkage secret is common; pseudonym secret and signing key are each agency's own."""
    police, shelter = (keys.load_agency(workspace, source) for source in SOURCES)
    assert police.linkage_secret == shelter.linkage_secret
    assert police.pseudonym_secret != shelter.pseudonym_secret
    assert police.signing_key.private_bytes_raw() != shelter.signing_key.private_bytes_raw()


def test_the_linkage_secret_stands_at_agencies_only(workspace: Workspace) -> None:
    """Neither linkage unit nor warehouse holds a byte of it."""
    secret = keys.load_agency(workspace, "police").linkage_secret
    for domain in (workspace.linkage_unit, workspace.warehouse):
        for path in domain.rglob("*"):
            assert path.is_dir() or (secret.hex().encode() not in path.read_bytes() and secret not in path.read_bytes())


def test_domains_trust_the_public_halves_of_those_they_deal_with(workspace: Workspace) -> None:
    """Recipients and verification keys are the owners', and the private halves are nowhere else."""
    unit = keys.load_linkage_unit(workspace, SOURCES)
    warehouse = keys.load_warehouse(workspace, SOURCES)
    for source in SOURCES:
        agency = keys.load_agency(workspace, source)
        assert agency.linkage_unit_recipient == unit.identity.recipient
        assert agency.warehouse_recipient == warehouse.identity.recipient
        reviewer = keys.load_agency_review(workspace, source)
        assert keys.load_unit_review(workspace, SOURCES).recipients[source] == reviewer.identity.recipient
        assert reviewer.linkage_unit.public_bytes_raw() == unit.signing_key.public_key().public_bytes_raw()
        public = agency.signing_key.public_key().public_bytes_raw()
        assert unit.agencies[source].public_bytes_raw() == public
        assert warehouse.agencies[source].public_bytes_raw() == public
    assert unit.warehouse_recipient == warehouse.identity.recipient
    assert warehouse.linkage_unit.public_bytes_raw() == unit.signing_key.public_key().public_bytes_raw()


def test_only_listed_sources_are_trusted(workspace: Workspace) -> None:
    """A source taken off the allow-list is not trusted because its key still lies there."""
    assert set(keys.load_linkage_unit(workspace, ["police"]).agencies) == {"police"}


def test_files_are_their_owners_alone(workspace: Workspace) -> None:
    """Every key file is 0600, every directory 0700."""
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in workspace.root.rglob("*")}
    assert modes == {(True, 0o700), (False, 0o600)}


def test_the_same_entropy_makes_the_same_keys(tmp_path: Path) -> None:
    """Nothing random comes from elsewhere."""
    made = []
    for number in range(2):
        place = Workspace(tmp_path / str(number))
        keys.create(place, SOURCES, random.Random(7).randbytes)  # noqa: S311 - keys of a test
        made.append({path.relative_to(place.root): content for path, content in _files(place).items()})
    assert made[0] == made[1]


def test_nothing_is_overwritten(workspace: Workspace, entropy: Callable[[int], bytes]) -> None:
    """Called again, nothing is written and every key is as it was."""
    before = _files(workspace)
    assert keys.create(workspace, SOURCES, entropy) == []
    assert _files(workspace) == before


def test_only_what_is_missing_is_made(workspace: Workspace, entropy: Callable[[int], bytes]) -> None:
    """A new agency gets the existing linkage secret; the others keep their keys."""
    before = _files(workspace)
    written = keys.create(workspace, (*SOURCES, "youth_care"), entropy)
    assert {path.name for path in written} == {
        "linkage.secret",
        "pseudonym.secret",
        "signing.pem",
        "sealing.age",
        "linkage_unit.recipient",
        "linkage_unit.verify.pem",
        "warehouse.recipient",
        "youth_care.recipient",
        "youth_care.verify.pem",
    }
    assert before.items() <= _files(workspace).items()
    secrets = {keys.load_agency(workspace, source).linkage_secret for source in (*SOURCES, "youth_care")}
    assert len(secrets) == 1


def test_agencies_with_different_linkage_secrets_are_refused(
    workspace: Workspace, entropy: Callable[[int], bytes]
) -> None:
    """No third secret is made beside two that differ."""
    path = workspace.agency_keys("police") / "linkage.secret"
    path.write_text(entropy(32).hex(), encoding="ascii")
    with pytest.raises(ConfigurationError, match=r"different linkage secrets\. Cure: `ketenzicht keys rotate`"):
        keys.create(workspace, SOURCES, entropy)


def test_a_trusted_key_that_is_not_its_owners_is_refused(workspace: Workspace, entropy: Callable[[int], bytes]) -> None:
    """A swapped public key is named, not silently replaced."""
    unit = workspace.linkage_unit_keys / "trusted"
    (unit / "police.verify.pem").write_bytes((unit / "shelter.verify.pem").read_bytes())
    with pytest.raises(ConfigurationError, match=r"police\.verify\.pem: not the public key that its owner holds"):
        keys.create(workspace, SOURCES, entropy)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("00" * 32, "weak secret, its bytes repeat"),
        ("0123" * 16, "weak secret, its bytes repeat"),
        (bytes(range(31)).hex(), "weak secret, it is not 32 bytes long"),
        (bytes(range(64)).hex(), "weak secret, it is not 32 bytes long"),
        ("", "weak secret, it is not 32 bytes long"),
        ("wachtwoord", "not hexadecimal"),
        ("wachtwoörd", "not a key file"),
    ],
)
def test_weak_secrets_are_refused(workspace: Workspace, content: str, rule: str) -> None:
    """The message names file, rule and cure, and not the secret."""
    path = workspace.agency_keys("police") / "pseudonym.secret"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=rule) as caught:
        keys.load_agency(workspace, "police")
    assert str(path) in str(caught.value)
    assert "Cure:" in str(caught.value)
    assert not content or content not in str(caught.value)


def test_weak_entropy_is_refused_when_making_keys(tmp_path: Path) -> None:
    """Nothing is written under a broken source of randomness."""
    place = Workspace(tmp_path / "weak")
    with pytest.raises(ConfigurationError, match="weak secret"):
        keys.create(place, SOURCES, lambda size: b"k" * size)
    assert not place.root.exists()


def test_one_secret_for_two_purposes_is_refused(workspace: Workspace) -> None:
    """A pseudonym secret that equals the linkage secret is known to every agency."""
    folder = workspace.agency_keys("police")
    (folder / "pseudonym.secret").write_bytes((folder / "linkage.secret").read_bytes())
    with pytest.raises(ConfigurationError, match="the same secret as"):
        keys.load_agency(workspace, "police")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
@pytest.mark.parametrize("name", ["linkage.secret", "signing.pem"])
def test_secrets_that_others_can_read_are_refused(workspace: Workspace, mode: int, name: str) -> None:
    """Group and others have no business there."""
    path = workspace.agency_keys("police") / name
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match=r"a secret that others can read\. Cure: chmod 600"):
        keys.load_agency(workspace, "police")


@pytest.mark.parametrize(
    "name",
    [
        "linkage.secret",
        "pseudonym.secret",
        "signing.pem",
        "trusted/linkage_unit.recipient",
        "trusted/warehouse.recipient",
    ],
)
def test_a_missing_or_broken_key_names_file_and_cure(workspace: Workspace, name: str) -> None:
    """Each of an agency's files, first malformed and then gone."""
    path = workspace.agency_keys("police") / name
    path.write_text("-----BEGIN NOTHING-----", encoding="ascii")
    with pytest.raises(ConfigurationError, match="Cure:") as caught:
        keys.load_agency(workspace, "police")
    assert str(path) in str(caught.value)
    path.unlink()
    with pytest.raises(ConfigurationError, match=r"key file is missing\. Cure: `ketenzicht keys new`") as caught:
        keys.load_agency(workspace, "police")
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("name", ["sealing.age", "at_rest.secret", "trusted/police.verify.pem"])
def test_a_broken_key_of_the_warehouse_names_file_and_cure(workspace: Workspace, name: str) -> None:
    """As at the agency."""
    path = workspace.warehouse_keys / name
    path.write_text("nothing", encoding="ascii")
    with pytest.raises(ConfigurationError, match="Cure:") as caught:
        keys.load_warehouse(workspace, SOURCES)
    assert str(path) in str(caught.value)


def test_no_representation_shows_a_secret(workspace: Workspace) -> None:
    """Keys may end up in a log by accident; their text tells nothing."""
    agency = keys.load_agency(workspace, "police")
    warehouse = keys.load_warehouse(workspace, SOURCES)
    shown = repr((agency, keys.load_linkage_unit(workspace, SOURCES), warehouse))
    for secret in (agency.linkage_secret, agency.pseudonym_secret, warehouse.at_rest_key):
        assert repr(secret) not in shown
        assert secret.hex() not in shown
    assert "AGE-SECRET-KEY" not in shown


def test_show_gives_fingerprints_only(workspace: Workspace) -> None:
    """Every own key of every domain once, by 16 hexadecimal digits; the shared secret shows as shared."""
    shown = keys.fingerprints(workspace, SOURCES)
    by_name = {(item.domain, item.purpose): item.fingerprint for item in shown}
    assert len(by_name) == len(shown) == 2 * 4 + 2 * 2 + 1
    assert all(len(text) == 16 and int(text, 16) >= 0 for text in by_name.values())
    assert by_name["police", "linkage_secret"] == by_name["shelter", "linkage_secret"]
    assert len(set(by_name.values())) == len(by_name) - 1
    held = "".join(content.decode("ascii") for content in _files(workspace).values())
    assert not any(text in held for text in by_name.values())


def test_both_halves_of_a_signing_key_have_one_fingerprint() -> None:
    """What the sender reads aloud is what the receiver compares."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    assert keys.signer_fingerprint(key) == keys.signer_fingerprint(key.public_key())
    assert keys.fingerprint("a", b"key") != keys.fingerprint("b", b"key")


def test_rotation_replaces_the_linkage_secret_everywhere(workspace: Workspace, entropy: Callable[[int], bytes]) -> None:
    """All agencies hold the new secret, nobody the old one, and every other key stays."""
    old = keys.load_agency(workspace, "police")
    rotation = keys.rotate(workspace, SOURCES, entropy)
    new = [keys.load_agency(workspace, source) for source in SOURCES]
    assert {agency.linkage_secret for agency in new} != {old.linkage_secret}
    assert len({agency.linkage_secret for agency in new}) == 1
    assert new[0].pseudonym_secret == old.pseudonym_secret
    assert rotation.old == (keys.fingerprint("linkage_secret", old.linkage_secret),)
    assert rotation.new == keys.fingerprint("linkage_secret", new[0].linkage_secret)
    assert not any(old.linkage_secret.hex().encode() in content for content in _files(workspace).values())


def test_rotation_mends_agencies_that_differ(workspace: Workspace, entropy: Callable[[int], bytes]) -> None:
    """What a rotation killed half-way leaves is mended by the next."""
    keys.rotate(workspace, ["police"], entropy)
    rotation = keys.rotate(workspace, SOURCES, entropy)
    assert len(rotation.old) == 2
    assert keys.create(workspace, SOURCES, entropy) == []


def test_rotation_to_the_same_secret_is_refused(workspace: Workspace) -> None:
    """A generator that repeats itself does not pass for a new secret."""
    secret = keys.load_agency(workspace, "police").linkage_secret
    with pytest.raises(ConfigurationError, match="equals the old one"):
        keys.rotate(workspace, SOURCES, lambda _: secret)


def test_rotation_replaces_nothing_where_an_agency_has_no_secret(
    workspace: Workspace, entropy: Callable[[int], bytes]
) -> None:
    """All or none."""
    before = _files(workspace)
    with pytest.raises(ConfigurationError, match="key file is missing"):
        keys.rotate(workspace, (*SOURCES, "youth_care"), entropy)
    assert _files(workspace) == before
