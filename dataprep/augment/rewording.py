"""What a model is told when it rewrites or translates a text: versioned words in Chinese and English."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from schemas.endpoint import Request
from schemas.endpoint.fence import fence_code, fenced

_FILE = Path(__file__).parent / "prompts" / "paraphrase.yaml"


def version() -> str:
    """The version of the words and a digest of them: children carry it."""
    digest = hashlib.blake2b(_FILE.read_bytes(), digest_size=4).hexdigest()
    return f"{_told()['version']}:{digest}"


def styles(language: str) -> tuple[str, ...]:
    """The ways in which texts of a language can be rewritten.

    Args:
        language: Chinese texts are rewritten by Chinese words, all others by English ones.
    """
    return tuple(_words(language)["styles"])


def rewrite(text: str, *, language: str, style: str, sample: int) -> Request:
    """Ask for a text in another style.

    Args:
        text: The user's turn, or the answer.
        language: Of the text.
        style: One of `styles`.
        sample: Which draw it is, from 0.
    """
    told = _words(language)
    return _request(text, told["system"], told["ask"].format(how=told["styles"][style]), told["mark"], sample)


def translate(text: str, *, into: str, words: str, sample: int) -> Request:
    """Ask for a translation.

    Args:
        text: What to translate.
        into: The language's code, such as `fr`; an unknown one is told as it is.
        words: The language of the words around it.
        sample: Which draw it is, from 0.
    """
    told = _words(words)
    task = told["translate"].format(language=told["languages"].get(into, into))
    return _request(text, told["translator"], task, told["mark"], sample)


def _request(text: str, system: str, task: str, mark: str, sample: int) -> Request:
    asked = f"{task}\n\n{fenced(mark, text, fence_code([text], seed=0))}"
    return Request(({"role": "system", "content": system.strip()}, {"role": "user", "content": asked}), sample=sample)


def _words(language: str) -> dict[str, Any]:
    told: dict[str, Any] = _told()["zh" if language == "zh" else "en"]
    return told


@cache
def _told() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return told
