"""A chat log as the desk's software exports it: one message in each row, the talks interleaved in time."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from examples.mill.entries import Entry
from examples.mill.shapes import Row, Shape
from examples.mill.talks import Talk
from examples.mill.writers import Writer, table

OPENING = datetime(2026, 3, 2, 9, 0, 0)  # noqa: DTZ001 - exports carry local times without a zone

ENGLISH = ("conversation_id", "sent_at", "sender", "message")
CHINESE = ("会话编号", "发送时间", "发言人", "消息内容")


def spoken(names: Mapping[str, Any]) -> Shape:
    """A talk as speakers and texts; each talk has one agent, drawn by its fact."""

    def shape(talk: Talk) -> Row:
        rng = random.Random(f"speaker:{talk.fact}:{talk.question}")
        who = {role: rng.choice(known) for role, known in names.items()}
        return {"said": [(who[turn.role], turn.text) for turn in talk.turns], "fact": talk.fact}

    return shape


def chat_log(header: tuple[str, str, str, str], *, prefix: str, encoding: str = "utf-8") -> Writer:
    """A CSV of messages by time; the place of a talk is the line of its first message."""

    def write(path: Path, entries: Sequence[Entry]) -> list[int]:
        rows: list[tuple[datetime, int, Entry]] = []
        pointed: list[Entry] = []
        for number, entry in enumerate(entries):
            rng = random.Random(f"clock:{prefix}:{number}")
            time = OPENING + timedelta(minutes=3 * number)
            for turn, (speaker, text) in enumerate(entry.row["said"]):
                name = f"{prefix}{number + 1001}"
                cells = dict(zip(header, (name, f"{time:%Y-%m-%d %H:%M:%S}", speaker, text), strict=True))
                row = Entry({**cells, "fact": entry.row["fact"]})
                rows.append((time, number, row))
                if turn == 0:
                    pointed.append(row)
                time += timedelta(seconds=rng.randint(35, 110))
        rows.sort(key=lambda row: (row[0], row[1]))
        ordered = [row for _, _, row in rows]
        places = dict(zip(map(id, ordered), table(encoding=encoding)(path, ordered), strict=True))
        return [places[id(row)] for row in pointed]

    return write
