"""Defects of the turns: who speaks, in which order, and whether tools and answers fit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from examples.mill.deal import Spare
from examples.mill.defects.bench import Bench
from examples.mill.entries import Entry
from examples.mill.facts import Lang
from examples.mill.shapes import Pair, Row
from examples.mill.talks import Talk, Turn, with_tool

Break = Callable[[Row, int], str]
"""Damages a row in place; the number tells the n-th of its kind. Returns what exactly was done."""


@dataclass(frozen=True)
class Fault:
    """A kind of defect of turns.

    Attributes:
        kind: Its name in TRUTH.json.
        talk: The talk that is damaged.
        damage: How.
        places: Path, language and count.
    """

    kind: str
    talk: Callable[[Bench, Spare, int], Talk]
    damage: Break
    places: Sequence[tuple[str, Lang, int]]


SAME_ANSWERS: Sequence[tuple[str, Lang]] = (
    ("preference/trl_en.jsonl", "en"),
    ("preference/trl_en.jsonl", "en"),
    ("preference/ranking_zh.json", "zh"),
    ("preference/openai.jsonl", "zh"),
)


def plant(bench: Bench, fault: Fault) -> None:
    """Plant one kind everywhere it belongs."""
    number = 0
    for path, lang, count in fault.places:
        for _ in range(count):
            talk = fault.talk(bench, bench.take(lang), number)
            row = bench.shape(path)(talk)
            detail = fault.damage(row, number)
            bench.insert(path, Entry(row, talk, defect=fault.kind, detail=detail))
            number += 1


def plant_same_answers(bench: Bench) -> None:
    """Preference rows whose two answers are the same."""
    for path, lang in SAME_ANSWERS:
        spare = bench.take(lang)
        pair = Pair(spare.fact.id, lang, spare.ask, spare.answer, spare.answer)
        entry = Entry(bench.shape(path)(pair), pair, defect="same_answers", detail="chosen equals rejected")
        bench.insert(path, entry)


def _short(_: Bench, spare: Spare, __: int) -> Talk:
    return spare.talk()


def _thanked(bench: Bench, spare: Spare, number: int) -> Talk:
    words = bench.frames[spare.lang]
    thanks = Turn("user", words["thanks"][number % len(words["thanks"])])
    closing = Turn("assistant", words["closing"][number % len(words["closing"])])
    return Talk(spare.fact.id, spare.lang, (*spare.talk().turns, thanks, closing))


def _tool(bench: Bench, spare: Spare, number: int) -> Talk:
    talk = with_tool(spare.fact, spare.lang, spare.ask, bench.frames, bench.draw("tool", str(number)))
    return replace(talk, turns=talk.turns[:4])


def _turns(row: Row) -> list[Row]:
    turns: list[Row] = row.get("conversations") or row["messages"]
    return turns


def _unknown_role(row: Row, number: int) -> str:
    turn = _turns(row)[-1]
    role = ("agent_7", "supervisor", "客户经理", "narrator", "商家")[number % 5]
    turn["from" if "from" in turn else "role"] = role
    return role


def _unknown_speaker(row: Row, _: int) -> str:
    row["said"].insert(1, ("质检专员", "本次会话已抽检。"))
    return "质检专员"


def _role_order(row: Row, number: int) -> str:
    turns = _turns(row)
    if number % 2:
        turns.insert(1, dict(turns[0]))
        return "the customer speaks twice in a row"
    opening = next(place for place, turn in enumerate(turns) if "system" not in turn.values())
    turns.insert(opening, turns.pop(opening + 1))
    return "the answer stands before the question"


def _ends_with_user(row: Row, _: int) -> str:
    _turns(row).pop()
    return "the last turn is the customer's"


def _empty_turn(row: Row, number: int) -> str:
    turn = _turns(row)[2]
    turn["value" if "value" in turn else "content"] = ("", "  ")[number % 2]
    return "the second question is blank"


def _missing_answer(row: Row, number: int) -> str:
    if number % 2:
        del row["output"]
        return "the key output is absent"
    row["output"] = None
    return "output is null"


def _bad_tool_json(row: Row, _: int) -> str:
    for turn in _turns(row):
        if turn.get("from") == "function_call":
            turn["value"] = turn["value"][:-2]
        elif turn.get("tool_calls"):
            function = turn["tool_calls"][0]["function"]
            function["arguments"] = function["arguments"][:-2]
    return "the arguments of the call are cut off"


def _unmatched_tool_result(row: Row, number: int) -> str:
    turns = _turns(row)
    result = next(turn for turn in turns if turn["role"] == "tool")
    result["tool_call_id"] = f"call_{number + 7}"
    return "tool_call_id names no call"


FAULTS: list[Fault] = [
    Fault(
        "wrong_role",
        _short,
        _unknown_role,
        (
            ("talks/sharegpt_en.jsonl", "en", 2),
            ("talks/sharegpt_zh.jsonl", "zh", 1),
            ("talks/messages_en.jsonl", "en", 1),
            ("talks/messages_zh.jsonl", "zh", 1),
        ),
    ),
    Fault("unknown_speaker", _short, _unknown_speaker, (("chatlog/chat_zh.csv", "zh", 2),)),
    Fault(
        "role_order",
        _thanked,
        _role_order,
        (("talks/sharegpt_en.jsonl", "en", 2), ("talks/messages_zh.jsonl", "zh", 2)),
    ),
    Fault(
        "ends_with_user",
        _thanked,
        _ends_with_user,
        (("talks/sharegpt_zh.jsonl", "zh", 2), ("talks/messages_en.jsonl", "en", 2)),
    ),
    Fault(
        "no_answer",
        _short,
        _ends_with_user,
        (("talks/sharegpt_en.jsonl", "en", 2), ("talks/messages_zh.jsonl", "zh", 1)),
    ),
    Fault(
        "empty_turn",
        _thanked,
        _empty_turn,
        (("talks/sharegpt_en.jsonl", "en", 1), ("talks/messages_zh.jsonl", "zh", 2)),
    ),
    Fault(
        "missing_answer",
        _short,
        _missing_answer,
        (("pairs/alpaca_zh.jsonl", "zh", 2), ("pairs/alpaca_en.json", "en", 2)),
    ),
    Fault(
        "bad_tool_json",
        _tool,
        _bad_tool_json,
        (("talks/messages_en.jsonl", "en", 2), ("talks/sharegpt_tools.jsonl", "zh", 1)),
    ),
    Fault(
        "unmatched_tool_result",
        _tool,
        _unmatched_tool_result,
        (("talks/messages_zh.jsonl", "zh", 2), ("talks/messages_en.jsonl", "en", 1)),
    ),
]
