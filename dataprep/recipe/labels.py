"""What people said of the rows, and what it changes."""

from typing import Literal

from pydantic import Field

from schemas.config import Section


class Labels(Section):
    """Answers of annotators, read from files."""

    files: list[str] = Field(default_factory=list)
    """What `gristmill label pull` or `label import` wrote, or globs of it; empty changes nothing."""
    how: Literal["majority", "strict"] = "majority"
    """More than half of the annotators decide, or all of them must agree."""
    disputed: Literal["keep", "drop"] = "keep"
    """Rows on whose verdict or better answer people disagree: kept as they are, or dropped."""
