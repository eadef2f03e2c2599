"""The command line keeps its promises: exit codes, one JSON object, help that suffices, no value in any error."""

import json
import stat
from pathlib import Path

import pytest

from ketenzicht import cli, console, synthetic

CONFIG = Path(__file__).parents[2] / "config"
WRONG_USE, REFUSED, GATE_CLOSED = 2, 3, 4


@pytest.fixture(scope="module")
def finished(ketenzicht, small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ANN001
    """A workspace in which everything up to the report has run."""
    place = tmp_path_factory.mktemp("finished")
    said = ketenzicht("run", "--sources", small_world, "--config", CONFIG, "--workspace", place, "--json")
    assert said.code in {0, 5}, said.err
    return place


@pytest.fixture
def shared(finished: Path) -> tuple[object, ...]:
    """The options that lead to the finished run."""
    return ("--config", CONFIG, "--workspace", finished)


def test_synth_tells_where_the_files_are(ketenzicht, tmp_path) -> None:  # noqa: ANN001
    """The four exports and the truth stand where --out says, the truth in its three columns."""
    said = ketenzicht("synth", "--persons", 40, "--seed", 2, "--out", tmp_path, "--json")
    assert said.code == 0, said.err
    answer = json.loads(said.out)
    assert Path(answer["truth"]).read_text(encoding="utf-8").splitlines()[0] == "source,native_id,person"
    assert all(Path(answer[source]).stat().st_size for source in ("police", "comensha", "shelter", "youth_care"))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("encode", "immigration", "x.csv", "--out", "o"), WRONG_USE),
        (("encode", "police", "nowhere.csv", "--out", "o"), REFUSED),
        (("encode", "police", "x.csv", "--out", "o", "--period", "soon"), WRONG_USE),
        (("evaluate", "--run", "0000", "--truth", "x.csv"), WRONG_USE),
        (("release", "--approve-as", "somebody", "--reason", "x"), GATE_CLOSED),
        (("query", "SELECT 1"), WRONG_USE),
        (("no-such-command",), WRONG_USE),
    ],
)
def test_exit_codes(ketenzicht, shared, words, code) -> None:  # noqa: ANN001
    """Wrong use, refused data and closed gates each have their own exit code."""
    options = () if words[0] == "no-such-command" else shared
    said = ketenzicht(*words, *options)
    assert said.code == code, said.err
    assert said.err


def test_a_run_names_its_findings(capsys: pytest.CaptureFixture[str]) -> None:
    """A finding is said in words at the end of a run, not by a count only."""
    linkage = dict.fromkeys(("run_id", "records", "persons", "links", "findings", "drift", "crosswalk"), 1)
    finding = {"code": "no_overlap", "where": "north x south", "message": "No matches are expected; nothing is linked."}
    overall = {
        "precision": 0.98,
        "precision_low": 0.9,
        "precision_high": 1.0,
        "recall": None,
        "recall_reason": "too few",
    }
    result = {"deliveries": [], "linkage": linkage, "findings": [finding], "warehouse": None, "report": "page"}
    cli._print_run(result, overall)
    said = capsys.readouterr().out
    assert "north x south" in said
    assert "nothing is linked" in said
    assert "0.9800 (estimated, 90% interval 0.9000 to 1.0000)" in said
    assert "not estimable: too few" in said


def test_years_of_a_query_are_not_grouped(capsys: pytest.CaptureFixture[str]) -> None:
    """A year is 2016, a count of persons 2,016."""
    console.print_table("", ("year", "share", "true"), [(2016, 0.5, True)], grouped=False)
    console.print_table("", ("persons",), [(2016,)])
    said = capsys.readouterr().out
    assert " 2016 " in said
    assert "yes" in said
    assert "2,016" in said


def test_what_awaits_approval_is_told_in_words(ketenzicht, finished, shared) -> None:  # noqa: ANN001
    """Whoever approves reads counts and findings, not the notation of a programming language."""
    summary = json.loads(next(finished.glob("linkage_unit/runs/*/linkage.json")).read_text(encoding="utf-8"))["linkage"]
    said = ketenzicht("release", *shared)
    assert said.code == 0, said.err
    assert "{" not in said.out
    assert "police" in said.out
    assert all(finding["where"].split(" x ")[0] in said.out for finding in summary["findings"])
    assert ("Findings, to weigh" in said.out) == bool(summary["findings"])


def test_a_config_error_names_file_key_and_cure(ketenzicht, config) -> None:  # noqa: ANN001
    """Exit code 2 and one line a fault."""
    path = config / "pipeline.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("purpose =", "pupose ="), encoding="utf-8")
    said = ketenzicht("run", "--config", config)
    assert said.code == WRONG_USE
    assert "pipeline.toml: key purpose is missing. Cure:" in said.err


def test_the_runner_cannot_approve(ketenzicht, finished, shared, monkeypatch, config) -> None:  # noqa: ANN001
    """Four eyes: whoever ran the linkage is refused even when named as an approver."""
    summary = json.loads(next(finished.glob("linkage_unit/runs/*/linkage.json")).read_text(encoding="utf-8"))
    pipeline = config / "pipeline.toml"
    text = pipeline.read_text(encoding="utf-8").replace('["officer"]', f'["{summary["runner"]}"]')
    pipeline.write_text(text, encoding="utf-8")
    said = ketenzicht(
        "release", "--approve-as", summary["runner"], "--reason", "mine", "--config", config, "--workspace", finished
    )
    assert said.code == GATE_CLOSED
    assert "ran this linkage" in said.err


def test_evaluate_has_every_promised_figure(ketenzicht, small_world, shared) -> None:  # noqa: ANN001
    """The keys that others rely on, per source pair and subgroup, beside the estimates made without the truth."""
    said = ketenzicht("evaluate", "--truth", small_world / "truth.csv", "--json", *shared)
    assert said.code == 0, said.err
    figures = json.loads(said.out)
    names = ("precision", "recall", "f1", "bcubed_precision", "bcubed_recall", "bcubed_f1", "cluster_f1")
    assert all(0 <= figures[name] <= 1 for name in (*names, "pair_completeness"))
    assert {(row["source_a"], row["source_b"]) for row in figures["source_pairs"]}
    assert "nationality_group" in figures["subgroups"]
    assert figures["estimates"]
    assert isinstance(figures["subgroups_below"], list)
    beside = {f"{name}_{end}" for name in ("precision", "recall") for end in ("error", "covered")}
    beside |= {f"estimated_{name}{end}" for name in ("precision", "recall") for end in ("", "_low", "_high")}
    rows = [figures, *figures["source_pairs"], *figures["subgroups"]["sex"].values()]
    assert all(beside <= set(row) for row in rows)
    assert any(row["precision_error"] is not None for row in figures["source_pairs"])


def test_evaluate_begins_with_the_subgroups_that_are_linked_worse(ketenzicht, small_world, shared) -> None:  # noqa: ANN001
    """The first line says so, also where none is; figures come after it."""
    said = ketenzicht("evaluate", "--truth", small_world / "truth.csv", *shared)
    assert said.code == 0, said.err
    assert said.out.startswith(("SUBGROUPS LINKED WORSE", "No subgroup"))
    for text in ("Estimated precision (90% interval) beside the truth", "Estimated recall", "Per nationality_group"):
        assert text in said.out, text


def test_a_release_is_read_and_nothing_else_is(ketenzicht, small_world, tmp_path) -> None:  # noqa: ANN001
    """Released tables answer SQL; files outside do not, and nothing can be written."""
    shared = ("--config", CONFIG, "--workspace", tmp_path / "w")
    assert ketenzicht("run", "--sources", small_world, *shared).code in {0, 5}
    assert ketenzicht("release", "--approve-as", "officer", "--reason", "checked", *shared).code == 0
    said = ketenzicht("query", "SELECT count(*) AS n FROM victims_per_year", *shared, "--json")
    assert json.loads(said.out)["rows"][0][0] > 0
    for sql in ("SELECT * FROM read_csv('/etc/passwd')", "DROP TABLE victims_per_year", "SELECT * FROM persons"):
        assert ketenzicht("query", sql, *shared).code == WRONG_USE


def test_every_file_of_a_workspace_is_its_owners_only(finished: Path) -> None:
    """No file or folder of any domain can be read by group or others."""
    open_to_others = [
        path for path in finished.rglob("*") if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    assert open_to_others == []


def test_an_unforeseen_error_shows_where_and_not_what(ketenzicht, tmp_path, monkeypatch) -> None:  # noqa: ANN001
    """The message of an error nobody foresaw may hold a value: only its class and place are shown."""

    def broken(*_: object, **__: object) -> None:
        msg = "Zwaluwstaartje"
        raise ValueError(msg)

    monkeypatch.setattr(synthetic, "generate", broken)
    said = ketenzicht("synth", "--persons", 40, "--seed", 2, "--out", tmp_path)
    assert said.code == 1
    assert "ValueError" in said.err
    assert "Zwaluwstaartje" not in said.out + said.err


@pytest.mark.parametrize(
    "command", ["synth", "encode", "run", "link", "load", "release", "evaluate", "query", "doctor"]
)
def test_every_command_has_help(ketenzicht, command: str) -> None:  # noqa: ANN001
    """--help suffices: it says what the command does and what each option means."""
    said = ketenzicht(command, "--help")
    assert said.code == 0
    assert "Usage:" in said.out
    assert "--" in said.out


def test_a_path_that_is_none_is_named_with_a_cure(ketenzicht, small_world, workspace) -> None:  # noqa: ANN001
    """What the operating system says no to is no fault of the program's."""
    shared = ("--config", CONFIG, "--workspace", workspace)
    blocked = workspace / "agency" / "police" / "keys" / "signing.pem"
    said = ketenzicht("encode", "police", small_world / "police.csv", "--out", blocked / "x", *shared)
    assert said.code == 1
    assert "signing.pem: Not a directory. Cure:" in said.err or "x: Not a directory. Cure:" in said.err


def test_a_truth_that_is_no_csv_is_refused_without_its_lines(ketenzicht, shared, tmp_path) -> None:  # noqa: ANN001
    """The parser's own message quotes the line."""
    truth = tmp_path / "truth.csv"
    truth.write_text('source,native_id,person\npolice,"Kanarievogel', encoding="utf-8")
    said = ketenzicht("evaluate", "--truth", truth, *shared)
    assert said.code == REFUSED
    assert "Cure:" in said.err
    assert "Kanarievogel" not in said.err


def test_an_answer_of_lists_and_maps_is_printed(ketenzicht, small_world, tmp_path) -> None:  # noqa: ANN001
    """Cells that are no single value are shown too."""
    shared = ("--config", CONFIG, "--workspace", tmp_path / "w")
    assert ketenzicht("run", "--sources", small_world, *shared).code in {0, 5}
    assert ketenzicht("release", "--approve-as", "officer", "--reason", "checked", *shared).code == 0
    assert ketenzicht("query", "SELECT [1, 2], {'a': 1}, NULL", *shared, "--json").code == 0


def test_doctor_finds_a_key_that_others_can_read(ketenzicht, workspace) -> None:  # noqa: ANN001
    """A key file open to the group is named, with the cure, and the exit code says something is wrong."""
    secret = workspace / "agency" / "police" / "keys" / "linkage.secret"
    assert ketenzicht("doctor", "--config", CONFIG, "--workspace", workspace).code == 0
    secret.chmod(0o644)
    said = ketenzicht("doctor", "--config", CONFIG, "--workspace", workspace, "--json")
    assert said.code == 1
    (wrong,) = [check for check in json.loads(said.out)["checks"] if check["state"] == "wrong"]
    assert "linkage.secret" in wrong["cure"]


def test_running_again_changes_nothing(ketenzicht, small_world, tmp_path) -> None:  # noqa: ANN001
    """Every step is idempotent: the second run has the same id and the same crosswalk."""
    shared = ("--config", CONFIG, "--workspace", tmp_path / "w", "--json")
    first = json.loads(ketenzicht("run", "--sources", small_world, *shared).out)
    before = Path(first["linkage"]["crosswalk"]).read_bytes()
    second = json.loads(ketenzicht("run", "--sources", small_world, *shared).out)
    assert second["run_id"] == first["run_id"]
    assert Path(second["linkage"]["crosswalk"]).read_bytes() == before
