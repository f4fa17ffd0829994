"""The `data:` section of a recipe: what to read, how to curate it, what to write."""

from typing import Annotated, Literal

from pydantic import Field

from dataprep.recipe.augment import Augment
from dataprep.recipe.duplicates import Decontaminate, Dedup, Key, Near, Semantic
from dataprep.recipe.labels import Labels
from dataprep.recipe.quality import Clean, Judge, Language, Pii, PiiAction, Rules, Validate, Verdict
from dataprep.recipe.sources import ChatLog, Source
from dataprep.recipe.splitting import Group, Mix, Split
from schemas.config import Section

__all__ = [
    "Augment",
    "Card",
    "ChatLog",
    "Clean",
    "DataRecipe",
    "Decontaminate",
    "Dedup",
    "Export",
    "Group",
    "Judge",
    "Key",
    "Labels",
    "Language",
    "Mix",
    "Near",
    "OnLoss",
    "Pii",
    "PiiAction",
    "Rules",
    "Semantic",
    "Source",
    "Split",
    "Validate",
    "Verdict",
]

OnLoss = Literal["refuse", "side-field", "drop-part"]
Joiner = Literal["\n", "\n\n", ""]


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
    language: Language = Language()
    pii: Pii = Pii()
    labels: Labels = Labels()
    validate_: Validate = Field(default=Validate(), alias="validate")
    rules: Rules = Rules()
    dedup: Dedup = Dedup()
    decontaminate: Decontaminate = Decontaminate()
    split: Split = Split()
    augment: Augment = Augment()
    mix: Mix = Mix()
    export: Export = Export()
    card: Card = Card()
