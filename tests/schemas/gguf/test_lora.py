"""LoRA adapters as GGUF: matrices by hand, and what llama.cpp can't express is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import InputError, UserError
from schemas.gguf import write_lora_gguf
from tests.train.gguf_models import gguf, interleave, make_model, tensors, torch

safetensors_torch = pytest.importorskip("safetensors.torch")


def make_adapter(folder: Path, **settings: Any) -> dict[str, Any]:
    """A LoRA of rank 2 on q_proj and up_proj of layer 1, with the given PEFT settings; returns its matrices."""
    peft = pytest.importorskip("peft")
    torch.manual_seed(1)
    adapter = peft.LoraConfig(r=2, lora_alpha=6, target_modules=["q_proj", "up_proj"], task_type="CAUSAL_LM")
    adapter.save_pretrained(folder)
    saved = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    (folder / "adapter_config.json").write_text(json.dumps(saved | settings), encoding="utf-8")
    sizes = {"self_attn.q_proj": (64, 64), "mlp.up_proj": (64, 96)}
    matrices = {}
    for module, (inner, outer) in sizes.items():
        at = f"base_model.model.model.layers.1.{module}"
        matrices |= {f"{at}.lora_A.weight": torch.randn(2, inner), f"{at}.lora_B.weight": torch.randn(outer, 2)}
    safetensors_torch.save_file(matrices, folder / "adapter_model.safetensors")
    return matrices


@pytest.mark.parametrize(("rslora", "alpha"), [(False, 6.0), (True, 6.0 * 2**0.5)])
def test_an_adapter_is_written_in_llama_cpps_order(rslora: bool, alpha: float, tmp_path: Path) -> None:
    make_model(tmp_path / "base")
    matrices = make_adapter(tmp_path / "adapter", use_rslora=rslora)
    write_lora_gguf(tmp_path / "adapter", tmp_path / "base", tmp_path / "adapter.gguf")
    at, found = "base_model.model.model.layers.1", tensors(tmp_path / "adapter.gguf")
    up, q = (f"{at}.mlp.up_proj.lora", f"{at}.self_attn.q_proj.lora")
    expected = {
        "blk.1.attn_q.weight.lora_a": matrices[f"{q}_A.weight"].numpy(),
        "blk.1.attn_q.weight.lora_b": interleave(matrices[f"{q}_B.weight"], width=16),
        "blk.1.ffn_up.weight.lora_a": matrices[f"{up}_A.weight"].numpy(),
        "blk.1.ffn_up.weight.lora_b": matrices[f"{up}_B.weight"].numpy(),
    }
    assert found.keys() == expected.keys()
    assert all((found[name] == expected[name]).all() for name in expected)
    facts = {key: field.contents() for key, field in gguf.GGUFReader(tmp_path / "adapter.gguf").fields.items()}
    assert facts["general.type"] == "adapter"
    assert (facts["general.architecture"], facts["adapter.type"]) == ("llama", "lora")
    assert facts["adapter.lora.alpha"] == pytest.approx(alpha, rel=1e-6)


@pytest.mark.parametrize(
    "settings",
    [
        {"use_dora": True},
        {"modules_to_save": ["embed_tokens"]},
        {"rank_pattern": {"q_proj": 4}},
        {"alpha_pattern": {"q_proj": 4}},
        {"bias": "all"},
        {"init_lora_weights": "pissa"},
        {"peft_type": "IA3"},
        {"a_setting_from_the_future": True},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_an_adapter_that_llama_cpp_can_not_express_is_refused(settings: dict[str, Any], tmp_path: Path) -> None:
    make_model(tmp_path / "base")
    make_adapter(tmp_path / "adapter", **settings)
    with pytest.raises(UserError, match=next(iter({"IA3"} & set(map(str, settings.values())) or settings))) as refused:
        write_lora_gguf(tmp_path / "adapter", tmp_path / "base", tmp_path / "out.gguf")
    command = f"python llama.cpp/convert_lora_to_gguf.py {tmp_path}/adapter --base {tmp_path}/base"
    assert refused.value.hint == f"{command} --outfile {tmp_path}/out.gguf"
    assert not (tmp_path / "out.gguf").exists()


@pytest.mark.parametrize(
    ("module", "reason"), [("lm_head.lora_A.weight", "ties"), ("model.embed_tokens.lora_embedding_A", "no place")]
)
def test_an_adapter_of_the_embedding_is_refused(module: str, reason: str, tmp_path: Path) -> None:
    make_model(tmp_path / "base", tie_word_embeddings=True)
    make_adapter(tmp_path / "adapter")
    matrices = {f"base_model.model.{module}": torch.zeros(2, 64)}
    safetensors_torch.save_file(matrices, tmp_path / "adapter" / "adapter_model.safetensors")
    with pytest.raises(UserError, match=reason):
        write_lora_gguf(tmp_path / "adapter", tmp_path / "base", tmp_path / "out.gguf")


def test_a_folder_without_an_adapter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"adapter_config\.json"):
        write_lora_gguf(tmp_path, tmp_path, tmp_path / "out.gguf")
