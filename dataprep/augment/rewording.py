"""What a model is told when it rewrites or translates a text: versioned words in Chinese and English."""

from dataprep.augment.wording import version_of, words_of
from schemas.endpoint import Request
from schemas.endpoint.fence import fence_code, fenced

_TASK = "paraphrase"


def version() -> str:
    """The version of the words and a digest of them: children carry it."""
    return version_of(_TASK)


def styles(language: str) -> tuple[str, ...]:
    """The ways in which texts of a language can be rewritten.

    Args:
        language: Chinese texts are rewritten by Chinese words, all others by English ones.
    """
    return tuple(words_of(_TASK, language)["styles"])


def rewrite(text: str, *, language: str, style: str, sample: int) -> Request:
    """Ask for a text in another style.

    Args:
        text: The user's turn, or the answer.
        language: Of the text.
        style: One of `styles`.
        sample: Which draw it is, from 0.
    """
    told = words_of(_TASK, language)
    return _request(text, told["system"], told["ask"].format(how=told["styles"][style]), told["mark"], sample)


def translate(text: str, *, into: str, words: str, sample: int) -> Request:
    """Ask for a translation.

    Args:
        text: What to translate.
        into: The language's code, such as `fr`; an unknown one is told as it is.
        words: The language of the words around it.
        sample: Which draw it is, from 0.
    """
    told = words_of(_TASK, words)
    task = told["translate"].format(language=told["languages"].get(into, into))
    return _request(text, told["translator"], task, told["mark"], sample)


def _request(text: str, system: str, task: str, mark: str, sample: int) -> Request:
    asked = f"{task}\n\n{fenced(mark, text, fence_code([text], seed=0))}"
    return Request(({"role": "system", "content": system.strip()}, {"role": "user", "content": asked}), sample=sample)
