"""Embeddings from an OpenAI-compatible endpoint."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson

from dataprep.embeddings.embedder import Embedder, Vectors
from schemas.endpoint import Endpoint
from schemas.endpoint.faults import Again, nobody_there, sort_fault
from schemas.endpoint.settings import is_local, read_key
from schemas.errors import MissingExtra, UserError

_AT_ONCE = 4


def open_endpoint(base_url: str, model: str, *, key_env: str | None, backoff: float = 0.5) -> Embedder:
    """An embedder that asks a server, four batches at a time, and again where it failed.

    Args:
        base_url: Up to and with `/v1`.
        model: The name under which it is served.
        key_env: Environment variable with the key; null as for every endpoint.
        backoff: Seconds before the second try; they double.

    Raises:
        UserError: For an address that is none, or a key that is missing.
        MissingExtra: If openai is absent.
    """
    try:
        endpoint = Endpoint(base_url=base_url, model=model, key_env=key_env, backoff=backoff)
    except ValueError:
        hint = "an address such as http://127.0.0.1:8000/v1"
        raise UserError(f"the embedding endpoint {base_url!r} is no address", hint=hint) from None
    key = read_key(endpoint)
    try:
        import httpx2  # comes with openai
        import openai
    except ImportError:
        raise MissingExtra("An endpoint", package="openai", extra="augment") from None
    http = openai.DefaultHttpxClient(trust_env=not is_local(endpoint))  # no proxy for servers of one's own network
    client = openai.OpenAI(
        base_url=endpoint.base_url, api_key=key, max_retries=0, timeout=endpoint.deadline, http_client=http
    )

    def send(texts: Sequence[str]) -> Vectors:
        body = {"model": model, "input": list(texts), "encoding_format": "float"}
        return _vectors(client.post("/embeddings", cast_to=httpx2.Response, body=body).text, len(texts))

    def embed(texts: Sequence[str]) -> Vectors:
        tries = 1
        while True:
            try:
                return send(texts)
            except Exception as fault:
                known = sort_fault(fault, endpoint, key)
            pause = _pause(known, tries, endpoint)
            tries += 1
            time.sleep(pause)

    return Embedder(f"{endpoint.base_url} {model}", embed, at_once=_AT_ONCE)


def _pause(known: Exception, tries: int, endpoint: Endpoint) -> float:
    """Seconds before the next try.

    Raises:
        UserError: If there is no next one.
    """
    if isinstance(known, UserError):
        raise known
    if isinstance(known, Again) and known.name == "unreachable":
        raise nobody_there(endpoint, str(known))
    if not isinstance(known, Again) or tries >= endpoint.attempts:
        raise UserError(
            f"{endpoint.base_url} can't embed these rows: {known}",
            hint="look at the server's log, then run again: vectors that are there are kept",
        )
    return max(known.wait or 0.0, endpoint.backoff * 2.0 ** (tries - 1))


def _vectors(body: str, count: int) -> Vectors:
    """The vectors of a reply, in the order of the texts.

    Raises:
        Again: If the body is broken or doesn't hold them all.
    """
    try:
        told: list[Any] = sorted(orjson.loads(body)["data"], key=lambda line: int(line["index"]))
        vectors = np.array([line["embedding"] for line in told], np.float32)
    except (ValueError, KeyError, TypeError):
        raise Again("bad_body", body[:200]) from None
    if vectors.ndim != 2 or len(vectors) != count or not np.isfinite(vectors).all():
        raise Again("bad_body", f"{len(told)} vectors for {count} texts")
    return vectors
