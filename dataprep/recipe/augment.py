"""How train is widened: rewrites of its rows, new questions in their style, and which of them may stand."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from dataprep.recipe.embedding import EmbeddingModel
from schemas.config import Section
from schemas.endpoint.settings import Endpoint

_Share = Annotated[float, Field(ge=0, le=1)]
_Ratio = Annotated[float, Field(gt=0)]
_Count = Annotated[int, Field(ge=1)]

Target = Literal["prompt", "answer", "both"]
"""What of a row is reworded: its first user turn, its last answer, or the two together."""


class Accept(Section):
    """Rules that every rewrite must keep; docs/augmentation.md names them and what each was measured to see."""

    without: list[str] = Field(default_factory=list)
    """Rules that are not applied."""
    near: _Share = 0.92
    """From this share of common characters in order on (twice the longest common subsequence over both lengths), a
    rewrite says nothing new. Quotations, code, addresses and placeholders don't count; style `typos` is spared."""
    shortest: _Ratio = 0.5
    """Least length of a rewrite over its source's, courtesies left out. Styles that `by_style` names have their own."""
    longest: _Ratio = 2.0
    """Greatest length over the source's; short sources get ten words on top."""
    by_style: dict[str, tuple[_Ratio, _Ratio]] = Field(default_factory=lambda: {"shorter": (0.4, 1.0)})
    """Style -> its own shortest and longest."""
    similarity: _Share = 0.1
    """Least share of common character n-grams (Dice): below it the rewrite speaks of something else."""

    @model_validator(mode="after")
    def _check_ratios(self) -> "Accept":
        for style, (low, high) in {"shortest/longest": (self.shortest, self.longest), **self.by_style}.items():
            if low > high:
                raise ValueError(f"{style}: shortest {low:g} is above longest {high:g}")
        return self


class Paraphrase(Section):
    """A model says it in other words."""

    target: Target = "prompt"
    variants: _Count = 1
    """Rewrites of each row; they take the styles in turn."""
    styles: Annotated[list[str], Field(min_length=1)] = Field(default_factory=lambda: ["plain"])
    """plain, shorter, colloquial, formal, typos, dialect; for Chinese also traditional, simplified."""


class Backtranslate(Section):
    """Through other languages and back."""

    target: Target = "prompt"
    variants: _Count = 1
    """Rewrites of each row; they take the pivots in turn."""
    pivots: Annotated[list[str], Field(min_length=1)] = Field(default_factory=lambda: ["en", "zh"])
    """Language codes; `fr+de` goes through both. A row's own language is passed over."""
    models: dict[str, Path] = Field(default_factory=dict)
    """`zh-en` -> a local MarianMT or NLLB folder, for every step of every pivot; empty asks the endpoint."""


class Invent(Section):
    """New questions in the style of some rows, with answers."""

    rows: _Count
    """Questions to ask for."""
    seeds: Annotated[int, Field(ge=1, le=8)] = 3
    """Rows that each is shown; the first one's family is its own."""


class AugmentJudge(Section):
    """A model that reads what the rules have let through."""

    endpoint: Endpoint | None = None
    """Null asks the one that writes."""
    least: Annotated[int, Field(ge=1, le=5)] = 4
    """The lowest score, of 1 to 5, that stands."""


class Meaning(EmbeddingModel):
    """An embedding model that compares a rewrite with its source."""

    floor: _Share = 0.7
    """Least cosine similarity; it depends on the model: look at the sheet."""


class Balance(Section):
    """Rewrites go where train is thin."""

    by: Annotated[list[Literal["topic", "length", "language", "source"]], Field(min_length=1)]
    """What a slice is; of several, each combination."""
    topics: Annotated[int, Field(ge=2, le=64)] = 12
    """Clusters of what is asked."""


class Augment(Section):
    """Rows beside those of train: by `paraphrase`, `backtranslate`, `invent`; without any of them nothing is made."""

    endpoint: Endpoint | None = None
    """Who writes. `temperature: 0` gives equal variants of one style: 0.7 is usual."""
    paraphrase: Paraphrase | None = None
    backtranslate: Backtranslate | None = None
    invent: Invent | None = None
    rows: _Count | None = None
    """At most so many rewrites are asked for; null takes every row."""
    per_family: _Count = 4
    """At most so many for all rows of one family: a row that is there often enough isn't made more often."""
    balance: Balance | None = None
    accept: Accept = Accept()
    judge: AugmentJudge | None = None
    meaning: Meaning | None = None

    @property
    def wanted(self) -> bool:
        """Whether anything is made at all."""
        return any((self.paraphrase, self.backtranslate, self.invent))

    @model_validator(mode="after")
    def _someone_writes(self) -> "Augment":
        served = self.paraphrase or self.invent or (self.backtranslate and not self.backtranslate.models)
        if (served or (self.judge and self.judge.endpoint is None)) and self.endpoint is None:
            raise ValueError("name the endpoint that writes: {base_url: http://127.0.0.1:8000/v1, model: NAME}")
        if self.balance and self.rows is None:
            raise ValueError("balance needs rows: how many rewrites there shall be in all")
        return self
