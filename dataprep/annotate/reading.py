"""Tasks with annotations, from the API or an exported file, as answers; what can't be read is told, not guessed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from dataprep.annotate.answers import answer_frame
from dataprep.annotate.labelling import LabellingConfig
from dataprep.annotate.values import Unreadable, flat_value, read_value, settle_ties
from schemas.errors import InputError

REJECTS = pl.Schema(
    {
        "task": pl.Int64(),
        "record": pl.String(),
        "annotation": pl.String(),
        "annotator": pl.String(),
        "question": pl.String(),
        "reason": pl.String(),
        "detail": pl.String(),
    }
)
"""What was no answer: a whole annotation where `question` is null. `reason` has a sentence in `reasons`."""

_MAIN = ("annotation_id", "annotator")
"""Columns by which JSON-MIN is told from JSON."""


@dataclass(frozen=True)
class Reading:
    """What people said.

    Attributes:
        answers: Schema `ANSWERS`, all of them: an annotator's older answers, too (see `answers.latest`).
        rejects: Schema `REJECTS`, in the order of the tasks.
    """

    answers: pl.DataFrame
    rejects: pl.DataFrame


def read_export(path: Path, config: LabellingConfig, *, key: str = "record_id") -> Reading:
    """Read a file that Label Studio exported as JSON or JSON-MIN.

    Args:
        path: The file.
        config: The project's labelling config.
        key: The field of a task that names the record.

    Raises:
        InputError: If it can't be read, or is no such export.
    """
    hint = "in Label Studio: Export, then JSON or JSON-MIN"
    try:
        tasks = orjson.loads(path.read_bytes())
    except OSError as fault:
        raise InputError(f"{path} can't be read: {fault.strerror}", hint=hint) from None
    except orjson.JSONDecodeError as fault:
        raise InputError(f"{path} isn't JSON: {fault}", hint=hint) from None
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise InputError(f"{path} is no list of tasks", hint=hint)
    if tasks and not any("data" in task or all(name in task for name in _MAIN) for task in tasks):
        raise InputError(f"{path} is no export of Label Studio: its first item has {', '.join(tasks[0])}", hint=hint)
    return read_answers(tasks, config, key=key)


def read_answers(tasks: Sequence[Mapping[str, Any]], config: LabellingConfig, *, key: str = "record_id") -> Reading:
    """Read tasks with their annotations, or the lines of JSON-MIN; which it is is told line by line.

    Predictions and drafts are no answers. JSON-MIN keeps fields and answers on one level: a question must not have the
    name of a field. An annotation without a mark in a question where several choices may be
    ticked says that none applies, unless the question is required or was hidden.

    Args:
        tasks: As the API or an export gives them.
        config: The project's labelling config.
        key: The field of a task's data that names the record.
    """
    answers: list[dict[str, Any]] = []
    rejects: list[dict[str, Any]] = []
    for task in tasks:
        for said in _annotations(task, config):
            found, refused = _read(said, config, key)
            answers += found
            rejects += refused
    lines = [{name: line.get(name) for name in REJECTS} for line in rejects]
    return Reading(answer_frame(answers), pl.DataFrame(lines, schema=REJECTS, orient="row"))


@dataclass(frozen=True)
class _Said:
    """One annotation, from either form: `head` has what all its answers share, `results` (question, type, value)."""

    head: dict[str, Any]
    data: Mapping[str, Any]
    results: Sequence[tuple[Any, Any, Any]]
    cancelled: bool


def _annotations(task: Mapping[str, Any], config: LabellingConfig) -> Iterator[_Said]:
    data = task.get("data")
    if isinstance(data, Mapping) and "annotation_id" not in task:
        for one in task.get("annotations") or ():
            made = [item for item in one.get("result") or () if isinstance(item, Mapping)]
            results = [(item["from_name"], item.get("type"), item.get("value")) for item in made if "from_name" in item]
            name = one.get("unique_id") or one.get("id")
            head = _head(one, task.get("id"), name, one.get("completed_by"))
            yield _Said(head, data, results, bool(one.get("was_cancelled")))
    elif task.get("annotation_id") is not None:  # null is a task that nobody answered
        told = [question for name, question in config.questions.items() if name in task]
        results = [(question.name, question.tag, flat_value(question, task[question.name])) for question in told]
        head = _head(task, task.get("id"), task["annotation_id"], task.get("annotator"))
        yield _Said(head, task, results, cancelled=False)


def _head(one: Mapping[str, Any], task: Any, name: Any, annotator: Any) -> dict[str, Any]:
    seconds = one.get("lead_time")
    return {
        "annotation": str(name),
        "annotator": _who(annotator, name),
        "task": task if isinstance(task, int) else None,
        "gold": bool(one.get("ground_truth")),
        "made": _utc(one.get("created_at")),
        "updated": _utc(one.get("updated_at") or one.get("created_at")),
        "seconds": float(seconds) if isinstance(seconds, int | float) and not isinstance(seconds, bool) else None,
    }


def _who(annotator: Any, annotation: Any) -> str:
    """The annotator's id, else the name; of a deleted one the annotation's, lest two people become one."""
    if isinstance(annotator, Mapping):
        annotator = annotator.get("id") or annotator.get("email")
    return f"unknown-{annotation}" if annotator in (None, "", "None") else str(annotator)


def _utc(moment: Any) -> str | None:
    """A moment as `2026-11-26T18:30:00.000000Z`, so that texts sort as time does."""
    if not isinstance(moment, str):
        return None
    try:
        told = datetime.fromisoformat(moment)
    except ValueError:
        return None
    there = told if told.tzinfo else told.replace(tzinfo=UTC)
    return there.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _read(said: _Said, config: LabellingConfig, key: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The answers of an annotation, and what can't be read of it."""
    name = said.data.get(key)
    record = None if name is None or name == "" else str(name)
    place = {"record": record, **said.head}
    if said.cancelled:
        return [], [{**place, "reason": "label_cancelled"}]
    if record is None:
        return [], [{**place, "reason": "label_no_record", "detail": f"the task has no {key}"}]
    values, rejects = _values(said, config)
    if not values and not rejects:
        return [], [{**place, "reason": "label_empty", "detail": "no question was answered"}]
    content, round_ = said.data.get("content"), said.data.get("round")
    shared = {**place, "content": content if isinstance(content, str) else None, "round": _number(round_)}
    answers = [
        {**shared, "question": name, "kind": config.questions[name].kind, "value": orjson.dumps(value).decode()}
        for name, value in values.items()
    ]
    return answers, [{**place, **reject} for reject in rejects]


def _values(said: _Said, config: LabellingConfig) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    values: dict[str, Any] = {}
    rejects = []
    names = [name for name, _, _ in said.results]
    for name, kind, value in said.results:
        try:
            values[name] = _value(name, kind, value, said.data, config, names)
        except Unreadable as fault:
            rejects.append({"question": str(name), "reason": fault.reason, "detail": fault.detail})
    for question in config.questions.values():
        if question.several and question.optional and question.kind and question.name not in names:
            values[question.name] = []
    settle_ties(values, config)
    for question in config.questions.values():  # Label Studio can't require a side
        if question.kind == "pairwise" and values and question.name not in (*values, *names):
            told = {"reason": "label_empty", "detail": "neither side was clicked"}
            rejects.append({"question": question.name, **told})
    return values, rejects


def _value(
    name: Any, kind: Any, value: Any, data: Mapping[str, Any], config: LabellingConfig, names: Sequence[Any]
) -> Any:
    question = config.questions.get(name) if isinstance(name, str) else None
    if question is None:
        raise Unreadable("label_unknown_question", f"the labelling config asks no {name!r:.100}")
    if isinstance(kind, str) and kind.lower() != question.tag:
        raise Unreadable("label_config_changed", f"{name} was a {kind} and is a {question.tag} now")
    if not question.kind:
        raise Unreadable("label_unsupported", f"<{question.tag}> marks parts of a record, or can't be compared")
    if names.count(name) > 1:
        raise Unreadable("label_value", f"{names.count(name)} answers to one question")
    swap = _flag(data.get("swap", False)) if question.kind == "pairwise" else False
    return read_value(question, value, swap=swap)


def _flag(value: Any) -> bool:
    known = {"true": True, "1": True, "false": False, "0": False, "": False, "none": False}
    told = str(value).strip().lower()
    if told not in known:
        raise Unreadable("label_value", f"swap: {value!r:.100}")
    return known[told]


def _number(value: Any) -> int:
    """The round that a task tells; 1 where it tells none."""
    told = str(value)
    return int(told) if told.isascii() and told.isdigit() and int(told) > 0 else 1
