"""Which rewrites of a row may stand beside it."""

from typing import Annotated

from pydantic import Field, model_validator

from schemas.config import Section

_Share = Annotated[float, Field(ge=0, le=1)]
_Ratio = Annotated[float, Field(gt=0)]


class Accept(Section):
    """Rules that every rewrite must keep; docs/augmentation.md names them and what each was measured to see."""

    off: list[str] = Field(default_factory=list)
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
