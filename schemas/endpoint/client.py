"""Ask an OpenAI-compatible endpoint many things at once, patiently; every reply comes as soon as it is there."""

import asyncio
import random
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

from schemas.endpoint.exchange import Reply, Request, body_of, read_reply
from schemas.endpoint.faults import OWN_FAULTS, Again, Refused, nobody_there, sort_fault
from schemas.endpoint.settings import Endpoint, is_local, read_key
from schemas.errors import MissingExtra, UserError

_LONGEST_BACKOFF = 30.0
"""Seconds."""

_FAILED_IN_A_ROW = 10
"""Requests that fail one after the other before the endpoint counts as broken: the rest would fail too."""

_Told = tuple[int, Reply] | Exception


def _silent(sentence: str) -> None:
    """Say nothing."""


class _Gate:
    """What all requests of one run share: when the next may start, and how it has gone so far."""

    def __init__(self) -> None:
        self.until = 0.0
        self.answered = False
        self.failed = 0

    async def wait(self) -> None:
        while (left := self.until - time.monotonic()) > 0:
            await asyncio.sleep(left)

    def shut(self, seconds: float) -> None:
        self.until = max(self.until, time.monotonic() + seconds)


def ask(
    endpoint: Endpoint, requests: Sequence[Request], *, tell: Callable[[str], None] = _silent, seed: int = 17
) -> Iterator[tuple[int, Reply]]:
    """Send requests, `concurrency` at a time.

    A rate limit holds back all of them. Server errors, timeouts and broken or empty bodies are tried again;
    what fails to the end, or is refused for its own text, gives a reply with stop `error`. Nothing is sent
    while the caller doesn't ask for the next reply. Not for use inside a running event loop.

    Args:
        endpoint: Who is asked.
        requests: n requests.
        tell: Called with a sentence whenever there is something to wait for.
        seed: Of the jitter between tries.

    Yields:
        The place of a request and its reply, in the order in which they come; n of them.

    Raises:
        UserError: If no request can succeed: nothing answers, the key, model or address is wrong, the
            credit is used up, or ten requests in a row failed.
        MissingExtra: If openai isn't installed.
    """
    if not requests:
        return
    done: asyncio.Queue[_Told] = asyncio.Queue()
    with asyncio.Runner() as runner:
        client, crew = runner.run(_start(endpoint, requests, done, tell, seed))
        try:
            for _ in requests:
                told = runner.run(done.get())
                if isinstance(told, Exception):
                    raise told
                yield told
        finally:
            runner.run(_stop(client, crew))


async def _start(
    endpoint: Endpoint, requests: Sequence[Request], done: asyncio.Queue[_Told], tell: Callable[[str], None], seed: int
) -> tuple[Any, list[asyncio.Task[None]]]:
    """Open the client and set the workers to work."""
    key = read_key(endpoint)
    client = _open(endpoint, key)
    import httpx2  # comes with openai

    gate, todo = _Gate(), iter(enumerate(requests))

    async def send(request: Request) -> Reply:
        body = body_of(endpoint, request)
        return read_reply((await client.post("/chat/completions", cast_to=httpx2.Response, body=body)).text)

    async def work() -> None:
        try:
            for place, request in todo:
                jitter = random.Random(f"{seed} {place}")
                done.put_nowait((place, await _persist(partial(send, request), endpoint, key, gate, jitter, tell)))
        except Exception as fault:
            done.put_nowait(fault)

    return client, [asyncio.create_task(work()) for _ in range(min(endpoint.concurrency, len(requests)))]


async def _stop(client: Any, crew: Sequence[asyncio.Task[None]]) -> None:
    for worker in crew:
        worker.cancel()
    await asyncio.gather(*crew, return_exceptions=True)
    await client.close()


def _open(endpoint: Endpoint, key: str) -> Any:
    """A client that tries once and waits without limit: tries and deadlines are counted here."""
    try:
        import openai
    except ImportError:
        raise MissingExtra("An endpoint", package="openai", extra="augment") from None

    # A proxy for the world must not be asked for servers of one's own network.
    http = openai.DefaultAsyncHttpxClient(trust_env=not is_local(endpoint), verify=_certificates())
    return openai.AsyncOpenAI(base_url=endpoint.base_url, api_key=key, max_retries=0, timeout=None, http_client=http)


@cache
def _certificates() -> ssl.SSLContext:
    """Certificates that are trusted, read once: it takes as long as a short answer."""
    import httpx2

    return httpx2.create_ssl_context()


async def _persist(
    send: Callable[[], Awaitable[Reply]],
    endpoint: Endpoint,
    key: str,
    gate: _Gate,
    jitter: random.Random,
    tell: Callable[[str], None],
) -> Reply:
    """Try until there is a reply or no hope."""
    tries, failed, waited = 0, 0, 0.0
    while True:
        await gate.wait()
        tries += 1
        try:
            # The client's own timeout is per read: a server that drips bytes never trips it.
            async with asyncio.timeout(endpoint.deadline):
                reply = await send()
            gate.answered, gate.failed = True, 0
            return replace(reply, attempts=tries)
        except Exception as fault:
            known = sort_fault(fault, endpoint, key)
        if isinstance(known, UserError):
            raise known
        limited, absent = known.name == "rate_limited", known.name == "unreachable"
        failed += not limited
        if absent and (not gate.answered or failed >= endpoint.attempts):
            raise nobody_there(endpoint, str(known))
        gate.answered = gate.answered or not absent
        if isinstance(known, Refused) or failed >= endpoint.attempts or waited > endpoint.patience:
            return _give_up(known, tries, endpoint, gate)
        pause = min(_LONGEST_BACKOFF, endpoint.backoff * 2 ** min(tries - 1, 10)) * jitter.uniform(0.75, 1.25)
        pause = max(pause, known.wait or 0.0)
        tell(f"{known}; try {tries + 1} in {pause:.1f} s")
        waited += pause * limited
        if limited or known.wait is not None:
            gate.shut(pause)
        else:
            await asyncio.sleep(pause)


def _give_up(known: Again | Refused, tries: int, endpoint: Endpoint, gate: _Gate) -> Reply:
    """A reply without an answer; an error once too many of them came in a row."""
    if known.name not in OWN_FAULTS:
        gate.failed += 1
    if gate.failed >= _FAILED_IN_A_ROW:
        raise UserError(
            f"{endpoint.base_url} failed {gate.failed} requests in a row; the last: {known}",
            hint="look at the server's log, then run again: answers that are there are kept",
        )
    return Reply("", "error", attempts=tries, fault=str(known))
