"""What comes back from people: a project's or a file's answers, and how far the answers agree."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from dataprep.annotate.agreement import agreement
from dataprep.annotate.agreement_page import render, row_texts
from dataprep.annotate.findings import Agreement
from dataprep.annotate.labelling import parse_config
from dataprep.annotate.projects import find_project
from dataprep.annotate.pull import pull
from dataprep.annotate.reading import Reading, read_answers
from dataprep.annotate.returning import Asked, no_record, read_file
from dataprep.annotate.store import come_back, home, import_file, keep, project_file, read_stored, settled
from dataprep.annotate.studio import Studio, annotator_names
from schemas.artifacts import SPLITS, Layout, write_file
from schemas.errors import UserError
from schemas.frames import FRAME


@dataclass(frozen=True)
class Incoming:
    """What came back.

    Attributes:
        path: Where it is kept.
        reading: The answers, and what was none.
        rejects: Where the latter is told, or null.
        strangers: Records that the run has never had.
    """

    path: Path
    reading: Reading
    rejects: Path | None
    strangers: int


def pull_answers(studio: Studio, layout: Layout, name: str, *, key: str) -> Incoming:
    """Fetch what people said in a project, and keep it.

    Args:
        studio: The server.
        layout: The run.
        name: The project's number or title.
        key: Field of the tasks that names the record.

    Raises:
        UserError: If there is no such project, or for what `pull` refuses.
    """
    project = find_project(studio, name)
    if project is None:
        hint = f"check the title, or: gristmill label push {layout.root.name} --project TITLE"
        raise UserError(f"no project at {studio.url} has the title {name!r}", hint=hint)
    path = project_file(layout, project)
    pulled = pull(studio, str(project.id), path.with_suffix(".json"))
    reading = read_answers(pulled.tasks, parse_config(pulled.project.config), key=key)
    if reading.answers.is_empty() and "label_no_record" in reading.rejects["reason"]:
        raise no_record(f"the tasks of project {project.id} ({project.title!r})", key, pulled.tasks[0]["data"])
    names = {str(number): email for number, email in annotator_names(studio).items()}
    called = pl.col("annotator").replace(names)
    reading = replace(
        reading, answers=reading.answers.with_columns(called), rejects=reading.rejects.with_columns(called)
    )
    reading = settled(reading)
    return Incoming(path, reading, keep(path, reading), _strangers(layout, reading.answers))


def import_answers(layout: Layout, path: Path, asked: Asked, *, annotator: str | None) -> Incoming:
    """Read answers from an export of Label Studio or a sheet, and keep them.

    What the same file held before stays, but for the records that it has again: a sheet may hold other rows each week.

    Args:
        layout: The run.
        path: `.json`, or `.csv`.
        asked: What people were asked.
        annotator: Who filled in the sheet.

    Raises:
        UserError: If it can't be read, holds no answer, or nobody says who filled in the sheet.
    """
    reading = read_file(path, asked, annotator=annotator)
    target = import_file(layout, path, annotator)
    if path.suffix == ".csv":  # A sheet knows no times: of two of one person the newer file counts.
        saved = datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        reading = replace(reading, answers=reading.answers.with_columns(updated=pl.lit(saved)))
    reading = settled(reading)
    whole = replace(reading, answers=pl.concat([_earlier(target, reading.answers), reading.answers]))
    return Incoming(target, reading, keep(target, whole), _strangers(layout, reading.answers))


def _earlier(path: Path, answers: pl.DataFrame) -> pl.DataFrame:
    """What a file holds of other records, rounds and people."""
    if not path.is_file():
        return answers.clear()
    key = ["record", "content", "round", "annotator"]
    return pl.read_parquet(path).join(answers, on=key, how="anti", nulls_equal=True, maintain_order="left")


def _strangers(layout: Layout, answers: pl.DataFrame) -> int:
    """How many records stand neither in the run's rows nor in its ledger."""
    files = [*(layout.split(name) for name in SPLITS), layout.ledger]
    known = pl.concat([pl.scan_parquet(path).select("id") for path in files]).collect()["id"]
    records = answers["record"].unique(maintain_order=True)
    return int((~records.is_in(known.implode())).sum())


def agreement_of(layout: Layout, names: Sequence[str], *, seed: int, lang: str) -> tuple[Agreement, Path]:
    """Measure a run's answers, and write `labels/agreement.html`.

    Args:
        layout: The run.
        names: Projects and files, as `store.stored` takes them.
        seed: Of the bootstrap.
        lang: Of the page.

    Raises:
        UserError: If the run has none.
    """
    answers = read_stored(layout, names)
    if answers.is_empty():
        raise UserError(
            f"the run {layout.root.name!r} has no answers yet",
            hint=come_back(layout),
        )
    found, page = agreement(answers, seed=seed), home(layout) / "agreement.html"
    rows = pl.concat([pl.read_parquet(layout.split(name), columns=FRAME.names()) for name in SPLITS])
    shown = row_texts(rows.filter(pl.col("id").is_in(answers["record"].unique(maintain_order=True).implode())))
    command = f"gristmill label push {layout.root.name} --project TITLE --disputed"
    html = render(found, name=layout.root.name, lang=lang, texts=shown, command=command)
    write_file(page, html.encode())
    return found, page
