"""Every rule of validate with good and bad rows, in Chinese and English."""

from typing import Any

import pytest

from dataprep.recipe import Validate
from dataprep.validate import RULES, validate
from schemas.records import Record
from tests.dataprep.rows import ask, bot, calls, framed, kto, plain, preference, sft, system, tool, user

BROKEN_JSON = '[{"function": {"name": "查", "arguments": "{"}}]'
BARE_ARGUMENTS = '[{"function": {"name": "查", "arguments": {"城市": "北京"}}}]'
LISTED_ARGUMENTS = '[{"function": {"name": "查", "arguments": "[1]"}}]'


def pair(messages: list[Any], chosen: list[Any], rejected: list[Any]) -> Record:
    return {"kind": "preference", "messages": messages, "chosen": chosen, "rejected": rejected}


GOOD: dict[str, Record] = {
    "one turn": ask("水硬度多少合适？", "50–120 ppm"),
    "system and turns": sft(system("你是茶师"), user("一"), bot("二"), user("三"), bot("四")),
    "instruction in the context": sft(user("", context="翻译：water"), bot("水")),
    "tool round": sft(user("查"), calls("a"), tool("好"), bot("是")),
    "two calls at once, by id": sft(
        user("查"), calls("a", "b", ids=("1", "2")), tool("y", "2"), tool("x", "1"), bot("是")
    ),
    "two calls, by order": sft(user("查"), calls("a", "b"), tool("x"), tool("y"), bot("是")),
    "one list of results for two calls": sft(user("查"), calls("a", "b"), tool('["x", "y"]'), bot("是")),
    "results with ids for calls without": sft(user("查"), calls("a"), tool("x", "call_1"), bot("是")),
    "results without ids for calls with": sft(user("查"), calls("a", ids=("1",)), tool("x"), bot("是")),
    "call after call": sft(user("查"), calls("a"), tool("x"), calls("b"), tool("y"), bot("是")),
    "a call as the answer": sft(user("查"), calls("a", ids=("1",))),
    "call with words": sft(user("查"), calls("a", content="我来查"), tool("x"), bot("是")),
    "tools in both forms": ask("问", "答", tools='[{"type": "function", "function": {"name": "a"}}, {"name": "b"}]'),
    "preference": preference("问", "好", "坏"),
    "preference after a tool": pair([user("查"), calls("a"), tool("x")], [bot("好")], [bot("坏")]),
    "preference of calls": pair([user("查")], [calls("a")], [calls("b")]),
    "preference of thoughts": pair([user("问")], [bot("答", reasoning="想")], [bot("答", reasoning="猜")]),
    "preference with a tool round": pair([user("查")], [calls("a"), tool("x"), bot("好")], [bot("坏")]),
    "kto": kto("问", "答", label=False),
    "text": plain("泠泉水硬度 80 ppm"),
    "fences": ask("写代码", "```python\nx\n```\n和 ```y```"),
    "thinking": ask("1+1", "<think>\n想\n</think>\n2"),
    "a question about <think>": ask("<think> 是什么？", "思考的标记"),
    "headings in a fence": ask("模板", "```\n### Instruction:\nx\n### Response:\n```"),
    "markdown heading": ask("写", "### 指令集\n### Response time\n#### 回答"),
    "picture placeholders": ask("<image> 这是什么？", "<|vision_start|> 猫"),
    "pipes and tags": ask("f <| x |> y", "a <s>b</s> c"),
}

BAD: dict[str, tuple[str, Record]] = {
    "no turns": ("no_content no_answer", sft()),
    "blank text": ("no_content", plain(" \n　")),
    "null text": ("no_content", {"kind": "text"}),
    "blank turns": ("no_content empty_turn", ask(" ", "　")),
    "blank prompt of a preference": ("empty_turn", preference(" ", "好", "坏")),
    "no prompt": ("prompt_missing", pair([], [bot("好")], [bot("坏")])),
    "system alone as prompt": ("prompt_missing", pair([system("你是")], [bot("好")], [bot("坏")])),
    "kto without prompt": ("prompt_missing", {"kind": "kto", "chosen": [bot("x")], "label": True}),
    "assistant first": ("role_order", sft(bot("您好"), user("问"), bot("答"))),
    "two users": ("role_order", sft(user("一"), user("二"), bot("三"))),
    "two assistants": ("role_order", sft(user("一"), bot("二"), bot("三"))),
    "late system": ("role_order", sft(user("一"), system("二"), bot("三"))),
    "two systems": ("role_order", sft(system("一"), system("二"), user("三"), bot("四"))),
    "tool without a call": ("role_order unmatched_tool_result", sft(user("问"), tool("x"), bot("答"))),
    "user after a tool": ("role_order", sft(user("一"), calls("a"), tool("x"), user("二"), bot("三"))),
    "prompt that ends with an answer": ("role_order", pair([user("一"), bot("二")], [bot("好")], [bot("坏")])),
    "a user as answer": ("role_order", pair([user("一")], [user("好")], [bot("坏")])),
    "question alone": ("no_answer", sft(user("question?"))),
    "system alone": ("no_answer", sft(system("你是"))),
    "no chosen": ("no_answer", pair([user("问")], [], [bot("坏")])),
    "no rejected": ("no_answer", pair([user("问")], [bot("好")], [])),
    "kto without answer": ("no_answer", {"kind": "kto", "messages": [user("问")], "label": True}),
    "goes on": ("ends_with_assistant", sft(user("一"), bot("二"), user("三"))),
    "ends with a tool": ("ends_with_assistant", sft(user("一"), calls("a"), tool("x"))),
    "blank answer": ("empty_turn", ask("问", "　\n")),
    "blank rejected": ("empty_turn", preference("问", "好", "")),
    "blank tool result": ("empty_turn", sft(user("查"), calls("a"), tool(""), bot("是"))),
    "blank answer with thoughts": ("empty_turn", sft(user("问"), bot("", reasoning="想"))),
    "unlabelled": ("no_label", kto("问", "答", label=None)),
    "same answers": ("same_answers", preference("问", "好", " 好\n")),
    "tools not json": ("bad_tool_json", ask("问", "答", tools="{")),
    "tools not a list": ("bad_tool_json", ask("问", "答", tools='{"name": "a"}')),
    "tool without a name": ("bad_tool_json", ask("问", "答", tools='[{"function": {}}]')),
    "arguments not json": ("bad_tool_json", sft(user("查"), bot("", tool_calls=BROKEN_JSON))),
    "arguments not a string": ("bad_tool_json", sft(user("查"), bot("", tool_calls=BARE_ARGUMENTS))),
    "arguments no object": ("bad_tool_json", sft(user("查"), bot("", tool_calls=LISTED_ARGUMENTS))),
    "no calls in the list": ("bad_tool_json", sft(user("查"), bot("", tool_calls="[]"))),
    "call in chosen not json": ("bad_tool_json", pair([user("查")], [bot("", tool_calls="x")], [bot("坏")])),
    "wrong id": ("unmatched_tool_result", sft(user("查"), calls("a", ids=("1",)), tool("x", "2"), bot("是"))),
    "more results than calls": ("unmatched_tool_result", sft(user("查"), calls("a"), tool("x"), tool("y"), bot("是"))),
    "one call unanswered": ("unmatched_tool_result", sft(user("查"), calls("a", "b"), tool("x"), bot("是"))),
    "list of too few results": ("unmatched_tool_result", sft(user("查"), calls("a", "b"), tool("[1]"), bot("是"))),
    "unanswered in chosen": (
        "unmatched_tool_result",
        pair([user("查")], [calls("a", "b"), tool("x"), bot("好")], [bot("坏")]),
    ),
    "chatml": ("template_token", ask("问", "答<|im_end|>")),
    "llama 3": ("template_token", ask("q<|eot_id|>", "a")),
    "mistral": ("template_token", ask("[INST] 问 [/INST]", "答")),
    "eos at the end": ("template_token", ask("问", "答</s>")),
    "gemma": ("template_token", ask("<start_of_turn>user", "答")),
    "deepseek": ("template_token", ask("<｜User｜>问", "答")),
    "chatml in a fence": ("template_token", ask("问", "```\n<|im_start|>\n```")),
    "token in the context": ("template_token", sft(user("问", context="<|endoftext|>"), bot("答"))),
    "token in a text": ("template_token", plain("泠泉<|endoftext|>泠泉")),
    "token in rejected": ("template_token", preference("问", "好", "坏<|im_end|>")),
    "alpaca heading": ("template_token", ask("### Instruction:\n问\n\n### Response：", "答")),
    "vicuna heading": ("template_token", ask("问", "答\n### Human: 再问")),
    "think that never closes": ("open_think", ask("问", "<think>\n答")),
    "think that never opened": ("open_think", ask("问", "想\n</think>\n答")),
    "think inside out": ("open_think", ask("问", "</think>答<think>")),
    "think in chosen": ("open_think", preference("问", "<think>好", "坏")),
}  # fmt: skip


def reasons(record: Record, **settings: Any) -> str:
    dropped = validate(framed(record), Validate(**settings)).dropped
    return " ".join(dropped["reasons"].to_list()[0]) if dropped.height else ""


@pytest.mark.parametrize("record", GOOD.values(), ids=GOOD)
def test_good_rows_pass(record: Record) -> None:
    result = validate(framed(record), Validate())
    assert (reasons(record), result.kept.height, result.events.height) == ("", 1, 0)


@pytest.mark.parametrize(("names", "record"), BAD.values(), ids=BAD)
def test_bad_rows_name_their_rules(names: str, record: Record) -> None:
    assert reasons(record) == names


def test_every_rule_has_a_bad_row() -> None:
    shown = {name for names, _ in BAD.values() for name in names.split()}
    assert set(RULES) - shown == {"open_fence", "too_many_chars", "too_many_tokens"}  # these have their own tests


@pytest.mark.parametrize("answer", ["```python\nx = 1", "答\n```", "a ```` b"])
def test_open_fences_are_flagged_and_kept(answer: str) -> None:
    result = validate(framed(ask("写代码", answer)), Validate())
    assert result.kept.height == 1
    assert result.events.select("verdict", "reason").rows() == [("flagged", "open_fence")]


@pytest.mark.parametrize(
    ("record", "length"),
    [
        (ask("水硬度", "八十"), 5),
        (sft(user("ab", context="cd"), bot("ef", reasoning="gh")), 8),
        (preference("问", "好好好", "坏"), 4),  # the prompt with the longer answer
        (plain("泠泉"), 2),
        (ask("问", "答", tools='[{"name": "a"}]'), 17),
    ],
    ids=["characters, not bytes", "context and reasoning", "preference", "text", "tools"],
)
def test_length_in_characters(record: Record, length: int) -> None:
    assert reasons(record, max_chars=length) == ""
    assert reasons(record, max_chars=length - 1) == "too_many_chars"
