"""What all requests of one run share: when the next may start, and how it has gone so far."""

import asyncio
import time

from schemas.endpoint.exchange import Reply, Request
from schemas.endpoint.settings import Endpoint
from schemas.text.tokens import guess_tokens

_MINUTE = 60.0


class Gate:
    """Starts requests no faster than the endpoint's limits and its answers allow.

    Args:
        endpoint: Its `requests_per_minute` and `tokens_per_minute`.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.answered = False
        self.failed = 0
        self._until = 0.0
        self._next = 0.0
        self._tokens, self._replies = 0, 0

    async def wait(self, request: Request) -> None:
        """Wait for the request's turn."""
        start = max(time.monotonic(), self._next)
        self._next = start + self._pace(request)
        while (left := max(start, self._until) - time.monotonic()) > 0:
            await asyncio.sleep(left)

    def shut(self, seconds: float) -> None:
        """Let no request start for so long: one that was told to wait speaks for all."""
        self._until = max(self._until, time.monotonic() + seconds)

    def learn(self, reply: Reply) -> None:
        """Take a reply's tokens into the guess at the next ones."""
        self._tokens += (reply.tokens_in or 0) + (reply.tokens_out or 0)
        self._replies += 1

    def _pace(self, request: Request) -> float:
        """Seconds until the next request may start after this one."""
        requests, tokens = self.endpoint.requests_per_minute, self.endpoint.tokens_per_minute
        pause = _MINUTE / requests if requests else 0.0
        return max(pause, _MINUTE * self._expected(request) / tokens) if tokens else pause

    def _expected(self, request: Request) -> float:
        if self._tokens:
            return self._tokens / self._replies
        said = sum(guess_tokens(str(message.get("content") or "")) for message in request.messages)
        return said + (self.endpoint.max_tokens or 0)
