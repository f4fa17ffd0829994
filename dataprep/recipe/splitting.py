"""Which side of the split a row is on, and how much of it goes in."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.config import Section


class Split(Section):
    """Shares of the three splits, drawn by family."""

    train: Annotated[float, Field(ge=0, le=1)] = 0.9
    dev: Annotated[float, Field(ge=0, le=1)] = 0.05
    eval: Annotated[float, Field(ge=0, le=1)] = 0.05
    family: str | None = None
    """A source column that names the family; null takes the normalised first user prompt."""
    near: Annotated[float, Field(gt=0, le=1)] | None = 0.5
    """Rows at least so similar, by prompt, answer or whole, are one family; null links only equal prompts."""
    short: Annotated[float, Field(gt=0, le=1)] = 0.7
    """The same for texts under 50 characters: few n-grams make a coarse measure."""
    linked_by: list[str] = Field(default_factory=list)
    """Further source columns, such as a conversation or document id: rows with an equal value are one family."""
    document: bool = False
    """Rows cut from one .txt or .md file are one family."""
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


class Group(Section):
    """A part of the training data in the mix."""

    sources: Annotated[list[str], Field(min_length=1)]
    """Globs over the files' names as the report prints them."""
    kinds: list[Literal["sft", "preference", "kto", "text"]] = Field(default_factory=list)
    """Only these kinds; empty takes all."""
    share: Annotated[float, Field(gt=0)] | None = None
    """Its part of the mix: relative to the other groups' where all have one, else of the whole; null takes it as is."""
    system: str | None = None
    """A system prompt for its rows that have none, in all three splits."""


class Mix(Section):
    """How much of which source goes into train: dev and eval stay as they are."""

    groups: dict[str, Group] = Field(default_factory=dict)
    """Name -> rows; a row goes to the first group that fits it, the others to the group `rest`."""
    temperature: Annotated[float, Field(gt=0)] | None = None
    """Instead of shares: a group's share is its size to the power 1/temperature. 1 keeps sizes, infinity evens out."""
    max_repeat: Annotated[int, Field(ge=1)] = 4
    """No row counts more often than this, however large its group's share."""
    tokens: Annotated[int, Field(ge=1)] | None = None
    """Budget of the whole mix in tokens (estimated by script where no tokenizer is given); null has none."""
    rows: Annotated[int, Field(ge=1)] | None = None
    """Budget of the whole mix in rows."""
    order: Literal["input", "short_first", "easy_first"] = "input"
    """A curriculum: the order in which train is written. `easy_first` needs `rules.ifd` or `rules.perplexity`."""

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> "Mix":
        if "rest" in self.groups:
            raise ValueError("groups: rest is the name of the rows that no group takes; choose another")
        if self.tokens is not None and self.rows is not None:
            raise ValueError("a budget is in tokens or in rows: give one of the two")
        if self.temperature is not None and any(group.share is not None for group in self.groups.values()):
            raise ValueError("a temperature stands instead of shares: give one of the two")
        if self.temperature is not None and not self.groups:
            raise ValueError("a temperature needs groups to weigh against one another")
        return self
