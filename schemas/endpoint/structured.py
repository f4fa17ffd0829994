"""Answers as data: asked for in the strictest form that a server knows, validated, and mended a few times."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from schemas.endpoint.cache import Cache
from schemas.endpoint.client import ask
from schemas.endpoint.exchange import Reply, Request
from schemas.endpoint.settings import Endpoint

REPAIRS = 2
"""Times that an unreadable answer is sent back."""

_SENT_BACK = 2000
"""Characters of an unreadable answer that are sent back."""

Kind = TypeVar("Kind", bound=BaseModel)
Talk = Sequence[Mapping[str, Any]]


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
    if not talks:
        return []
    form = _find_form(endpoint, talks[0], kind, tell=tell, seed=seed, cache=cache)
    found: dict[int, Kind | Reply] = {}
    open_talks = {place: tuple(talk) for place, talk in enumerate(talks)}
    for _ in range(1 + REPAIRS):
        places = list(open_talks)
        asked = [Request(open_talks[place], form) for place in places]
        unread: dict[int, tuple[Mapping[str, Any], ...]] = {}
        for at, reply in ask(endpoint, asked, cache=cache, tell=tell, seed=seed):
            place = places[at]
            told = read_object(reply.text, kind)
            found[place] = told or reply
            if told is None and reply.stop != "error":
                said = {"role": "assistant", "content": reply.text[:_SENT_BACK] or "{}"}
                unread[place] = (*open_talks[place], said, {"role": "user", "content": mend[place]})
        open_talks = dict(sorted(unread.items()))
    return [found[place] for place in range(len(talks))]


def read_object(text: str, kind: type[Kind]) -> Kind | None:
    """The one object of a kind that a text holds, bare, fenced or among words; null where there is none or two differ.

    Two that differ are a model that quotes what it was shown, or one that was talked round: neither is an answer. A
    field `reason` may differ.
    """
    found = [told for item in _objects(text.rpartition("</think>")[2]) if (told := _read(item, kind))]
    distinct = {told.model_dump_json(exclude={"reason"}) for told in found}
    return found[-1] if len(distinct) == 1 else None


def _find_form(
    endpoint: Endpoint,
    talk: Talk,
    kind: type[Kind],
    *,
    tell: Callable[[str], None],
    seed: int,
    cache: Cache | None,
) -> dict[str, Any]:
    """The strictest form that the server answers in: servers refuse, crash on or ignore what they don't know."""
    schema = {"name": kind.__name__.lower(), "strict": True, "schema": kind.model_json_schema()}
    once = endpoint.model_copy(update={"attempts": 1})
    for form in ({"type": "json_schema", "json_schema": schema}, {"type": "json_object"}):
        request = Request(talk, {"response_format": form})
        [(_, reply)] = ask(once, [request], cache=cache, tell=tell, seed=seed)
        if read_object(reply.text, kind):
            return {"response_format": form}
    return {}


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
