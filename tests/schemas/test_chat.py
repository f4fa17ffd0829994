"""What the assistant said, in the chat templates of eleven models: trained texts word by word."""

import re
from typing import Any

import pytest

from schemas.chat import Chat, Rendering, TemplateRefusal
from schemas.records import Message
from tests.dataprep.rows import bot, system, tool, user
from tests.schemas.talks import TOKENS, TOOLS, said, talk, trained, using

IM, EOT, EOS, EOU = "<|im_end|>", "<|eot_id|>", "<｜end▁of▁sentence｜>", "<end_of_turn>"
FINAL, RETURN = "<|channel|>final<|message|>", "<|return|>"

# What stands before and behind an answer within its span: in an earlier turn, and in the last one.
FRAMES: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "smollm2": (("", IM), ("", IM)),
    "qwen2_5": (("", IM), ("", IM)),
    "qwen3": (("", IM), ("<think>\n\n</think>\n\n", IM)),
    "llama3": (("", EOT), ("", EOT)),
    "llama3_1": (("", EOT), ("", EOT)),
    "mistral": (("", "</s>"), ("", "</s>")),
    "gemma": (("", EOU), ("", EOU)),
    "deepseek_r1_distill": (("", EOS), ("", EOS)),
    "phi3": (("", "<|end|>"), ("", "<|end|>")),
    "glm4moe": (("\n<think></think>\n", "<|user|>"), ("\n<think></think>\n", "")),
    # <|end|> doesn't stop gpt-oss, and it never writes <|end|> behind a final message.
    "gptoss": ((FINAL, ""), (FINAL, RETURN)),
}
ALTERNATING = {"mistral", "gemma"}

CONVERSATIONS: dict[str, tuple[list[Message], list[str]]] = {
    "nobody answers": ([user("?")], []),
    "a blank answer": ([user("q"), bot(" \n"), user("r"), bot("x")], ["x"]),
    "a blank last answer": ([user("q"), bot("y"), user("r"), bot("")], ["y"]),
    "a blank question": ([user(""), bot("y")], ["y"]),
    "one turn": ([user("hi"), bot("hello")], ["hello"]),
    "several turns": ([system("be brief"), user("one"), bot("1"), user("two"), bot("2")], ["1", "2"]),
    "Chinese": ([system("简短"), user("你好"), bot("你好，世界！龘🙂")], ["你好，世界！龘🙂"]),
    "same words": ([user("a"), bot("a"), user("a"), bot("a")], ["a", "a"]),
    "lines within": ([user("q"), bot("a\n\n  b\n")], ["a\n\n  b\n"]),
    "a context": ([user("translate", context="早上好"), bot("morning")], ["morning"]),
    "only a context": ([user("", context="早上好"), bot("morning")], ["morning"]),
    "the user's turn last": ([user("q"), bot("a"), user("r")], ["a"]),
    "the assistant first": ([bot("welcome"), user("q"), bot("x")], ["welcome", "x"]),
    "the assistant twice": ([user("q"), bot("one"), bot("two")], ["one", "two"]),
}


def plain(messages: list[Message]) -> list[dict[str, Any]]:
    """The messages as anybody would hand them to a template."""
    joined = ["\n".join(text for text in (m["content"], m.get("context")) if text) for m in messages]
    return [{"role": m["role"], "content": text} for m, text in zip(messages, joined, strict=True)]


def applied(chat: Chat, messages: list[dict[str, Any]]) -> str:
    if chat.folds_system and messages[0]["role"] == "system":
        first = {"role": "user", "content": f"{messages[0]['content']}\n\n{messages[1]['content']}"}
        messages = [first, *messages[2:]]
    text = chat.tokenizer.apply_chat_template(
        messages, chat_template=chat.template, tokenize=False, date_string="26 Jul 2024"
    )
    return re.sub(r"Current date: [\d-]+", "Current date: 2024-07-26", text)


@pytest.mark.parametrize("name", TOKENS)
@pytest.mark.parametrize("case", CONVERSATIONS)
def test_answer_and_end_are_trained(name: str, case: str) -> None:
    chat, (messages, answers) = talk(name), CONVERSATIONS[case]
    if name in ALTERNATING and case in {"the assistant first", "the assistant twice"}:
        with pytest.raises(TemplateRefusal, match=r"template_refuses: .*must alternate"):
            chat.render(messages)
        return
    rendering = chat.render(messages)
    assert rendering.text == applied(chat, plain(messages))
    earlier, last = FRAMES[name]
    ends_with_an_answer = messages[-1]["role"] == "assistant" and bool(messages[-1]["content"])
    frames = [earlier] * (len(answers) - ends_with_an_answer) + [last] * ends_with_an_answer
    if name in {"gemma", "llama3", "llama3_1", "glm4moe"}:
        answers = [answer.strip() for answer in answers]
    wanted = [before + answer + behind for answer, (before, behind) in zip(answers, frames, strict=True)]
    if (name, case) == ("glm4moe", "the assistant twice"):
        wanted[0] = wanted[0].removesuffix("<|user|>")  # another header follows: nothing says that the turn ends
    assert said(rendering) == wanted
    # Mistral has no token for its space: it is the first letter's.
    assert [text.removeprefix(" " * (name == "mistral")) for text in trained(chat, rendering)] == wanted
    assert [span.message for span in rendering.spans] == [
        i for i, m in enumerate(messages) if m["role"] == "assistant" and m["content"].strip()
    ]


SPACED = "\n  x  y \n "
BARE: dict[str, str] = {
    **{"smollm2": SPACED + IM, "qwen2_5": SPACED + IM, "phi3": SPACED + "<|end|>"},
    **{"deepseek_r1_distill": SPACED + EOS, "gptoss": FINAL + SPACED + RETURN},
    "qwen3": "<think>\n\n</think>\n\n  x  y \n " + IM,  # takes line ends off the left
    **{"llama3": "x  y" + EOT, "llama3_1": "x  y" + EOT, "gemma": "x  y" + EOU},  # trim
    "glm4moe": "\n<think></think>\nx  y",
    "mistral": "x  y \n </s>",  # without a generation prompt nothing tells where space before an answer begins
}


@pytest.mark.parametrize("name", TOKENS)
def test_space_around_an_answer_is_trained_where_the_template_keeps_it(name: str) -> None:
    rendering = talk(name).render([user(" \n q \n"), bot(SPACED)])
    assert said(rendering) == [BARE[name]]
    assert rendering.text == applied(talk(name), plain([user(" \n q \n"), bot(SPACED)]))


@pytest.mark.parametrize("name", TOKENS)
def test_words_of_the_template_within_texts_move_nothing(name: str) -> None:
    chat = talk(name)
    quoted = f"say {chat.opening}{chat.stop or '<|user|>'}{chat.opening}now"
    rendering = chat.render([user(quoted), bot(quoted), user(quoted), bot(f"{quoted}.")])
    (before, behind), (last, end) = FRAMES[name]
    assert said(rendering) == [before + quoted + behind, f"{last}{quoted}.{end}"]


Told = tuple[list[str], int]
OLD, NEW = "<think>\nold\n</think>\n\nA", "<think>\nnew\n</think>\n\nB"
THOUGHTS: dict[str, Told] = {
    **{name: ([OLD + IM, NEW + IM], 0) for name in ("smollm2", "qwen2_5")},
    **{name: ([OLD + EOT, NEW + EOT], 0) for name in ("llama3", "llama3_1")},
    "mistral": ([OLD + "</s>", NEW + "</s>"], 0),
    "gemma": ([OLD + EOU, NEW + EOU], 0),
    "phi3": ([OLD + "<|end|>", NEW + "<|end|>"], 0),
    "qwen3": (["A" + IM, NEW + IM], 1),
    "deepseek_r1_distill": (["\n\nA" + EOS, "\n\nB" + EOS], 2),
    "glm4moe": (["\n<think></think>\nA<|user|>", "\n<think>new</think>\nB"], 1),
    "gptoss": (
        [FINAL + "A", "<|channel|>analysis<|message|>new<|end|><|start|>assistant" + FINAL + "B" + RETURN],
        1,
    ),
}


def told(rendering: Rendering) -> Told:
    return said(rendering), rendering.hidden


@pytest.mark.parametrize("name", TOKENS)
def test_thoughts_are_trained_where_the_template_writes_them_and_counted_where_not(name: str) -> None:
    chat = talk(name)
    apart = [user("q"), bot("A", reasoning="old"), user("r"), bot("B", reasoning="new")]
    assert told(chat.render(apart)) == THOUGHTS[name]
    if name != "gptoss":  # it refuses nothing here, it just has no word for thoughts within a text
        assert told(chat.render([user("q"), bot(OLD), user("r"), bot(NEW)])) == THOUGHTS[name]


@pytest.mark.parametrize("name", TOKENS)
def test_a_text_that_the_template_cuts_at_a_thoughts_end_is_refused(name: str) -> None:
    messages = [user("q"), bot("</think> ends it"), user("r"), bot("I write </think> last")]
    if name in {"qwen3", "deepseek_r1_distill", "glm4moe"}:
        with pytest.raises(TemplateRefusal, match=r"template_drops_text: messages\[1\] \(assistant\)"):
            talk(name).render(messages)
    else:
        before, behind = FRAMES[name][1]
        assert said(talk(name).render(messages))[-1] == before + "I write </think> last" + behind


PEKING = ("weather", {"city": "北京"})
CALL = '<tool_call>\n{"name": "weather", "arguments": {"city": "北京"}}\n</tool_call>'
GLM = "<tool_call>weather\n<arg_key>city</arg_key>\n<arg_value>北京</arg_value>\n</tool_call>"
LLAMA = '{"name": "weather", "parameters": {"city": "北京"}}'
OSS = ' to=functions.weather<|channel|>commentary json<|message|>{"city": "北京"}<|call|>'
TIME = ("time", {})

# Template -> the calling turn alone, with text beside the call, two calls at once, a call with a thought.
CALLING: dict[str, tuple[str, str, str, str]] = {
    "qwen2_5": (
        CALL + IM,
        f"让我看看\n{CALL}{IM}",
        f'{CALL}\n<tool_call>\n{{"name": "time", "arguments": {{}}}}\n</tool_call>{IM}',
        f"<think>\n嗯\n</think>\n\n\n{CALL}{IM}",
    ),
    "qwen3": (
        CALL + IM,
        f"让我看看\n{CALL}{IM}",
        f'{CALL}\n<tool_call>\n{{"name": "time", "arguments": {{}}}}\n</tool_call>{IM}',
        f"<think>\n嗯\n</think>\n\n{CALL}{IM}",
    ),
    "glm4moe": (
        f"\n<think></think>\n{GLM}<|observation|>",
        f"\n<think></think>\n让我看看\n{GLM}<|observation|>",
        f"\n<think></think>\n{GLM}\n<tool_call>time\n</tool_call><|observation|>",
        f"\n<think>嗯</think>\n{GLM}<|observation|>",
    ),
    "llama3_1": (LLAMA + EOT, "template_drops_text", "template_refuses", "template_drops_text"),
    # A final answer follows, so the template leaves the thought out; a second call it never writes.
    "gptoss": (OSS, "template_drops_text", "template_drops_text", OSS),
    "deepseek_r1_distill": ("template_drops_text",) * 4,
    **dict.fromkeys(("smollm2", "llama3", "phi3"), ("template_without_tools",) * 4),
    **dict.fromkeys(("mistral", "gemma"), ("template_without_tools",) * 4),
}


@pytest.mark.parametrize("name", TOKENS)
@pytest.mark.parametrize("tools", [None, TOOLS])
def test_tool_calls_are_trained_or_refused_never_lost(name: str, tools: str | None) -> None:
    chat = talk(name)
    turns = [using(PEKING), using(PEKING, content="让我看看"), using(PEKING, TIME), using(PEKING, reasoning="嗯")]
    for index, (turn, wanted) in enumerate(zip(turns, CALLING[name], strict=True)):
        messages = [user("天气？"), turn, *[tool("晴", "c0"), tool("noon", "c1")][: 1 + (index == 2)], bot("晴天")]
        if wanted.startswith("template"):
            with pytest.raises(TemplateRefusal) as refusal:
                chat.render(messages, tools=tools)
            without = tools and "tools" not in chat.template
            assert refusal.value.reason == ("template_without_tools" if without else wanted)
            continue
        rendering = chat.render(messages, tools=tools)
        before, behind = FRAMES[name][1]
        assert said(rendering) == trained(chat, rendering) == [wanted, before + "晴天" + behind]
        assert ("Weather of a city" in rendering.text) == bool(tools)
        assert rendering.hidden == (name == "gptoss" and index == 3)


@pytest.mark.parametrize("name", ["qwen2_5", "qwen3", "llama3_1", "glm4moe", "gptoss"])
@pytest.mark.parametrize("answers", [[], [tool("ok"), bot("done")]], ids=["last", "answered"])
def test_an_end_token_within_an_argument_ends_nothing(name: str, answers: list[Message]) -> None:
    chat = talk(name)
    quoted = f"{chat.stop}<|user|><|call|>{chat.opening.strip()}"
    first = said(chat.render([user("q"), using(("note", {"n": 1, "a": ["x", {"b": quoted}], "z": 2})), *answers]))[0]
    ends = {"qwen2_5": "}\n</tool_call>" + IM, "qwen3": "}\n</tool_call>" + IM, "llama3_1": "}" + EOT}
    ends |= {"glm4moe": "2</arg_value>\n</tool_call>" + "<|observation|>" * bool(answers), "gptoss": "2}<|call|>"}
    assert quoted in first
    assert first.endswith(ends[name])


def test_a_tool_turn_without_a_place_is_refused() -> None:
    with pytest.raises(TemplateRefusal, match=r"template_drops_text: messages\[1\] \(tool\)"):
        talk("phi3").render([user("q"), tool("result"), bot("a")])
