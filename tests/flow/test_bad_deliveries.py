"""What a steward meets when a delivery is not in order: a message with place, rule and cure, and the exit code.

No message repeats a value, and a refused delivery leaves nothing sealed behind.
"""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

REFUSED, QUARANTINED = 3, 5
PERIOD = "2016-2020"
FILES = {
    "police": "police.csv",
    "comensha": "comensha.xlsx",
    "shelter": "shelter.jsonl",
    "youth_care": "youth_care.txt",
}
CANARY = "Kanarievogel"


def encode(ketenzicht, config: Path, workspace: Path, world: Path, source: str, period: str = PERIOD):  # noqa: ANN001, ANN201
    """Run ``ketenzicht encode`` on a source's file in the world."""
    return ketenzicht(
        "encode", source, world / FILES[source], "--period", period, "--out", workspace / "out",
        "--config", config, "--workspace", workspace,
    )  # fmt: skip


def cut_short(path: Path) -> None:
    """The copy stopped in the middle of the last record."""
    path.write_bytes(path.read_bytes()[:-25])


def as_utf8(path: Path) -> None:
    """Exported in UTF-8 where cp1252 was agreed."""
    text = path.read_text(encoding="cp1252")
    lines = text.splitlines(keepends=True)
    first = lines[1].split(";")
    first[3] = "Müller-Ångström"
    path.write_text("".join([lines[0], ";".join(first), *lines[2:]]), encoding="utf-8", newline="")


def with_commas(path: Path) -> None:
    """Exported with commas where semicolons were agreed."""
    path.write_text(path.read_text(encoding="cp1252").replace(";", ","), encoding="cp1252", newline="")


def without_column(path: Path) -> None:
    """The last column is gone."""
    lines = path.read_text(encoding="cp1252").splitlines()
    path.write_text("\r\n".join(line.rsplit(";", 1)[0] for line in lines) + "\r\n", encoding="cp1252", newline="")


def with_column(path: Path) -> None:
    """A column too many."""
    lines = path.read_text(encoding="cp1252").splitlines()
    rows = [f"{lines[0]};notitie", *(f"{line};{CANARY}" for line in lines[1:])]
    path.write_text("\r\n".join(rows) + "\r\n", encoding="cp1252", newline="")


def header_only(path: Path) -> None:
    """An export of nothing."""
    path.write_bytes(path.read_bytes().split(b"\r\n")[0] + b"\r\n")


def broken_workbook(path: Path) -> None:
    """The second half of the workbook is missing."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def broken_object(path: Path) -> None:
    """The last object is not closed."""
    path.write_text(path.read_text(encoding="utf-8").rstrip()[:-4], encoding="utf-8")


def short_record(path: Path) -> None:
    """The last record is shorter than the others."""
    path.write_bytes(path.read_bytes().rstrip()[:-3] + b"\n")


CASES: list[tuple[str, Callable[[Path], None], str]] = [
    ("police", cut_short, "truncated"),
    ("police", as_utf8, "cp1252"),
    ("police", with_commas, "separator"),
    ("police", without_column, "registratie_datum"),
    ("police", with_column, "notitie"),
    ("police", header_only, "no rows"),
    ("comensha", broken_workbook, "truncated"),
    ("shelter", broken_object, "truncated"),
    ("youth_care", short_record, "truncated"),
]


@pytest.mark.parametrize(("source", "spoil", "word"), CASES, ids=[f"{case[0]}-{case[1].__name__}" for case in CASES])
def test_a_broken_file_is_refused(ketenzicht, config, workspace, world, source, spoil, word) -> None:  # noqa: ANN001
    """Exit code 3, a message with the file, the fault and a cure, and nothing sealed."""
    spoil(world / FILES[source])
    said = encode(ketenzicht, config, workspace, world, source)
    assert said.code == REFUSED, said.err
    assert FILES[source] in said.err
    assert word in said.err
    assert "Cure:" in said.err or "cure" in said.err
    assert CANARY not in said.err + said.out
    assert not (workspace / "out").exists()


def test_another_period_is_refused(ketenzicht, config, workspace, world) -> None:  # noqa: ANN001
    """A delivery of other years than its period says is refused as such."""
    text = (config / "pipeline.toml").read_text(encoding="utf-8").replace('"2016-2020"', '"2021-2025"')
    (config / "pipeline.toml").write_text(text, encoding="utf-8")
    said = encode(ketenzicht, config, workspace, world, "police", "2022")
    assert said.code == REFUSED
    assert "wrong delivery period" in said.err


def test_rows_with_impossible_dates_and_ids_twice_are_quarantined(ketenzicht, config, workspace, world) -> None:  # noqa: ANN001
    """Single bad rows do not stop a delivery: they are listed by row, rule and cure, and the others go on."""
    path = world / "police.csv"
    lines = path.read_text(encoding="cp1252").splitlines()
    header = lines[0].split(";")
    spoilt = lines[1].split(";")
    spoilt[header.index("geboortedatum")] = "31-02-1890"
    spoilt[header.index("achternaam")] = CANARY
    lines[1] = ";".join(spoilt)
    lines.append(lines[2])
    path.write_text("\r\n".join(lines) + "\r\n", encoding="cp1252", newline="")
    said = encode(ketenzicht, config, workspace, world, "police")
    assert said.code in {0, QUARANTINED}
    quarantine = (workspace / "agency" / "police" / "quarantine" / f"{PERIOD}.csv").read_text(encoding="utf-8")
    rows = {line.split(",")[0] for line in quarantine.splitlines()[1:]}
    assert {"2", "3", str(len(lines))} <= rows
    assert CANARY not in quarantine + said.out + said.err
    assert (workspace / "out" / f"police-{PERIOD}.linkage.age").exists()


def test_too_many_bad_rows_refuse_the_delivery(ketenzicht, config, workspace, world) -> None:  # noqa: ANN001
    """Above the configured share the delivery is refused, with the quarantine file to work from."""
    path = world / "comensha.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["Meldingen"]
    column = [cell.value for cell in sheet[1]].index("melddatum") + 1
    for row in range(2, sheet.max_row + 1, 5):
        sheet.cell(row, column).value = "gisteren"
    book.save(path)
    said = encode(ketenzicht, config, workspace, world, "comensha")
    assert said.code == REFUSED
    assert "quarantine" in said.err
    assert "gisteren" not in said.err
    assert not (workspace / "out").exists()


def sealed(ketenzicht, config: Path, workspace: Path, world: Path) -> Path:  # noqa: ANN001
    """Seal two sources and put them in the linkage unit's inbox; returns the inbox."""
    inbox = workspace / "linkage_unit" / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for source in ("shelter", "comensha"):
        assert encode(ketenzicht, config, workspace, world, source).code in {0, QUARANTINED}
        shutil.copy(workspace / "out" / f"{source}-{PERIOD}.linkage.age", inbox)
    return inbox


def link(ketenzicht, config: Path, workspace: Path, police: str = "continue"):  # noqa: ANN001, ANN201
    """Run ``ketenzicht link`` over the inbox; police and youth care may be missing, the two that are sent may not."""
    for name, policy in (("police", police), ("comensha", "stop"), ("shelter", "stop"), ("youth_care", "continue")):
        path = config / "sources" / f"{name}.toml"
        text = re.sub(r'when_missing = "\w+"', f'when_missing = "{policy}"', path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
    return ketenzicht("link", "--config", config, "--workspace", workspace)


def test_a_tampered_package_is_refused(ketenzicht, config, workspace, world) -> None:  # noqa: ANN001
    """One changed byte in a sealed package is enough."""
    inbox = sealed(ketenzicht, config, workspace, world)
    path = inbox / f"shelter-{PERIOD}.linkage.age"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    said = link(ketenzicht, config, workspace)
    assert said.code == REFUSED
    assert path.name in said.err
    assert "Cure:" in said.err


def test_a_refused_package_is_left_out_where_the_config_says_so(ketenzicht, config, workspace, world) -> None:  # noqa: ANN001
    """The rest of the run goes on without a source whose policy is ``continue``, and the journal says so."""
    inbox = sealed(ketenzicht, config, workspace, world)
    link(ketenzicht, config, workspace)
    for name in ("shelter", "youth_care"):
        path = config / "sources" / f"{name}.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r'when_missing = "\w+"', 'when_missing = "continue"', text), encoding="utf-8")
    (inbox / f"shelter-{PERIOD}.linkage.age").write_bytes(b"age-encryption.org/v1\nnot a package")
    said = ketenzicht("link", "--config", config, "--workspace", workspace, "--json")
    assert said.code == 0, said.err
    assert "leave_out" in (workspace / "audit" / "journal.jsonl").read_text(encoding="utf-8")
    summary = json.loads((Path(json.loads(said.out)["crosswalk"]).parent / "linkage.json").read_text(encoding="utf-8"))
    assert list(summary["inputs"]) == ["comensha"]


def test_a_delivery_under_another_key_is_refused(ketenzicht, config, workspace, world) -> None:  # noqa: ANN001
    """After a rotation at one agency only, the key check tells before anything is linked."""
    inbox = sealed(ketenzicht, config, workspace, world)
    assert ketenzicht("keys", "rotate", "--config", config, "--workspace", workspace).code == 0
    assert encode(ketenzicht, config, workspace, world, "shelter").code in {0, QUARANTINED}
    shutil.copy(workspace / "out" / f"shelter-{PERIOD}.linkage.age", inbox)
    said = link(ketenzicht, config, workspace)
    assert said.code == REFUSED
    assert "key_check" in said.err


def test_a_delivery_under_another_schema_is_refused(ketenzicht, config, workspace, world) -> None:  # noqa: ANN001
    """Encodings made with another encoding.toml do not fit and are refused by name."""
    sealed(ketenzicht, config, workspace, world)
    path = config / "encoding.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("values = 3", "values = 2"), encoding="utf-8")
    said = link(ketenzicht, config, workspace)
    assert said.code == REFUSED
    assert "schema_hash" in said.err


def test_a_package_from_off_the_allow_list_is_refused(ketenzicht, config, workspace, world) -> None:  # noqa: ANN001
    """A package renamed to an allowed source is known by its signature, not by its name."""
    inbox = sealed(ketenzicht, config, workspace, world)
    (inbox / f"shelter-{PERIOD}.linkage.age").rename(inbox / f"police-{PERIOD}.linkage.age")
    pipeline = config / "pipeline.toml"
    text = pipeline.read_text(encoding="utf-8").replace('"police", "comensha", "shelter"', '"police", "comensha"')
    pipeline.write_text(text, encoding="utf-8")
    said = link(ketenzicht, config, workspace, police="stop")
    assert said.code == REFUSED
    assert "allow-list" in said.err


def test_a_source_that_must_not_be_missing_stops_the_run(ketenzicht, config, workspace, world) -> None:  # noqa: ANN001
    """What a run does without a source is config; police is to be waited for."""
    sealed(ketenzicht, config, workspace, world)
    said = ketenzicht("link", "--config", config, "--workspace", workspace)
    assert said.code == REFUSED
    assert "police" in said.err
    assert not (workspace / "linkage_unit" / "runs").exists()


def test_a_refusal_is_in_the_journal_without_its_message(ketenzicht, config, workspace, world) -> None:  # noqa: ANN001
    """An auditor sees that a delivery was refused, not what stood in it."""
    cut_short(world / "police.csv")
    encode(ketenzicht, config, workspace, world, "police")
    lines = (workspace / "audit" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[-1])["action"] == "refuse"
    assert ketenzicht("audit", "verify", "--config", config, "--workspace", workspace).code == 0
