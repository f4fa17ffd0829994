"""An OpenAI-compatible server on 127.0.0.1 that answers as it is told, faults included."""

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from schemas.endpoint import Endpoint

Answer = Callable[[dict[str, Any]], str]

FENCED = re.compile(r"<([^<>]+) ([0-9a-f]{12})>\n(.*?)\n</\1 \2>", re.DOTALL)
"""Material of a prompt: its label, its code, its text."""

STATUSES: dict[str, tuple[int, str, str]] = {
    "400": (400, "invalid_request_error", "Unrecognized request argument supplied: top_k"),
    "context": (400, "context_length_exceeded", "This model's maximum context length is 2048 tokens"),
    "filter400": (400, "content_filter", "The response was filtered"),
    "401": (401, "invalid_api_key", "Incorrect API key provided: KEY"),
    "402": (402, "insufficient_balance", "Insufficient Balance"),
    "403": (403, "forbidden", "no access"),
    "404": (404, "model_not_found", "The model `m` does not exist"),
    "429": (429, "rate_limit_exceeded", "Rate limit reached"),
    "quota": (429, "insufficient_quota", "You exceeded your current quota"),
    "500": (500, "server_error", "boom KEY"),
    "503": (503, "overloaded", "busy"),
}


class Server(ThreadingHTTPServer):
    """Faults are taken from `plan`, one for each request; when it is used up, `answer` is asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, plan: Sequence[str], answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.plan, self.answer = list(plan), answer
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.lock, self.over = threading.Lock(), threading.Event()
        self.busy = self.busiest = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no matter here."""


@contextmanager
def serve(plan: Sequence[str] = (), answer: Answer = lambda body: "fine") -> Iterator[Server]:
    server = Server(plan, answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()


def at(url: str, **settings: Any) -> Endpoint:
    """An endpoint that is asked one thing at a time, once."""
    return Endpoint(base_url=url, model="m", **{"backoff": 0.001, "concurrency": 1, "attempts": 1, **settings})


def shown(body: dict[str, Any]) -> dict[str, str]:
    """Label -> text of the material in a prompt."""
    return {label: text for label, _, text in FENCED.findall(body["messages"][1]["content"])}


def completion(content: str | None, finish: str | None = "stop", **message: Any) -> dict[str, Any]:
    return {
        "object": "chat.completion",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": content, **message}, "finish_reason": finish}
        ],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5},
    }


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def log_message(self, *told: Any) -> None: ...

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.server.over.is_set():  # a connection that was kept alive
            self.close_connection = True
            return
        with self.server.lock:
            self.server.bodies.append(body)
            self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
            fault = self.server.plan.pop(0) if self.server.plan else "ok"
            self.server.busy += 1
            self.server.busiest = max(self.server.busiest, self.server.busy)
        try:
            self._answer(fault, body)
        finally:
            with self.server.lock:
                self.server.busy -= 1

    def _answer(self, fault: str, body: dict[str, Any]) -> None:
        kind, _, argument = fault.partition(":")
        if kind == "hang":
            self.server.over.wait(5)
        elif kind == "drip":  # a byte now and then: no single read takes long
            self._head(200, 10_000)
            while not self.server.over.wait(0.02):
                self.wfile.write(b" ")
                self.wfile.flush()
        elif kind == "drop":
            self.close_connection = True
        elif kind == "cut":
            self._head(200, 10_000)
            self.wfile.write(json.dumps(completion("never whole")).encode()[:60])
            self.close_connection = True
        elif kind in STATUSES:
            status, code, message = STATUSES[kind]
            said = message.replace("KEY", self.headers["authorization"].removeprefix("Bearer "))
            self._send(status, json.dumps({"error": {"message": said, "code": code}}), argument)
        else:
            self._send(200, self._body(kind, body))

    def _body(self, kind: str, body: dict[str, Any]) -> str:
        told = {
            "badjson": '{"choices": [',
            "text": "hello",
            "list": "[]",
            "html": "<html>busy</html>",
            "nochoices": json.dumps({"choices": []}),
            "error200": json.dumps({"error": {"message": "overloaded"}}),
            "none": json.dumps(completion(None)),
            "length": json.dumps(completion("cut sho", "length")),
            "thoughts": json.dumps(completion(None, "length")),
            "filter": json.dumps(completion("", "content_filter")),
            "tools": json.dumps(completion(None, "tool_calls", tool_calls=[{"id": "c1"}])),
        }
        return told[kind] if kind in told else json.dumps(completion(self.server.answer(body)))

    def _send(self, status: int, text: str, wait: str = "") -> None:
        data = text.encode()
        self._head(status, len(data), wait)
        self.wfile.write(data)

    def _head(self, status: int, length: int, wait: str = "") -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(length))
        if wait:
            self.send_header("retry-after", wait)
        self.end_headers()
