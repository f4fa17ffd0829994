"""A sheet for any spreadsheet program, for teams without Label Studio; what is filled in comes back as answers."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from dataprep.annotate.answers import answer_frame
from dataprep.annotate.labelling import LabellingConfig, Question
from dataprep.annotate.reading import REJECTS, Reading
from dataprep.annotate.values import Unreadable, read_value, settle_ties
from schemas.sheets import CELL, guarded, read_rows, set_aside, write_rows

ABOUT = ("record_id", "content", "round", "swap")
"""Columns that name the record; they must stay as they are."""

_NONE = ("none", "无", "無", "没有")
"""Says that none of several choices applies: an empty cell says that nobody has looked yet."""

_SIDES = {
    "left": ("left", "l", "左", "左边"),
    "right": ("right", "r", "右", "右边"),
    "tie": ("tie", "equal", "平", "不相上下"),
}
_CUTS = re.compile(r"[,;|、\n]")


def write_sheet(path: Path, tasks: Sequence[Mapping[str, Any]], config: LabellingConfig) -> list[str]:
    """Write tasks as a CSV; a sheet there that someone has begun to fill in is renamed, not written over.

    Suggestions stay out: what is filled in would be read as an answer.

    Args:
        path: Where to; one sheet for each annotator.
        tasks: As `make_tasks` makes them.
        config: What to ask.

    Returns:
        Ids of records that are too long for a cell: they are left out.
    """
    asked = [heading(question) for question in config.questions.values() if question.kind]
    fields = [name for name in config.variables if name not in ABOUT]
    lines, too_long = [], []
    for task in tasks:
        texts = [_flat(task["data"][name]) for name in fields]
        if max(map(len, texts), default=0) >= CELL:
            too_long.append(str(task["data"]["record_id"]))
            continue
        about = [str(task["data"][name]) for name in ABOUT]
        lines.append([*map(guarded, [*about, *texts]), *("" for _ in asked)])
    set_aside(path, asked)
    write_rows(path, [[*ABOUT, *fields, *asked], *lines])
    return too_long


def read_sheet(path: Path, config: LabellingConfig, *, annotator: str) -> Reading:
    """Read a sheet that someone has filled in.

    Choices are taken by value or by label, in any case and width; several are parted by commas.

    Args:
        path: The CSV, also as Excel saves it.
        config: As it was when the sheet was written.
        annotator: Who filled it in.

    Raises:
        UserError: If there is no such file, or a column is missing.
    """
    questions = {heading(question): question for question in config.questions.values() if question.kind}
    hint = "write the sheet again, with the config that you have now"
    answers: list[dict[str, Any]] = []
    rejects: list[dict[str, Any]] = []
    for line in read_rows(path, [*ABOUT, *questions], hint=hint):
        about = {name: unguarded(line[name]) for name in ABOUT}
        head, values = _head(about, annotator), dict[str, Any]()
        for column, question in questions.items():
            cell = unguarded(line[column] or "")
            if not cell.strip():
                continue
            try:
                values[question.name] = _value(question, cell, about)
            except Unreadable as fault:
                rejects.append({**head, "question": question.name, "reason": fault.reason, "detail": fault.detail})
        settle_ties(values, config)
        answers += [
            {**head, "question": name, "kind": config.questions[name].kind, "value": orjson.dumps(value).decode()}
            for name, value in values.items()
        ]
    told = [{name: reject.get(name) for name in REJECTS} for reject in rejects]
    return Reading(answer_frame(answers), pl.DataFrame(told, schema=REJECTS, orient="row"))


def heading(question: Question) -> str:
    """A question as the head of a column, with what can be filled in."""
    if question.kind == "choices" and question.choices:
        return f"{question.name} ({' | '.join([*question.choices, *(_NONE[:1] if question.several else ())])})"
    if question.kind == "rating":
        return f"{question.name} (1-{question.most})"
    return f"{question.name} (left | right | tie)" if question.kind == "pairwise" else question.name


def unguarded(cell: str) -> str:
    """A cell without the apostrophe that keeps it from being run as a formula."""
    return cell[1:] if cell.startswith("'") and guarded(cell[1:]) == cell else cell


def _head(about: Mapping[str, str], annotator: str) -> dict[str, Any]:
    number = about["round"]
    round_ = int(number) if number.isascii() and number.isdigit() and int(number) else 1
    return {
        "record": about["record_id"],
        "content": about["content"] or None,
        "annotator": annotator,
        "gold": False,
        "round": round_,
        "annotation": f"sheet:{annotator}:{about['record_id']}:{round_}",
    }


def _value(question: Question, cell: str, about: Mapping[str, str]) -> Any:
    if not about["record_id"]:
        raise Unreadable("label_no_record", "record_id is empty")
    if question.kind == "text":
        return read_value(question, {"text": cell}, swap=False)
    told = _plain(cell)
    if question.kind == "choices":
        return _chosen(question, told)
    if question.kind == "rating":
        whole = re.fullmatch(r"(\d+)(?:\.0+)?", told, re.ASCII)
        return read_value(question, {"rating": int(whole[1]) if whole else cell}, swap=False)
    side = next((side for side, words in _SIDES.items() if told in words), cell)
    if about["swap"].lower() not in ("true", "false"):  # Excel writes TRUE
        raise Unreadable("label_value", f"swap: {about['swap']!r:.100}")
    return read_value(question, {"selected": side}, swap=about["swap"].lower() == "true")


def _chosen(question: Question, told: str) -> str | list[str]:
    if question.several and told in _NONE:
        return []
    known = {_plain(label): value for value, label in zip(question.choices, question.labels, strict=True)}
    known |= {_plain(value): value for value in question.choices}
    # A label may hold a comma itself.
    parts = [told] if told in known or not question.several else [part.strip() for part in _CUTS.split(told)]
    values = [known.get(part, part) for part in parts if part]
    picked: str | list[str] = read_value(question, {"choices": values}, swap=False)
    return picked


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _flat(field: Any) -> str:
    """A field as text: turns one below another."""
    if isinstance(field, list):
        return "\n\n".join(f"[{turn['role']}]\n{turn['content']}" for turn in field)
    return str(field)
