"""Both transports that openai offers: the same faults come to the same replies."""

from importlib.util import find_spec

import pytest

from schemas.endpoint import Request, ask, desk
from schemas.errors import UserError
from tests.servers import at, serve

ASKED = Request(({"role": "user", "content": "你好 👋"},))


@pytest.fixture(params=["aiohttp", "httpx2"])
def transport(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "aiohttp":
        pytest.importorskip("aiohttp")
    monkeypatch.setattr(desk, "find_spec", lambda name: request.param == "aiohttp" and find_spec(name))
    return str(request.param)


@pytest.mark.parametrize(
    ("fault", "name"),
    [("drop", "connection"), ("cut", "connection"), ("hang", "timeout"), ("drip", "timeout"), ("500", "http_500")],
)
def test_faults_have_one_name(transport: str, fault: str, name: str) -> None:
    with serve(["ok", fault]) as server:
        told = dict(ask(at(server.url, deadline=0.3), [ASKED, ASKED]))
    assert told[0].text == "fine"
    assert told[1].fault.split(":")[0] == name


def test_nobody_is_there(transport: str) -> None:
    with pytest.raises(UserError, match="nothing answers at"):
        list(ask(at("http://127.0.0.1:9/v1"), [ASKED]))


def test_what_is_sent(transport: str) -> None:
    with serve() as server:
        assert [reply.text for _, reply in ask(at(server.url), [ASKED])] == ["fine"]
    [body], [head] = server.bodies, server.headers
    assert body["messages"] == [{"role": "user", "content": "你好 👋"}]
    assert head["content-type"] == "application/json"
    assert {name for name in head if name.startswith("x-stainless")} <= {"x-stainless-async", "x-stainless-retry-count"}
