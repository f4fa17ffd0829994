"""Files for other servers: Ollama's template read off renderings, vLLM's ranks and refusals."""

from pathlib import Path
from typing import Any

import pytest

from schemas.chat import Chat
from tests.train.small_runs import CHATML, chat_tokenizer
from train.serve import find_turns, modelfile, ollama_name, vllm_command, vllm_refuses

DEFAULT = "{% if messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nBe kind.<|im_end|>\n' }}{% endif %}"

LLAMA3 = (
    "{{ '<s>' }}{% for m in messages %}{{ '<' + m['role'] + '>\n\n' + (m['content'] | trim) + '<|im_end|>' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<assistant>\n\n' }}{% endif %}"
)

FOLDED = (
    "{% if messages[0]['role'] == 'system' %}{% set first = messages[0]['content'] + '\n' %}"
    "{% set messages = messages[1:] %}{% endif %}{% for m in messages %}{% if m['role'] == 'user' %}"
    "{{ '[INST] ' + (first if loop.first and first else '') + m['content'] + ' [/INST]' }}"
    "{% else %}{{ m['content'] + '</s>' }}{% endif %}{% endfor %}"
)

SIMPLE = (
    "{{ if .System }}<|im_start|>system\n{{ .System }}<|im_end|>\n{{ else }}{{ end }}"
    '{{ range .Messages }}{{ if eq .Role "user" }}<|im_start|>user\n{{ .Content }}<|im_end|>\n'
    '{{ else if eq .Role "assistant" }}<|im_start|>assistant\n{{ .Content }}<|im_end|>\n{{ end }}{{ end }}'
    "<|im_start|>assistant\n"
)


@pytest.mark.parametrize(
    "template",
    [
        FOLDED,  # a system message changes the first question
        CHATML.replace("message['content']", "message['content'] | upper"),
        CHATML.replace("message['role']", "(message['role'] if loop.index < 5 else 'late')"),
        CHATML.replace("'<|im_start|>' +", "'{{<|im_start|>' +"),  # would be read as Go
        "{{ raise_exception('no') }}",
    ],
    ids=["folded", "changed texts", "by position", "braces", "refuses"],
)
def test_a_template_that_is_not_turn_by_turn(template: str) -> None:
    assert find_turns(Chat(chat_tokenizer(template))) is None


@pytest.mark.parametrize(
    ("template", "go"),
    [
        (CHATML, SIMPLE),
        (DEFAULT + CHATML, SIMPLE.replace("{{ else }}", "{{ else }}<|im_start|>system\nBe kind.<|im_end|>\n", 1)),
    ],
    ids=["chatml", "default system"],
)
def test_chatml_in_go(template: str, go: str) -> None:
    turns = find_turns(Chat(chat_tokenizer(template)))
    assert turns is not None
    assert turns.go() == go


@pytest.mark.parametrize("adds", [True, False])
def test_ollama_adds_the_first_token_where_the_tokenizer_does(adds: bool) -> None:
    tokenizer = chat_tokenizer(LLAMA3)
    if adds:
        tokenizer.add_bos_token = True
    turns = find_turns(Chat(tokenizer))
    assert turns is not None
    assert turns.around["user"] == ("<user>\n\n", "<|im_end|>")
    assert turns.start == ("" if adds else "<s>")
    assert turns.around["system"][0] == ("" if adds else "<s>") + "<system>\n\n"


def test_a_modelfile() -> None:
    text, notes = modelfile("tiny.gguf", Chat(chat_tokenizer()), ["<|im_end|>", "</s>"])
    stops = 'PARAMETER stop "<|im_end|>"\nPARAMETER stop "</s>"\n'
    assert text == f'FROM ./tiny.gguf\nTEMPLATE """{SIMPLE}"""\n{stops}'
    assert notes == ()


def test_a_modelfile_without_a_template_says_so() -> None:
    text, notes = modelfile("tiny.gguf", Chat(chat_tokenizer(FOLDED)), ["</s>"])
    assert text == 'FROM ./tiny.gguf\nPARAMETER stop "</s>"\n'
    assert "llama-server -m tiny.gguf --jinja" in notes[0]


@pytest.mark.parametrize(
    ("run", "name"), [("茶", "model"), ("Tea Desk.v2", "tea-desk.v2"), ("茶-desk", "desk"), ("sft_qlora", "sft_qlora")]
)
def test_names_that_ollama_takes(run: str, name: str) -> None:
    assert ollama_name(run) == name


@pytest.mark.parametrize(
    ("settings", "rank"),
    [({"r": 1}, 8), ({"r": 8}, 8), ({"r": 9}, 16), ({"r": 257}, 320), ({"r": 8, "rank_pattern": {"q_proj": 33}}, 64)],
)
def test_ranks_are_rounded_up(settings: dict[str, Any], rank: int) -> None:
    command = vllm_command("org/base", "茶", Path("runs/a b"), {"peft_type": "LORA", **settings})
    assert f"--max-lora-rank {rank} --lora-modules '茶=runs/a b' " in command
    assert command.startswith("vllm serve org/base --enable-lora ")
    assert command.endswith("--chat-template 'runs/a b/chat_template.jinja' --generation-config 'runs/a b'")


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({}, None),
        ({"rank_pattern": None, "modules_to_save": None, "bias": "none", "use_rslora": True}, None),
        ({"r": 512}, None),
        ({"r": 513}, "ranks above 512"),
        ({"use_dora": True}, "DoRA"),
        ({"modules_to_save": ["lm_head"]}, "fully trained modules"),
        ({"bias": "all"}, "trained biases"),
        ({"peft_type": "IA3"}, "IA3 adapters"),
    ],
)
def test_what_vllm_refuses(settings: dict[str, Any], reason: str | None) -> None:
    told = vllm_refuses({"peft_type": "LORA", "r": 8, **settings})
    assert told == (reason and f"vLLM serves no {reason}")
