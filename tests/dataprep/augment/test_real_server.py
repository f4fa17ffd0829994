"""Rewrites, a way there and back and an object from a real model: hardly good, but they come and are kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from dataprep.augment.rewriters import Rewrite, Wish, backtranslate, paraphrase
from schemas.endpoint import Cache, Endpoint, Reply
from schemas.endpoint.structured import ask_objects
from tests.real_server import real_server

pytest.importorskip("openai")
QUIET: dict[str, Any] = {"tell": lambda _: None, "seed": 3}
WISHES = [
    Wish("How do I descale the kettle?", "en", "plain"),
    Wish("How long is the guarantee of the kettle?", "en", "shorter"),
    Wish("水壶怎么除水垢？", "zh", "plain"),
]
THERE_AND_BACK = [Wish("The lid is stuck.", "en", "backtranslation", pivots=("fr",))]
ASKED = ({"role": "user", "content": "Write a short question about tea as JSON."},)


class Question(BaseModel):
    """A question of a few words: the server is held to its length."""

    question: Annotated[str, Field(min_length=8, max_length=60)]


@dataclass(frozen=True)
class Told:
    """What came from the server, in order of asking."""

    rewrites: list[Rewrite]
    back: list[Rewrite]
    objects: list[Question | Reply]


def everything(endpoint: Endpoint, cache: Cache) -> Told:
    return Told(
        paraphrase(endpoint, WISHES, cache=cache, **QUIET),
        backtranslate(endpoint, THERE_AND_BACK, cache=cache, **QUIET),
        ask_objects(endpoint, [ASKED], Question, mend=["Return the JSON object alone."], cache=cache, **QUIET),
    )


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Told, Endpoint, Cache]]:
    """Everything that was asked; the server is gone by now."""
    path: Path = tmp_path_factory.mktemp("real") / "answers.sqlite"
    with Cache(path) as cache:
        with real_server() as url:
            endpoint = Endpoint(base_url=url, model="smollm2", concurrency=2, max_tokens=40, attempts=1)
            told = everything(endpoint, cache)
        yield told, endpoint, cache


def test_every_wish_is_answered(session: tuple[Told, Endpoint, Cache]) -> None:
    told, _, _ = session
    for rewrite in (*told.rewrites, *told.back):
        assert rewrite.text, rewrite
        assert rewrite.finish in {"stop", "length"}
        assert rewrite.fault == ""
        assert rewrite.tokens_in > 50
        assert (rewrite.finish == "length") == (rewrite.tokens_out % 40 == 0)
    assert len({rewrite.key for rewrite in told.rewrites}) == 3


def test_the_server_is_held_to_a_form(session: tuple[Told, Endpoint, Cache]) -> None:
    [found] = session[0].objects
    assert isinstance(found, Question), found


def test_the_file_answers_when_the_server_is_gone(session: tuple[Told, Endpoint, Cache]) -> None:
    told, endpoint, cache = session
    before = cache.bill(endpoint)
    assert before["answers"] >= 5  # a way that is cut off goes no further
    assert before["tokens_out"] > 0
    assert everything(endpoint, cache) == told
    assert cache.bill(endpoint) == before
