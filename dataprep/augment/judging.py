"""A model reads drafts that the rules have let through: a score from 1 to 5 and a sentence why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import polars as pl

from dataprep.augment.examples import Example, examples_of, read_examples
from dataprep.augment.wording import words_of
from dataprep.workers import Watch, unwatched
from schemas.endpoint import Cache, Endpoint, Request
from schemas.endpoint.fence import fence_code, fenced
from schemas.endpoint.grade import Grade
from schemas.endpoint.structured import ask_billed

_TASK = "judge"

GRADES = pl.Schema({"score": pl.Int64(), "reason": pl.String(), "judge_in": pl.Int64(), "judge_out": pl.Int64()})
_PARTS = {"question": "prompt", "answer": "answer"}


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
        the fault), `judge_in` and `judge_out` (tokens; null where the server says none).

    Raises:
        UserError: If the endpoint can't be used at all, or its budget is spent.
    """
    parameters = {"temperature": 0.0} if endpoint.temperature else {}
    asked = [replace(request, parameters=parameters) for request in requests(drafts, seeds, seed)]
    mend = [words_of(_TASK, language)["mend"].strip() for language in drafts["language"]]
    heard = watch("the judge", len(asked), endpoint.price)
    grades: list[tuple[int | None, str]] = [(None, "")] * len(asked)
    for place, told in ask_billed(endpoint, asked, Grade, mend=mend, tell=tell, seed=seed, cache=cache):
        said = (told.found.score, told.found.reason.strip()) if told.found else (None, told.fault)
        grades[place] = (*said, told.tokens_in, told.tokens_out)
        heard(told.whole)
    return pl.DataFrame(grades, schema=GRADES, orient="row")


def requests(drafts: pl.DataFrame, seeds: pl.DataFrame, seed: int) -> list[Request]:
    """What a judge is asked of each draft.

    Args:
        drafts: n drafts of schema `DRAFTS`; or, for an estimate, plans with the `_before` of their parents, which stand
            for the texts that aren't there yet.
        seeds: Rows of schema `FRAME`.
        seed: Of the fences.
    """
    known, planned = read_examples(seeds), "prompt_after" not in drafts.columns
    lines = [_foreseen(line) if planned else line for line in drafts.iter_rows(named=True)]
    return [_request(line, examples_of(line["seeds"], known), seed) for line in lines]


def _foreseen(line: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {part: line[f"{part}_before"] if line["target"] in {part, "both"} else None for part in _PARTS.values()}
    return {**line, **{f"{part}_after": text for part, text in wanted.items()}}


def _request(line: Mapping[str, Any], seeds: Sequence[Example], seed: int) -> Request:
    told = words_of(_TASK, line["language"])
    kind, texts = _texts(line, seeds, told["labels"])
    code = fence_code([text for _, text in texts], seed=seed)
    shown = [fenced(label, text, code) for label, text in texts]
    asked = "\n\n".join([told["marks"].format(code=code), *shown, told["form"].strip()])
    orders = f"{told['system'].strip()}\n\n{told[kind].strip()}"
    return Request(({"role": "system", "content": orders}, {"role": "user", "content": asked}))


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
