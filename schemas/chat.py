"""Chat templates: the text that a model reads for a conversation, and which characters of it the assistant said.

Prefixes of a rendering are not safe to cut at: templates drop earlier thoughts, move tools and trim texts. So every
field of every message is rendered between two private characters, and the spans are read off the whole rendering.
"""

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from itertools import takewhile
from typing import Any

from schemas.masks import Span
from schemas.records import Message

JOINER = "\n"
"""Between an instruction and its `context`: what LLaMA-Factory v0 and ms-swift write."""

MARKS = 0xF2000
"""First of the private-use characters that stand around fields: of plane 15, behind the icons of Nerd Fonts 3."""

_MARK = re.compile(f"[{chr(MARKS)}-{chr(0xFFFFD)}]")
Mark = Callable[..., str]
_THINK = re.compile(r"(\s*<think>)(.*?)(</think>)(.*)", re.DOTALL)
_REASONING = ("reasoning_content", "thinking", "reasoning")
_NOW = re.compile(r"""strftime_now\((["'])(.*?)\1\)""")
_DATE = date(2024, 7, 26)
"""What Llama templates print when nobody tells them the date: today's would change the data from day to day."""


class TemplateRefusal(Exception):
    """A conversation that the template can't express.

    Args:
        reason: A name for the ledger.
        detail: What the template said or lost.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Rendering:
    """A conversation as the model reads it.

    Attributes:
        text: The whole text.
        spans: One for each assistant message, in order.
        hidden: How many turns have thoughts that the template leaves out.
    """

    text: str
    spans: tuple[Span, ...]
    hidden: int = 0


@dataclass(frozen=True)
class _Field:
    """A text of a message: its content, its thoughts, or the name or an argument of a tool call."""

    message: int
    thought: bool
    text: str


class Chat:
    """A tokenizer's chat template.

    Args:
        tokenizer: A transformers tokenizer; only `apply_chat_template` and its token tables are used.
        template: Jinja text that takes the place of the tokenizer's own.
        ends: Tokens that end an answer beside the template's own, such as those of a generation config.
    """

    def __init__(self, tokenizer: Any, template: str | None = None, ends: Sequence[str] = ()) -> None:
        self.tokenizer = tokenizer
        self.template = template or tokenizer.chat_template or ""
        self.ends = tuple(ends)
        self._reasoning = next((name for name in _REASONING if re.search(rf"\b{name}\b", self.template)), None)

    def render(self, messages: Sequence[Message], *, tools: str | None = None) -> Rendering:
        """Render a conversation and find the assistant's turns in it.

        Args:
            messages: The turns; `tool_calls` and `tools` are JSON strings of OpenAI's form.
            tools: The tool schemas, or null.

        Raises:
            TemplateRefusal: If the template refuses the conversation or loses what the assistant said.
        """
        plain, fields = self._turns(messages), list[_Field]()
        offered = json.loads(tools) if tools else None
        if offered and "tools" not in self.template:
            raise TemplateRefusal("template_without_tools", "the template has no place for tool schemas")
        if "tool_calls" not in self.template and any("tool_calls" in turn for turn in plain):
            raise TemplateRefusal("template_without_tools", "the template has no place for tool calls")
        text = self._apply(plain, offered)
        marked = self._apply(self._turns(messages, fields), offered)
        same = _MARK.sub("", marked) == text
        spans = (
            self._spans(marked, fields, messages) if same else self._spans_by_prefix(text, fields, messages, offered)
        )
        said = {span.message: text[span.start : span.end] for span in spans}
        hidden = {field.message for field in fields if field.thought and field.text not in said.get(field.message, "")}
        return Rendering(text, spans, len(hidden))

    def prompt(self, messages: Sequence[Message], *, tools: str | None = None) -> str:
        """The text after which the model speaks: the conversation and the generation prompt."""
        return self._apply(self._turns(messages), json.loads(tools) if tools else None, ask=True)

    @cached_property
    def opening(self) -> str:
        """The generation prompt, such as `<|im_start|>assistant` and a line end; "" where the template has none."""
        question = [{"role": "user", "content": "?"}]
        asked = self._apply(question, ask=True)
        shared = takewhile(lambda pair: pair[0] == pair[1], zip(asked, self._apply(question), strict=False))
        start = sum(1 for _ in shared)
        # Unasked, Phi-3 writes another token there that begins alike: a token isn't cut in two.
        found = ((asked.rfind(name, 0, start + len(name)), name) for name in self._specials)
        return asked[min([start, *(at for at, name in found if 0 <= at < start < at + len(name))]) :]

    @cached_property
    def stop(self) -> str:
        """The token that ends an assistant turn; "" where no token of the vocabulary's own does."""
        return next((token for token in self._specials if self._tail.startswith(token)), "")

    @cached_property
    def folds_system(self) -> bool:
        """True where the template refuses system messages, as Gemma's does: they go in front of the first question."""
        try:
            self._apply([{"role": "system", "content": "."}, {"role": "user", "content": "?"}])
        except TemplateRefusal:
            return True
        return False

    @cached_property
    def _tail(self) -> str:
        """What the template writes behind an answer."""
        told = self._apply([{"role": "user", "content": "?"}, {"role": "assistant", "content": "!"}])
        return told.rpartition("!")[2].strip()

    @cached_property
    def _specials(self) -> list[str]:
        """Added tokens, longest first."""
        added = [str(token) for token in self.tokenizer.added_tokens_decoder.values()]
        return sorted({*added, *self.tokenizer.all_special_tokens}, key=len, reverse=True)

    @cached_property
    def _ends(self) -> re.Pattern[str]:
        names = {self.stop or self._tail, self.tokenizer.eos_token, "<|eom_id|>", *self.ends} - {"", None}
        return re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or "(?!)")

    def _apply(self, turns: Sequence[Mapping[str, Any]], tools: list[Any] | None = None, *, ask: bool = False) -> str:
        from jinja2 import TemplateError

        try:
            rendered = self.tokenizer.apply_chat_template(
                list(turns),
                tools=tools,
                chat_template=_NOW.sub(lambda call: f"'{_DATE.strftime(call[2])}'", self.template),
                tokenize=False,
                add_generation_prompt=ask,
                date_string=f"{_DATE:%d %b %Y}",
            )
        except (TemplateError, TypeError, KeyError, ValueError) as fault:
            raise TemplateRefusal("template_refuses", str(fault)) from None
        return str(rendered)

    def _turns(self, messages: Sequence[Message], fields: list[_Field] | None = None) -> list[dict[str, Any]]:
        """Messages in the words of templates; with `fields`, which is filled, each field stands between two marks."""
        turns = [self._turn(message, partial(_marked, fields, index)) for index, message in enumerate(messages)]
        if len(turns) > 1 and turns[0]["role"] == "system" and turns[1]["role"] == "user" and self.folds_system:
            turns[1]["content"] = f"{turns[0]['content']}\n\n{turns[1]['content']}"
            return turns[1:]
        return turns

    def _turn(self, message: Message, mark: Mark) -> dict[str, Any]:
        """A message: objects instead of JSON, thoughts where the template wants them."""
        content, thought = message["content"], message.get("reasoning")
        if context := message.get("context"):
            content = f"{content}{JOINER}{context}" if content else context
        if thought and not self._reasoning:
            content = f"<think>\n{thought}\n</think>\n\n{content}"
        turn: dict[str, Any] = {"role": message["role"]}
        if message["role"] == "assistant" and "</think>" in self.template and (parts := _THINK.fullmatch(content)):
            turn["content"] = f"{parts[1]}{mark(parts[2], thought=True)}{parts[3]}{mark(parts[4])}"
        else:
            turn["content"] = mark(content)
        if thought and self._reasoning:
            turn[self._reasoning] = mark(thought, thought=True)
        if calls := message.get("tool_calls"):
            turn["tool_calls"] = [_call(call, mark) for call in json.loads(calls)]
        for field in ("tool_call_id", "name"):
            if value := message.get(field):
                turn[field] = value
        return turn

    def _spans(self, marked: str, fields: Sequence[_Field], messages: Sequence[Message]) -> tuple[Span, ...]:
        """Read the spans off a rendering with marks; offsets are those of the text without them."""
        text, order = _MARK.sub("", marked), list[int]()
        places: dict[int, int] = {}
        for count, match in enumerate(_MARK.finditer(marked)):
            order.append(match.start() - count)
            places.setdefault(ord(match[0]) - MARKS, order[-1])  # gpt-oss names a call again above its result
        extents: dict[int, list[int]] = {}
        for number, field in enumerate(fields):
            found = [places[mark] for mark in (2 * number, 2 * number + 1) if mark in places]
            if len(found) < 2 and not field.thought:
                raise _dropped(messages, field.message)
            extents.setdefault(field.message, []).extend(found)
        spans = []
        for index, extent in extents.items():
            if messages[index]["role"] != "assistant" or not extent:
                continue
            first, last, calls = min(extent), max(extent), bool(messages[index].get("tool_calls"))
            behind, ahead = bisect_left(order, first), bisect_right(order, last)
            start = self._start(text, order[behind - 1] if behind else 0, first)
            stop = self._ends.search(text, last, order[ahead] if ahead < len(order) else len(text))
            if not stop and calls and ahead < len(order):
                raise TemplateRefusal("template_unstable", f"messages[{index}] has no end in the rendering")
            end = stop.end() if stop else len(text.rstrip()) if calls else last
            spans.append(Span(index, start, end))
        return tuple(spans)

    def _start(self, text: str, behind: int, first: int) -> int:
        """Where a turn begins: behind the longest beginning of the generation prompt that stands before its text."""
        places = ((text.rfind(opening, behind, first), opening) for opening in self._openings)
        return next((place + len(opening) for place, opening in places if place >= 0), first)

    @cached_property
    def _openings(self) -> list[str]:
        """The generation prompt and those of its beginnings that still name the speaker, longest first.

        A prompt that opens a thought (`<think>`) stands without it before turns that have none.
        """
        names = (*(token.lower() for token in self._specials), "assistant", "model")
        beginnings = [self.opening[:size] for size in range(len(self.opening), 0, -1)]
        return [beginning for beginning in beginnings if any(name in beginning.lower() for name in names)]

    def _spans_by_prefix(
        self, text: str, fields: Sequence[_Field], messages: Sequence[Message], tools: list[Any] | None
    ) -> tuple[Span, ...]:
        """For templates that look at how a text begins: the prompt of each turn, where it is a prefix of the whole."""
        if lost := [field.message for field in fields if not field.thought and field.text not in text]:
            raise _dropped(messages, lost[0])
        spans = []
        for index in sorted({field.message for field in fields if messages[field.message]["role"] == "assistant"}):
            asked = self._apply(self._turns(messages[:index]), tools, ask=True)
            start, body = len(asked), len(self._apply(self._turns(messages[: index + 1]), tools).rstrip())
            if text[:start] != asked:
                raise TemplateRefusal("template_unstable", f"messages[{index}] can't be found in the rendering")
            said = [text.find(field.text, start) + len(field.text) for field in fields if field.message == index]
            last = max(start, *said)
            stop = self._ends.search(text, last, max(body, last))
            spans.append(Span(index, start, stop.end() if stop else last))
        return tuple(spans)


def _dropped(messages: Sequence[Message], index: int) -> TemplateRefusal:
    return TemplateRefusal("template_drops_text", f"messages[{index}] ({messages[index]['role']}) is not rendered")


def _call(call: Mapping[str, Any], mark: Mark) -> dict[str, Any]:
    """A tool call with its arguments as an object: templates dump them, and a string would be dumped twice."""
    function = dict(call["function"])
    try:
        arguments = json.loads(function.get("arguments") or "{}")
    except (TypeError, json.JSONDecodeError):
        arguments = function["arguments"]
    return {**call, "function": {**function, "name": mark(function["name"]), "arguments": _texts(arguments, mark)}}


def _texts(value: Any, mark: Mark) -> Any:
    """A JSON value with every text in it marked: one that holds an end token doesn't end the turn."""
    if isinstance(value, Mapping):
        return {key: _texts(inner, mark) for key, inner in value.items()}
    if isinstance(value, list):
        return [_texts(inner, mark) for inner in value]
    return mark(value) if isinstance(value, str) else value


def _marked(fields: list[_Field] | None, message: int, text: str, *, thought: bool = False) -> str:
    """The text of a field between the two marks that are its own; without `fields` as it is.

    Space at its ends stays outside, so that a template that trims finds it there.
    """
    body = text.strip()
    if fields is None or not body:
        return text
    code = MARKS + 2 * len(fields)
    fields.append(_Field(message, thought, body))
    return text.replace(body, f"{chr(code)}{body}{chr(code + 1)}", 1)
