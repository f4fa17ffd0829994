"""Rules about marks that belong to templates, code and thoughts rather than to the text."""

from collections.abc import Callable

import polars as pl

from schemas.frames import field
from schemas.records import LISTS

# As the tokenizers of these families write them. A tokenizer turns them into control tokens wherever
# they stand, code fences included. Placeholders of pictures (<image>, <|image|>, <|vision_start|>) aren't here.
SPECIAL_TOKENS = (
    *("<|im_start|>", "<|im_end|>", "<|im_sep|>", "<|endoftext|>", "<|endofprompt|>"),  # ChatML, Qwen, Yi, Phi-4
    *("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|eom_id|>"),
    *("<|header_start|>", "<|header_end|>", "<|eot|>"),  # Llama 3, Llama 4
    *("[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "[AVAILABLE_TOOLS]", "[TOOL_RESULTS]"),  # Llama 2, Mistral
    *("<start_of_turn>", "<end_of_turn>"),  # Gemma
    *("<｜User｜>", "<｜Assistant｜>", "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<|EOT|>"),  # DeepSeek
    *("[gMASK]", "<|system|>", "<|user|>", "<|assistant|>", "<|observation|>", "<|end|>"),  # GLM, Phi-3, Zephyr
    *("<reserved_106>", "<reserved_107>", "<|User|>", "<|Bot|>", "<eoh>", "<eoa>"),
    *("<|START_OF_TURN_TOKEN|>", "<|END_OF_TURN_TOKEN|>", "<|start_of_role|>", "<|end_of_role|>"),  # Command R, Granite
    *("<|start|>assistant", "<|channel|>", "<|return|>"),  # gpt-oss
)
_HEADINGS = r"(?m)^[ \t]*#{2,3} ?(?:Instruction|Response|Human|Assistant)[ \t]*[:：]"
_SENTENCE = (r"^\s*<s>", r"</s>\s*$")  # one pattern of both takes seven times as long
_FENCED = r"(?s)```.*?(?:```|$)"


def has_template_token(text: pl.Expr) -> pl.Expr:
    """True where a text holds a control token, or a prompt heading such as `### Instruction:` outside code fences."""
    # Fences are looked for in the few texts that have a heading: a search that takes longer than all the others.
    headed = pl.when(text.str.contains(_HEADINGS)).then(text)
    outside = headed.str.replace_all(_FENCED, "").str.contains(_HEADINGS).fill_null(value=False)
    sentence = [text.str.contains(end) for end in _SENTENCE]
    return pl.any_horizontal(text.str.contains_any(list(SPECIAL_TOKENS)), *sentence, outside)


def template_token() -> pl.Expr:
    """No text of the row holds a template's token."""
    return ~_any_text(has_template_token)


def open_fence() -> pl.Expr:
    """Every code fence closes."""
    return ~_any_text(lambda text: text.str.count_matches("`{3,}") % 2 == 1)


def open_think() -> pl.Expr:
    """Every `<think>` of an assistant closes, and none closes that wasn't open; other roles may talk about it."""
    role, content = (pl.element().struct.field(name) for name in ("role", "content"))
    thinks = pl.when((role == "assistant") & content.str.contains("think>", literal=True)).then(content)
    opens, closes = (thinks.str.count_matches(mark, literal=True) for mark in ("<think>", "</think>"))
    first_open, first_close = (thinks.str.find(mark, literal=True) for mark in ("<think>", "</think>"))
    broken = ((opens != closes) | (first_close < first_open)).fill_null(value=False)
    return ~pl.any_horizontal(pl.col(column).list.eval(broken).list.any() for column in LISTS)


def _any_text(test: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """True where the test holds for any text of the row."""
    tested = [
        field(name, column=column).list.eval(test(pl.element())).list.any()
        for column in LISTS
        for name in ("content", "context", "reasoning")
    ]
    return pl.any_horizontal(*tested, test(pl.col("text"))).fill_null(value=False)
