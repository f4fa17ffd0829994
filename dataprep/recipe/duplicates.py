"""What counts as the same: exact and near duplicates, semantic ones, benchmarks."""

from typing import Annotated, Literal

from pydantic import Field

from dataprep.recipe.embedding import EmbeddingModel
from schemas.config import Section

Key = Literal["dialogue", "prompt", "answer"]
"""What of a row is compared: all of it, all before the answer, the answers. A text row has only its text."""

Share = Annotated[float, Field(gt=0, le=1)]


class Near(Section):
    """Near-duplicates: Jaccard similarity of script-aware n-grams, every pair verified."""

    enabled: bool = True
    threshold: Share = 0.7
    keys: Annotated[tuple[Key, ...], Field(min_length=1)] = ("dialogue",)
    """A row goes when it is near a kept row of its kind by one of these. System messages and tools don't count."""
    # At 0.7 and with `numbers`, 2 sees 94 to 100 % of copies with 2 to 8 % of their words or Han characters replaced,
    # 3 sees 67 to 88 % where single ones are; of rows from one template 3 % merge falsely with 2, 2.6 % with 3
    # (benchmarks/shingle_choice.py).
    han: Annotated[int, Field(ge=1, le=64)] = 2
    """Length of an n-gram in Han characters."""
    words: Annotated[int, Field(ge=1, le=64)] = 2
    """Length of an n-gram in words of other scripts."""
    numbers: bool = True
    """Rows of which each has a number that the other lacks are never near: `12 + 7` asks for something else."""
    # One word in nine may differ. At 0.6 none of the wrong answers among five right ones is left, and 93 to 99 % of the
    # copies with 2 to 8 % of their words edited are; where that spoils one of five short answers, 39 to 73 %
    # (benchmarks/shingle_choice.py).
    answers: Share | None = 0.6
    """By the key `dialogue`, also the similarity that every answer must reach; answers under `exact_below` characters
    and tool calls must be equal. Questions under `exact_below` characters (their tokens), and those about a `context`,
    must reach it, too. Null looks at no turn: a long passage asked with `yes` and with `no` is one row."""
    short: Share = 0.8
    """Threshold of texts under `short_below` characters: few n-grams make a coarse measure."""
    short_below: Annotated[int, Field(ge=1)] = 50
    exact_below: Annotated[int, Field(ge=0)] = 12
    """Texts under so many characters are left to exact deduplication."""
    action: Literal["drop", "flag"] = "drop"


class Semantic(EmbeddingModel):
    """Rows that say the same in other words, by an embedding model: a local folder, or an endpoint and a name."""

    threshold: Share | None = None
    """Cosine similarity; null calibrates it on the set itself."""
    keys: Annotated[tuple[Key, ...], Field(min_length=1)] = ("dialogue",)
    """A row is near a kept row of its kind by one of these."""
    action: Literal["drop", "flag"] = "flag"
    """Embeddings don't tell a paraphrase from a changed meaning: look at what is flagged before dropping it."""


class Dedup(Section):
    """Exact, near and semantic duplicates."""

    exact: bool = True
    ignore_case: bool = False
    ignore_numbers: bool = False
    conflicts: Literal["keep", "drop"] = "keep"
    """Rows with the same prompt and different answers: kept and reported, or all but the first dropped."""
    same_answer: Annotated[int, Field(ge=0)] = 10
    """So many prompts with one answer are reported; 0 never."""
    near: Near = Near()
    semantic: Semantic | None = None


class Decontaminate(Section):
    """Rows that give a benchmark away."""

    against: list[str] = Field(default_factory=list)
    """Benchmark or eval files, folders or globs in any format that sources may have, and `.pack` files."""
    han: Annotated[int, Field(ge=2, le=64)] = 16
    """Length of the n-gram that counts as a quotation, in Han characters. A pack brings its own lengths."""
    words: Annotated[int, Field(ge=2, le=64)] = 10
    """Length of the n-gram that counts as a quotation, in words of other scripts."""
    overlap: Share = 0.5
    """Share of a benchmark item's question and choices that a row may not hold."""
    near: Share = 0.6
    """Jaccard similarity of a user's turn and a benchmark question that counts as the same."""
    action: Literal["drop", "flag"] = "drop"
