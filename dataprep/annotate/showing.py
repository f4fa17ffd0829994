"""What people see of a record: its texts as the fields of a form."""

import json
from collections.abc import Sequence

from schemas.page import legal
from schemas.records import Message, Record

_ROLES: dict[str, tuple[str, str]] = {
    "system": ("system", "系统"),
    "user": ("user", "用户"),
    "assistant": ("assistant", "助手"),
    "tool": ("tool", "工具"),
    "text": ("text", "文本"),
    "chosen": ("assistant, answer 1", "助手，回答一"),
    "rejected": ("assistant, answer 2", "助手，回答二"),
}

NOTHING = "—"
"""Stands for an empty text: Label Studio shows "" as a box without words."""


def unfit(record: Record, form: str) -> str:
    """Why a form can't show a record: `form_kind`, `form_no_answer`, or "" where it can."""
    kind = record["kind"]
    if form == "tags":
        return ""
    if kind != ("preference" if form == "pair" else "sft"):
        return "form_kind"
    if form == "pair":
        return "" if record.get("chosen") and record.get("rejected") else "form_no_answer"
    turns = record.get("messages") or [{"role": "user", "content": ""}]
    last = turns[-1]
    answered = last["role"] == "assistant" and last["content"].strip() and not last.get("tool_calls")
    return "" if answered and any(turn["role"] == "user" for turn in turns) else "form_no_answer"


def shown(record: Record, form: str, *, swap: bool, lang: str) -> dict[str, object]:
    """The fields of a form, none of them null.

    Args:
        record: One that the form can show.
        form: Its name.
        swap: Show `chosen` on the right.
        lang: Of the names of roles.
    """
    turns = record.get("messages") or []
    if form == "review":
        return _review(turns, lang)
    if form == "pair":
        chosen, rejected = _told(record["chosen"], lang), _told(record["rejected"], lang)
        left, right = (rejected, chosen) if swap else (chosen, rejected)
        texts = {"prompt": _told(turns, lang), "left": left, "right": right}
        return {name: _field(text) for name, text in texts.items()}
    whole: dict[str, object] = {"conversation": _conversation(record, lang)}
    return {**whole, "answer": _field(turns[-1]["content"])} if form == "conversation" else whole


def _field(text: str) -> str:
    return legal(text).strip() or NOTHING


def _review(turns: Sequence[Message], lang: str) -> dict[str, object]:
    asked = max(place for place, turn in enumerate(turns) if turn["role"] == "user")
    context = [_told(turns[:asked], lang)] if asked else []
    context += [turns[asked].get("context") or "", _told(turns[asked + 1 : -1], lang)]
    context += [text] if (text := turns[-1].get("reasoning")) else []
    told = "\n\n".join(part for part in context if part)
    texts = {"context": told, "instruction": turns[asked]["content"], "answer": turns[-1]["content"]}
    return {name: _field(text) for name, text in texts.items()}


def _told(turns: Sequence[Message], lang: str) -> str:
    """Several turns as one text; a single one of a user or assistant without its role."""
    plain = len(turns) == 1 and turns[0]["role"] in ("user", "assistant")
    texts = [_text(turn) if plain else f"[{_role(turn['role'], lang)}]\n{_text(turn)}" for turn in turns]
    return "\n\n".join(texts)


def _conversation(record: Record, lang: str) -> list[dict[str, str]]:
    turns: list[tuple[str, Message]] = [(turn["role"], turn) for turn in record.get("messages") or []]
    chosen, rejected = record.get("chosen") or [], record.get("rejected") or []
    for side, answer in (("chosen", chosen), ("rejected", rejected)):
        told = side if rejected else "assistant"
        turns += [(told if turn["role"] == "assistant" else turn["role"], turn) for turn in answer]
    lines = [(_role(role, lang), _text(turn)) for role, turn in turns]
    lines += [(_role("text", lang), text)] if (text := record.get("text")) else []
    return [{"role": role, "content": legal(text) or NOTHING} for role, text in lines]


def _role(role: str, lang: str) -> str:
    return _ROLES[role][lang == "zh"]


def _text(turn: Message) -> str:
    """All that a turn says: content, context, reasoning, calls."""
    parts = [turn.get("reasoning"), turn["content"], turn.get("context"), _calls(turn.get("tool_calls"))]
    return "\n".join(part for part in parts if part)


def _calls(calls: str | None) -> str:
    if not calls:
        return ""
    try:
        made = [call["function"] for call in json.loads(calls)]
        return "\n".join(f"→ {call['name']}({call['arguments']})" for call in made)
    except (ValueError, KeyError, TypeError):
        return calls
