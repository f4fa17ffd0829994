"""What a judge is told: versioned texts in Chinese and English, with the dataset's texts fenced off as material."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any, Literal

import yaml

from schemas.endpoint.fence import fence_code, fenced

_FOLDER = Path(__file__).parent.parent / "judge_prompts"
Task = Literal["score", "pair"]


@dataclass(frozen=True)
class Prompt:
    """One question to the judge.

    Attributes:
        messages: Of OpenAI's form: the examiner's orders, then the fenced texts.
        repair: What to say to an answer that can't be read.
    """

    messages: tuple[Mapping[str, str], ...]
    repair: str


def render(task: Task, texts: Mapping[str, str], *, language: str, rubric: str | None, seed: int) -> Prompt:
    """A prompt for one sample or pair.

    Args:
        task: `score` or `pair`.
        texts: Label (`question`, `context`, `reference`, `answer`, `a`, `b`) -> text, in the order shown.
        language: Chinese texts are judged in Chinese, all others in English.
        rubric: The scale; null is the one in the prompt's file.
        seed: Of the fence's code.
    """
    told = _texts("zh" if language == "zh" else "en")
    code = fence_code([*texts.values(), rubric or ""], seed=seed)
    orders = Template(told["system"] + told[task]).substitute(code=code, rubric=(rubric or told["rubric"]).strip())
    labels = told["labels"]
    shown = [fenced(labels[name], text, code) for name, text in texts.items()]
    asked = "\n\n".join([*shown, told[f"{task}_form"].strip()])
    return Prompt(({"role": "system", "content": orders}, {"role": "user", "content": asked}), told["repair"].strip())


def prompts_signature(rubric: str | None) -> str:
    """The version and a digest of everything that a judge is told."""
    told = [(_FOLDER / f"{language}.yaml").read_bytes() for language in ("en", "zh")]
    digest = hashlib.blake2b(b"\0".join([*told, (rubric or "").encode()]), digest_size=4).hexdigest()
    return f"prompts={_texts('en')['version']}:{digest}|rubric={'own' if rubric else 'default'}"


@cache
def _texts(language: str) -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((_FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    return told
