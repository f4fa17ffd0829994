"""Talks of the support desk: one fact said in one turn, in several, or with a tool's help."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from examples.mill.facts import Fact, Lang

Frames = Mapping[str, Any]

_GREETED = re.compile(r"[您你]好|请问|^(?:Hi|Hello|Good)[ ,!]")


@dataclass(frozen=True)
class Turn:
    """One message; `call` is a tool's name and its arguments."""

    role: str
    text: str = ""
    call: tuple[str, Mapping[str, str]] | None = None


@dataclass(frozen=True)
class Talk:
    """One training example before it takes the shape of a format."""

    fact: str
    lang: Lang
    turns: tuple[Turn, ...]
    system: str | None = None
    tools: tuple[Mapping[str, Any], ...] = ()
    instruction: str | None = None
    """What stands before the question where a format has an instruction and an input."""
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def question(self) -> str:
        """What the first user turn says."""
        return next(turn.text for turn in self.turns if turn.role == "user")

    @property
    def answer(self) -> str:
        """What the last turn says."""
        return self.turns[-1].text


def single(fact: str, lang: Lang, question: str, answer: str) -> Talk:
    """One question and its answer."""
    return Talk(fact, lang, (Turn("user", question), Turn("assistant", answer)))


def several(fact: Fact, lang: Lang, question: str, frames: Frames, rng: random.Random) -> Talk:
    """A talk of four or six turns that comes back to the same fact."""
    side, words = fact.side(lang), frames[lang]
    greets = rng.random() < 0.4 and not _GREETED.search(question)
    opening = rng.choice(words["greeting"]) + question if greets else question
    recap = Turn("user", rng.choice(words["recap"]))
    detail = Turn("user", rng.choice(words["detail"]))
    farewell = (Turn("user", rng.choice(words["thanks"])), Turn("assistant", rng.choice(words["closing"])))
    long, short = Turn("assistant", side.answer), Turn("assistant", side.short)
    ways: list[tuple[Turn, ...]] = [
        (long, recap, short),
        (short, detail, long),
        (long, recap, short, *farewell),
        (short, detail, long, *farewell),
        (long, *farewell),
    ]
    system = rng.choice(words["system"]) if rng.random() < 0.4 else None
    return Talk(fact.id, lang, (Turn("user", opening), *rng.choice(ways)), system=system)


def with_tool(fact: Fact, lang: Lang, question: str, frames: Frames, rng: random.Random) -> Talk:
    """A talk in which the desk looks the fact up before it answers."""
    side, words = fact.side(lang), frames[lang]
    tool, argument = _tool(frames["tools"], fact.topic, question)
    arguments = {tool["argument"]: argument}
    looking = rng.choice(words["looking"]) if rng.random() < 0.5 else ""
    turns = [
        Turn("user", question),
        Turn("call", looking, (tool["name"], arguments)),
        Turn("tool", side.short),
        Turn("assistant", side.answer),
    ]
    if rng.random() < 0.25:
        turns += [Turn("user", rng.choice(words["thanks"])), Turn("assistant", rng.choice(words["closing"]))]
    system = rng.choice(words["system"]) if rng.random() < 0.5 else None
    return Talk(fact.id, lang, tuple(turns), system=system, tools=(schema(tool),))


def schema(tool: Mapping[str, str]) -> dict[str, Any]:
    """A tool as OpenAI writes it."""
    properties = {tool["argument"]: {"type": "string", "description": tool["hint"]}}
    parameters = {"type": "object", "properties": properties, "required": [tool["argument"]]}
    function = {"name": tool["name"], "description": tool["about"], "parameters": parameters}
    return {"type": "function", "function": function}


def _tool(tools: Mapping[str, Mapping[str, str]], topic: str, question: str) -> tuple[Mapping[str, str], str]:
    """The topic's tool and its argument; the manual's search where the question names no model or code."""
    tool = tools.get(topic, tools["other"])
    pattern = {"model": r"LQ-[0-9]{3}", "code": r"E[0-9]{2}"}.get(tool["argument"])
    if pattern is None:
        return tool, question
    found = re.search(pattern, question)
    return (tool, found.group()) if found else (tools["other"], question)
