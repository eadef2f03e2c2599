import os
import zipfile
from io import BytesIO
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ketenzicht import keys
from ketenzicht.errors import ConfigurationError, DataRefused
from ketenzicht.packages import (
    Expectations,
    Manifest,
    ManifestFields,
    OpenedPackage,
    PackageInfo,
    archive,
    open_sealed,
    seal,
)
from ketenzicht.packages.manifest import content_hash
from ketenzicht.sealing import seal_stream, unseal
from ketenzicht.workspace import Workspace

SOURCES = ("police", "shelter")


class Chain:
    """The police sealing for the linkage unit, and the linkage unit opening."""

    def __init__(self, workspace: Workspace, fields: ManifestFields, table: pa.Table) -> None:
        """Read both domains' keys."""
        self.agency = keys.load_agency(workspace, "police")
        self.unit = keys.load_linkage_unit(workspace, SOURCES)
        self.path = workspace.received_linkage("police", "2016-2020")
        self.fields, self.table = fields, table

    def seal(self, **changes: Any) -> PackageInfo:  # noqa: ANN401 - any field of the manifest
        """Seal the table with some fields changed."""
        fields = self.fields.model_copy(update=changes)
        recipient = self.agency.linkage_unit_recipient
        return seal("linkage", {"encodings": self.table}, fields, self.agency.signing_key, recipient, self.path)

    def open(self, **expected: Any) -> OpenedPackage:  # noqa: ANN401 - any expectation
        """Open it, with expectations where given."""
        wanted = Expectations(project="monitor", kind="linkage", sources=SOURCES, **expected) if expected else None
        return open_sealed(self.path, self.unit.identity, self.unit.agencies, wanted)

    def plain(self) -> dict[str, bytes]:
        """The entries of the package as sealed."""
        with zipfile.ZipFile(unseal(self.path.read_bytes(), self.unit.identity)) as opened:
            return {name: opened.read(name) for name in opened.namelist()}

    def forge(self, entries: dict[str, bytes]) -> None:
        """Seal other entries, as anybody can who has the recipient's public key."""
        self.wrap(archive.pack(entries).read())

    def wrap(self, plain: bytes) -> None:
        """Seal any bytes."""
        with self.path.open("wb") as stream:
            seal_stream(BytesIO(plain), stream, self.agency.linkage_unit_recipient)

    def sign(self, manifest: Manifest, files: dict[str, bytes]) -> None:
        """Seal a manifest rightly signed by the police, whatever it says."""
        signed = manifest.canonical()
        signature = self.agency.signing_key.sign(signed)
        self.forge({**files, archive.MANIFEST: signed, archive.SIGNATURE: signature})

    def refused(self, rule: str, **expected: Any) -> str:  # noqa: ANN401 - any expectation
        """The message of the refusal, which names the package and a cure."""
        with pytest.raises(DataRefused, match=rule) as caught:
            self.open(**expected)
        message = str(caught.value)
        assert message.startswith("police-2016-2020.linkage.age: ")
        assert "Cure: " in message
        assert caught.value.exit_code == 3
        return message


@pytest.fixture
def chain(workspace: Workspace, fields: ManifestFields, encodings: pa.Table) -> Chain:
    """A chain with a package sealed and received."""
    made = Chain(workspace, fields, encodings)
    made.seal()
    return made


def test_what_was_sealed_is_what_is_opened(chain: Chain) -> None:
    """Tables and stated fields come back as they were; the rest is filled in."""
    info = chain.seal()
    opened = chain.open()
    assert opened.tables["encodings"].equals(chain.table)
    assert opened.manifest == info.manifest
    assert opened.manifest.model_dump().items() >= chain.fields.model_dump().items()
    assert (info.manifest.record_count, info.manifest.kind) == (3, "linkage")
    assert info.manifest.signed_by == keys.signer_fingerprint(chain.agency.signing_key)
    assert info.size == chain.path.stat().st_size


def test_payload_tables_keep_their_types(workspace: Workspace, chain: Chain) -> None:
    """Lists, dates, small integers and empty tables survive; records are the registrations."""
    registrations = pa.table(
        {
            "record_id": pa.array(["a", "b"]),
            "registered_earliest": pa.array([0, None], pa.date32()),
            "birth_year": pa.array([1990, None], pa.int16()),
            "forms": pa.array([["labour"], None], pa.list_(pa.string())),
        }
    )
    events = pa.table({"record_id": pa.array([], pa.string()), "start_earliest": pa.array([], pa.date32())})
    path = workspace.received_payload("police", "2016-2020")
    tables = {"registrations": registrations, "events": events}
    recipient = chain.agency.warehouse_recipient
    info = seal("payload", tables, chain.fields, chain.agency.signing_key, recipient, path)
    warehouse = keys.load_warehouse(workspace, SOURCES)
    opened = open_sealed(path, warehouse.identity, warehouse.agencies)
    assert info.manifest.record_count == 2
    assert opened.tables["registrations"].equals(registrations)
    assert opened.tables["events"].equals(events)


def test_a_crosswalk_travels_from_linkage_unit_to_warehouse(workspace: Workspace, chain: Chain) -> None:
    """Signed by the linkage unit, which the warehouse trusts under its own name; no key check needed."""
    path = workspace.crosswalk_package("r1")
    fields = chain.fields.model_copy(
        update={"source": "linkage_unit", "key_check": None, "key_fingerprint": None, "run_id": "r1"}
    )
    crosswalk = pa.table({"source": ["police"], "record_id": ["a1"], "person_id": ["p1"]})
    seal("crosswalk", {"crosswalk": crosswalk}, fields, chain.unit.signing_key, chain.unit.warehouse_recipient, path)
    warehouse = keys.load_warehouse(workspace, SOURCES)
    wanted = Expectations(project="monitor", kind="crosswalk", sources=["linkage_unit"], run_id="r1")
    opened = open_sealed(path, warehouse.identity, {"linkage_unit": warehouse.linkage_unit}, wanted)
    assert opened.tables["crosswalk"].equals(crosswalk)


def test_the_same_tables_give_the_same_plaintext(chain: Chain) -> None:
    """However chunked, with whatever metadata: only the encryption differs."""
    first, sealed = chain.plain(), chain.path.read_bytes()
    halves = pa.concat_tables([chain.table.slice(0, 1), chain.table.slice(1)])
    chain.table = halves.replace_schema_metadata({"pandas": "anything"})
    chain.seal()
    assert chain.plain() == first
    assert chain.path.read_bytes() != sealed


def test_the_content_hash_is_of_the_content(chain: Chain) -> None:
    """Time and validation counts do not move it; one cell does."""
    before = chain.seal().manifest.content_hash
    assert chain.seal(created="2027-01-01T00:00:00Z", validation={}).manifest.content_hash == before
    chain.table = chain.table.slice(1)
    assert chain.seal().manifest.content_hash != before


def test_no_metadata_of_pandas_travels(chain: Chain) -> None:
    """Pandas' metadata names index columns and this machine's versions."""
    chain.table = pa.Table.from_pandas(chain.table.to_pandas().set_index("record_id").reset_index())
    chain.seal()
    assert b"pandas" not in chain.plain()["encodings.parquet"]


def test_the_sealed_file_shows_nothing(chain: Chain) -> None:
    """No word of manifest or content stands readable in it, and only its owner may read it."""
    sealed = chain.path.read_bytes()
    assert not any(word in sealed for word in (b"police", b"monitor", b"record_id", b"PAR1", b"manifest"))
    assert chain.path.stat().st_mode & 0o077 == 0


def test_an_opened_package_does_not_show_rows(chain: Chain) -> None:
    """Its representation may land in a log."""
    shown = repr(chain.open())
    assert "tables" not in shown
    assert "given_name" not in shown


def _places(sealed: bytes) -> list[int]:
    """Every place in age's header, a sample of the rest, and the last twenty."""
    header = sealed.index(b"\n---") + 60
    return [*range(header), *range(header, len(sealed), 13), *range(len(sealed) - 20, len(sealed))]


def test_every_altered_byte_is_refused(chain: Chain) -> None:
    """A bit of each byte of the header, and of every thirteenth byte and the last ones of the rest."""
    sealed = chain.path.read_bytes()
    for place in _places(sealed):
        chain.path.write_bytes(sealed[:place] + bytes([sealed[place] ^ 1 << place % 8]) + sealed[place + 1 :])
        chain.refused("not a sealed package|truncated, or altered|sealed to another recipient")


def test_every_truncation_and_every_tail_is_refused(chain: Chain) -> None:
    """Cut at each length up to the header's, at a sample of longer ones, and one byte longer."""
    sealed = chain.path.read_bytes()
    for length in _places(sealed):
        chain.path.write_bytes(sealed[:length])
        chain.refused("not a sealed package|truncated, or altered")
    chain.path.write_bytes(sealed + b"\0")
    chain.refused("truncated, or altered")


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_every_altered_byte_inside_is_refused_too(chain: Chain, data: st.DataObject) -> None:
    """Whoever has the recipient's public key can seal again: then signature and hashes refuse."""
    chain.seal()
    entries = chain.plain()
    name = data.draw(st.sampled_from(sorted(entries)))
    place = data.draw(st.integers(0, len(entries[name]) - 1))
    bit = data.draw(st.integers(0, 7))
    content = entries[name]
    chain.forge({**entries, name: content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]})
    chain.refused(".")


def test_sealed_to_another_recipient_is_refused(workspace: Workspace, chain: Chain) -> None:
    """The warehouse cannot open what is meant for the linkage unit."""
    other = keys.load_warehouse(workspace, SOURCES)
    with pytest.raises(DataRefused, match="sealed to another recipient"):
        open_sealed(chain.path, other.identity, other.agencies)


def test_a_missing_file_and_a_large_one_are_refused(chain: Chain) -> None:
    """Before anything is read."""
    size = chain.path.stat().st_size
    with pytest.raises(DataRefused, match="larger than this domain accepts"):
        open_sealed(chain.path, chain.unit.identity, chain.unit.agencies, max_bytes=size - 1)
    chain.path.unlink()
    chain.refused("not in .*inbox")


def test_a_source_that_is_not_listed_is_refused_unnamed(chain: Chain) -> None:
    """The list is named; the sender's own text is not repeated."""
    chain.seal(source="jan_jansen")
    message = chain.refused(r"not on the allow-list \(police, shelter\)")
    assert "jansen" not in message


def test_another_signer_is_refused(workspace: Workspace, chain: Chain) -> None:
    """The shelter cannot speak for the police."""
    key = keys.load_agency(workspace, "shelter").signing_key
    seal("linkage", {"encodings": chain.table}, chain.fields, key, chain.agency.linkage_unit_recipient, chain.path)
    chain.refused("signed by an unknown signer")


def test_a_changed_manifest_is_refused(chain: Chain) -> None:
    """Its signature no longer holds."""
    entries = chain.plain()
    entries[archive.MANIFEST] = entries[archive.MANIFEST].replace(b'"epoch":"1"', b'"epoch":"2"')
    chain.forge(entries)
    chain.refused("its signature does not hold")


def test_a_swapped_manifest_is_refused(chain: Chain) -> None:
    """A rightly signed manifest of another delivery does not fit these tables."""
    old = chain.plain()
    chain.table = chain.table.slice(1)
    chain.seal()
    forged = {**old, **{name: chain.plain()[name] for name in (archive.MANIFEST, archive.SIGNATURE)}}
    chain.forge(forged)
    chain.refused("table encodings is not the one that was signed")


@pytest.mark.parametrize("name", [archive.MANIFEST, archive.SIGNATURE])
def test_a_missing_manifest_or_signature_is_refused(chain: Chain, name: str) -> None:
    """Named by the file that is missing."""
    entries = chain.plain()
    del entries[name]
    chain.forge(entries)
    chain.refused(f"{name} is missing")


def test_missing_and_surplus_tables_are_refused(chain: Chain) -> None:
    """The signed manifest lists what there is; nothing else comes in with it."""
    entries = chain.plain()
    chain.forge({**entries, "more.parquet": b"x"})
    chain.refused("its files are not the ones its manifest lists")
    del entries["encodings.parquet"]
    chain.forge(entries)
    chain.refused("its files are not the ones its manifest lists")


def test_what_is_no_archive_is_refused(chain: Chain) -> None:
    """Sealed all right, but nothing of ours inside."""
    chain.wrap(b"geen archief")
    chain.refused("the archive inside is broken")
    chain.wrap(b"")
    chain.refused("the archive inside is broken")


def test_a_zip_bomb_is_refused_unread(chain: Chain) -> None:
    """Compressed entries are not accepted at all."""
    sink = BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr(archive.MANIFEST, b"0" * 1_000_000)
    chain.wrap(sink.getvalue())
    chain.refused("declares more bytes than it holds")


def test_two_entries_of_one_name_are_refused(chain: Chain) -> None:
    """Which of them counts would depend on the reader."""
    sink = BytesIO()
    with zipfile.ZipFile(sink, "w") as twice:
        twice.writestr("a", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            twice.writestr("a", b"2")
    chain.wrap(sink.getvalue())
    chain.refused("two entries of one name")


def test_a_manifest_of_unknown_form_is_refused_without_its_text(chain: Chain) -> None:
    """Known keys are named, unknown ones and all values are not."""
    entries = chain.plain()
    changed = entries[archive.MANIFEST].replace(b'"epoch":"1"', b'"epoch":["jansen"],"jansen":1')
    chain.forge({**entries, archive.MANIFEST: changed})
    message = chain.refused(r"its manifest is not of the known form \(keys epoch\)")
    assert "jansen" not in message


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"record_count": 4}, "its record count is not that of its contents"),
        ({"content_hash": "0" * 64}, "its content hash does not follow from its contents"),
        ({"rows": 0, "record_count": 0}, "it is empty"),
        ({"rows": 2, "record_count": 2}, "a table has other than the declared number of rows"),
    ],
)
def test_a_signed_manifest_that_contradicts_itself_is_refused(chain: Chain, changes: dict[str, Any], rule: str) -> None:
    """A faulty sender is refused like a hostile one."""
    info, entries = chain.seal(), chain.plain()
    content = info.manifest.contents["encodings"].model_copy(
        update={"rows": changes.pop("rows", info.manifest.record_count)}
    )
    manifest = info.manifest.model_copy(update={**changes, "contents": {"encodings": content}})
    chain.sign(manifest, {"encodings.parquet": entries["encodings.parquet"]})
    chain.refused(rule)


def test_a_signed_table_that_is_no_parquet_is_refused(chain: Chain) -> None:
    """The reader's own message, which may quote bytes, does not get out."""
    info = chain.seal()
    content = info.manifest.contents["encodings"].model_copy(
        update={"sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}  # of no bytes
    )
    contents = {"encodings": content}
    manifest = info.manifest.model_copy(update={"contents": contents, "content_hash": content_hash(contents)})
    chain.sign(manifest, {"encodings.parquet": b""})
    chain.refused("a table is not a readable Parquet file")


def test_a_table_that_expands_beyond_the_limit_is_refused(chain: Chain) -> None:
    """A million equal cells take few bytes in the file, and many when read."""
    chain.table = pa.table({"record_id": pa.array([os.urandom(8).hex() * 50 for _ in range(2000)])})
    info = chain.seal()
    content = chain.plain()["encodings.parquet"]
    with pytest.raises(archive.BadArchive, match="larger than this domain accepts"):
        archive.read_parquet(content, info.manifest.record_count, max_bytes=100_000)


def test_expectations_are_checked_on_opening(chain: Chain) -> None:
    """An intact package of another period is refused, one as expected is not."""
    chain.refused("covers another period", period="2021")
    assert chain.open(period="2016-2020").manifest.record_count == 3


def test_an_empty_delivery_is_not_sealed(chain: Chain) -> None:
    """Refused at home, and the earlier package stays."""
    before = chain.path.read_bytes()
    chain.table = chain.table.slice(0, 0)
    with pytest.raises(DataRefused, match="no records to seal"):
        chain.seal()
    assert chain.path.read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"key_check": None}, "a linkage package needs key_check and key_fingerprint"),
        ({"purpose": ""}, "purpose: String should have at least 1 character"),
        ({"legal_basis": ""}, "legal_basis: String should have at least 1 character"),
        ({"legal_ground": ""}, "legal_ground: String should have at least 1 character"),
        ({"created": "23-11-2026"}, "created: String should match pattern"),
    ],
)
def test_a_package_without_purpose_ground_or_key_check_is_not_sealed(
    chain: Chain, changes: dict[str, Any], rule: str
) -> None:
    """The sender's own mistakes are configuration errors."""
    with pytest.raises(ConfigurationError, match=rule):
        chain.seal(**changes)


def test_a_package_without_main_table_or_recipient_is_not_sealed(chain: Chain) -> None:
    """Which table counts the records must be known, and who it is for."""
    tables = {"one": chain.table, "two": chain.table}
    key, recipient = chain.agency.signing_key, chain.agency.linkage_unit_recipient
    with pytest.raises(ConfigurationError, match="lacks its main table"):
        seal("payload", tables, chain.fields, key, recipient, chain.path)
    with pytest.raises(ConfigurationError, match="not an age recipient"):
        seal("linkage", {"encodings": chain.table}, chain.fields, key, "age1nobody", chain.path)
