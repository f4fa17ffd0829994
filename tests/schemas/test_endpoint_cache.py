"""Paid answers: kept before anything else happens, paid once, billed for every try, and never mixed up."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from schemas.endpoint import Cache, Endpoint, Reply, Request, ask
from schemas.endpoint.cache import key_of
from schemas.errors import UserError
from tests.servers import serve

ROOT = Path(__file__).resolve().parents[2]


def at(url: str, **settings: Any) -> Endpoint:
    return Endpoint(base_url=url, model="m", **{"backoff": 0.001, "concurrency": 4, "deadline": 3.0, **settings})


def asking(*questions: str, sample: int = 0) -> list[Request]:
    return [Request(({"role": "user", "content": question},), sample=sample) for question in questions]


def echo(body: dict[str, Any]) -> str:
    return f"答：{body['messages'][-1]['content']}"


def texts(endpoint: Endpoint, requests: list[Request], cache: Cache) -> dict[int, str]:
    return {place: reply.text for place, reply in ask(endpoint, requests, cache=cache)}


def test_an_answer_is_paid_once(tmp_path: Path) -> None:
    path, requests = tmp_path / "deep" / "answers.sqlite", asking("一", "二", "一")
    with serve(answer=echo) as server:
        with Cache(path) as cache:
            first = texts(at(server.url), requests, cache)
        with Cache(path) as cache:
            assert texts(at(server.url), requests, cache) == first == {0: "答：一", 1: "答：二", 2: "答：一"}
            assert cache.bill(at(server.url)) == {"tries": 2, "answers": 2, "tokens_in": 20, "tokens_out": 10}
    assert len(server.bodies) == 2


@pytest.mark.parametrize(
    "other",
    [{"temperature": 0.7}, {"max_tokens": 9}, {"extra": {"seed": 1}}, {"model": "n"}],
    ids=["temperature", "length", "seed", "model"],
)
def test_whatever_an_answer_depends_on_makes_another(other: dict[str, Any]) -> None:
    endpoint, [request] = at("http://h/v1"), asking("一")
    assert key_of(endpoint, request) != key_of(endpoint.model_copy(update=other), request)


def test_patience_and_price_make_no_other_answer() -> None:
    endpoint, [request] = at("http://h/v1"), asking("一")
    same = at("http://h/v1", deadline=9.0, concurrency=1, attempts=9, requests_per_minute=3, key_env="MY_KEY")
    assert key_of(endpoint, request) == key_of(same, request)
    assert key_of(endpoint, request) != key_of(endpoint, asking("一", sample=1)[0])
    assert key_of(endpoint, request) != key_of(at("http://g/v1"), request)


@pytest.mark.parametrize("reply", [Reply("茶", "eos"), Reply("", "length", 3, 4, 2, "", (-0.5, 0.0))])
def test_a_reply_comes_back_whole(tmp_path: Path, reply: Reply) -> None:
    with Cache(tmp_path / "a.sqlite") as cache:
        cache.put("k", reply, model="m")
        cache.put("k", Reply("too late", "eos"), model="m")
        assert cache.get("k") == reply
        assert cache.get("l") is None


def test_failures_are_on_the_bill_and_not_in_the_cache(tmp_path: Path) -> None:
    with serve(["500", "429:0.01", "filter"]) as server, Cache(tmp_path / "a.sqlite") as cache:
        endpoint = at(server.url, concurrency=1)
        [(_, reply)] = ask(endpoint, asking("一"), cache=cache)
        assert (reply.stop, reply.attempts) == ("error", 3)
        assert cache.outcomes(endpoint) == {"content_filter": 1, "http_500": 1, "rate_limited": 1}
        assert texts(endpoint, asking("一"), cache) == {0: "fine"}


def test_no_key_is_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "sk-1234567890abcdef")
    with serve(["500"]) as server, Cache(tmp_path / "a.sqlite") as cache:
        list(ask(at(server.url, key_env="MY_KEY"), asking("一"), cache=cache))
    assert not [path for path in tmp_path.iterdir() if b"1234567890" in path.read_bytes()]


def test_a_file_of_another_kind_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(b"this is no database, and long enough to be taken for a page of one. " * 20)
    with pytest.raises(UserError, match=r"a\.sqlite holds no answers") as caught:
        Cache(path)
    assert caught.value.hint == f"mv {path} {path}.old"


def test_another_versions_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    base = sqlite3.connect(path)
    base.execute("pragma user_version = 99")
    base.close()
    with pytest.raises(UserError, match="its format is 99, this one is 1") as caught:
        Cache(path)
    assert "mv " in caught.value.hint


def test_a_full_disk_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with serve(answer=lambda body: "long " * 500) as server, Cache(path) as cache:
        cache._base.execute("pragma max_page_count = 20")
        told = []
        with pytest.raises(UserError, match="is full") as caught:
            told += list(ask(at(server.url, concurrency=1), asking(*map(str, range(50))), cache=cache))
    assert "the answers that are in it are kept" in caught.value.hint
    with Cache(path) as cache, serve() as server:
        assert (
            sum(cache.get(key_of(at(server.url), request)) is not None for request in asking("0")) == 0
        )  # another url
        assert cache._base.execute("select count(*) from answers").fetchone()[0] > 0


_RUN = """
import sys
from pathlib import Path
from schemas.endpoint import Cache, Endpoint, Request, ask
endpoint = Endpoint(base_url=sys.argv[1], model="m", concurrency=8, backoff=0.01, attempts=9)
requests = [Request(({"role": "user", "content": str(n)},)) for n in range(int(sys.argv[3]))]
with Cache(Path(sys.argv[2])) as cache:
    done = {place: reply.text for place, reply in ask(endpoint, requests, cache=cache)}
print(len(done), all(text == f"答：{place}" for place, text in done.items()))
"""


def test_a_killed_run_loses_no_more_than_was_on_its_way(tmp_path: Path) -> None:
    draw, count, kills = random.Random(5), 150, 2
    faults = [draw.choice(["500", "429:0.01", "drop", "badjson"]) if draw.random() < 0.27 else "ok" for _ in range(900)]
    answered: Counter[str] = Counter()

    def slowly(body: dict[str, Any]) -> str:
        time.sleep(0.02)
        answered[body["messages"][-1]["content"]] += 1
        return echo(body)

    with serve(faults, slowly) as server:
        command = [sys.executable, "-c", _RUN, server.url, str(tmp_path / "a.sqlite"), str(count)]
        for _ in range(kills):
            before = len(answered)
            run = subprocess.Popen(command, cwd=ROOT)
            while len(answered) < before + 30:
                time.sleep(0.01)
            os.kill(run.pid, signal.SIGKILL)
            run.wait()
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.stdout.split() == [str(count), "True"], ended.stderr
    assert len(answered) == count
    assert sum(times - 1 for times in answered.values()) <= 8 * kills
