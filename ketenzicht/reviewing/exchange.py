"""Questions and answers as sealed, signed packages: record ids and judgements, nothing else."""

from datetime import datetime
from pathlib import Path

import pyarrow as pa

from ketenzicht import __version__, packages
from ketenzicht.errors import DataRefused
from ketenzicht.keys import AgencyReviewKeys, UnitReviewKeys
from ketenzicht.settings import Project
from ketenzicht.stages.arrivals import check_pseudonyms
from linkage import encode as encoding

UNIT = "linkage_unit"
_IDS = ("record_id_a", "record_id_b")
QUESTIONS = pa.schema([("pair", pa.int32()), *((name, pa.string()) for name in _IDS)])
ANSWERS = pa.schema([*QUESTIONS, ("answer", pa.string())])
STATEMENT = pa.schema([("answered_by", pa.string())])
_AGAIN = "let the sender seal it again with ketenzicht"


def _fields(project: Project, source: str, period: str, request: str, moment: datetime) -> packages.ManifestFields:
    pipeline = project.pipeline
    ground = pipeline.legal_basis if source == UNIT else project.source(source).legal_ground
    return packages.ManifestFields(
        project=pipeline.project,
        source=source,
        period=period,
        epoch=pipeline.epoch,
        schema_hash=encoding.schema_hash(project.encoding),
        software_version=__version__,
        profile=project.encoding.profile,
        purpose=pipeline.purpose,
        legal_basis=pipeline.legal_basis,
        legal_ground=ground,
        created=moment.isoformat(),
        run_id=request,
    )


def seal_questions(
    project: Project,
    keys: UnitReviewKeys,
    source: str,
    *,
    table: pa.Table,
    period: str,
    request: str,
    moment: datetime,
    path: Path,
) -> packages.PackageInfo:
    """Seal a round's questions to one agency: numbers and record ids; no score and no role."""
    fields = _fields(project, UNIT, period, request, moment)
    return packages.seal("questions", {"questions": table}, fields, keys.signing_key, keys.recipients[source], path)


def open_questions(project: Project, keys: AgencyReviewKeys, path: Path) -> packages.OpenedPackage:
    """Open questions at the agency; ``DataRefused`` where the linkage unit did not sign them or the form is another."""
    expected = packages.Expectations(
        project=project.pipeline.project,
        kind="questions",
        sources=(UNIT,),
        source=UNIT,
        purpose=project.pipeline.purpose,
    )
    package = packages.open_sealed(path, keys.identity, {UNIT: keys.linkage_unit}, expected)
    _check_form(path.name, package, {"questions": QUESTIONS})
    return package


def seal_answers(
    project: Project,
    keys: AgencyReviewKeys,
    *,
    questions: packages.OpenedPackage,
    answers: list[str],
    by: str,
    moment: datetime,
    path: Path,
) -> packages.PackageInfo:
    """Seal the answers to a package of questions, in its order, under the name of who judged."""
    asked = questions.tables["questions"]
    table = pa.table([*asked.columns, pa.array(answers, pa.string())], schema=ANSWERS)
    statement = pa.table([[by]], schema=STATEMENT)
    fields = _fields(project, keys.source, questions.manifest.period, questions.manifest.run_id or "", moment)
    tables = {"answers": table, "statement": statement}
    return packages.seal("answers", tables, fields, keys.signing_key, keys.linkage_unit_recipient, path)


def open_answers(
    project: Project, keys: UnitReviewKeys, source: str, request: str, path: Path
) -> packages.OpenedPackage:
    """Open answers at the linkage unit; ``DataRefused`` unless this source signed them for exactly this request."""
    expected = packages.Expectations(
        project=project.pipeline.project,
        kind="answers",
        sources=project.pipeline.sources,
        source=source,
        purpose=project.pipeline.purpose,
    )
    package = packages.open_sealed(path, keys.identity, keys.agencies, expected)
    if package.manifest.run_id != request:
        msg = (
            f"{path.name}: answers other questions than those of this round. Cure: let the agency show and answer the "
            "newest questions."
        )
        raise DataRefused(msg)
    _check_form(path.name, package, {"answers": ANSWERS, "statement": STATEMENT})
    return package


def _check_form(name: str, package: packages.OpenedPackage, schemas: dict[str, pa.Schema]) -> None:
    """Pass where the tables are exactly those of the form, and every id is a pseudonym."""
    for table, schema in schemas.items():
        if table not in package.tables or not package.tables[table].schema.equals(schema):
            msg = f"{name}: its table {table} is not of the known form. Cure: {_AGAIN}."
            raise DataRefused(msg)
    if set(package.tables) != set(schemas):
        msg = f"{name}: holds tables that do not belong there. Cure: {_AGAIN}."
        raise DataRefused(msg)
    check_pseudonyms(name, package.tables[next(iter(schemas))], _IDS)
