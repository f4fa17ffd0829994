"""A judge's answer as data: asked for in the strictest form that the server knows, validated, mended a few times."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from evalsuite.metrics.judge.prompts import Prompt
from schemas.endpoint import Endpoint, Request, ask

REPAIRS = 2
"""Times that an unreadable answer is sent back."""

UNPARSABLE = "judge_unparsable"
FAILED = "judge_failed"


class _Decision(BaseModel):
    """Strict where a server makes a grammar of it, lenient where an answer is read."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"additionalProperties": False})
    reason: str

    @model_validator(mode="before")
    @classmethod
    def _may_say_nothing(cls, told: Any) -> Any:
        return {"reason": "", **told} if isinstance(told, dict) else told


class Grade(_Decision):
    """A grade and why."""

    score: Literal[1, 2, 3, 4, 5]

    @field_validator("score", mode="before")
    @classmethod
    def _as_number(cls, told: Any) -> Any:
        if isinstance(told, str) and (match := re.fullmatch(r"\s*([1-5])\s*(?:分|/\s*5)?\s*", told)):
            return int(match[1])
        if isinstance(told, float) and told.is_integer():
            return int(told)
        return None if isinstance(told, bool) else told  # true equals 1


class Choice(_Decision):
    """The better of two answers and why."""

    better: Literal["A", "B", "tie"]

    @field_validator("better", mode="before")
    @classmethod
    def _as_letter(cls, told: Any) -> Any:
        word = re.sub(r"^(answer|回答)", "", str(told).strip().lower()).strip()
        return {"a": "A", "b": "B", "tie": "tie", "draw": "tie", "平局": "tie", "平手": "tie"}.get(word, told)


Kind = TypeVar("Kind", bound=_Decision)


def decide(
    endpoint: Endpoint, prompts: Sequence[Prompt], kind: type[Kind], *, tell: Callable[[str], None], seed: int
) -> list[Kind | str]:
    """The judge's decision on each prompt.

    Args:
        endpoint: The judge.
        prompts: n prompts.
        kind: What is asked for.
        tell: Called with a sentence whenever there is something to wait for.
        seed: Of the jitter between tries.

    Returns:
        n decisions; `judge_unparsable` where no answer could be read, `judge_failed` where there was none.

    Raises:
        UserError: If the endpoint can't be used at all.
    """
    if not prompts:
        return []
    form = _find_form(endpoint, prompts[0], kind, tell=tell, seed=seed)
    found: dict[int, Kind | str] = {}
    talks: dict[int, tuple[Mapping[str, str], ...]] = {place: prompt.messages for place, prompt in enumerate(prompts)}
    for _ in range(1 + REPAIRS):
        places = list(talks)
        asked = [Request(talks[place], form) for place in places]
        for at, reply in ask(endpoint, asked, tell=tell, seed=seed):
            place = places[at]
            found[place] = read_decision(reply.text, kind) or (FAILED if reply.stop == "error" else UNPARSABLE)
            said = {"role": "assistant", "content": reply.text[:2000] or "{}"}
            talks[place] = (*talks[place], said, {"role": "user", "content": prompts[place].repair})
        talks = {place: talk for place, talk in talks.items() if found[place] == UNPARSABLE}
    return [found[place] for place in range(len(prompts))]


def _find_form(
    endpoint: Endpoint, prompt: Prompt, kind: type[Kind], *, tell: Callable[[str], None], seed: int
) -> dict[str, Any]:
    """The strictest form that the server answers in: servers refuse, crash on or ignore what they don't know."""
    schema = {"name": kind.__name__.lower(), "strict": True, "schema": kind.model_json_schema()}
    once = endpoint.model_copy(update={"attempts": 1})
    for form in ({"type": "json_schema", "json_schema": schema}, {"type": "json_object"}):
        request = Request(prompt.messages, {"response_format": form})
        [(_, reply)] = ask(once, [request], tell=tell, seed=seed)
        if read_decision(reply.text, kind):
            return {"response_format": form}
    return {}


def read_decision(text: str, kind: type[Kind]) -> Kind | None:
    """The one decision that a text holds, bare, fenced or among words; null where there is none or two differ.

    Two that differ are a judge that quotes the answer, or one that was talked round: neither is a decision.
    """
    found = [decision for told in _objects(text.rpartition("</think>")[2]) if (decision := _read(told, kind))]
    decisions = {decision.model_dump_json(exclude={"reason"}) for decision in found}
    return found[-1] if len(decisions) == 1 else None


def _read(told: Any, kind: type[Kind]) -> Kind | None:
    try:
        return kind.model_validate(told)
    except ValidationError:
        return None


def _objects(text: str) -> list[Any]:
    """Every JSON object in a text that stands in no other."""
    decoder, found, start = json.JSONDecoder(strict=False), [], text.find("{")
    while start >= 0:
        try:
            told, end = decoder.raw_decode(text, start)
            found.append(told)
        except (json.JSONDecodeError, RecursionError):
            end = start + 1
        start = text.find("{", end)
    return found
