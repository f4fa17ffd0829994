"""Thousands of prompts against an endpoint of 200 ms: wall time, CPU and memory, beside the plain openai client.

python -m benchmarks.endpoint_speed [--prompts 5000] [--concurrency 64] [--repeats 3]
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LATENCY = 0.2
"""Seconds."""


def ours(url: str, count: int, concurrency: int) -> int:
    """`ask` with its cache in a file; how many prompts were answered."""
    from schemas.endpoint import Cache, Endpoint, Request, ask

    endpoint = Endpoint(base_url=url, model="fake", concurrency=concurrency)
    requests = [Request(({"role": "user", "content": text},)) for text in prompts(count)]
    with tempfile.TemporaryDirectory() as folder, Cache(Path(folder) / "answers.sqlite") as cache:
        return sum(reply.stop == "eos" for _, reply in ask(endpoint, requests, cache=cache))


def peer(url: str, count: int, concurrency: int) -> int:
    """The openai client with a semaphore and its own retries; nothing is kept."""
    import openai

    async def run() -> int:
        places = asyncio.Semaphore(concurrency)
        async with openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=5) as client:

            async def one(text: str) -> bool:
                async with places:
                    told = await client.chat.completions.create(
                        model="fake", messages=[{"role": "user", "content": text}], temperature=0.0, max_tokens=512
                    )
                return bool(told.choices[0].message.content)

            return sum(await asyncio.gather(*(one(text) for text in prompts(count))))

    return asyncio.run(run())


def prompts(count: int) -> list[str]:
    """Distinct prompts of a usual length, in two languages."""
    shapes = (
        "请问编号 {} 的订单应该如何退换货？我上周在网上下单，收到后发现尺码不合适，想换大一号，运费由谁承担？",
        "How do I return order number {}? I bought it online last week and would like to have it one size larger.",
    )
    return [shapes[number % 2].format(number) for number in range(count)]


CLIENTS = {"ours": ours, "openai": peer}


def measure(name: str, url: str, count: int, concurrency: int) -> dict[str, float]:
    """In this process, which must be fresh: seconds, seconds of CPU, and MiB at the peak; imports come before."""
    import openai  # noqa: F401

    from schemas.endpoint import ask  # noqa: F401

    CLIENTS[name](url, min(concurrency, count), concurrency)
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    answered = CLIENTS[name](url, count, concurrency)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    assert answered == count, f"{answered} of {count} were answered"
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "cpu": cpu, "mib": after.ru_maxrss / 1024}


@contextmanager
def serving(*options: str) -> Iterator[str]:
    """The endpoint in a process of its own; its address."""
    command = [sys.executable, "-m", "benchmarks.fake_endpoint", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.kill()


def _fresh(name: str, count: int, concurrency: int) -> dict[str, Any]:
    """One measurement with a server and a client of its own."""
    with serving("--latency", str(LATENCY)) as url:
        command = [sys.executable, "-m", "benchmarks.endpoint_speed", "--client", name, "--url", url]
        sizes = ["--prompts", str(count), "--concurrency", str(concurrency)]
        done = subprocess.run([*command, *sizes], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def main() -> None:
    """Measure both clients in turn and print the best of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=int, default=5000)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--client", choices=list(CLIENTS), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.client:
        print(json.dumps(measure(options.client, options.url, options.prompts, options.concurrency)))
        return
    ideal = options.prompts / options.concurrency * LATENCY
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in CLIENTS}
    for _ in range(options.repeats):
        for name, done in runs.items():
            done.append(_fresh(name, options.prompts, options.concurrency))
    print(
        f"{options.prompts} prompts, {options.concurrency} at a time, {LATENCY * 1000:.0f} ms: ideally {ideal:.2f} s\n"
    )
    print("| client | seconds | of the ideal | CPU s | core per 100/s | MiB at a fifth | MiB |\n|---|" + "--:|" * 6)
    for name, done in runs.items():
        few = min(_fresh(name, options.prompts // 5, options.concurrency)["mib"] for _ in range(options.repeats))
        wall, cpu, mib = (min(run[key] for run in done) for key in ("wall", "cpu", "mib"))
        share = cpu / options.prompts * 100
        print(f"| {name} | {wall:.2f} | {wall / ideal:.2f} | {cpu:.2f} | {share:.1%} | {few:.0f} | {mib:.0f} |")


if __name__ == "__main__":
    main()
