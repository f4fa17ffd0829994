"""Records as tasks for people: texts to show, what names the record, and answers to start from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson
import polars as pl

from dataprep.annotate.forms import Form
from dataprep.annotate.labelling import TASK_FIELDS, LabellingConfig, Question, check_config
from dataprep.annotate.showing import shown, unfit
from schemas.errors import UserError
from schemas.frames import records_of
from schemas.records import content_id

SUGGESTIONS = pl.Schema(
    {
        "record": pl.String(),
        "question": pl.String(),
        "value": pl.String(),
        "score": pl.Float64(),
        "model": pl.String(),
    }
)
"""What people find filled in: `value` as in `ANSWERS`, `score` 0 to 1 or null, `model` whose opinion it is."""


@dataclass(frozen=True)
class Ask:
    """What all tasks of a push share.

    Attributes:
        run: Name of the run.
        digest: Of its data artifact.
        seed: Of the sides on which answers of a pair stand.
        lang: `en` or `zh`, of what we add to the texts.
        round: Which pass over the rows it is, from 1.
    """

    run: str
    digest: str
    seed: int
    lang: str = "en"
    round: int = 1


@dataclass(frozen=True)
class Batch:
    """Tasks to push.

    Attributes:
        tasks: In the form that Label Studio imports, in the order of the rows.
        left_out: Id -> why the form can't show this row (`form_kind`, `form_no_answer`).
    """

    tasks: Sequence[dict[str, Any]]
    left_out: Mapping[str, str]


def make_tasks(
    rows: pl.DataFrame,
    form: Form,
    config: LabellingConfig,
    ask: Ask,
    *,
    suggestions: pl.DataFrame | None = None,
) -> Batch:
    """Make a task of every row.

    Args:
        rows: n rows with the columns of `FRAME`.
        form: Which texts of a row become fields.
        config: What will be asked: of the form, or one's own over its fields.
        ask: What all tasks share.
        suggestions: Schema `SUGGESTIONS`, of any records; None leaves all open.

    Returns:
        At most n tasks; those of a form that doesn't suit a row are named.

    Raises:
        UserError: If the config can't work with these fields, or a suggestion isn't an answer to it.
    """
    check_config(config, (*TASK_FIELDS, *form.fields))
    filled = _by_record(suggestions)
    tasks, left_out = [], {}
    for name, record in zip(rows["id"], records_of(rows), strict=True):
        if why := unfit(record, form.name):
            left_out[name] = why
            continue
        swap = form.name == "pair" and swapped(name, seed=ask.seed)
        texts = shown(record, form.name, swap=swap, lang=ask.lang)
        about = {"record_id": name, "content": content_id(record), "round": ask.round}
        shared = {"run": ask.run, "digest": ask.digest, "swap": swap}
        task: dict[str, Any] = {"data": {**about, **shared, **texts}}
        if name in filled:
            task["predictions"] = _predictions(filled[name], config, swap=swap)
        tasks.append(task)
    return Batch(tasks, left_out)


def swapped(record: str, *, seed: int) -> bool:
    """Whether the `chosen` of a pair stands on the right: half of all, told by a hash of seed and id."""
    return bool(blake2b(f"{seed}:{record}".encode(), digest_size=1).digest()[0] & 1)


def result_of(question: Question, value: Any, *, swap: bool) -> dict[str, Any] | None:
    """One answer in the form of Label Studio; None where nothing is marked.

    Args:
        question: What was asked.
        value: The parsed value of an answer.
        swap: Whether the answers of the pair stand on the other sides.

    Raises:
        ValueError: If it is no answer to that question.
    """
    if question.kind == "rating" and type(value) is int and 1 <= value <= question.most:
        shape: dict[str, Any] = {"rating": value}
    elif question.kind == "text" and isinstance(value, str):
        shape = {"text": [value]}
    elif question.kind == "pairwise" and value in ("a", "b", "tie"):
        if value == "tie":
            return None
        shape = {"selected": "left" if (value == "a") != swap else "right"}
    elif question.kind == "choices" and _offered(question, value):
        if value == []:
            return None
        shape = {"choices": value if isinstance(value, list) else [value]}
    else:
        raise ValueError(f"{value!r} is no answer to {question.name!r}")
    return {"from_name": question.name, "to_name": question.targets[0], "type": question.tag, "value": shape}


def _offered(question: Question, value: Any) -> bool:
    if isinstance(value, list) != question.several:
        return False
    values = value if isinstance(value, list) else [value]
    return all(isinstance(one, str) and (question.open or one in question.choices) for one in values)


def _by_record(suggestions: pl.DataFrame | None) -> dict[str, list[dict[str, Any]]]:
    filled: dict[str, list[dict[str, Any]]] = {}
    for line in suggestions.iter_rows(named=True) if suggestions is not None else ():
        filled.setdefault(line["record"], []).append(line)
    return filled


def _predictions(lines: Sequence[Mapping[str, Any]], config: LabellingConfig, *, swap: bool) -> list[dict[str, Any]]:
    """One prediction for each model; checked here, for a server drops a wrong one without a word."""
    made: dict[str, dict[str, Any]] = {}
    for line in lines:
        one = made.setdefault(line["model"], {"model_version": line["model"], "result": []})
        question = config.questions.get(line["question"])
        if question is None or not question.kind:
            raise _refused(line, f"the labelling config asks no {line['question']!r}")
        try:
            result = result_of(question, orjson.loads(line["value"]), swap=swap)
        except ValueError as fault:
            raise _refused(line, str(fault)) from None
        if line["score"] is not None:
            if not 0 <= line["score"] <= 1:
                raise _refused(line, f"a score is from 0 to 1, not {line['score']:g}")
            one["score"] = line["score"]
        one["result"] += [result] if result else []
    return [one for one in made.values() if one["result"]]


def _refused(line: Mapping[str, Any], why: str) -> UserError:
    message = f"what {line['model']} suggests for {line['record']} can't be pushed: {why}"
    return UserError(message, hint="push without suggestions, or mend them")
