"""An OpenAI-compatible endpoint without a model: rewrites that its text alone decides, latency, faults, and a bill.

python -m benchmarks.fake_endpoint [--port 0] [--latency 0.2] [--faults 0.27] [--filtered 0] [--bad 0.1]
prints its address, such as http://127.0.0.1:40123/v1; GET /stats tells what was asked and what was paid for.
"""

import argparse
import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from benchmarks.fake_rewrites import answer

FAULTS = ("429", "429 wait", "500", "503 html", "hang", "drip", "drop", "cut", "no choices", "text")
"""Faults that another try may not meet; the `content_filter` meets its text every time."""

_IN_A_ROW = 2
"""Faults that one body meets at most one after the other: five tries are always enough."""


@dataclass
class Counts:
    """What was asked so far; the keys are digests of bodies."""

    calls: Counter[str] = field(default_factory=Counter)
    paid: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    in_a_row: Counter[str] = field(default_factory=Counter)
    busy: int = 0
    busiest: int = 0

    def told(self) -> dict[str, Any]:
        """What `/stats` tells.

        `paid` are calls that no passing fault met, whether the client waits for them or not; `paid_again` those beyond
        the first for the same body.
        """
        return {
            "calls": self.calls.total(),
            "bodies": len(self.calls),
            "most_calls": max(self.calls.values(), default=0),
            "paid": self.paid.total(),
            "paid_again": self.paid.total() - len(self.paid),
            "busiest": self.busiest,
            "faults": dict(sorted(self.faults.items())),
        }


def share(*parts: object) -> float:
    """A number in [0, 1) that depends on the parts alone."""
    digest = hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def find_fault(counts: Counts, digest: str, *, faults: float, filtered: float) -> str | None:
    """The fault of this call: it depends on the body and on how often it came, not on the time."""
    if share("filter", digest) < filtered:
        return "content_filter"
    drawn = share("fault", digest, counts.calls[digest])
    if drawn >= faults or counts.in_a_row[digest] >= _IN_A_ROW:
        counts.in_a_row[digest] = 0
        return None
    counts.in_a_row[digest] += 1
    return FAULTS[int(drawn / faults * len(FAULTS))]


def completion(text: str, finish: str = "stop") -> bytes:
    """The body of an answer; tokens are counted as one for three bytes."""
    message = {"role": "assistant", "content": text}
    tokens = len(text.encode()) // 3 + 1
    usage = {"prompt_tokens": 100, "completion_tokens": tokens, "total_tokens": 100 + tokens}
    choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
    told = {"id": "chatcmpl-0", "object": "chat.completion", "created": 0, "model": "fake"}
    return orjson.dumps({**told, "choices": [choice], "usage": usage})


async def _fail(request: web.Request, fault: str) -> web.StreamResponse:
    if fault.startswith("429"):
        wait = {"retry-after": "0.3"} if fault == "429 wait" else {}
        error = {"error": {"message": "Rate limit reached", "code": "rate_limit_exceeded"}}
        return web.json_response(error, status=429, headers=wait)
    if fault == "500":
        return web.json_response({"error": {"message": "boom", "type": "server_error"}}, status=500)
    if fault == "503 html":
        return web.Response(text="<html>busy</html>", status=503, content_type="text/html")
    if fault == "hang":
        await asyncio.sleep(3600)
    if fault in {"drip", "cut"}:
        head = {"content-type": "application/json", "content-length": "10000"}
        stream = web.StreamResponse(headers=head)
        await stream.prepare(request)
        await stream.write(completion("never whole")[:60])
        while fault == "drip":
            await asyncio.sleep(0.2)
            await stream.write(b" ")
    if fault in {"drop", "cut"} and request.transport is not None:
        request.transport.abort()
    if fault == "no choices":
        return web.json_response({"choices": []})
    return web.Response(text="hello", content_type="text/plain")


def _chat(counts: Counts, options: argparse.Namespace) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def chat(request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        digest = hashlib.blake2b(raw, digest_size=8).hexdigest()
        fault = find_fault(counts, digest, faults=options.faults, filtered=options.filtered)
        counts.calls[digest] += 1
        counts.faults.update([fault] if fault else [])
        counts.paid.update([digest] if fault in {None, "content_filter"} else [])
        counts.busy += 1
        counts.busiest = max(counts.busiest, counts.busy)
        try:
            await asyncio.sleep(options.latency)
            if fault and fault != "content_filter":
                return await _fail(request, fault)
            body = orjson.loads(raw)
            told = completion("", fault) if fault else completion(answer(body, bad=share("bad", digest) < options.bad))
            return web.Response(body=told, content_type="application/json")
        finally:
            counts.busy -= 1

    return chat


async def serve(options: argparse.Namespace) -> None:
    """Serve until the process is killed."""
    counts, app = Counts(), web.Application()
    app.router.add_post("/v1/chat/completions", _chat(counts, options))

    async def stats(request: web.Request) -> web.Response:
        return web.json_response(counts.told())

    app.router.add_get("/stats", stats)
    # Cancelled handlers let a hang end with its client.
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", options.port, backlog=1024)
    await site.start()
    port = runner.addresses[0][1]
    print(f"http://127.0.0.1:{port}/v1", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.2, help="seconds before every answer and every fault")
    parser.add_argument("--faults", type=float, default=0.0, help="share of calls that meet a passing fault")
    parser.add_argument("--filtered", type=float, default=0.0, help="share of texts that the content filter takes")
    parser.add_argument("--bad", type=float, default=0.0, help="share of texts that get a bad rewrite")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
