"""What one control of Label Studio holds, checked against its question and turned into the value of an answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from dataprep.annotate.forms import TIES
from dataprep.annotate.labelling import LabellingConfig, Question


class Unreadable(Exception):
    """An answer that can't be read.

    Args:
        reason: Its name in the table of rejects.
        detail: What was found.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


def read_value(question: Question, value: Any, *, swap: bool) -> Any:
    """The answer in a control's `value`.

    Args:
        question: What was asked.
        value: Such as `{"choices": ["accept"]}`, `{"rating": 4}`, `{"text": ["..."]}`, `{"selected": "left"}`.
        swap: For a pair: whether the record's `chosen` stood on the right.

    Returns:
        A choice, a sorted list of choices, a rating, a text, or `a`, `b`, `tie`.

    Raises:
        Unreadable: If it has another shape, or holds what the config doesn't offer.
    """
    held = value if isinstance(value, Mapping) else {}
    if question.kind == "choices":
        return _choices(question, held.get("choices"))
    if question.kind == "rating":
        return _rating(question, held.get("rating"))
    if question.kind == "text":
        return _text(held.get("text"))
    return _side(held.get("selected"), swap=swap)


def flat_value(question: Question, value: Any) -> Any:
    """The same `value` as a control has it, from a cell of JSON-MIN.

    There a single choice or text stands bare, several choices in an object, ratings and sides in a list of one object.
    """
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], Mapping):
        return value[0]
    if question.kind == "choices" and isinstance(value, str):
        return {"choices": [value]}
    if question.kind == "text" and isinstance(value, str | list):
        return {"text": value}
    if question.kind == "rating" and not isinstance(value, Mapping):
        return {"rating": value}
    if question.kind == "pairwise" and isinstance(value, str):
        return {"selected": value}
    return value


def settle_ties(values: dict[str, Any], config: LabellingConfig) -> None:
    """Say `tie` for the pair of a config where its `strength` says so, whatever side was clicked."""
    pairs = [question.name for question in config.questions.values() if question.kind == "pairwise"]
    if len(pairs) == 1 and values.get("strength") in TIES:
        values[pairs[0]] = "tie"


def _choices(question: Question, held: Any) -> str | list[str]:
    if not isinstance(held, Sequence) or isinstance(held, str) or not all(isinstance(one, str) for one in held):
        raise Unreadable("label_value", f"choices: {held!r:.200}")
    unknown = [one for one in held if one not in question.choices and not question.open]
    if unknown:
        raise Unreadable("label_config_changed", f"{question.name} doesn't offer {', '.join(unknown)!r:.200}")
    if question.several:
        return sorted(set(held))
    if len(held) != 1:
        raise Unreadable("label_value", f"{len(held)} choices where one is asked for")
    return str(held[0])


def _rating(question: Question, held: Any) -> int:
    whole = isinstance(held, int | float) and not isinstance(held, bool) and float(held).is_integer()
    if not whole or held < 1:
        raise Unreadable("label_value", f"rating: {held!r:.200}")
    if held > question.most:
        raise Unreadable("label_config_changed", f"rating {held:g}, but {question.name} ends at {question.most}")
    return int(held)


def _text(held: Any) -> str:
    texts = [held] if isinstance(held, str) else held
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Unreadable("label_value", f"text: {held!r:.200}")
    told = "\n".join(texts)
    if not told.strip():
        raise Unreadable("label_empty", "a blank text")
    return told


def _side(held: Any, *, swap: bool) -> str:
    side = held.lower() if isinstance(held, str) else held
    if side == "tie":
        return "tie"
    if side not in ("left", "right"):
        raise Unreadable("label_value", f"selected: {held!r:.200}")
    return "a" if (side == "left") != swap else "b"
