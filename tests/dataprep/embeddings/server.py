"""A tiny embedding endpoint on 127.0.0.1: hashed character pairs, so that like texts get like vectors."""

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

import numpy as np
import orjson

from dataprep.embeddings import Vectors


def hashed(texts: list[str] | tuple[str, ...], size: int = 64) -> Vectors:
    """Counts of character pairs, hashed into `size` places."""
    vectors = np.zeros((len(texts), size), np.float32)
    for line, text in enumerate(texts):
        for pair in pairwise(text):
            vectors[line, zlib.crc32("".join(pair).encode()) % size] += 1
    return vectors


@dataclass
class Desk:
    """What the server is told and what it tells.

    Attributes:
        replies: Status and body of the next replies, before it answers as it should.
        asked: The texts of every request.
    """

    url: str = ""
    replies: list[tuple[int, bytes]] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Desk]:
    """A server for one test."""
    desk = Desk()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
            desk.asked.append(body["input"])
            lines = [{"index": n, "embedding": v.tolist()} for n, v in enumerate(hashed(body["input"]))]
            status, told = desk.replies.pop(0) if desk.replies else (200, orjson.dumps({"data": lines[::-1]}))
            self.send_response(status)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    desk.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
