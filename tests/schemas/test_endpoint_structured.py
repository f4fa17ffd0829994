"""Objects out of any server: strict ones, lenient ones, and those that only talk."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from schemas.endpoint import Cache, Endpoint, Reply, Request, key_of
from schemas.endpoint.structured import REPAIRS, Billed, add_tokens, ask_billed, ask_objects, read_object
from tests.servers import serve


class Rewrite(BaseModel):
    text: str
    reason: str = ""


def at(url: str) -> Endpoint:
    return Endpoint(base_url=url, model="m", backoff=0.001, concurrency=2, deadline=3.0)


def objects(url: str, *questions: str, cache: Cache | None = None) -> list[Rewrite | Reply]:
    talks = [({"role": "user", "content": question},) for question in questions]
    mend = ["只回 JSON"] * len(talks)
    return ask_objects(at(url), talks, Rewrite, mend=mend, tell=lambda _: None, seed=1, cache=cache)


def form_of(body: dict[str, Any]) -> str:
    return str(body.get("response_format", {}).get("type", "plain"))


@pytest.mark.parametrize(
    ("knows", "forms"),
    [
        ({"json_schema", "json_object", "plain"}, ["json_schema"] * 3),
        ({"json_object", "plain"}, ["json_schema", "json_object", "json_object", "json_object"]),
        ({"plain"}, ["json_schema", "json_object", "plain", "plain"]),
    ],
    ids=["schema", "object", "words"],
)
def test_the_strictest_form_that_works_is_taken(knows: set[str], forms: list[str]) -> None:
    def answer(body: dict[str, Any]) -> str:
        told = json.dumps({"text": f"改写{body['messages'][0]['content']}"}, ensure_ascii=False)
        return f"好的：\n```json\n{told}\n```" if form_of(body) in knows else "我不明白"

    with serve(answer=answer) as server:
        found = objects(server.url, "一", "二")
    assert found == [Rewrite(text="改写一"), Rewrite(text="改写二")]
    assert [form_of(body) for body in server.bodies] == forms


def test_an_unreadable_answer_is_sent_back(tmp_path: Path) -> None:
    def answer(body: dict[str, Any]) -> str:
        return '{"text": "好"}' if len(body["messages"]) > 2 else "{坏"

    with serve(answer=answer) as server, Cache(tmp_path / "a.sqlite") as cache:
        assert objects(server.url, "一", cache=cache) == [Rewrite(text="好")]
        asked = len(server.bodies)
        assert objects(server.url, "一", cache=cache) == [Rewrite(text="好")]
    assert len(server.bodies) == asked
    last = server.bodies[-1]["messages"]
    assert [message["content"] for message in last] == ["一", "{坏", "只回 JSON"]


def test_what_stays_unreadable_is_the_last_reply() -> None:
    with serve(answer=lambda _: "不") as server:
        [reply] = objects(server.url, "一")
    assert isinstance(reply, Reply) and (reply.text, reply.stop) == ("不", "eos")
    assert len(server.bodies) == 2 + 1 + REPAIRS  # two forms were tried in vain


def test_nothing_asked_nothing_sent() -> None:
    assert objects("http://127.0.0.1:9/v1") == []


def billed(url: str, *requests: Request, cache: Cache | None = None) -> dict[int, Billed[Rewrite]]:
    mend = ["只回 JSON"] * len(requests)
    return dict(ask_billed(at(url), requests, Rewrite, mend=mend, tell=lambda _: None, seed=1, cache=cache))


def asking(question: str, **more: Any) -> Request:
    return Request(({"role": "user", "content": question},), **more)


def test_the_bill_counts_every_try(tmp_path: Path) -> None:
    def answer(body: dict[str, Any]) -> str:
        tries, question = len(body["messages"]) // 2, body["messages"][0]["content"]
        return '{"text": "好"}' if str(tries) == question else "坏\n了" * 50

    requests = [asking(question) for question in ("0", "1", "2", "9")]
    with serve(answer=answer) as server, Cache(tmp_path / "a") as cache:
        told = billed(server.url, *requests, cache=cache)
        kept = [cache.get(told[place].key) for place in range(4)]
    assert [told[place].tokens_in for place in range(4)] == [10, 20, 30, 30]
    assert [told[place].tokens_out for place in range(4)] == [5, 10, 15, 15]
    assert [told[place].found for place in range(4)] == [Rewrite(text="好")] * 3 + [None]
    assert [told[place].fault[:14] for place in range(4)] == ["", "", "", "not_read: 坏 了坏"]
    assert len(told[3].fault) == len("not_read: ") + 80
    assert kept == [told[place].reply for place in range(4)]
    assert told[3].whole.tokens_in == 30 and told[3].whole.text == told[3].reply.text


def test_parameters_and_draws_of_a_request_are_its_own() -> None:
    with serve(answer=lambda _: '{"text": "好"}') as server:
        told = billed(server.url, asking("一", parameters={"seed": 4}), asking("一", sample=1))
        form = server.bodies[0]["response_format"]
        keys = {
            key_of(at(server.url), asking("一", parameters={"seed": 4, "response_format": form})),
            key_of(at(server.url), asking("一", parameters={"response_format": form}, sample=1)),
        }
    assert {one.key for one in told.values()} == keys and server.bodies[1]["seed"] == 4


def test_a_fault_while_forms_are_tried_changes_no_key(tmp_path: Path) -> None:
    answer = lambda _: '{"text": "好"}'  # noqa: E731
    with serve(["500"], answer) as server, Cache(tmp_path / "a") as cache:
        assert billed(server.url, asking("一"), cache=cache)[0].found
        assert form_of(server.bodies[-1]) == "json_schema"
    with serve(["500"] * 3, answer) as server, Cache(tmp_path / "b") as cache:
        first = billed(server.url, asking("一"), asking("二"), cache=cache)
        sent = len(server.bodies)
        assert billed(server.url, asking("一"), asking("二"), cache=cache) == first  # not asked for in another form
    assert (form_of(server.bodies[-1]), sent) == ("json_object", len(server.bodies))


@pytest.mark.parametrize(
    ("counts", "found"), [((), None), ((None,), None), ((None, 3), 3), ((0, None), 0), ((2, 3), 5)]
)
def test_known_tokens_are_added(counts: tuple[int | None, ...], found: int | None) -> None:
    assert add_tokens(*counts) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("null", None),
        ('{"text": 3}', None),
        ('{"text": "茶"}', "茶"),
        ('```json\n{"text": "茶"}\n```', "茶"),
        ('<think>{"text": "水"}</think>{"text": "茶"}', "茶"),
        ('例如 {"text": "水"}，答案 {"text": "茶"}', None),
        ('{"text": "茶", "reason": "一"} {"text": "茶", "reason": "二"}', "茶"),
        ('{"outer": {"text": "茶"}}', None),
        ("{" * 5000, None),
    ],
)
def test_the_one_object_of_a_text(text: str, found: str | None) -> None:
    told = read_object(text, Rewrite)
    assert (told.text if told else None) == found
