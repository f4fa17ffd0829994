"""What requests will come to: calls, tokens, money."""

from pathlib import Path
from typing import Any

import pytest

from schemas.endpoint import Cache, Endpoint, Request, ask
from schemas.endpoint.estimate import Estimate, estimate
from tests.servers import serve

PRICE = {"input": 1000.0, "output": 2000.0}


def at(url: str = "http://h/v1", **settings: Any) -> Endpoint:
    return Endpoint(base_url=url, model="m", **{"max_tokens": 100, "backoff": 0.001, **settings})


def asking(*questions: str) -> list[Request]:
    return [Request(({"role": "user", "content": question},)) for question in questions]


@pytest.mark.parametrize(
    ("questions", "settings", "expected"),
    [
        ((), {}, Estimate(0, 0, 0, 0, None)),
        (("x" * 10,), {}, Estimate(1, 0, 3, 100, None)),
        (("水" * 10,), {}, Estimate(1, 0, 6, 100, None)),
        (("x" * 10, "x" * 10), {"price": PRICE}, Estimate(1, 0, 3, 100, 0.203)),
        (("x" * 10,), {"max_tokens": None, "price": PRICE}, Estimate(1, 0, 3, 0, 0.003)),
    ],
    ids=["nothing", "English", "Chinese", "twice the same", "no limit of tokens"],
)
def test_without_a_past(questions: tuple[str, ...], settings: dict[str, Any], expected: Estimate) -> None:
    assert estimate(at(**settings), asking(*questions)) == expected


def test_what_is_known_costs_nothing_and_tells_how_long_answers_are(tmp_path: Path) -> None:
    with serve() as server, Cache(tmp_path / "a.sqlite") as cache:
        endpoint = at(server.url, price=PRICE)
        list(ask(endpoint, asking("一", "二"), cache=cache))
        found = estimate(endpoint, asking("一", "二", "x" * 20, "一"), cache=cache)
    assert found == Estimate(calls=1, known=3, tokens_in=6, tokens_out=5, cost=0.016)
