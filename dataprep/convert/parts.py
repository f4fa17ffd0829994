"""Content in parts: OpenAI's, LLaMA-Factory v1's and Anthropic's, as the fields of one message.

Refuses with `not_text`, `part_order`, `unsupported_part`, `bad_tool_call` and `unsupported_kind`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dataprep.convert.format import Refused
from dataprep.convert.toolcalls import calls_json, calls_list

# The key that holds a text part's text: OpenAI's "text", LLaMA-Factory v1's "value", Anthropic's "thinking".
_TEXT_KEYS = ("text", "value", "reasoning", "thinking")

# LLaMA-Factory and ms-swift mark media in text with these tags.
_PLACEHOLDERS: dict[str, str] = {
    **dict.fromkeys(("image_url", "image", "input_image"), "<image>"),
    **dict.fromkeys(("input_audio", "audio_url", "audio"), "<audio>"),
    **dict.fromkeys(("video_url", "video", "input_video"), "<video>"),
    **dict.fromkeys(("file", "input_file", "document"), "<file>"),
}

# A message has its reasoning before its text and its text before its calls; another order would be rewritten.
_RANKS: dict[str, int] = {
    **dict.fromkeys(("reasoning", "thinking"), 0),
    **dict.fromkeys(("text", "input_text", "output_text", *_PLACEHOLDERS), 1),
    **dict.fromkeys(("tool_call", "tool_use"), 2),
}

_MASKS = ("train", "weight", "loss_weight")


@dataclass(slots=True)
class Content:
    """What the parts of one message say.

    Attributes:
        text: Text parts in order, a placeholder such as `<image>` where a medium stands.
        reasoning: Reasoning parts in order, or None.
        tool_calls: Canonical tool calls, or None.
        tools: Values of the parts that declare tools.
        media: The parts that are no text, as they came.
    """

    text: str = ""
    reasoning: str | None = None
    tool_calls: str | None = None
    tools: list[Any] = field(default_factory=list)
    media: list[Mapping[str, Any]] = field(default_factory=list)


def read_parts(parts: Sequence[object]) -> Content:
    """A content list as the fields of one message; texts are joined without a separator.

    Raises:
        Refused: For parts that one message can't hold without loss.
    """
    content = Content()
    calls: list[dict[str, Any]] = []
    reached = 0
    for part in parts:
        kind, body = _named(part)
        if kind == "tools":
            content.tools.append(body.get("value"))
            continue
        rank = _RANKS.get(kind)
        if rank is None:
            raise Refused("unsupported_part", kind[:80])
        if rank < reached:
            raise Refused("part_order", f"{kind} after a later part")
        reached = rank
        if kind in _PLACEHOLDERS:
            content.text += _PLACEHOLDERS[kind]
            content.media.append(body)
        elif rank == 0:
            content.reasoning = (content.reasoning or "") + _text(body)
        elif rank == 1:
            content.text += _text(body)
        else:
            calls += calls_list(calls_json(_used(body) if kind == "tool_use" else body.get("value")))
    if calls:
        content.tool_calls = calls_json(calls)
    return content


def _named(part: object) -> tuple[str, Mapping[str, Any]]:
    """A part's type and its keys; a bare string is a text part."""
    if isinstance(part, str):
        return "text", {"text": part}
    if not isinstance(part, Mapping):
        raise Refused("not_text", f"a part of type {type(part).__name__}")
    if any(part.get(key) is not None for key in _MASKS):
        raise Refused("unsupported_kind", "a loss mask inside of a turn")
    return str(part.get("type")), part


def _used(part: Mapping[str, Any]) -> dict[str, Any]:
    """Anthropic's `tool_use` as a call."""
    return {"id": part.get("id"), "name": part.get("name"), "arguments": part.get("input")}


def _text(part: Mapping[str, Any]) -> str:
    """A text part's text."""
    for key in _TEXT_KEYS:
        text = part.get(key)
        if isinstance(text, str):
            return text
        if text is not None:
            break
    raise Refused("not_text", f"a {part.get('type')} part without text")
