"""Tiny translation models in folders: Marian over characters, NLLB with its own tokenizer; they say one letter."""

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
tokenizers = pytest.importorskip("tokenizers")

torch.set_num_threads(1)  # two on a busy machine of two cores: 5 to 50 times slower

LETTERS = [
    *"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,!?，。！？、",
    *"今天请把水箱清洗一下然后机器很好",
]
SHAPE: dict[str, Any] = {
    **{"d_model": 16, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2},
    **{"decoder_attention_heads": 2, "encoder_ffn_dim": 16, "decoder_ffn_dim": 16, "max_position_embeddings": 64},
}


def make_marian(folder: Path, *, says: str = "", marks: tuple[str, ...] = (), bias: float = 50.0) -> Path:
    """A model that says this letter until its end, or ends at once."""
    names = list(dict.fromkeys(["<pad>", "</s>", "<unk>", *marks, *LETTERS]))
    inner = tokenizers.Tokenizer(
        tokenizers.models.WordLevel({name: at for at, name in enumerate(names)}, unk_token="<unk>")
    )
    inner.pre_tokenizer = tokenizers.pre_tokenizers.Split(tokenizers.Regex("."), "isolated")
    inner.decoder = tokenizers.decoders.Fuse()
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token="</s>", pad_token="<pad>", unk_token="<unk>"
    )
    ids = {"pad_token_id": 0, "eos_token_id": 1, "decoder_start_token_id": 0, "forced_eos_token_id": 1}
    torch.manual_seed(0)
    model = transformers.MarianMTModel(transformers.MarianConfig(vocab_size=len(names), **SHAPE, **ids))
    model.final_logits_bias[0, names.index(says) if says else 1] = bias
    return _save(folder, model, tokenizer)


def make_nllb(folder: Path, *, codes: tuple[str, ...] = ("eng_Latn", "zho_Hans", "fra_Latn")) -> Path:
    """A random model with NLLB's tokenizer."""
    names = ["<s>", "<pad>", "</s>", "<unk>", "▁", *LETTERS]
    tokenizer = transformers.NllbTokenizer(
        vocab={name: at for at, name in enumerate(dict.fromkeys(names))}, merges=[], extra_special_tokens=list(codes)
    )
    ids = {"pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2}
    torch.manual_seed(0)
    config = transformers.M2M100Config(vocab_size=len(tokenizer), **SHAPE, **ids)
    return _save(folder, transformers.M2M100ForConditionalGeneration(config), tokenizer)


def _save(folder: Path, model: Any, tokenizer: Any) -> Path:
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
