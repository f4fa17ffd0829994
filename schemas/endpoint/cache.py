"""Paid answers in a file: none is paid for twice, and every try is on the bill.

An SQLite database in WAL mode. An answer is written before its request gives up its place in the queue, so a run that
is killed loses at most the calls that were on their way.
"""

import hashlib
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from schemas.endpoint.exchange import Reply, Request, body_of
from schemas.endpoint.settings import Endpoint
from schemas.errors import UserError

VERSION = 1
"""Of the tables and of what a key is made from."""

_TABLES = """
create table if not exists answers (
    key text primary key, model text not null, made real not null, reply text not null
) without rowid;
create table if not exists tries (
    number integer primary key, key text not null, endpoint text not null, model text not null, made real not null,
    outcome text not null, tokens_in integer, tokens_out integer
);
"""


def key_of(endpoint: Endpoint, request: Request) -> str:
    """What an answer depends on, as one hash: the address, what is sent, and which draw it is. No secret is in it."""
    told = [VERSION, endpoint.base_url, body_of(endpoint, request), request.sample]
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()


class Cache:
    """Answers and tries.

    Args:
        path: The database; it is made when it isn't there.

    Raises:
        UserError: If the file is no such database, or one of another version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._base = sqlite3.connect(path, isolation_level=None, timeout=30)
            self._base.execute("pragma journal_mode = wal")
            self._base.execute("pragma synchronous = normal")
            version = self._base.execute("pragma user_version").fetchone()[0]
            if version == 0:
                self._base.executescript(_TABLES)
                self._base.execute(f"pragma user_version = {VERSION}")
        except sqlite3.Error as fault:
            raise self._fault(fault) from None
        if version not in {0, VERSION}:
            raise UserError(
                f"{path} was written by another version (its format is {version}, this one is {VERSION})",
                hint=f"move it away to keep its answers for that version: mv {path} {path}.old",
            )

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def __enter__(self) -> "Cache":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, key: str) -> Reply | None:
        """The answer under a key."""
        found = self._run("select reply from answers where key = ?", key)
        if not found:
            return None
        told: dict[str, Any] = orjson.loads(found[0][0])
        if told["logprobs"] is not None:
            told["logprobs"] = tuple(told["logprobs"])
        return Reply(**told)

    def put(self, key: str, reply: Reply, *, model: str) -> None:
        """Keep an answer; the first one under a key stays."""
        text = orjson.dumps(asdict(reply)).decode()
        self._run("insert or ignore into answers values (?, ?, ?, ?)", key, model, time.time(), text)

    def log(self, key: str, endpoint: Endpoint, outcome: str, *, tokens: tuple[int | None, int | None]) -> None:
        """Note a try: what came of it, and the tokens that it cost."""
        self._run(
            "insert into tries (key, endpoint, model, made, outcome, tokens_in, tokens_out) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            *(key, endpoint.base_url, endpoint.model, time.time(), outcome, *tokens),
        )

    def bill(self, endpoint: Endpoint) -> dict[str, int]:
        """What all tries at an endpoint's model came to: `tries`, `answers`, `tokens_in`, `tokens_out`."""
        [row] = self._run(
            "select count(*), coalesce(sum(outcome = 'ok'), 0), coalesce(sum(tokens_in), 0), "
            "coalesce(sum(tokens_out), 0) from tries where endpoint = ? and model = ?",
            *(endpoint.base_url, endpoint.model),
        )
        return dict(zip(("tries", "answers", "tokens_in", "tokens_out"), row, strict=True))

    def outcomes(self, endpoint: Endpoint) -> Mapping[str, int]:
        """Outcome -> tries, the most frequent first."""
        rows = self._run(
            "select outcome, count(*) from tries where endpoint = ? and model = ? group by outcome "
            "order by count(*) desc, outcome",
            *(endpoint.base_url, endpoint.model),
        )
        return {str(name): int(count) for name, count in rows}

    def _run(self, statement: str, *values: Any) -> list[Any]:
        try:
            with closing(self._base.execute(statement, values)) as cursor:
                return cursor.fetchall()
        except sqlite3.Error as fault:
            raise self._fault(fault) from None

    def _fault(self, fault: sqlite3.Error) -> UserError:
        if "full" in str(fault):
            hint = "make room and run again: the answers that are in it are kept"
            return UserError(f"the disk of {self.path} is full", hint=hint)
        if "not a database" in str(fault) or "malformed" in str(fault):
            return UserError(f"{self.path} holds no answers ({fault})", hint=f"mv {self.path} {self.path}.old")
        return UserError(f"{self.path}: {fault}", hint=f"ls -l {self.path}")
