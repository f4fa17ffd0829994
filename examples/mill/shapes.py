"""How each format writes a talk, a preference pair or a judged answer; on its own, without gristmill's code."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from examples.mill.facts import Lang
from examples.mill.talks import Talk, Turn

Row = dict[str, Any]
Shape = Callable[[Any], Row]


@dataclass(frozen=True)
class Pair:
    """A question with a good and a bad answer."""

    fact: str
    lang: Lang
    question: str
    chosen: str
    rejected: str
    system: str | None = None


@dataclass(frozen=True)
class Verdict:
    """A question with one answer and whether it was good."""

    fact: str
    lang: Lang
    question: str
    answer: str
    good: bool


def alpaca(talk: Talk) -> Row:
    """`instruction`, `input`, `output`, with `history` and `system` where the talk has them."""
    *earlier, (question, answer) = _exchanges(talk)
    row: Row = {"instruction": talk.instruction or question, "input": question if talk.instruction else ""}
    row["output"] = answer
    if earlier:
        row["history"] = [list(exchange) for exchange in earlier]
    if talk.system:
        row["system"] = talk.system
    return {**row, "fact": talk.fact}


def columns(question: str, answer: str, *, context: str | None = None) -> Shape:
    """A shape with one column for the question and one for the answer."""

    def shape(talk: Talk) -> Row:
        row = {question: talk.question}
        if context:
            row = {question: talk.instruction or talk.question, context: talk.question if talk.instruction else ""}
        return {**row, answer: talk.answer, "fact": talk.fact}

    return shape


def sharegpt(names: Mapping[str, str]) -> Shape:
    """`conversations` of `from` and `value`, with these names of user, assistant, call and tool."""

    def value(turn: Turn) -> str:
        if turn.call is None:
            return turn.text
        return json.dumps({"name": turn.call[0], "arguments": turn.call[1]}, ensure_ascii=False)

    def shape(talk: Talk) -> Row:
        row: Row = {"conversations": [{"from": names[turn.role], "value": value(turn)} for turn in talk.turns]}
        if talk.system:
            row["system"] = talk.system
        if talk.tools:
            row["tools"] = json.dumps(talk.tools, ensure_ascii=False)
        return {**row, "fact": talk.fact}

    return shape


def messages(talk: Talk) -> Row:
    """OpenAI's `messages`, with `tool_calls` and `tools`."""
    said: list[Row] = [{"role": "system", "content": talk.system}] if talk.system else []
    for turn in talk.turns:
        if turn.call:
            arguments = json.dumps(turn.call[1], ensure_ascii=False)
            function = {"name": turn.call[0], "arguments": arguments}
            calls = [{"id": "call_1", "type": "function", "function": function}]
            said.append({"role": "assistant", "content": turn.text or None, "tool_calls": calls})
        elif turn.role == "tool":
            said.append({"role": "tool", "tool_call_id": "call_1", "content": turn.text})
        else:
            said.append({"role": turn.role, "content": turn.text})
    return {"messages": said, **({"tools": list(talk.tools)} if talk.tools else {}), "fact": talk.fact}


def xtuner(talk: Talk) -> Row:
    """XTuner's `conversation` of `input` and `output`."""
    turns: list[Row] = [{"input": question, "output": answer} for question, answer in _exchanges(talk)]
    if talk.system:
        turns[0] = {"system": talk.system, **turns[0]}
    return {"conversation": turns, "fact": talk.fact}


def firefly(talk: Talk) -> Row:
    """Firefly's `conversation` of `human` and `assistant`."""
    turns = [{"human": question, "assistant": answer} for question, answer in _exchanges(talk)]
    return {"conversation_id": talk.fact, "conversation": turns, "fact": talk.fact}


def trl_pair(pair: Pair) -> Row:
    """TRL's preference row of three strings."""
    return {"prompt": pair.question, "chosen": pair.chosen, "rejected": pair.rejected, "fact": pair.fact}


def ranking(pair: Pair) -> Row:
    """LLaMA-Factory's ShareGPT ranking: one dict for each answer."""
    asked = [{"from": "human", "value": pair.question}]
    good, bad = ({"from": "gpt", "value": answer} for answer in (pair.chosen, pair.rejected))
    system = {"system": pair.system} if pair.system else {}
    return {"conversations": asked, "chosen": good, "rejected": bad, **system, "fact": pair.fact}


def openai_pair(pair: Pair) -> Row:
    """OpenAI's preference row: `input`, `preferred_output`, `non_preferred_output`."""
    asked = [{"role": "system", "content": pair.system}] if pair.system else []
    asked.append({"role": "user", "content": pair.question})
    good, bad = ([{"role": "assistant", "content": answer}] for answer in (pair.chosen, pair.rejected))
    return {"input": {"messages": asked}, "preferred_output": good, "non_preferred_output": bad, "fact": pair.fact}


def kto(verdict: Verdict) -> Row:
    """A KTO row with a boolean label."""
    return {
        "prompt": verdict.question,
        "completion": verdict.answer,
        "label": verdict.good,
        "fact": verdict.fact,
    }


def kto_number(verdict: Verdict) -> Row:
    """A KTO row whose label is 0 or 1."""
    return {**kto(verdict), "label": int(verdict.good)}


def _exchanges(talk: Talk) -> list[tuple[str, str]]:
    """The talk as questions and answers."""
    texts = [turn.text for turn in talk.turns]
    return list(zip(texts[::2], texts[1::2], strict=True))
