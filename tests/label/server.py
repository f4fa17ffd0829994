"""A real Label Studio on 127.0.0.1, from a virtual environment of its own, with SQLite and without analytics.

    python -m tests.label.server [--folder FOLDER] [--stay] [COMMAND...]

starts one, runs the command with LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY set, and with --stay serves until Ctrl-C.
The folder keeps the database; without one it is a new one each time. GRISTMILL_LABEL_STUDIO names the virtual
environment, else `.venv-labelstudio`.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

EMAIL, PASSWORD = "admin@example.com", "Passw0rd!x"
TOKEN = "0123456789abcdef0123456789abcdef01234567"
_PATIENCE = 300.0
"""Seconds until it listens: 5 with a template, 45 to 75 without, more on a busy machine."""
_KEPT = ("label_studio.sqlite3", ".env")


@dataclass(frozen=True)
class Server:
    url: str
    token: str
    process: int
    folder: Path


def environment() -> Path:
    """The virtual environment; an error, never a skip, where it isn't there."""
    venv = Path(os.environ.get("GRISTMILL_LABEL_STUDIO") or ".venv-labelstudio").absolute()
    if not (venv / "bin" / "label-studio").is_file():
        raise FileNotFoundError(f"no label-studio in {venv}: make label-studio")
    return venv


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A server on a free port, its database in the folder; made from a template where the folder is new.

    The first start of all takes a minute of migrations. Its database, with the key that its tokens are signed with,
    is kept in the virtual environment.
    """
    venv = environment()
    template = venv / "template"
    if not template.is_dir():
        with tempfile.TemporaryDirectory(dir=venv) as made:
            with _started(venv, Path(made)):
                pass
            draft = Path(made) / "kept"
            _copy(Path(made), draft)
            draft.rename(template)
    if not (folder / _KEPT[0]).exists():
        _copy(template, folder)
    with _started(venv, folder) as server:
        yield server


def _copy(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name in _KEPT:
        shutil.copy2(source / name, target / name)


@contextmanager
def _started(venv: Path, folder: Path) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(venv / "bin" / "label-studio"), "start", "--no-browser", "--log-level", "WARNING"]
    # It listens on 0.0.0.0 unless told.
    command += ["--internal-host", "127.0.0.1", "--port", str(port), "--data-dir", str(folder.absolute())]
    command += ["--username", EMAIL, "--password", PASSWORD, "--user-token", TOKEN]
    with (folder / "server.log").open("ab") as log, ExitStack() as stack:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=_settings(folder), start_new_session=True)
        stack.callback(_stop, process)
        _wait(process, port, folder / "server.log")
        yield Server(f"http://127.0.0.1:{port}", TOKEN, process.pid, folder)


def _settings(folder: Path) -> dict[str, str]:
    quiet = {"SENTRY_DSN": "", "FRONTEND_SENTRY_DSN": "", "COLLECT_ANALYTICS": "false", "LATEST_VERSION_CHECK": "false"}
    # Read only when the first user is made, so the template has it.
    legacy = {"LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true"}
    return {**os.environ, **quiet, **legacy, "HOME": str(folder.absolute()), "OMP_NUM_THREADS": "1"}


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        # With the token: another program may have the port, and Label Studio would move on without a word.
        request = urllib.request.Request(f"http://127.0.0.1:{port}/api/current-user/whoami")
        request.add_header("Authorization", f"Token {TOKEN}")
        with suppress(OSError), urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30):
            return
        time.sleep(0.2)
    tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise RuntimeError(f"Label Studio didn't start (exit {process.poll()}); the end of {log}:\n{tail}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Browser:
    """A session as a browser has it: what only people may do, such as making a personal access token."""

    def __init__(self, server: Server) -> None:
        self.url, self.cookies = server.url, CookieJar()
        handlers = (urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies))
        self.opener = urllib.request.build_opener(*handlers)
        page = self.open("/user/login/").decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, page[:500]
        form = {"csrfmiddlewaretoken": found[1], "email": EMAIL, "password": PASSWORD}
        self.open("/user/login/", urlencode(form).encode(), "application/x-www-form-urlencoded")

    def open(self, path: str, body: bytes | None = None, kind: str = "application/json") -> bytes:
        """GET, or POST with a body."""
        request = urllib.request.Request(self.url + path, body, {"Content-Type": kind, "Referer": self.url})
        for cookie in self.cookies:
            if cookie.name == "csrftoken":
                request.add_header("X-CSRFToken", str(cookie.value))
        with self.opener.open(request, timeout=60) as reply:
            return bytes(reply.read())


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--folder", type=Path, help="keeps the database")
    parser.add_argument("--stay", action="store_true", help="serve until Ctrl-C")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="run with the server's address and token set")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(running(folder))
        given = {"LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_API_KEY": server.token}
        code = subprocess.call(options.command, env={**os.environ, **given}) if options.command else 0
        if options.stay and code == 0:
            lines = [f"Label Studio: {server.url}", f"log in as {EMAIL} with the password {PASSWORD}"]
            lines += [f"export {name}={value}" for name, value in given.items()] + ["Ctrl-C ends it."]
            sys.stdout.write("\n".join(lines) + "\n")
            sys.stdout.flush()
            with suppress(KeyboardInterrupt):
                signal.pause()
    return code


if __name__ == "__main__":
    sys.exit(main())
