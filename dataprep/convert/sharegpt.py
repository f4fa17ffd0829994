"""ShareGPT: a list of turns with `from` and `value`, an optional `system` and `tools` beside it.

Refuses with `missing_conversation`, `bad_conversation`, `empty_conversation`, `bad_turn`,
`unknown_role`, `missing_content`, `missing_answer`, `not_text`, `bad_weight`, `bad_tool_call`,
`bad_tools`, `openai_fields` (a turn with OpenAI's `tool_calls` and the like), `bad_side_field`.

A system turn that opens the conversation overrides the `system` column, which then stays in `meta`.
Consecutive `function_call` turns are one answer's parallel calls; a result that is no text becomes JSON.
Keys of a turn that no field takes stand in `meta` under the container's name, one object per turn.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from dataprep.convert.cells import not_text, rest, system_in, turns_in
from dataprep.convert.columns import SYSTEM, TOOLS, TURNS, claims, is_judged
from dataprep.convert.exchanges import lost_fields
from dataprep.convert.format import Columns, Format, Loss, Match, Refused, Row, Style
from dataprep.convert.prompt import joined, spoken
from dataprep.convert.roles import role_of
from dataprep.convert.sample import matched, turn_keys
from dataprep.convert.sharegpt_calls import call_turn, calls_run_on, ids_follow_order, read_call
from dataprep.convert.side_field import restore, settle
from dataprep.convert.toolcalls import parallel_calls, result_text, tools_json
from schemas.records import Message, Record, Role

_PARTS = {"conversations": TURNS, "system": SYSTEM, "tools": TOOLS}
# The dialect's own names first: a turn that has both (from, role) says its role in the first.
_ROLE_KEYS = ("from", "role", "speaker", "角色")
_CONTENT_KEYS = ("value", "content", "text", "内容", "內容")
_WEIGHT_KEYS = ("weight", "loss_weight", "loss", "train")
_OPENAI_KEYS = ("tool_calls", "tool_call_id", "function_call", "reasoning_content", "reasoning", "thinking")
_TAGS = {"system": "system", "user": "human", "assistant": "gpt", "tool": "observation"}


def parse(row: Row, columns: Columns) -> Record:
    """Read one ShareGPT row. `columns` may also name the turns' keys, as parts `role` and `content`.

    Raises:
        Refused: With a code of the module's list.
    """
    container, system, tools = [columns.get(part, part) for part in _PARTS]
    messages, extras = _read(turns_in(row, container), columns)
    taken = [container, system, tools]
    opening = system_in(row, system)
    if opening is not None and messages[0]["role"] != "system":
        messages.insert(0, {"role": "system", "content": opening})
    elif opening is not None and messages[0]["content"] != opening:
        taken.remove(system)
    record: Record = {"kind": "sft", "messages": messages}
    if (schemas := tools_json(row.get(tools))) is not None:
        record["tools"] = schemas
    meta = rest(row, taken)
    if any(extras):
        meta[container] = extras
    if meta:
        record["meta"] = meta
    return restore(record, row)


def _read(turns: Sequence[Mapping[str, Any]], columns: Columns) -> tuple[list[Message], list[dict[str, Any]]]:
    """Messages, and for every turn the keys that no field took."""
    role_keys = (columns["role"],) if "role" in columns else _ROLE_KEYS
    content_keys = (columns["content"],) if "content" in columns else _CONTENT_KEYS
    messages: list[Message] = []
    extras: list[dict[str, Any]] = []
    before = None
    for turn in turns:
        role_key = next((key for key in role_keys if key in turn), role_keys[0])
        content_key = next((key for key in content_keys if turn.get(key) is not None), content_keys[0])
        role = role_of(turn.get(role_key))
        extra: dict[str, Any] = {}
        if role == "tool_call":
            message, extra = read_call(turn.get(content_key))
        else:
            message = {"role": cast(Role, role), "content": _text(turn.get(content_key), role)}
        if len(turn) > 2:
            more = {
                key: value for key, value in turn.items() if value is not None and key not in (role_key, content_key)
            }
            extra |= _take_fields(message, more)
        if role == before == "tool_call" and len(message) == 3 and not message["content"] and not extra:
            messages[-1]["tool_calls"] = parallel_calls(messages[-1], message)
        else:
            messages.append(message)
            extras.append(extra)
        before = role
    return messages, extras


def _text(value: object, role: str) -> str:
    if isinstance(value, str):
        return value
    if role == "tool" and isinstance(value, Mapping | list):
        return result_text(value)
    if value is None:
        raise Refused("missing_answer" if role == "assistant" else "missing_content", f"a {role} turn")
    raise not_text(f"of a {role} turn", value)


def _take_fields(message: Message, more: dict[str, Any]) -> dict[str, Any]:
    """Give the message its weight and name; what is left stays beside it."""
    if any(key in more for key in _OPENAI_KEYS):
        raise Refused("openai_fields", f"a turn with {', '.join(sorted(more))}"[:80])
    for key in _WEIGHT_KEYS:
        if key in more:
            weight = more.pop(key)
            if not (isinstance(weight, bool | int | float) and 0 <= weight <= 1):
                raise Refused("bad_weight", f"{key} is {weight!r}"[:80])
            message["weight"] = float(weight)
            break
    if isinstance(more.get("name"), str):
        message["name"] = more.pop("name")
    return more


def render(record: Record, style: Style) -> dict[str, Any]:
    """Write one ShareGPT row; system is a turn, tool calls are JSON text with object arguments.

    Ids of calls have no place here. They are no loss where the results follow in the order of the
    calls, which says the same.

    Raises:
        Loss: `kind`, `empty_conversation` (always), `reasoning`, `name`, `weight`, `tool_call_id`,
            `order` where the calls of two answers would be read as one's.
    """
    if record["kind"] != "sft":
        raise Loss("kind")
    messages = record.get("messages") or []
    if not messages:
        raise Loss("empty_conversation")
    lost = lost_fields(messages)
    if not ids_follow_order(messages):
        lost.add("tool_call_id")
    if calls_run_on(messages):
        lost.add("order")
    order = ("reasoning", "weight", "name", "tool_call_id", "order")
    row = {
        "conversations": [_turn(message, style.joiner) for message in messages],
        "tools": record.get("tools"),
    }
    named = tuple(part for part in order if part in lost)
    return settle(row, joined(record, style.joiner), lost=named, style=style, parse=parse)


def _turn(message: Message, joiner: str) -> dict[str, str]:
    said = spoken(message, joiner)
    if calls := message.get("tool_calls"):
        return {"from": "function_call", "value": call_turn(calls, said)}
    return {"from": _TAGS[message["role"]], "value": said}


def recognise(rows: Sequence[Row]) -> Match | None:
    """A list of turns under one of the container's names, with `from` and `value` or their aliases."""
    found = claims(rows, _PARTS)
    container = found.columns.get("conversations")
    if container is None or is_judged(rows):
        return None
    seen = turn_keys(rows, container)
    keys = [key for key in (*_ROLE_KEYS, *_CONTENT_KEYS) if key in seen]
    if not keys:
        return None
    own = "from" in keys or "value" in keys
    if container == "messages" and not own and "role" in keys and "content" in keys:
        return None  # OpenAI's own form
    signs = f"turns with {' and '.join(keys)} in column {container}"
    return matched(rows, found, parse=parse, telling=0.98 if own else 0.9, signs=signs)


SHAREGPT = Format("sharegpt", parse, render, recognise)
