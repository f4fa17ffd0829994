"""A model reads drafts that the rules have let through: a score from 1 to 5 and a sentence why."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from dataprep.augment.examples import Example, examples_of, read_examples
from dataprep.augment.wording import words_of
from dataprep.workers import Watch, unwatched
from schemas.endpoint import Cache, Endpoint, Request
from schemas.endpoint.fence import fence_code, fenced
from schemas.endpoint.structured import ask_billed

_TASK = "judge"


class Grade(BaseModel):
    """A score and why: strict where a server makes a grammar of it, lenient where an answer is read."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"additionalProperties": False})
    reason: str
    score: Literal[1, 2, 3, 4, 5]

    @model_validator(mode="before")
    @classmethod
    def _may_say_nothing(cls, told: Any) -> Any:
        return {"reason": "", **told} if isinstance(told, dict) else told

    @field_validator("score", mode="before")
    @classmethod
    def _as_number(cls, told: Any) -> Any:
        if isinstance(told, str) and (match := re.fullmatch(r"\s*([1-5])\s*(?:分|/\s*5)?\s*", told)):
            return int(match[1])
        if isinstance(told, float) and told.is_integer():
            return int(told)
        return None if isinstance(told, bool) else told  # true equals 1


def judge_drafts(
    endpoint: Endpoint,
    drafts: pl.DataFrame,
    seeds: pl.DataFrame,
    *,
    cache: Cache,
    tell: Callable[[str], None],
    seed: int,
    watch: Watch = unwatched,
) -> pl.DataFrame:
    """Let a model score drafts: whether a rewrite still is the same, whether a new question is well answered.

    Args:
        endpoint: The judge; it is asked at temperature 0, unless its own is null.
        drafts: n drafts of schema `DRAFTS` that have their texts.
        seeds: Rows of schema `FRAME`: those that new questions were shown.
        cache: Keeps what was paid for.
        tell: Called with a sentence whenever there is something to wait for.
        seed: Of the fences around the texts, and of the jitter between tries.
        watch: Told of every answer that comes.

    Returns:
        n lines in the drafts' order: `score` (Int64, 1 to 5; null where none could be read), `reason` (the judge's, or
        the fault).

    Raises:
        UserError: If the endpoint can't be used at all, or its budget is spent.
    """
    known, lines = read_examples(seeds), drafts.to_dicts()
    parameters = {"temperature": 0.0} if endpoint.temperature else {}
    requests = [_request(line, examples_of(line["seeds"], known), parameters, seed) for line in lines]
    mend = [words_of(_TASK, line["language"])["mend"].strip() for line in lines]
    heard = watch("the judge", len(requests), endpoint.price)
    grades: list[tuple[int | None, str]] = [(None, "")] * len(lines)
    for place, told in ask_billed(endpoint, requests, Grade, mend=mend, tell=tell, seed=seed, cache=cache):
        grades[place] = (told.found.score, told.found.reason.strip()) if told.found else (None, told.fault)
        heard(told.whole)
    return pl.DataFrame(grades, schema={"score": pl.Int64, "reason": pl.String}, orient="row")


def _request(line: Mapping[str, Any], seeds: Sequence[Example], parameters: Mapping[str, Any], seed: int) -> Request:
    told = words_of(_TASK, line["language"])
    kind, texts = _texts(line, seeds, told["labels"])
    code = fence_code([text for _, text in texts], seed=seed)
    shown = [fenced(label, text, code) for label, text in texts]
    asked = "\n\n".join([told["marks"].format(code=code), *shown, told["form"].strip()])
    orders = f"{told['system'].strip()}\n\n{told[kind].strip()}"
    return Request(({"role": "system", "content": orders}, {"role": "user", "content": asked}), parameters)


def _texts(
    line: Mapping[str, Any], seeds: Sequence[Example], labels: Mapping[str, str]
) -> tuple[Literal["new", "prompt", "answer", "both"], list[tuple[str, str]]]:
    """What is judged, and the labelled texts that are shown."""
    if line["origin"] == "self_instruct":
        examples = [
            (labels[name].format(number=number), text)
            for number, seed in enumerate(seeds, 1)
            for name, text in (("seed_question", seed.question), ("seed_answer", seed.answer))
            if text
        ]
        made = [(labels[f"new_{name}"], line[f"{part}_after"] or "") for name, part in _PARTS.items()]
        return "new", [*examples, *made]
    changed = [part for part in _PARTS.values() if line[f"{part}_after"] is not None]
    texts = [(labels[name], line[name] or "") for part in changed for name in (f"{part}_before", f"{part}_after")]
    return ("both" if len(changed) == 2 else "answer" if changed == ["answer"] else "prompt"), texts


_PARTS = {"question": "prompt", "answer": "answer"}
