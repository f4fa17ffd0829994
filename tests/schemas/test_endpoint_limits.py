"""Limits of requests, tokens and money."""

import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.endpoint import Cache, Endpoint, Price, Reply, Request, ask
from schemas.endpoint.gate import Gate
from schemas.endpoint.purse import Purse, cost
from schemas.errors import UserError
from tests.servers import serve

NOTHING = {"tokens_in": 0, "tokens_out": 0}
PRICE = {"input": 1000.0, "output": 2000.0, "currency": "CNY"}  # of the server's 10 and 5 tokens: 0.02 a reply


def at(url: str = "http://h/v1", **settings: Any) -> Endpoint:
    return Endpoint(base_url=url, model="m", **{"backoff": 0.001, "concurrency": 1, **settings})


def asking(count: int) -> list[Request]:
    return [Request(({"role": "user", "content": f"{place}"},)) for place in range(count)]


@pytest.mark.parametrize(
    ("price", "tokens", "expected"),
    [(None, (5, 5), 0.0), (Price(input=0, output=0), (9, 9), 0.0), (Price(input=2, output=8), (500_000, 250_000), 3.0)],
)
def test_cost(price: Price | None, tokens: tuple[int, int], expected: float) -> None:
    assert cost(price, *tokens) == expected


def test_requests_are_spaced() -> None:
    with serve() as server:
        start = time.monotonic()
        list(ask(at(server.url, concurrency=4, requests_per_minute=600), asking(4)))
    assert time.monotonic() - start >= 0.3


@pytest.mark.parametrize(
    ("limits", "content", "replies", "pace"),
    [
        ({}, "x" * 300, [], 0.0),
        ({"requests_per_minute": 60}, "", [], 1.0),
        ({"tokens_per_minute": 6000, "max_tokens": None}, "x" * 300, [], 0.9),
        ({"tokens_per_minute": 6000, "max_tokens": 100}, "x" * 300, [], 1.9),
        ({"tokens_per_minute": 6000, "max_tokens": 100}, "x" * 300, [(30, 20), (70, 80)], 1.0),
        ({"tokens_per_minute": 6000, "requests_per_minute": 10, "max_tokens": None}, "x", [], 6.0),
    ],
    ids=["none", "requests", "prompt", "prompt and answer", "learned", "the stricter"],
)
def test_the_pace(limits: dict[str, Any], content: str, replies: list[tuple[int, int]], pace: float) -> None:
    gate = Gate(at(**limits))
    for tokens in replies:
        gate.learn(Reply("", "eos", *tokens))
    assert gate._pace(Request(({"role": "user", "content": content},))) == pytest.approx(pace)


def test_a_budget_ends_the_run_and_keeps_the_answers(tmp_path: Path) -> None:
    with serve() as server, Cache(tmp_path / "a.sqlite") as cache:
        endpoint = at(server.url, price=PRICE, budget=0.07)
        told = []
        with pytest.raises(UserError, match=r"the budget of 0\.07 CNY for m is spent \(0\.0600 CNY so far\)") as caught:
            for place, _ in ask(endpoint, asking(9), cache=cache):
                told.append(place)
        assert told == [0, 1, 2] and len(server.bodies) == 3
        assert "raise budget" in caught.value.hint
        with pytest.raises(UserError, match="is spent"):  # the bill outlives the run
            list(ask(endpoint, asking(9), cache=cache))
        richer = endpoint.model_copy(update={"budget": 1.0})
        assert len(list(ask(richer, asking(9), cache=cache))) == 9
    assert len(server.bodies) == 9


def test_requests_on_their_way_count() -> None:
    purse = Purse(at(price=PRICE, budget=0.05), NOTHING)
    purse.take()
    purse.pay(Reply("", "eos", 10, 5))
    purse.take()
    with pytest.raises(UserError, match="is spent"):
        purse.take()
    purse.pay(None)
    purse.take()


def test_a_budget_needs_a_price() -> None:
    with pytest.raises(ValidationError, match="a budget needs a price"):
        at(budget=1.0)
