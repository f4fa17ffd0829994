"""Where all requests of one run are sent from: each is tried until it is answered or hopeless, and put on the bill."""

import asyncio
import random
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from typing import Any

import orjson

from schemas.endpoint.cache import Cache
from schemas.endpoint.exchange import Reply, Request, body_of, read_reply
from schemas.endpoint.faults import OWN_FAULTS, Again, Refused, nobody_there, sort_fault
from schemas.endpoint.gate import Gate
from schemas.endpoint.purse import Purse
from schemas.endpoint.settings import Endpoint, is_local, read_key
from schemas.errors import MissingExtra, UserError

_LONGEST_BACKOFF = 30.0
"""Seconds."""

_FAILED_IN_A_ROW = 10
"""Requests that fail one after the other before the endpoint counts as broken: the rest would fail too."""


_UNTOLD = ("lang", "package-version", "os", "arch", "runtime", "runtime-version")
"""Of the machine and the client, which openai adds to every request: nobody needs to know, and they take time."""


@dataclass(frozen=True)
class Errand:
    """Equal requests, sent once.

    Attributes:
        places: Where they stand among all.
        request: One of them.
        key: Of their answer in a cache.
    """

    places: list[int]
    request: Request
    key: str


@cache
def _certificates() -> ssl.SSLContext:
    """Certificates that are trusted, read once: it takes as long as a short answer."""
    import httpx2

    return httpx2.create_ssl_context()


class Desk:
    """One run's client, limits and bill.

    Args:
        endpoint: Who is asked.
        cache: Where replies and tries are kept; None keeps none.
        tell: Called with a sentence whenever there is something to wait for.
        seed: Of the jitter between tries.
    """

    def __init__(self, endpoint: Endpoint, *, cache: Cache | None, tell: Callable[[str], None], seed: int) -> None:
        self.endpoint, self.cache, self.tell, self.seed = endpoint, cache, tell, seed
        self.key = read_key(endpoint)
        self.gate = Gate(endpoint)
        self.purse = Purse(endpoint, cache.bill(endpoint) if cache else {"tokens_in": 0, "tokens_out": 0})
        self.client: Any = None

    def open(self) -> None:
        """Open a client that tries once and waits without limit: tries and deadlines are counted here."""
        try:
            import openai
        except ImportError:
            raise MissingExtra("An endpoint", package="openai", extra="augment") from None
        # openai's other transport takes a third of the time of httpx2's own.
        kind = openai.DefaultAioHttpClient if find_spec("aiohttp") else openai.DefaultAsyncHttpxClient
        # A proxy for the world must not be asked for servers of one's own network.
        http = kind(trust_env=not is_local(self.endpoint), verify=_certificates())
        untold: Any = {f"x-stainless-{name}": openai.Omit() for name in _UNTOLD}
        self.client = openai.AsyncOpenAI(
            base_url=self.endpoint.base_url,
            api_key=self.key,
            max_retries=0,
            timeout=None,
            http_client=http,
            default_headers=untold,
        )

    async def close(self) -> None:
        """Close the client."""
        await self.client.close()

    async def persist(self, errand: Errand) -> Reply:
        """Try until there is a reply or no hope."""
        jitter = random.Random(f"{self.seed} {errand.places[0]}")
        tries, failed, waited = 0, 0, 0.0
        while True:
            await self.gate.wait(errand.request)
            tries += 1
            known = await self._try(errand, tries)
            if isinstance(known, Reply):
                return known
            limited = known.name == "rate_limited"
            failed += not limited
            if known.name == "unreachable" and (not self.gate.answered or failed >= self.endpoint.attempts):
                raise nobody_there(self.endpoint, str(known))
            self.gate.answered = self.gate.answered or known.name != "unreachable"
            if isinstance(known, Refused) or failed >= self.endpoint.attempts or waited > self.endpoint.patience:
                return self._give_up(known, tries)
            pause = min(_LONGEST_BACKOFF, self.endpoint.backoff * 2 ** min(tries - 1, 10)) * jitter.uniform(0.75, 1.25)
            pause = max(pause, known.wait or 0.0)
            self.tell(f"{known}; try {tries + 1} in {pause:.1f} s")
            waited += pause * limited
            if limited or known.wait is not None:
                self.gate.shut(pause)
            else:
                await asyncio.sleep(pause)

    async def _try(self, errand: Errand, tries: int) -> Reply | Again | Refused:
        """Send once; what comes back is paid, kept and noted."""
        self.purse.take()
        reply = None
        try:
            # The client's own timeout is per read: a server that drips bytes never trips it.
            async with asyncio.timeout(self.endpoint.deadline):
                reply = replace(await self._send(errand.request), attempts=tries)
        except Exception as fault:
            known = sort_fault(fault, self.endpoint, self.key)
            self._note(errand, known.name if isinstance(known, Again | Refused) else "fatal", None)
            if isinstance(known, UserError):
                raise known from None
            return known
        finally:
            self.purse.pay(reply)
        self.gate.learn(reply)
        self.gate.answered, self.gate.failed = True, 0
        self._note(errand, "ok", reply)
        return reply

    async def _send(self, request: Request) -> Reply:
        import httpx2  # comes with openai

        body = orjson.dumps(body_of(self.endpoint, request))
        return read_reply((await self.client.post("/chat/completions", cast_to=httpx2.Response, content=body)).text)

    def _note(self, errand: Errand, outcome: str, reply: Reply | None) -> None:
        if self.cache is None:
            return
        tokens = (reply.tokens_in, reply.tokens_out) if reply else (None, None)
        if reply is not None:
            self.cache.put(errand.key, reply, model=self.endpoint.model)
        self.cache.log(errand.key, self.endpoint, outcome, tokens=tokens)

    def _give_up(self, known: Again | Refused, tries: int) -> Reply:
        """A reply without an answer; an error once too many of them came in a row."""
        if known.name not in OWN_FAULTS:
            self.gate.failed += 1
        if self.gate.failed >= _FAILED_IN_A_ROW:
            raise UserError(
                f"{self.endpoint.base_url} failed {self.gate.failed} requests in a row; the last: {known}",
                hint="look at the server's log, then run again: answers that are there are kept",
            )
        return Reply("", "error", attempts=tries, fault=str(known))
