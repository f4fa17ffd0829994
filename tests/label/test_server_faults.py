import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from dataprep.annotate.projects import read_project
from dataprep.annotate.push import push
from dataprep.annotate.studio import Studio, open_studio
from schemas.errors import UserError
from tests.label.conftest import CONFIG, tasks
from tests.label.server import Browser, Server


def opened(url: str, token: str) -> str:
    with open_studio(url, token) as studio:
        return studio.user


@contextmanager
def stub(status: int, body: str) -> Iterator[str]:
    """A server that gives one answer to everything."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_nothing_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(UserError, match="no Label Studio answers at") as told:
            opened(f"http://127.0.0.1:{free.getsockname()[1]}", "a" * 40)
    assert "start it" in told.value.hint


def test_a_wrong_token(server: Server) -> None:
    with pytest.raises(UserError, match=r"doesn't know this token \(Invalid token") as told:
        opened(server.url, "f" * 40)
    assert "Personal Access Token" in told.value.hint
    assert "f" * 40 not in f"{told.value.message}{told.value.hint}"


@pytest.mark.filterwarnings("ignore:The `parse_obj` method is deprecated")  # the SDK calls it
def test_legacy_tokens_switched_off_and_a_personal_token(server: Server, title: str) -> None:
    browser = Browser(server)
    switch = {"api_tokens_enabled": True, "legacy_api_tokens_enabled": False}
    browser.open("/api/jwt/settings", json.dumps(switch).encode())
    try:
        with pytest.raises(UserError, match="has legacy tokens switched off") as told:
            opened(server.url, server.token)
        assert "Personal Access Token" in told.value.hint
        token = json.loads(browser.open("/api/token/", b"{}"))["token"]
        with open_studio(server.url, token) as studio:
            assert push(studio, title, CONFIG, tasks(2)).created == 2
        with pytest.raises(UserError, match="doesn't know this token"):
            opened(server.url, token[:-4] + "AAAA")
    finally:
        browser.open("/api/jwt/settings", json.dumps({**switch, "legacy_api_tokens_enabled": True}).encode())


def test_the_environment_names_server_and_token(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", server.url + "/")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", f" {server.token}\n")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert opened("", "") == "admin@example.com"


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, "<html>hello</html>", "is not Label Studio"),
        (404, "<html>no</html>", "is not Label Studio"),
        (403, '{"detail": "You do not have permission"}', "may not do this"),
        (502, '{"detail": "boom"}', "failed by itself"),
    ],
)
def test_other_servers_and_refusals(status: int, body: str, told: str) -> None:
    with stub(status, body) as url, pytest.raises(UserError, match=told):
        opened(url, "a" * 40)


def test_a_project_that_is_gone(studio: Studio, title: str) -> None:
    number = push(studio, title, CONFIG, []).project.id
    studio.client.projects.delete(id=number)
    with pytest.raises(UserError, match=f"has no project {number}"):
        read_project(studio, number)
    with pytest.raises(UserError, match=f"has no project {number}"):
        push(studio, str(number), CONFIG, tasks(1))


def test_the_token_is_never_shown(studio: Studio, server: Server) -> None:
    assert server.token not in repr(studio)
