"""Answers as data: asked for in the strictest form that a server knows, validated, and mended a few times."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from schemas.endpoint.cache import Cache, key_of
from schemas.endpoint.client import ask
from schemas.endpoint.exchange import Reply, Request
from schemas.endpoint.settings import Endpoint

REPAIRS = 2
"""Times that an unreadable answer is sent back."""

_SENT_BACK = 2000
"""Characters of an unreadable answer that are sent back."""

_SHOWN = 80
"""Characters of an unreadable answer that a fault shows."""

_PROBES = 3
"""Tries of a form where answers are kept: a server that fails now and then must not change what they are kept under."""

Kind = TypeVar("Kind", bound=BaseModel)
Talk = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Billed(Generic[Kind]):
    """What came of one request for an object, and what it cost.

    Attributes:
        found: The object; None where none could be read.
        reply: The last reply.
        key: Of the last reply in a cache.
        tokens_in: Of the prompts of all its tries; None where the server never said.
        tokens_out: Of all its answers; None where the server never said.
    """

    found: Kind | None
    reply: Reply
    key: str
    tokens_in: int | None
    tokens_out: int | None

    @property
    def fault(self) -> str:
        """Why there is no object; "" where there is one."""
        if self.found is not None:
            return ""
        return self.reply.fault or f"not_read: {' '.join(self.reply.text.split())[:_SHOWN]}"

    @property
    def whole(self) -> Reply:
        """The last reply with the tokens of all."""
        return replace(self.reply, tokens_in=self.tokens_in, tokens_out=self.tokens_out)


def ask_objects(
    endpoint: Endpoint,
    talks: Sequence[Talk],
    kind: type[Kind],
    *,
    mend: Sequence[str],
    tell: Callable[[str], None],
    seed: int,
    cache: Cache | None = None,
) -> list[Kind | Reply]:
    """Ask for one object of a kind in each conversation.

    A server that knows `json_schema` is held to it, else one that knows `json_object`; others are only asked. Which of
    them it is, the first conversation tells.

    Args:
        endpoint: Who is asked.
        talks: n conversations that end with a question.
        kind: The model of the object; its schema is what a strict server enforces.
        mend: n sentences that ask for a readable answer.
        tell: Called with a sentence whenever there is something to wait for.
        seed: Of the jitter between tries.
        cache: As for `ask`.

    Returns:
        n objects; the last reply where none could be read.

    Raises:
        UserError: If the endpoint can't be used at all.
    """
    requests = [Request(talk) for talk in talks]
    billed = dict(ask_billed(endpoint, requests, kind, mend=mend, tell=tell, seed=seed, cache=cache))
    return [told.reply if told.found is None else told.found for _, told in sorted(billed.items())]


def ask_billed(
    endpoint: Endpoint,
    requests: Sequence[Request],
    kind: type[Kind],
    *,
    mend: Sequence[str],
    tell: Callable[[str], None],
    seed: int,
    cache: Cache | None = None,
) -> Iterator[tuple[int, Billed[Kind]]]:
    """Ask for one object of a kind by each of n requests, which may have parameters and draws of their own.

    Arguments and errors are those of `ask_objects`.

    Yields:
        The place of a request and what came of it, as soon as it is settled; n of them.
    """
    if not requests:
        return
    form = _find_form(endpoint, requests[0], kind, tell=tell, seed=seed, cache=cache)
    sofar: dict[int, Billed[Kind]] = {}
    ahead = {place: _with(request, form) for place, request in enumerate(requests)}
    for tries_left in reversed(range(1 + REPAIRS)):
        places, asked = list(ahead), list(ahead.values())
        ahead = {}
        for at, reply in ask(endpoint, asked, cache=cache, tell=tell, seed=seed):
            place, request = places[at], asked[at]
            told = _billed(reply, kind, key_of(endpoint, request), sofar.pop(place, None))
            if told.found is not None or reply.stop == "error" or not tries_left:
                yield place, told
                continue
            said = {"role": "assistant", "content": reply.text[:_SENT_BACK] or "{}"}
            mended = (*request.messages, said, {"role": "user", "content": mend[place]})
            sofar[place], ahead[place] = told, replace(request, messages=mended)
        ahead = dict(sorted(ahead.items()))


def read_object(text: str, kind: type[Kind]) -> Kind | None:
    """The one object of a kind that a text holds, bare, fenced or among words; null where there is none or two differ.

    Two that differ are a model that quotes what it was shown, or one that was talked round: neither is an answer. A
    field `reason` may differ.
    """
    found = [told for item in _objects(text.rpartition("</think>")[2]) if (told := _read(item, kind))]
    distinct = {told.model_dump_json(exclude={"reason"}) for told in found}
    return found[-1] if len(distinct) == 1 else None


def _billed(reply: Reply, kind: type[Kind], key: str, before: Billed[Kind] | None) -> Billed[Kind]:
    tokens = [(reply.tokens_in, reply.tokens_out)] + ([(before.tokens_in, before.tokens_out)] if before else [])
    sums = [add_tokens(*counts) for counts in zip(*tokens, strict=True)]
    return Billed(read_object(reply.text, kind), reply, key, *sums)


def add_tokens(*counts: int | None) -> int | None:
    """The sum of the counts that are known; None if none is."""
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _find_form(
    endpoint: Endpoint,
    request: Request,
    kind: type[Kind],
    *,
    tell: Callable[[str], None],
    seed: int,
    cache: Cache | None,
) -> dict[str, Any]:
    """The strictest form that the server answers in: servers refuse, crash on or ignore what they don't know.

    The form of an answer that is in the cache stands: in another one, everything would be paid for again.
    """
    schema = {"name": kind.__name__.lower(), "strict": True, "schema": kind.model_json_schema()}
    strict = {"response_format": {"type": "json_schema", "json_schema": schema}}
    forms: list[dict[str, Any]] = [strict, {"response_format": {"type": "json_object"}}, {}]
    for form in forms:
        known = cache.get(key_of(endpoint, _with(request, form))) if cache else None
        if known and read_object(known.text, kind):
            return form
    brief = endpoint.model_copy(update={"attempts": min(_PROBES, endpoint.attempts) if cache else 1})
    for form in forms[:-1]:
        [(_, reply)] = ask(brief, [_with(request, form)], cache=cache, tell=tell, seed=seed)
        if read_object(reply.text, kind):
            return form
    return {}


def _with(request: Request, form: Mapping[str, Any]) -> Request:
    return replace(request, parameters={**request.parameters, **form})


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
