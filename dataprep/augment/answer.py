"""New questions in the style of some rows, each with an answer in their manner (self-instruct, Wang et al. 2023)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import polars as pl
from pydantic import BaseModel, ConfigDict, field_validator

from dataprep.augment.drafts import DRAFTS
from dataprep.augment.examples import Example, examples_of, read_examples
from dataprep.augment.rewriters import drawn
from dataprep.augment.wording import version_of, words_of
from dataprep.workers import Watch, unwatched
from schemas.endpoint import Cache, Endpoint, Reply, Request, ask, key_of
from schemas.endpoint.fence import fence_code, fenced
from schemas.endpoint.structured import add_tokens, ask_billed

_TASK = "answer"
_COLUMNS = (
    *("number", "prompt_after", "answer_after", "finish", "fault"),
    *("key", "model", "prompt_version", "tokens_in", "tokens_out"),
)


class Question(BaseModel):
    """One new question."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"additionalProperties": False})
    question: str

    @field_validator("question")
    @classmethod
    def _says_something(cls, told: str) -> str:
        if not told.strip():
            raise ValueError("no question")
        return told.strip()


@dataclass(frozen=True)
class _Draft:
    """What came of one plan; names as in `DRAFTS`."""

    prompt_after: str | None = None
    answer_after: str | None = None
    finish: str = "error"
    fault: str = ""
    key: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None


def invent(
    endpoint: Endpoint,
    plans: pl.DataFrame,
    seeds: pl.DataFrame,
    *,
    cache: Cache,
    tell: Callable[[str], None],
    seed: int,
    watch: Watch = unwatched,
) -> pl.DataFrame:
    """Let a model ask one new question for each plan, and answer it.

    Args:
        endpoint: The model.
        plans: n plans of schema `PLAN`.
        seeds: The rows that they name, of schema `FRAME`.
        cache: Keeps what was paid for.
        tell: Called with a sentence whenever there is something to wait for.
        seed: Of the draws, and of the jitter between tries.
        watch: Told of every answer that comes.

    Returns:
        n lines in the plans' order: `number, prompt_after, answer_after, finish, fault, key, model, prompt_version,
        tokens_in, tokens_out`, typed as in `DRAFTS`; nothing is accepted yet. Texts that didn't come are null; tokens
        are those of all requests of a plan, null where the server says none.

    Raises:
        UserError: If the endpoint can't be used at all, or its budget is spent.
    """
    shown = _shown(plans, seeds)
    drafts = _ask_questions(endpoint, plans, shown, cache=cache, tell=tell, seed=seed, watch=watch)
    requests = _to_answer(drafts, shown, plans["sample"])
    sent = {place: drawn(endpoint, request, seed) for place, request in requests.items()}
    heard, places = watch("answers to new questions", len(sent), endpoint.price), list(sent)
    for at, reply in ask(endpoint, list(sent.values()), cache=cache, tell=tell, seed=seed):
        place = places[at]
        drafts[place] = _answered(drafts[place], reply, key_of(endpoint, sent[place]))
        heard(reply)
    lines = [asdict(draft) for draft in drafts]
    table = pl.DataFrame(lines, schema={name: DRAFTS[name] for name in _Draft.__annotations__})
    return table.with_columns(
        plans["number"], model=pl.lit(endpoint.model), prompt_version=pl.lit(version_of(_TASK))
    ).select(_COLUMNS)


def questions(plans: pl.DataFrame, seeds: pl.DataFrame) -> list[Request]:
    """What is asked first for each plan whose seeds ask something; their answers are asked as often again.

    Args:
        plans: Schema `PLAN`.
        seeds: Schema `FRAME`.
    """
    return [request for _, request in _questions(plans, _shown(plans, seeds))]


def _shown(plans: pl.DataFrame, seeds: pl.DataFrame) -> list[list[Example]]:
    known = read_examples(seeds)
    return [examples_of(ids, known) for ids in plans["seeds"].to_list()]


def _questions(plans: pl.DataFrame, shown: Sequence[Sequence[Example]]) -> Iterator[tuple[int, Request]]:
    for place, (language, sample, seeds) in enumerate(zip(plans["language"], plans["sample"], shown, strict=True)):
        if seeds:
            yield place, _question([seed.question for seed in seeds], language, sample)


def _question(shown: Sequence[str], language: str, sample: int) -> Request:
    told, code = words_of(_TASK, language), fence_code(shown, seed=0)
    fences = [fenced(told["mark"], text, code) for text in shown]
    asked = "\n\n".join([told["ask"].format(count=len(shown)), *fences, told["form"].strip()])
    return Request(
        ({"role": "system", "content": told["system"].strip()}, {"role": "user", "content": asked}), sample=sample
    )


def _ask_questions(
    endpoint: Endpoint,
    plans: pl.DataFrame,
    shown: Sequence[Sequence[Example]],
    *,
    cache: Cache,
    tell: Callable[[str], None],
    seed: int,
    watch: Watch,
) -> list[_Draft]:
    requests = {place: drawn(endpoint, request, seed) for place, request in _questions(plans, shown)}
    mend = [words_of(_TASK, plans["language"][place])["mend"].strip() for place in requests]
    heard = watch("new questions", len(requests), endpoint.price)
    drafts, places = [_Draft(fault="no_seed: none of its rows asks anything")] * plans.height, list(requests)
    billed = ask_billed(endpoint, list(requests.values()), Question, mend=mend, tell=tell, seed=seed, cache=cache)
    for at, told in billed:
        question = told.found.question if told.found else None
        drafts[places[at]] = _Draft(question, None, "error", told.fault, told.key, told.tokens_in, told.tokens_out)
        heard(told.whole)
    return drafts


def _to_answer(drafts: Sequence[_Draft], shown: Sequence[Sequence[Example]], samples: pl.Series) -> dict[int, Request]:
    """The questions that came, each asked as the first seed's assistant is asked, by place.

    The seeds stand before it as earlier turns, the first one nearest: a model takes manner and length from what it
    seems to have said itself. SmolLM2-135M answered 6 of 6 questions so as its four examples were answered; with the
    same examples told in words, 0 of 6: it went on with the examples or fell into a loop.
    """
    requests = {}
    for place, (draft, seeds, sample) in enumerate(zip(drafts, shown, samples, strict=True)):
        if draft.prompt_after is None:
            continue
        said = [turn for seed in reversed(seeds) if seed.answer for turn in _turns(seed.question, seed.answer)]
        orders = [{"role": "system", "content": seeds[0].system}] if seeds[0].system else []
        requests[place] = Request((*orders, *said, {"role": "user", "content": draft.prompt_after}), sample=sample)
    return requests


def _turns(question: str, answer: str) -> tuple[dict[str, str], dict[str, str]]:
    return {"role": "user", "content": question}, {"role": "assistant", "content": answer}


def _answered(draft: _Draft, reply: Reply, key: str) -> _Draft:
    text = None if reply.stop == "error" else reply.text.rpartition("</think>")[2].strip()
    return replace(
        draft,
        answer_after=text,
        finish="stop" if reply.stop == "eos" else reply.stop,
        fault=reply.fault,
        key=key,
        tokens_in=add_tokens(draft.tokens_in, reply.tokens_in),
        tokens_out=add_tokens(draft.tokens_out, reply.tokens_out),
    )
