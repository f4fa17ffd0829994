"""Where rows come from: files, folders, hubs, chat logs."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.config import Section


class ChatLog(Section):
    """An export with one message per row: which columns make it a conversation."""

    conversation: str
    time: str
    speaker: str
    content: str
    roles: dict[str, Literal["system", "user", "assistant", "tool"]]
    """Speaker as written in the file -> role. A conversation with a speaker that is missing here is refused."""
    merge: bool = True
    """Messages that one side sends in a row become one turn, a line each."""


class Source(Section):
    """One place that rows come from."""

    path: str
    """A file, folder, glob, `-` (stdin), `hf://user/name` or `ms://user/name`; relative to the working folder."""
    format: str = "auto"
    columns: dict[str, str] = Field(default_factory=dict)
    """Part -> source column, where detection should not decide."""
    encoding: str | None = None
    """Name of the text encoding; null looks at BOM, UTF-8, then guesses and says so."""
    split: str = "train"
    """Which split of a hub data set or saved folder."""
    sheet: str | None = None
    chat: ChatLog | None = None
    max_chars: Annotated[int, Field(ge=1)] = 2000
    """Budget of one text row cut from .txt and .md files, in characters; paragraphs stay whole where they fit."""
    audit_keys: bool = False
    """Refuse JSON objects that name a key twice (three times slower; without it the last one wins)."""
    max_line_bytes: Annotated[int, Field(ge=1)] = 64 << 20
