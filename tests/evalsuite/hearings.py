"""Items and what models gave to them, made by hand: no model is loaded."""

from collections.abc import Mapping
from typing import Any

from evalsuite.items import Item
from evalsuite.predict import Answer
from evalsuite.score import Heard

MODEL = {"base": "tiny", "run": None, "adapter": None, "dtype": "float32", "bits": None, "template": "t"}


def item(name: str, question: str = "q?", reference: str = "right", **parts: Any) -> Item:
    """An item of the eval set, unless told otherwise; its place in its file is 1."""
    asked: dict[str, Any] = {"role": "user", "content": question}
    if context := parts.pop("context", ""):
        asked["context"] = context
    messages: Any = (asked, {"role": "assistant", "content": reference})
    told: dict[str, Any] = {"set": "eval", "kind": "sft", "source": "a.csv", "row": 1, "cluster": name, **parts}
    return Item(id=name, messages=() if told.get("text") is not None else messages, **{"language": "en", **told})


def heard(name: str, answers: Mapping[Any, Any], **parts: Any) -> Heard:
    """What one model gave: texts or answers; a key that is no (id, seed) is an id, with seed 0."""
    told = {key if isinstance(key, tuple) else (key, 0): said(answer) for key, answer in answers.items()}
    return Heard(name, {**MODEL, "run": None if name == "base" else name}, told, parts.pop("likelihoods", {}), parts)


def said(answer: str | Answer) -> Answer:
    """A text as an answer that ended by itself."""
    return answer if isinstance(answer, Answer) else Answer(answer, "eos", len(answer.split()))
