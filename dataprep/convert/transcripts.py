r"""Anthropic's transcripts: `\n\nHuman: ...\n\nAssistant: ...` in one text, as HH-RLHF stores them."""

import re
from collections.abc import Sequence

from dataprep.convert.format import Refused
from schemas.records import Message

_MARKER = re.compile(r"\n\n(Human|Assistant):")
_NAMES = {"user": "Human", "assistant": "Assistant"}


def is_transcript(value: object) -> bool:
    """True for a text that opens with a speaker's mark."""
    return isinstance(value, str) and _MARKER.match(value) is not None


def read_transcript(text: str) -> list[Message]:
    """The turns of a transcript; the blank after a speaker's colon belongs to the mark.

    Raises:
        Refused: `bad_transcript` for a text that opens otherwise.
    """
    before, *pieces = _MARKER.split(text)
    if before or not pieces:
        raise Refused("bad_transcript", f"opens with {text[:40]!r}")
    return [
        {"role": "user" if name == "Human" else "assistant", "content": said.removeprefix(" ")}
        for name, said in zip(pieces[::2], pieces[1::2], strict=True)
    ]


def write_transcript(turns: Sequence[tuple[str, str]]) -> str:
    """Roles and texts as one transcript."""
    return "".join(f"\n\n{_NAMES[role]}: {said}" for role, said in turns)
