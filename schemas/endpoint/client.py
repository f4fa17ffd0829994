"""Ask an OpenAI-compatible endpoint many things at once, patiently; every reply comes as soon as it is there."""

import asyncio
from collections.abc import Callable, Iterator, Sequence

from schemas.endpoint.cache import Cache, key_of
from schemas.endpoint.desk import Desk, Errand
from schemas.endpoint.exchange import Reply, Request
from schemas.endpoint.settings import Endpoint


def _silent(sentence: str) -> None:
    """Say nothing."""


_Told = tuple[Errand, Reply] | Exception


def ask(
    endpoint: Endpoint,
    requests: Sequence[Request],
    *,
    cache: Cache | None = None,
    tell: Callable[[str], None] = _silent,
    seed: int = 17,
) -> Iterator[tuple[int, Reply]]:
    """Send requests, `concurrency` at a time.

    A rate limit holds back all of them. Server errors, timeouts and broken or empty bodies are tried again;
    what fails to the end, or is refused for its own text, gives a reply with stop `error`. Nothing is sent
    while the caller doesn't ask for the next reply. Not for use inside a running event loop.

    With a cache nothing is paid for twice: replies that it holds come first, equal requests are sent once, and a new
    reply is in it before its worker turns to the next request.

    Args:
        endpoint: Who is asked.
        requests: n requests.
        cache: Replies of earlier runs, and the bill that `budget` is held against; without it, only that of this run.
        tell: Called with a sentence whenever there is something to wait for.
        seed: Of the jitter between tries.

    Yields:
        The place of a request and its reply, in the order in which they come; n of them.

    Raises:
        UserError: If no request can succeed: nothing answers, the key, model or address is wrong, the credit or the
            budget is used up, the cache can't be written, or ten requests in a row failed.
        MissingExtra: If openai isn't installed.
    """
    errands = []
    for errand in _errands(endpoint, requests, cached=cache is not None):
        known = cache.get(errand.key) if cache else None
        if known is None:
            errands.append(errand)
        else:
            yield from ((place, known) for place in errand.places)
    if not errands:
        return
    done: asyncio.Queue[_Told] = asyncio.Queue()
    with asyncio.Runner() as runner:
        desk, crew = runner.run(_start(Desk(endpoint, cache=cache, tell=tell, seed=seed), errands, done))
        try:
            missing = len(errands)
            while missing:
                for told in runner.run(_ready(done)):
                    if isinstance(told, Exception):
                        raise told
                    missing -= 1
                    yield from ((place, told[1]) for place in told[0].places)
        finally:
            runner.run(_stop(desk, crew))


def _errands(endpoint: Endpoint, requests: Sequence[Request], *, cached: bool) -> list[Errand]:
    """What to send; without a cache each request by itself."""
    if not cached:
        return [Errand([place], request, "") for place, request in enumerate(requests)]
    found: dict[str, Errand] = {}
    for place, request in enumerate(requests):
        key = key_of(endpoint, request)
        found.setdefault(key, Errand([], request, key)).places.append(place)
    return list(found.values())


async def _start(
    desk: Desk, errands: Sequence[Errand], done: asyncio.Queue[_Told]
) -> tuple[Desk, list[asyncio.Task[None]]]:
    """Open the client and set the workers to work."""
    desk.open()
    todo = iter(errands)

    async def work() -> None:
        try:
            for errand in todo:
                done.put_nowait((errand, await desk.persist(errand)))
        except Exception as fault:
            done.put_nowait(fault)

    return desk, [asyncio.create_task(work()) for _ in range(min(desk.endpoint.concurrency, len(errands)))]


async def _ready(done: asyncio.Queue[_Told]) -> list[_Told]:
    """All that has come, at least one: to enter the loop costs more than to take a reply out of it."""
    found = [await done.get()]
    while not done.empty():
        found.append(done.get_nowait())
    return found


async def _stop(desk: Desk, crew: Sequence[asyncio.Task[None]]) -> None:
    for worker in crew:
        worker.cancel()
    await asyncio.gather(*crew, return_exceptions=True)
    await desk.close()
