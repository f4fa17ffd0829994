"""What comes back from people: files of answers, and how far the answers agree."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from dataprep.annotate.agreement import Agreement, agreement
from dataprep.annotate.agreement_page import render, row_texts
from dataprep.annotate.forms import form_named, render_config
from dataprep.annotate.labelling import parse_config
from dataprep.annotate.reading import Reading, read_export
from dataprep.annotate.store import home, read_stored
from dataprep.annotate.table import read_sheet
from schemas.artifacts import SPLITS, Layout, write_file
from schemas.errors import UserError
from schemas.frames import FRAME


def read_file(path: Path, *, form: str, labelling: Path | None, key: str, annotator: str | None, lang: str) -> Reading:
    """Read an export of Label Studio, or a sheet that someone has filled in.

    Args:
        path: `.json`, or `.csv`.
        form: Which form it was, where there is no config of one's own.
        labelling: The labelling config, or None.
        key: Field of the tasks that names the record.
        annotator: Who filled in the sheet.
        lang: Of the form.

    Raises:
        UserError: If it can't be read, or nobody says who filled in the sheet.
    """
    xml = labelling.read_text(encoding="utf-8") if labelling else render_config(form_named(form), lang=lang)
    config = parse_config(xml)
    if path.suffix != ".csv":
        return read_export(path, config, key=key)
    if not annotator:
        raise UserError(f"{path} doesn't say who filled it in", hint=f"gristmill label import {path} --annotator NAME")
    return read_sheet(path, config, annotator=annotator)


def agreement_of(layout: Layout, projects: Sequence[str], *, seed: int, lang: str) -> tuple[Agreement, Path]:
    """Measure a run's answers, and write `labels/agreement.html`.

    Raises:
        UserError: If the run has none.
    """
    answers = read_stored(layout, projects)
    if answers.is_empty():
        raise UserError(
            f"the run {layout.root.name!r} has no answers yet",
            hint="gristmill label pull --project TITLE, or gristmill label import FILE",
        )
    found, page = agreement(answers, seed=seed), home(layout) / "agreement.html"
    rows = pl.concat([pl.read_parquet(layout.split(name), columns=FRAME.names()) for name in SPLITS])
    shown = row_texts(rows.filter(pl.col("id").is_in(answers["record"].unique(maintain_order=True).implode())))
    command = f"gristmill label push {layout.root.name} --project TITLE --disputed"
    html = render(found, name=layout.root.name, lang=lang, texts=shown, command=command)
    write_file(page, html.encode())
    return found, page
