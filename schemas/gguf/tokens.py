"""GGUF tokenizers: the pre-tokenizer behind each name, and back from a tokenizer to its name.

A GGUF file doesn't hold the rules that cut a text before the merges, only their name
(`tokenizer.ggml.pre`). transformers knows some names and falls back to GPT-2's rules for the others
without a word, and never restores a normaliser: 24% of texts then get other ids from SmolLM2's file.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from schemas.errors import InputError, UserError

_LETTERS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+"
_REST = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


@dataclass(frozen=True)
class PreTokenizer:
    """What llama.cpp does under one name of `tokenizer.ggml.pre`.

    Attributes:
        rules: The pre-tokenizer as tokenizer.json spells it.
        normalizer: The normaliser of the tokenizers that bear the name. llama.cpp has none, so texts that
            aren't in that form get other ids there.
        ignore_merges: True if a word that is a token needs no merges.
        bos: True if texts start with the BOS token even when the file doesn't say so.
    """

    rules: dict[str, Any]
    normalizer: str | None = None
    ignore_merges: bool = False
    bos: bool = False


def _byte_level(*, words: bool) -> dict[str, Any]:
    return {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": words}


def _split(digits: str) -> dict[str, Any]:
    pattern = {"Regex": f"{_LETTERS}|{digits}|{_REST}"}
    split = {"type": "Split", "pattern": pattern, "behavior": "Isolated", "invert": False}
    return {"type": "Sequence", "pretokenizers": [split, _byte_level(words=False)]}


PRE_TOKENIZERS: dict[str, PreTokenizer] = {
    "smollm": PreTokenizer(
        {
            "type": "Sequence",
            "pretokenizers": [{"type": "Digits", "individual_digits": True}, _byte_level(words=True)],
        }
    ),
    "llama-bpe": PreTokenizer(_split(r"\p{N}{1,3}"), ignore_merges=True, bos=True),
    "qwen2": PreTokenizer(_split(r"\p{N}"), normalizer="NFC"),
    "gpt-2": PreTokenizer(_byte_level(words=True)),
}
"""From the tokenizer.json of SmolLM2, Llama 3, Qwen2.5 and GPT-2; the flags are llama.cpp's (src/llama-vocab.cpp)."""


def name_of(tokenizer: Any, *, size: int) -> str:
    """The name in `tokenizer.ggml.pre` for a transformers tokenizer.

    Args:
        tokenizer: A transformers tokenizer.
        size: Rows of the model's embedding.

    Raises:
        UserError: If llama.cpp wouldn't tokenise alike under any name of the table; says why.
    """
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise UserError("its tokenizer isn't one of the tokenizers library")
    if len(tokenizer) > size:
        raise UserError(f"its tokenizer has {len(tokenizer)} tokens, its embedding {size} rows")
    parts = json.loads(backend.to_str())
    model, normalizer = parts["model"], (parts["normalizer"] or {}).get("type")
    if model["type"] != "BPE" or model.get("byte_fallback") or (parts["decoder"] or {}).get("type") != "ByteLevel":
        raise UserError("its tokenizer isn't byte-level BPE")
    for name, known in PRE_TOKENIZERS.items():
        if _plain(parts["pre_tokenizer"]) == _plain(known.rules):
            if bool(model.get("ignore_merges")) != known.ignore_merges:
                raise UserError(f"its tokenizer's ignore_merges isn't what {name!r} means")
            if normalizer not in {None, known.normalizer}:
                raise UserError(f"its tokenizer normalises texts ({normalizer}), which llama.cpp doesn't")
            return name
    raise UserError(f"its pre-tokenizer is none of {', '.join(PRE_TOKENIZERS)}")


def read_tokenizer(path: Path, *, as_llama_cpp: bool = False) -> Any:
    """The tokenizer of a GGUF file as a transformers tokenizer, with the pre-tokenizer that the file names.

    Args:
        path: The GGUF file.
        as_llama_cpp: Without the normaliser, which llama.cpp doesn't know.

    Raises:
        UserError: If the name isn't in the table.
        InputError: If the file isn't GGUF.
    """
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

    facts, _ = read_facts(path)
    with alone(path) as folder:
        tokenizer: Any = PreTrainedTokenizerFast.from_pretrained(folder, gguf_file=path.name)
    if facts.get("tokenizer.ggml.model") != "gpt2":  # SentencePiece and its like have no pre-tokenizer
        return tokenizer
    name = facts.get("tokenizer.ggml.pre")
    if name not in PRE_TOKENIZERS:
        told = f"names the pre-tokenizer {name!r}, which isn't one of" if name else "names no pre-tokenizer; known are"
        raise UserError(
            f"{path} {told} {', '.join(PRE_TOKENIZERS)}: texts would get wrong token ids",
            hint="use the model's safetensors folder instead of its GGUF file",
        )
    known = PRE_TOKENIZERS[name]
    normalizer = {"type": known.normalizer} if known.normalizer and not as_llama_cpp else None
    empty = {"version": "1.0", "model": {"type": "BPE", "vocab": {}, "merges": []}}
    repaired = Tokenizer.from_str(json.dumps({**empty, "pre_tokenizer": known.rules, "normalizer": normalizer}))
    backend = tokenizer.backend_tokenizer
    backend.pre_tokenizer, backend.normalizer = repaired.pre_tokenizer, repaired.normalizer
    backend.model.ignore_merges = known.ignore_merges
    if known.bos and "tokenizer.ggml.add_bos_token" not in facts:
        tokenizer.add_bos_token = True
    return tokenizer


def write_tokenizer(writer: Any, tokenizer: Any, *, size: int) -> None:
    """Put a tokenizer's tables into a GGUF header.

    Args:
        writer: A `gguf.GGUFWriter` before its header is written.
        tokenizer: A transformers tokenizer that `name_of` accepts.
        size: Rows of the embedding; ids without a token are padded.
    """
    from gguf import TokenType

    tokens = {number: token for token, number in tokenizer.get_vocab().items()}
    added = {number: token.special for number, token in tokenizer.added_tokens_decoder.items()}
    types = {number: TokenType.CONTROL if special else TokenType.USER_DEFINED for number, special in added.items()}
    unused = {number: TokenType.UNUSED for number in range(size) if number not in tokens}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(name_of(tokenizer, size=size))
    writer.add_token_list([tokens.get(number, f"[PAD{number}]") for number in range(size)])
    writer.add_token_types([(types | unused).get(number, TokenType.NORMAL) for number in range(size)])
    merges = json.loads(tokenizer.backend_tokenizer.to_str())["model"]["merges"]
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    for role in ("bos", "eos", "pad", "unk"):
        if (number := getattr(tokenizer, f"{role}_token_id")) is not None:
            getattr(writer, f"add_{role}_token_id")(number)
    ids = tokenizer("a")["input_ids"]
    writer.add_add_bos_token(ids[0] == tokenizer.bos_token_id)
    writer.add_add_eos_token(ids[-1] == tokenizer.eos_token_id)
    writer.add_add_space_prefix(False)
    if tokenizer.chat_template:
        writer.add_chat_template(tokenizer.chat_template)


def read_facts(path: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The metadata of a GGUF file (string arrays as their lengths) and the names of its tensors.

    Raises:
        InputError: If the file is absent or isn't GGUF.
    """
    from transformers.integrations.gguf.reader import read_gguf_metadata

    try:
        facts, names = read_gguf_metadata(str(path))  # 0.1 s, where gguf.GGUFReader takes 10
    except (OSError, ValueError) as fault:
        raise InputError(f"{path} can't be read as GGUF: {fault}") from None
    return dict(facts), tuple(names)


@contextmanager
def alone(path: Path) -> Iterator[Path]:
    """A folder that holds only this file: transformers would prefer a tokenizer.json or config.json beside it."""
    with TemporaryDirectory() as folder:
        (Path(folder) / path.name).symlink_to(path.resolve())
        yield Path(folder)


def _plain(rules: Any) -> Any:
    """Rules without `trim_offsets`, which moves offsets and never ids."""
    if isinstance(rules, dict):
        return {key: _plain(value) for key, value in rules.items() if key != "trim_offsets"}
    return [_plain(rule) for rule in rules] if isinstance(rules, list) else rules
