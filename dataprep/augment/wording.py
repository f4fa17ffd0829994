"""What models are told stands in versioned files: one for each task, in Chinese and English."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "prompts"


def version_of(task: str) -> str:
    """The version of a task's words and a digest of them, such as `paraphrase-1:0a1b2c3d`: children carry it."""
    digest = hashlib.blake2b((_FOLDER / f"{task}.yaml").read_bytes(), digest_size=4).hexdigest()
    return f"{_told(task)['version']}:{digest}"


def words_of(task: str, language: str) -> dict[str, Any]:
    """A task's words: Chinese ones for Chinese texts, English ones for all others.

    Args:
        task: `paraphrase`, `answer` or `judge`.
        language: Of the texts.
    """
    words: dict[str, Any] = _told(task)["zh" if language == "zh" else "en"]
    return words


@cache
def _told(task: str) -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((_FOLDER / f"{task}.yaml").read_text(encoding="utf-8"))
    return told
