"""Rewrites of a real server on 127.0.0.1: as they come, in their order, and paid for once."""

from pathlib import Path
from typing import Any

import pytest

from dataprep.augment.rewriters import Rewrite, Wish, backtranslate, paraphrase
from schemas.endpoint import Cache, Endpoint
from tests.servers import serve

openai = pytest.importorskip("openai")
BACK = "backtranslation"
QUIET: dict[str, Any] = {"tell": lambda _: None, "seed": 3}


def at(url: str, **settings: Any) -> Endpoint:
    return Endpoint(base_url=url, model="m", **{"backoff": 0.001, "concurrency": 2, "attempts": 1, **settings})


def shown(body: dict[str, Any]) -> str:
    """The fenced text."""
    return str(body["messages"][-1]["content"].split(">\n", 1)[1].rsplit("\n</", 1)[0])


def said(found: list[Rewrite]) -> list[tuple[str, str, str]]:
    return [(told.text, told.finish, told.fault) for told in found]


def test_no_wish_no_call(tmp_path: Path) -> None:
    with Cache(tmp_path / "a.sqlite") as cache:
        assert paraphrase(at("http://127.0.0.1:9/v1"), [], cache=cache, **QUIET) == []
        assert backtranslate(at("http://127.0.0.1:9/v1"), [], cache=cache, **QUIET) == []


def test_rewrites_stand_in_the_order_of_their_wishes(tmp_path: Path) -> None:
    wishes = [Wish(f"水箱 {number}？", "zh", "plain") for number in range(9)]
    with serve(answer=lambda body: f"<think>嗯</think>\n新 {shown(body)} ") as server, Cache(tmp_path / "a") as cache:
        found = paraphrase(at(server.url), wishes, cache=cache, **QUIET)
        assert said(found) == [(f"新 {wish.text}", "stop", "") for wish in wishes]
        assert [(told.tokens_in, told.tokens_out) for told in found] == [(10, 5)] * 9
        assert all(cache.get(told.key) for told in found)
        assert paraphrase(at(server.url), wishes, cache=cache, **QUIET) == found
    assert len(server.bodies) == 9


@pytest.mark.parametrize(
    ("fault", "finish", "text", "told"),
    [("length", "length", "cut sho", ""), ("filter", "error", "", "content_filter"), ("500", "error", "", "http_500")],
)
def test_what_goes_wrong_is_told(tmp_path: Path, fault: str, finish: str, text: str, told: str) -> None:
    with serve([fault]) as server, Cache(tmp_path / "a") as cache:
        [found] = paraphrase(at(server.url), [Wish("a", "en", "plain")], cache=cache, **QUIET)
    assert (found.finish, found.text, found.fault.split(":")[0]) == (finish, text, told)


def test_draws_differ_by_their_seed(tmp_path: Path) -> None:
    wishes = [Wish("a", "en", "plain", sample=number) for number in range(3)]
    with serve() as server, Cache(tmp_path / "a") as cache:
        paraphrase(at(server.url, temperature=0.8), wishes, cache=cache, **QUIET)
    assert sorted(body["seed"] for body in server.bodies) == [3, 4, 5]


def test_a_text_goes_away_and_comes_back(tmp_path: Path) -> None:
    wishes = [
        Wish("茶", "zh", "backtranslation", pivots=("fr", "de")),
        Wish("tea", "en", "backtranslation", pivots=("fr",)),
    ]
    with serve(answer=lambda body: f"{shown(body)}'") as server, Cache(tmp_path / "a") as cache:
        found = backtranslate(at(server.url, concurrency=1), wishes, cache=cache, **QUIET)
    assert said(found) == [("茶'''", "stop", ""), ("tea''", "stop", "")]
    assert [(told.tokens_in, told.tokens_out) for told in found] == [(30, 15), (20, 10)]
    legs = [body["messages"][-1]["content"].splitlines()[0] for body in server.bodies]
    assert ["法语" in leg or "French" in leg for leg in legs] == [True, True, False, False, False]
    assert "中文" in legs[-1]


def test_what_is_lost_on_the_way_stays_lost(tmp_path: Path) -> None:
    with serve(["filter"]) as server, Cache(tmp_path / "a") as cache:
        [found] = backtranslate(at(server.url), [Wish("茶", "zh", BACK, pivots=("fr",))], cache=cache, **QUIET)
    assert (found.finish, len(server.bodies)) == ("error", 1)
