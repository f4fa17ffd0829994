"""Files that people send back: which form they answer, and what is wrong with one that answers none."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from dataprep.annotate.forms import FORMS, form_named, render_config
from dataprep.annotate.labelling import LabellingConfig, parse_config
from dataprep.annotate.reading import Reading, read_export
from dataprep.annotate.table import read_sheet
from schemas.errors import UserError


@dataclass(frozen=True)
class Asked:
    """What people were asked, and how their answers name records.

    Attributes:
        form: Name of the form.
        lang: `en` or `zh`, of the form.
        labelling: A labelling config of one's own in its place, or None.
        key: Field of the tasks that names the record.
    """

    form: str = "review"
    lang: str = "en"
    labelling: Path | None = None
    key: str = "record_id"


def read_xml(path: Path) -> str:
    """A labelling config of one's own.

    Raises:
        UserError: If it can't be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        told = getattr(fault, "strerror", None) or "it isn't UTF-8"
        raise UserError(f"{path} can't be read: {told}", hint="--labelling names an XML file in UTF-8") from None


def read_file(path: Path, asked: Asked, *, annotator: str | None) -> Reading:
    """Read an export of Label Studio, or a sheet that someone has filled in.

    Args:
        path: `.json`, or `.csv`.
        asked: What people were asked.
        annotator: Who filled in the sheet.

    Raises:
        UserError: If it can't be read or holds no answer, or nobody says who filled in the sheet.
    """
    if not path.is_file():
        what = f"{path} is a folder" if path.is_dir() else f"no file at {path}"
        raise UserError(what, hint="check the path: an export (.json), or a filled-in sheet (.csv)")
    if path.suffix not in (".json", ".csv"):
        hint = "export JSON or JSON-MIN from Label Studio, or save the sheet as CSV"
        raise UserError(f"{path}: answers are read from .json and .csv", hint=hint)
    if path.suffix == ".csv" and not annotator:
        raise UserError(f"{path} doesn't say who filled it in", hint="add --annotator NAME")
    try:
        reading = _read(path, asked, annotator)
    except UserError as fault:
        if better := _fitting(path, asked, annotator):
            raise UserError(f"{path} answers another form than {asked.form}", hint=f"add --form {better}") from None
        raise fault from None
    if reading.answers.is_empty():
        raise _nothing(path, asked, annotator, reading)
    return reading


def _read(path: Path, asked: Asked, annotator: str | None) -> Reading:
    if path.suffix == ".json":
        return read_export(path, _config(asked), key=asked.key)
    # Either language's words may stand in the cells.
    langs = [asked.lang] if asked.labelling else [asked.lang, *({"en", "zh"} - {asked.lang})]
    readings = [read_sheet(path, _config(replace(asked, lang=lang)), annotator=annotator or "") for lang in langs]
    return min(readings, key=lambda reading: reading.rejects.height)


def _config(asked: Asked) -> LabellingConfig:
    if asked.labelling:
        return parse_config(read_xml(asked.labelling))
    return parse_config(render_config(form_named(asked.form), lang=asked.lang))


def _nothing(path: Path, asked: Asked, annotator: str | None, reading: Reading) -> UserError:
    """Why a file gives no answer."""
    counted = reading.rejects.group_by("reason", maintain_order=True).len()
    reasons: dict[str, int] = dict(counted.iter_rows())
    if "label_no_record" in reasons and path.suffix == ".json":
        return no_record(f"the tasks in {path}", asked.key, _fields(path))
    if better := _fitting(path, asked, annotator):
        return UserError(f"{path} answers another form than {asked.form}", hint=f"add --form {better}")
    if "label_unknown_question" in reasons:
        names = reading.rejects.filter(reason="label_unknown_question")["question"].unique(maintain_order=True)
        hint = "add --labelling CONFIG.xml, the labelling config of that project"
        return UserError(f"{path} answers questions that nobody asked: {', '.join(names)}", hint=hint)
    told = ", ".join(f"{count} {reason}" for reason, count in reasons.items())
    hint = "answer the tasks, then export (or save) and import it again"
    return UserError(f"nobody has answered anything in {path}" + (f" ({told})" if told else ""), hint=hint)


def no_record(tasks: str, key: str, fields: Iterable[str]) -> UserError:
    """The error for tasks that don't name their record."""
    return UserError(f"{tasks} have no {key}", hint=f"add --key FIELD, one of {', '.join(fields)}")


def _fields(path: Path) -> list[str]:
    first = orjson.loads(path.read_bytes())[0]
    data = first.get("data")
    return list(data if isinstance(data, dict) else first)


def _fitting(path: Path, asked: Asked, annotator: str | None) -> str:
    """A form that the file answers; "" where none does."""
    for name in FORMS if asked.labelling is None else ():
        try:
            reading = _read(path, replace(asked, form=name), annotator)
        except UserError:
            continue
        says = (reading.answers["value"] != "[]").any()  # JSON-MIN without a question is taken for an unticked one
        if says and "label_unknown_question" not in reading.rejects["reason"]:
            return name
    return ""
