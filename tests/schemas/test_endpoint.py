"""Endpoints against a real server on 127.0.0.1: every fault, and what becomes of it."""

import json
import socket
import time
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.endpoint import Endpoint, Reply, Request, ask
from schemas.endpoint.exchange import body_of, read_reply
from schemas.endpoint.faults import Again
from schemas.endpoint.settings import read_key
from schemas.errors import UserError
from tests.servers import completion, serve

KEY = "sk-1234567890abcdef"
ASKED = Request(({"role": "user", "content": "你好 👋"},))


def at(url: str, **settings: Any) -> Endpoint:
    return Endpoint(base_url=url, model="m", **{"backoff": 0.001, "concurrency": 1, "deadline": 3.0, **settings})


def one(endpoint: Endpoint, request: Request = ASKED, **options: Any) -> Reply:
    [(place, reply)] = ask(endpoint, [request], **options)
    assert place == 0
    return reply


def test_nothing_is_asked_of_nobody() -> None:
    assert list(ask(at("http://127.0.0.1:9/v1"), [])) == []


PASSING = ("500", "503:0", "429", "429:0.01", "429:soon", "drop", "cut", "badjson", "text", "list", "html")


@pytest.mark.parametrize("fault", [*PASSING, "nochoices", "none", "error200"])
def test_a_passing_fault_is_tried_again(fault: str) -> None:
    told: list[str] = []
    with serve([fault]) as server:
        reply = one(at(server.url), tell=told.append)
    assert (reply.text, reply.stop, reply.attempts, reply.fault) == ("fine", "eos", 2, "")
    assert (reply.tokens_in, reply.tokens_out, len(server.bodies), len(told)) == (10, 5, 2, 1)


@pytest.mark.parametrize(
    ("fault", "text", "stop"),
    [("length", "cut sho", "length"), ("thoughts", "", "length"), ("tools", '[{"id":"c1"}]', "eos")],
)
def test_what_counts_as_an_answer(fault: str, text: str, stop: str) -> None:
    with serve([fault]) as server:
        reply = one(at(server.url))
    assert (reply.text, reply.stop, reply.attempts) == (text, stop, 1)


@pytest.mark.parametrize("text", ["", "  \n", "一个答案", "mixed 混合 👨‍👩‍👧", '"{}$'])
def test_texts_come_back_whole(text: str) -> None:
    with serve(answer=lambda body: text) as server:
        assert one(at(server.url)).text == text
    assert server.bodies[0]["messages"] == [{"role": "user", "content": "你好 👋"}]


@pytest.mark.parametrize(
    ("fault", "name", "tries"),
    [
        ("500", "http_500", 3),
        ("none", "no_content", 3),
        ("badjson", "malformed", 3),
        ("nochoices", "no_choices", 3),
        ("filter", "content_filter", 1),
        ("filter400", "content_filter", 1),
        ("context", "context_length", 1),
        ("400", "http_400", 1),
    ],
)
def test_a_lasting_fault_is_a_reply_without_an_answer(fault: str, name: str, tries: int) -> None:
    with serve([fault] * 3) as server:
        reply = one(at(server.url, attempts=3))
    assert (reply.text, reply.stop, reply.attempts, reply.fault.split(":")[0]) == ("", "error", tries, name)
    assert len(server.bodies) == tries


@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_a_deadline_is_of_the_whole_try(fault: str) -> None:
    start = time.monotonic()
    with serve([fault]) as server:
        reply = one(at(server.url, deadline=0.3, attempts=1))
        assert time.monotonic() - start < 3
    assert reply.fault == "timeout: no answer within 0.3 s"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("401", "refuses the key"),
        ("402", "no credit"),
        ("quota", "no credit"),
        ("403", "forbids the model m"),
        ("404", "has no model m"),
        ("429:9999", "asks to wait 9999 s"),
        ("503:9999", "asks to wait 9999 s"),
    ],
)
def test_what_no_request_gets_past(fault: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", f" {KEY}\n")
    with serve([fault]) as server, pytest.raises(UserError) as caught:
        one(at(server.url, key_env="MY_KEY"))
    assert said in caught.value.message
    assert server.url in caught.value.message
    assert caught.value.hint
    assert len(server.bodies) == 1
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert KEY[:8] not in caught.value.message + caught.value.hint


def test_a_key_is_in_no_fault_and_no_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", KEY)
    told: list[str] = []
    with serve(["500", "500"]) as server:
        endpoint = at(server.url, key_env="MY_KEY", attempts=2)
        reply = one(endpoint, tell=told.append)
    assert "boom ***" in reply.fault
    assert "boom ***" in told[0]
    assert KEY not in f"{reply} {told} {endpoint!r} {endpoint.model_dump_json()}"


def test_nothing_answers() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        with pytest.raises(UserError, match="nothing answers at") as caught:
            one(at(url))
    assert f"curl {url}/models" in caught.value.hint


def test_a_server_that_dies_is_waited_for_and_then_named() -> None:
    with serve() as server:
        replies = ask(at(server.url, attempts=3), [ASKED] * 50)
        assert next(replies)[1].text == "fine"
    told = []
    with pytest.raises(UserError, match="nothing answers at"):
        told += list(replies)
    assert len(told) < 50


def test_ten_failures_in_a_row_are_the_endpoints() -> None:
    with serve(["ok", *["500"] * 40]) as server:
        replies = ask(at(server.url, attempts=1), [ASKED] * 40)
        with pytest.raises(UserError, match="failed 10 requests in a row; the last: http_500"):
            for _, reply in replies:
                assert reply.stop in {"eos", "error"}
    assert len(server.bodies) == 11


def test_texts_that_a_filter_takes_are_not_the_endpoints() -> None:
    with serve(["filter"] * 15) as server:
        stops = [reply.stop for _, reply in ask(at(server.url), [ASKED] * 16)]
    assert stops == ["error"] * 15 + ["eos"]


def test_every_request_has_its_reply_and_no_more_run_at_once_than_asked() -> None:
    def slowly(body: dict[str, Any]) -> str:
        time.sleep(0.01)
        return str(body["messages"][0]["content"])

    asked = [Request(({"role": "user", "content": f"{place}"},)) for place in range(30)]
    with serve(["500", "429:0.02"], slowly) as server:
        replies = list(ask(at(server.url, concurrency=3), asked))
    assert sorted((place, reply.text) for place, reply in replies) == sorted((i, f"{i}") for i in range(30))
    assert 1 < server.busiest <= 3


def test_a_rate_limit_holds_back_all() -> None:
    times = []
    with serve(["429:0.3"], lambda body: times.append(time.monotonic()) or "fine") as server:  # type: ignore[func-returns-value]
        start = time.monotonic()
        replies = list(ask(at(server.url, concurrency=2), [ASKED] * 6))
    assert len(replies) == 6
    assert sum(moment - start < 0.3 for moment in times) <= 3  # what had left before the limit was known


def test_waiting_for_a_rate_limit_costs_no_attempt_but_patience() -> None:
    with serve(["429:0.01"] * 4) as server:
        assert one(at(server.url, attempts=1)).attempts == 5
    with serve(["429:0.01"] * 40) as server:
        assert one(at(server.url, attempts=1, patience=0.03)).fault.startswith("rate_limited")
    assert len(server.bodies) < 10


def test_a_caller_may_stop_early() -> None:
    with serve() as server:
        for _ in ask(at(server.url), [ASKED] * 100):
            break
    assert len(server.bodies) < 100


@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTP_PROXY", "http://127.0.0.1:9"), ("OPENAI_BASE_URL", ""), ("OPENAI_API_KEY", KEY)],
)
def test_the_environment_does_not_touch_a_local_server(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with serve() as server:
        assert one(at(server.url)).text == "fine"
    assert server.headers[0]["authorization"] == "Bearer none"


@pytest.mark.parametrize(
    ("url", "key", "found"),
    [
        ("http://localhost:8000/v1", None, "none"),
        ("http://192.168.1.7:8000/v1", None, "none"),
        ("http://[::1]:8000/v1", None, "none"),
        ("http://gpu01:8000/v1", None, "none"),
        ("https://api.example.com/v1", KEY, KEY),
        ("https://api.example.com/v1", "", UserError),
        ("https://api.example.com/v1", "sk-密钥", UserError),
        ("https://api.example.com/v1", "sk-1\nsk-2", UserError),
    ],
)
def test_keys(url: str, key: str | None, found: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    if key is not None:
        monkeypatch.setenv("OPENAI_API_KEY", key)
    if isinstance(found, str):
        assert read_key(at(url)) == found
    else:
        with pytest.raises(found) as caught:
            read_key(at(url))
        assert "export OPENAI_API_KEY" in caught.value.hint
        assert not key or key not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8000/v1",
        "ftp://h/v1",
        "http://",
        "http://h:99999/v1",
        "https://me:pw@h.com/v1",
        "https://h.com/v1?api-key=x",
    ],
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(ValidationError):
        at(url)


def test_addresses_are_trimmed() -> None:
    assert at(" http://h/v1/chat/completions/ ").base_url == "http://h/v1"


def test_parameters() -> None:
    endpoint = at("http://h/v1", extra={"top_k": 5, "max_completion_tokens": 9})
    request = Request([], {"max_tokens": None, "temperature": 0.7, "seed": 3}, sample=2)
    assert body_of(endpoint, request) == {
        "model": "m",
        "messages": [],
        "temperature": 0.7,
        "top_k": 5,
        "max_completion_tokens": 9,
        "seed": 3,
    }


def test_logprobs() -> None:
    body = completion("a b")
    assert read_reply(json.dumps(body)).logprobs is None
    body["choices"][0]["logprobs"] = {"content": [{"token": "a", "logprob": -0.5}, {"token": " b", "logprob": 0}]}
    assert read_reply(json.dumps(body)).logprobs == (-0.5, 0.0)
    del body["usage"]
    assert read_reply(json.dumps(body)).tokens_out is None


@pytest.mark.parametrize(
    "text", ["", "null", "3", '{"choices": [3]}', '{"choices": [{"message": {"content": "\\ud800"}}]}', "[" * 9999]
)
def test_junk_is_worth_another_try(text: str) -> None:
    with pytest.raises(Again):
        read_reply(text)
