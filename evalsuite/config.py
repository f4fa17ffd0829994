"""The `eval:` section of a recipe: what is asked, how answers are drawn, what is measured and what gates."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from evalsuite.harness.settings import Harness
from evalsuite.policy import Policy
from evalsuite.scorecard import ITEMS
from schemas.config import Header, Section, load_recipe_section
from schemas.endpoint import Endpoint

Metrics = Literal[
    "likelihood", "rouge", "bleu", "exact", "stopping", "loops", "repetition", "grounding", "novelty", "abstention"
]

DEFAULT_METRICS: tuple[Metrics, ...] = (
    "likelihood",
    "rouge",
    "bleu",
    "exact",
    "stopping",
    "loops",
    "repetition",
    "grounding",
    "novelty",
    "abstention",
)


_TAKEN = {*ITEMS, "row", "seed", "question", "context", "reference"} | {
    f"{side}{part}" for side in ("base", "tuned") for part in ("", "_tokens", "_stop", "_fault")
}
"""Columns that predictions.parquet has of its own."""


class Generation(Section):
    """How answers are drawn. Greedy unless a temperature is given."""

    max_new_tokens: Annotated[int, Field(ge=1)] = 256
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.0
    top_p: Annotated[float, Field(gt=0, le=1)] = 1.0
    top_k: Annotated[int, Field(ge=0)] = 0
    repetition_penalty: Annotated[float, Field(gt=0)] = 1.0
    seeds: tuple[int, ...] = ()
    """Of sampling; null takes 17, 18, 19. Greedy answers need none."""

    @model_validator(mode="after")
    def _enough_seeds(self) -> "Generation":
        if self.temperature > 0 and 0 < len(self.seeds) < 3:
            raise ValueError("sampling needs at least 3 seeds: one draw says little about a model")
        if len(set(self.seeds)) != len(self.seeds):
            raise ValueError("a seed stands twice")
        return self

    @property
    def draws(self) -> tuple[int, ...]:
        """The seeds: one for each answer to an item."""
        return (self.seeds or (17, 18, 19)) if self.temperature > 0 else (0,)


class Questions(Section):
    """A JSON Lines file of `question`, `answer` and, where `key` names it, the column that training rows share."""

    path: str
    languages: tuple[str, ...] = ()
    """Only questions whose answers are in one of these languages; empty takes all."""
    key: str | None = None
    """Only questions whose key stands in a training row's `meta` are asked: a fact that was there to be learned."""
    items: Annotated[int, Field(ge=1)] = 150


class Sweep(Section):
    """Decode settings tried on dev, to tell a broken model from a bad setting."""

    items: Annotated[int, Field(ge=1)] = 30


class EvalRecipe(Section):
    """The `eval:` section. Everything has a default: `eval: {}` is complete."""

    run: str | None = None
    """The run whose model is evaluated; null is this recipe's own."""
    tuned: str | None = None
    """A folder of weights or of an adapter, or a hub id, instead of the run's model."""
    base: str | None = None
    """What it is compared with: a folder or a hub id; null is the base that the run or the adapter names."""
    bits: Literal[4, 8, 16] = 16
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    """Of models that are named here; a run's own are in its record."""

    items: Annotated[int, Field(ge=1)] | None = None
    """Rows of the eval split; null is all of them. Evenly over the split, the same each time."""
    generated: Annotated[int, Field(ge=0)] | None = 300
    """How many of them are answered in full; the rest only has its likelihood measured."""
    train_sample: Annotated[int, Field(ge=0)] = 100
    reasked: Questions | None = None
    general: Questions | None = None
    slices: tuple[str, ...] = ()
    """Columns of `meta` to slice by, beside source, length and kind."""
    cluster: str | None = None
    """A column of `meta` that ties items together (document, customer); null is the family."""

    generation: Generation = Generation()
    metrics: tuple[Metrics, ...] = DEFAULT_METRICS
    tokenizer: Literal["gristmill", "jieba", "default"] = "gristmill"
    evaluate: tuple[str, ...] = ()
    """Folders or files of `evaluate` metrics on this machine."""
    sweep: Sweep | None = None
    selfcheck: Annotated[int, Field(ge=0)] = 0
    """Further sampled answers to each item, for self-consistency."""
    nli: str | None = None
    judge: Endpoint | None = None
    judge_labels: str | None = None
    """Pairs that people judged, a JSON Lines file: how far the judge can be trusted."""
    harness: Harness | None = None
    base_endpoint: Endpoint | None = None
    endpoint: Endpoint | None = None
    """A served model instead of weights: `endpoint` is the tuned side."""

    policy: Policy = Policy()
    allow_mismatch: bool = False
    device: Literal["auto", "cuda", "mps", "cpu"] = "auto"
    batch_tokens: Annotated[int, Field(ge=64)] | None = None
    """Tokens in one forward pass; null is 2,048 on a CPU, 16,384 on a GPU."""

    @field_validator("slices")
    @classmethod
    def _names_are_free(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if taken := [name for name in names if name in _TAKEN]:
            raise ValueError(f"{', '.join(taken)}: every item has such a column already")
        return names


def load_recipe(path: Path, *, name: str | None = None) -> tuple[EvalRecipe, str, int]:
    """Read the `eval:` section.

    Returns:
        The section, the run's name, the seed.

    Raises:
        ConfigError: With every fault and its line.
    """
    header, recipe = load_recipe_section(path, "eval", EvalRecipe)
    return recipe, name or recipe.run or header.name or path.stem, header.seed


DEFAULT_SEED = Header().seed
