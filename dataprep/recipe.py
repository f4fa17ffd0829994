"""The `data:` section of a recipe: what to read, how to curate it, what to write."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.config import Section

Verdict = Literal["drop", "flag", "off"]
OnLoss = Literal["refuse", "side-field", "drop-part"]
Joiner = Literal["\n", "\n\n", ""]


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


class Clean(Section):
    """Which edits the clean stage may make."""

    unicode: Literal["nfc", "nfkc", "off"] = "nfc"
    mojibake: bool = True
    html: bool = True
    invisible: bool = True
    whitespace: bool = True
    stop_tokens: bool = True
    """End tokens such as `<|im_end|>` go from the end of a text; elsewhere they are a matter for `validate`."""


class Validate(Section):
    """Named rules; every one of them can be set to drop, flag or off."""

    rules: dict[str, Verdict] = Field(default_factory=dict)
    max_chars: Annotated[int, Field(ge=1)] = 32_000
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    tokenizer: Path | None = None
    """A `tokenizer.json`, or a folder that holds one; counts `max_tokens`."""

    @model_validator(mode="after")
    def _tokens_need_a_tokenizer(self) -> "Validate":
        if (self.max_tokens is None) != (self.tokenizer is None):
            raise ValueError("max_tokens and tokenizer go together: give both or neither")
        return self


class Dedup(Section):
    """Exact duplicates."""

    exact: bool = True
    ignore_case: bool = False
    ignore_numbers: bool = False
    conflicts: Literal["keep", "drop"] = "keep"
    """Rows with the same prompt and different answers: kept and reported, or all but the first dropped."""


class Split(Section):
    """Shares of the three splits, drawn by family."""

    train: Annotated[float, Field(ge=0, le=1)] = 0.9
    dev: Annotated[float, Field(ge=0, le=1)] = 0.05
    eval: Annotated[float, Field(ge=0, le=1)] = 0.05
    family: str | None = None
    """A source column that names the family; null takes the normalised first user prompt."""
    exact: bool = False
    """Exact counts of families instead of approximate shares; not with `previous`."""
    previous: Path | None = None
    """manifest.json of an older run whose splits must hold."""

    @model_validator(mode="after")
    def _shares_make_one(self) -> "Split":
        if abs(self.train + self.dev + self.eval - 1) > 1e-9:
            raise ValueError(f"train + dev + eval must be 1, not {self.train + self.dev + self.eval:g}")
        if self.exact and self.previous:
            raise ValueError("exact counts can't hold when previous pins old rows: drop one of the two")
        return self


class Export(Section):
    """Further formats to write beside the canonical files."""

    formats: list[str] = Field(default_factory=list)
    joiner: Joiner = "\n"
    on_loss: OnLoss = "refuse"


class Card(Section):
    """What the dataset card says that the rows can't tell."""

    title: str | None = None
    license: str | None = None
    """An identifier of the Hugging Face hub, such as `apache-2.0`; null says `unknown`."""
    description: str = ""


class DataRecipe(Section):
    """Everything that `gristmill data` does."""

    sources: Annotated[list[Source], Field(min_length=1)]
    clean: Clean = Clean()
    validate_: Validate = Field(default=Validate(), alias="validate")
    dedup: Dedup = Dedup()
    split: Split = Split()
    export: Export = Export()
    card: Card = Card()
