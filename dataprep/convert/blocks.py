"""Anthropic's results of tools: blocks at the head of a user's content, as turns of their own.

Refuses with `part_order`, where a result stands behind other parts.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dataprep.convert.format import Refused

_RESULT = "tool_result"


def split_results(conversation: Sequence[Any]) -> Iterator[Any]:
    """The conversation with every `tool_result` block as a tool turn; other turns pass unchanged.

    Raises:
        Refused: With a code of the module's list.
    """
    for item in conversation:
        content = item.get("content") if isinstance(item, Mapping) else None
        if not isinstance(content, list) or not any(_is_result(part) for part in content):
            yield item
            continue
        cut = next((index for index, part in enumerate(content) if not _is_result(part)), len(content))
        if any(_is_result(part) for part in content[cut:]):
            raise Refused("part_order", f"{_RESULT} after a later part")
        for part in content[:cut]:
            more = {key: value for key, value in part.items() if key not in ("type", "tool_use_id", "cache_control")}
            yield {"content": None, **more, "role": "tool", "tool_call_id": part.get("tool_use_id")}
        if content[cut:]:
            yield {**item, "content": content[cut:]}


def _is_result(part: object) -> bool:
    return isinstance(part, Mapping) and part.get("type") == _RESULT
