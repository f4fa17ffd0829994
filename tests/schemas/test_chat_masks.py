"""Spans against other ways to find them: prefixes of a rendering, and marks within TRL's training templates."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.chat import MARKS, Chat, TemplateRefusal
from schemas.records import Message
from tests.dataprep.rows import bot, system, tool, user
from tests.schemas.talks import TOKENS, TOOLS, encode, said, smollm2, talk, trained, using

OPENINGS = {
    **dict.fromkeys(("smollm2", "qwen2_5", "qwen3"), ("<|im_start|>assistant\n", "<|im_end|>", False)),
    **dict.fromkeys(("llama3", "llama3_1"), ("<|start_header_id|>assistant<|end_header_id|>\n\n", "<|eot_id|>", False)),
    "mistral": ("", "</s>", True),
    "gemma": ("<start_of_turn>model\n", "<end_of_turn>", True),
    "deepseek_r1_distill": ("<｜Assistant｜><think>\n", "<｜end▁of▁sentence｜>", False),
    "phi3": ("<|assistant|>\n", "<|end|>", False),  # unasked it writes <|endoftext|> there: both begin with <|
    "glm4moe": ("<|assistant|>", "", False),
    "gptoss": ("<|start|>assistant", "<|return|>", False),
}


@pytest.mark.parametrize("name", TOKENS)
def test_generation_prompt_stop_token_and_place_of_the_system_message(name: str) -> None:
    chat = talk(name)
    assert (chat.opening, chat.stop, chat.folds_system) == OPENINGS[name]
    asked = chat.prompt([system("s"), user("你好")])
    assert asked.endswith(chat.opening)
    assert asked.index("s") < asked.index("你好")
    if chat.stop:
        assert chat.tokenizer.convert_tokens_to_ids(chat.stop) is not None
        assert len(encode(chat, chat.stop)) == 1


def test_a_prompt_offers_tools() -> None:
    assert "Weather of a city" in talk("qwen2_5").prompt([user("q")], tools=TOOLS)


def test_a_template_without_any_token_ends_with_its_own_text() -> None:
    letters = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n###\n{% endfor %}"
    chat = Chat(smollm2(), letters + "{% if add_generation_prompt %}assistant: {% endif %}")
    assert (chat.stop, chat.opening) == ("", "assistant: ")
    assert said(chat.render([user("q"), bot("a: b"), user("r"), bot("c")])) == ["a: b\n###", "c\n###"]


WORDS = st.sampled_from(
    ["a", " ", "\n", "\n\n", "你好", "，", "龘", "🙂", "é", "<|im_end|>", "<|im_start|>assistant\n", "7"]
)
TEXTS = st.lists(WORDS, max_size=6).map("".join)
TURN = st.tuples(st.sampled_from(["user", "assistant"]), TEXTS)


@given(st.booleans(), st.lists(TURN, min_size=1, max_size=6))
def test_spans_are_those_of_the_prefixes_where_prefixes_are_safe(briefed: bool, turns: list[tuple[str, str]]) -> None:
    chat = talk("smollm2")
    messages: list[Any] = [{"role": role, "content": text} for role, text in turns]
    messages = [system("s"), *messages] if briefed else [user("first"), *messages]

    def applied(some: list[Any], *, ask: bool = False) -> str:
        return str(chat.tokenizer.apply_chat_template(some, tokenize=False, add_generation_prompt=ask))

    wanted = []
    for index, message in enumerate(messages):
        if message["role"] == "assistant" and message["content"].strip():
            start = len(applied(messages[:index], ask=True))
            wanted.append((index, start, len(applied(messages[: index + 1])) - len("\n")))
    rendering = chat.render(messages)
    assert rendering.text == applied(messages)
    assert [(span.message, span.start, span.end) for span in rendering.spans] == wanted


@given(st.lists(st.tuples(TEXTS, TEXTS.filter(str.strip)), min_size=1, max_size=4))
def test_trained_tokens_say_the_answer_and_the_stop_token(pairs: list[tuple[str, str]]) -> None:
    chat = talk("qwen2_5")
    rendering = chat.render([turn for asked, answer in pairs for turn in (user(asked), bot(answer))])
    # A token may hold an answer's first spaces and the line end before them.
    told = [text.lstrip() for text in trained(chat, rendering)]
    assert told == [answer.lstrip() + "<|im_end|>" for _, answer in pairs]


TALKS: dict[str, list[Message]] = {
    "one turn": [user("你好"), bot("你好，世界！")],
    "several turns": [system("be brief"), user("one"), bot("1"), user("two"), bot("2")],
    "thoughts": [user("q"), bot("A", reasoning="old"), user("r"), bot("B", reasoning="new")],
    "tools": [user("q"), using(("weather", {"city": "北京"}), content="see"), tool("sunny"), bot("It's sunny")],
}

# Template -> whose tokens, and what TRL trains beyond us before and behind each turn.
MARKED: dict[str, tuple[str, str, str]] = {
    "llama3_training": ("llama3", "", ""),
    "glm4moe_training": ("glm4moe", "", ""),
    # The line end behind the stop token: a model that has stopped never writes it.
    "qwen3_training": ("qwen3", "", "\n"),
    "qwen3_instruct_2507_training": ("qwen3", "", "\n"),
    "gemma_training": ("gemma", "", "\n"),
    "phi3_training": ("phi3", "", "\n"),  # and once more <|endoftext|>, at the very end
    # The header or its line end: the generation prompt has written that already.
    "qwen2_5_training": ("qwen2_5", "\n", "\n"),
    "deepseek_r1_distill_training": ("deepseek_r1_distill", "<｜Assistant｜>", ""),
    "gptoss_training": ("gptoss", "<|start|>assistant", ""),  # and <|end|> between turns, which stops nothing
}


@pytest.mark.parametrize("template", MARKED)
@pytest.mark.parametrize("case", TALKS)
def test_masks_are_those_of_the_templates_generation_marks(template: str, case: str) -> None:
    name, before, behind = MARKED[template]
    chat, messages = talk(name, template), TALKS[case]
    try:
        rendering = chat.render(messages)
    except TemplateRefusal:
        assert case == "tools"
        assert name not in {"qwen2_5", "qwen3", "glm4moe"}
        return
    theirs = chat.tokenizer.apply_chat_template(
        chat._turns(messages), chat_template=chat.template, return_dict=True, return_assistant_tokens_mask=True
    )
    pairs = zip(theirs["input_ids"], theirs["assistant_masks"], strict=True)
    marked = chat.tokenizer.decode([token for token, inside in pairs if inside])
    ours = trained(chat, rendering)
    wanted = "".join(before + turn + behind for turn in ours)
    if name == "phi3":
        wanted += "<|endoftext|>"
    if name == "gptoss" and len(ours) > 1:
        wanted = wanted.replace(ours[0], ours[0] + "<|end|>", 1)
    assert marked == wanted


def test_dates_stand_still() -> None:
    """Today's date would make other tokens of the same rows tomorrow."""
    assert "Today Date: 26 Jul 2024\n" in talk("llama3_1").prompt([user("q")])
    assert "Current date: 2024-07-26\n" in talk("gptoss").prompt([user("q")])


HELD = chr(MARKS + 1)


@pytest.mark.parametrize("name", TOKENS)
def test_characters_that_are_our_marks_cost_no_text(name: str) -> None:
    chat = talk(name)
    messages = [user(f"q{HELD}"), bot(f"a{chat.stop}b"), user("r"), bot(f"c{HELD}d")]
    if name == "deepseek_r1_distill":  # its generation prompt opens a thought: prefixes don't work
        with pytest.raises(TemplateRefusal, match="template_unstable"):
            chat.render(messages)
        return
    first, last = said(chat.render(messages))
    assert f"a{chat.stop}b" in first
    assert last.endswith(f"c{HELD}d{chat.stop}")
    # By prefixes Mistral's space is the answer's, and the user token that ends GLM's isn't.
    plainly = said(chat.render([user("q"), bot(f"a{chat.stop}b"), user("r"), bot("cd")]))
    assert first.removeprefix(" ") == plainly[0].removesuffix("<|user|>")
    assert last.removeprefix(" ").replace(HELD, "") == plainly[1]


def test_without_marks_lost_text_is_refused_too() -> None:
    with pytest.raises(TemplateRefusal, match=r"template_drops_text: messages\[2\] \(tool\)"):
        talk("phi3").render([user(HELD), bot("a"), tool("lost result"), bot("b")])
    with pytest.raises(TemplateRefusal, match="template_without_tools"):
        talk("smollm2").render([user(HELD), using(("weather", {}))])


def test_a_template_that_looks_at_how_a_text_begins() -> None:
    """Qwen3 counts no question that is a tool's response; between marks it doesn't look like one."""
    chat = talk("qwen3")
    response = "<tool_response>\n晴\n</tool_response>"
    told = chat.render([user("q"), bot("看", reasoning="嗯"), user(response), bot("晴天", reasoning="好")])
    assert said(told) == ["<think>\n嗯\n</think>\n\n看<|im_end|>", "<think>\n好\n</think>\n\n晴天<|im_end|>"]
    assert told.hidden == 0


@pytest.mark.parametrize("arguments", ['{"a": ', "plain words", ""])
def test_arguments_that_are_no_json_are_kept_as_text(arguments: str) -> None:
    call = {"id": "c0", "type": "function", "function": {"name": "f", "arguments": arguments}}
    [first] = said(talk("qwen3").render([user("q"), bot("", tool_calls=json.dumps([call]))]))
    assert re.search(r'"arguments": (.*)}\n</tool_call>', first)[1] == (arguments or "{}")  # type: ignore[index]


def test_a_call_without_a_known_end_is_refused() -> None:
    """GLM ends a call by the token that its generation config names; without that the turn's end is a guess."""
    chat, messages = talk("glm4moe"), [user("q"), using(("f", {})), tool("x"), bot("a")]
    assert said(chat.render(messages))[0].endswith("</tool_call><|observation|>")
    with pytest.raises(TemplateRefusal, match=r"template_unstable: messages\[1\] has no end"):
        Chat(chat.tokenizer, chat.template).render(messages)
