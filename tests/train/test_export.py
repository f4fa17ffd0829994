"""Exports: merges that keep what was trained, refusals of those that don't, files for other programs."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas import gguf
from schemas.artifacts import Layout
from schemas.errors import InputError, MissingExtra, RuntimeFault, UserError
from tests.train.gguf_models import torch
from tests.train.small_runs import make_run
from train.export import Exported, export
from train.merge import Trained, open_run
from train.parity import find_probes, log_probabilities

pytest.importorskip("peft")
transformers = pytest.importorskip("transformers")

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")  # PEFT's


def make(layout: Layout, kind: str, **options: Any) -> Exported:
    settings = {"target": None, "dtype": "float32", "cache": layout.root.parents[1] / ".gristmill" / "models"}
    return export(layout, kind, **settings | options)


def load(folder: Path) -> Any:
    return transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)


def opened(layout: Layout) -> Trained:
    return open_run(layout, cache=layout.root.parents[1] / ".gristmill" / "models")


@pytest.fixture(scope="module")
def lora(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """A finished LoRA run; every test exports it to a folder of its own."""
    return make_run(tmp_path_factory.mktemp("lora"))


def policy_logits(layout: Layout) -> list[Any]:
    """Log-probabilities of the policy, made with PEFT alone."""
    from peft import PeftModel

    trained = opened(layout)
    base = load(Path(trained.base.place))
    model = PeftModel.from_pretrained(base, str(trained.weights)) if trained.settings else load(trained.weights)
    return log_probabilities(model, find_probes(trained.data, trained.base.talk, trained.stage))


def test_no_such_kind(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such export: safetensors"):
        make(Layout(tmp_path), "safetensors")


def test_an_unfinished_run_has_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no finished model"):
        make(Layout(tmp_path / "runs" / "tiny"), "merged")


@pytest.mark.parametrize("kind", ["merged", "merged-4bit", "gguf-f16", "ollama", "vllm"])
def test_virtual_tokens_cannot_merge(kind: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing to merge") as refused:
        make(make_run(tmp_path, "prefix"), kind)
    assert "--to adapter" in refused.value.hint
    assert not (tmp_path / "runs" / "tiny" / "export" / kind).exists()


def test_virtual_tokens_are_exported_as_an_adapter(tmp_path: Path) -> None:
    layout = make_run(tmp_path, "prefix")
    assert (make(layout, "adapter").paths[0] / "adapter_model.safetensors").is_file()


@pytest.mark.parametrize("tuning", ["lora", "dora", "ia3", "full"])
def test_merged_weights_say_what_the_policy_says(tuning: str, tmp_path: Path) -> None:
    layout = make_run(tmp_path, tuning)
    done = make(layout, "merged")
    trained = opened(layout)
    told = log_probabilities(load(done.paths[0]), find_probes(trained.data, trained.base.talk, trained.stage))
    for one, two in zip(policy_logits(layout), told, strict=True):
        assert torch.allclose(one, two, atol=1e-4)
    assert done.parity is not None
    assert (done.parity.rows, done.notes) == (5, ())
    assert done.parity.result.kl < 1e-6
    assert done.parity.result.agreement == 1.0
    assert done.parity.off.kl > 0.05  # the training did something
    assert done.command == f"vllm serve {layout.root}/export/merged"


def test_a_merged_folder_is_complete(lora: Layout, tmp_path: Path) -> None:
    folder = make(lora, "merged", dtype="auto", target=tmp_path / "out").paths[0]
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert (config["dtype"], config["use_cache"], "quantization_config" in config) == ("bfloat16", True, False)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    stops = json.loads((folder / "generation_config.json").read_text(encoding="utf-8"))["eos_token_id"]
    assert tokenizer.convert_ids_to_tokens(stops) == ["<|im_end|>", "</s>"]
    assert tokenizer.apply_chat_template([{"role": "user", "content": "?"}], tokenize=False).startswith("<|im_start|>")
    assert "library_name: transformers" in (folder / "README.md").read_text(encoding="utf-8")
    told = json.loads((folder / "export.json").read_text(encoding="utf-8"))
    assert (told["kind"], told["dtype"], told["run"]["name"]) == ("merged", "bfloat16", "tiny")
    assert 0 < told["parity"]["result"]["kl"] < 0.031 < told["parity"]["off"]["kl"]


def test_a_merge_that_lost_the_adapter_is_refused(
    lora: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Trained, "merged", lambda self, _onto, _dtype: self.load(trained=False))
    with pytest.raises(RuntimeFault, match="nearer to the base"):
        make(lora, "merged", target=tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
    done = make(lora, "merged", target=tmp_path / "out", force=True)
    assert done.notes[0].startswith("kept by --force: the result is nearer to the base")
    assert done.parity is not None
    assert (done.parity.back.kl, done.parity.result) == (0.0, done.parity.off)


def test_float32_rounds_nothing(tmp_path: Path) -> None:
    layout = make_run(tmp_path, dtype="bfloat16")
    wide, narrow = (opened(layout).merged("own", dtype).state_dict() for dtype in ("float32", "bfloat16"))
    name = "model.layers.0.self_attn.q_proj.weight"
    assert (wide[name].dtype, narrow[name].dtype) == (torch.float32, torch.bfloat16)
    assert not torch.equal(wide[name], wide[name].bfloat16().float())
    assert torch.allclose(wide[name], narrow[name].float(), atol=0.02)


def test_qlora_merges_onto_its_own_base(tmp_path: Path) -> None:
    pytest.importorskip("bitsandbytes")
    layout = make_run(tmp_path, "qlora")
    own = make(layout, "merged").parity
    assert own is not None
    assert own.result.kl < 1e-2 < own.off.kl
    config = json.loads((layout.root / "export" / "merged" / "config.json").read_text(encoding="utf-8"))
    assert "quantization_config" not in config
    full = make(layout, "merged", onto="full", force=True, target=tmp_path / "full").parity
    assert full is not None
    assert full.result.kl > 10 * own.result.kl


def test_four_bits_are_saved_as_vllm_reads_them(lora: Layout, tmp_path: Path) -> None:
    pytest.importorskip("bitsandbytes")
    done = make(lora, "merged-4bit", target=tmp_path / "out", force=True)
    config = json.loads((done.paths[0] / "config.json").read_text(encoding="utf-8"))["quantization_config"]
    assert (config["load_in_4bit"], config["bnb_4bit_quant_type"], config["bnb_4bit_quant_storage"]) == (
        True,
        "nf4",
        "uint8",
    )
    assert done.parity is not None
    assert done.parity.result.kl > 1e-3  # of the 4-bit model, not of the merge before it
    assert not (done.paths[0] / "merged").exists()


def test_an_artifact_that_is_gone(tmp_path: Path) -> None:
    layout = make_run(tmp_path)
    (tmp_path / "runs" / "facts" / "data@0123" / "dev.parquet").unlink()
    with pytest.raises(InputError, match="is gone"):
        make(layout, "merged")


@pytest.mark.parametrize(("kind", "least", "most"), [("gguf-f16", 0.0, 1e-4), ("gguf-q8_0", 1e-5, 0.05)])
def test_a_gguf_file_answers_as_the_merged_model(
    kind: str, least: float, most: float, lora: Layout, tmp_path: Path
) -> None:
    done = make(lora, kind)
    file = lora.root / "export" / kind / f"tiny-{kind.removeprefix('gguf-')}.gguf"
    assert (done.paths, done.command) == ((file,), f"llama-server -m {file} --jinja")
    assert sorted(path.name for path in file.parent.iterdir()) == ["export.json", file.name]
    assert done.parity is not None
    assert least <= done.parity.result.kl < most  # of the file itself
    gguf.read_gguf(file, tmp_path / "back")
    merged, back = opened(lora).merged("own", "float32"), load(tmp_path / "back")
    prompt = opened(lora).base.talk.prompt([{"role": "user", "content": "问题 1: abc?"}])
    ids = opened(lora).base.tokenizer(prompt, return_tensors="pt")["input_ids"]
    greedy = {"max_new_tokens": 12, "do_sample": False, "attention_mask": torch.ones_like(ids), "pad_token_id": 1}
    same = torch.equal(merged.generate(ids, **greedy), back.generate(ids, **greedy))
    assert same or kind == "gguf-q8_0"


def test_a_gguf_file_that_transformers_cannot_read(lora: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_options: Any) -> None:
        raise UserError("rotary scaling")

    monkeypatch.setattr("train.merge.read_gguf", refuse)
    done = make(lora, "gguf-f16", force=True)
    assert "can't read this file back" in done.notes[0]
    assert done.parity is not None


def test_a_gguf_file_that_tokenises_otherwise_is_refused(
    lora: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = list[str]()
    monkeypatch.setattr(gguf, "check_tokens", lambda _folder, _file, texts: seen.extend(texts) or texts[:1])
    with pytest.raises(RuntimeFault, match=r"1 texts get other token ids.*dev 问题 0"):
        make(lora, "gguf-f16", target=tmp_path / "out")
    assert len(seen) == 11
    assert list(tmp_path.iterdir()) == []


def test_q4_k_m_needs_llama_cpp(lora: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("train.serve.find_spec", lambda _name: None)
    with pytest.raises(MissingExtra, match="llama-cpp-python") as missing:
        make(lora, "gguf-q4_k_m")
    assert 'CMAKE_ARGS="-DGGML_NATIVE=OFF" .venv/bin/pip install llama-cpp-python; or' in missing.value.hint
    assert "export tiny --to gguf-f16 && llama-quantize" in missing.value.hint


def test_another_architecture_gets_llama_cpps_command(tmp_path: Path) -> None:
    layout = make_run(tmp_path, kind="mistral")
    with pytest.raises(UserError, match="its architecture is mistral") as refused:
        make(layout, "gguf-f16")
    exports = layout.root / "export"
    command = f"python llama.cpp/convert_hf_to_gguf.py {exports}/merged --outfile {exports}/tiny.gguf"
    assert refused.value.hint == f"gristmill export tiny --to merged && {command}"


def test_a_lora_as_gguf(lora: Layout) -> None:
    done = make(lora, "lora-gguf")
    assert done.paths[0].name == "tiny-lora.gguf"
    assert done.command == f"llama-server -m BASE.gguf --lora {done.paths[0]} --jinja"


def test_hints_never_name_the_draft(tmp_path: Path) -> None:
    layout = make_run(tmp_path, "dora")
    with pytest.raises(UserError, match="use_dora") as refused:
        make(layout, "lora-gguf")
    assert refused.value.hint.endswith(f"--outfile {layout.root}/export/tiny-lora.gguf")


def test_ollama_gets_a_modelfile(lora: Layout) -> None:
    done = make(lora, "ollama")
    assert [path.name for path in done.paths] == ["tiny-q8_0.gguf", "Modelfile"]
    lines = done.paths[1].read_text(encoding="utf-8").splitlines()
    assert lines[0] == "FROM ./tiny-q8_0.gguf"
    assert lines[-2:] == ['PARAMETER stop "<|im_end|>"', 'PARAMETER stop "</s>"']
    assert done.command == f"ollama create tiny -f {done.paths[1]}"


def test_an_adapter_names_its_base(lora: Layout, tmp_path: Path) -> None:
    folder = make(lora, "adapter").paths[0]
    settings = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    assert settings["base_model_name_or_path"] == str(lora.root.parents[1] / "base")
    names = {path.name for path in folder.iterdir()}
    assert {"adapter_model.safetensors", "tokenizer.json", "chat_template.jinja", "README.md", "export.json"} <= names
    with pytest.raises(UserError, match="it has no adapter"):
        make(make_run(tmp_path / "other", "full"), "adapter")


def test_vllms_command(lora: Layout) -> None:
    done = make(lora, "vllm")
    path = done.paths[0]
    options = f"--enable-lora --max-lora-rank 8 --lora-modules tiny={path}"
    files = f"--chat-template {path}/chat_template.jinja --generation-config {path}"
    assert done.command == f"vllm serve {lora.root.parents[1]}/base {options} {files}"
    assert done.parity is None


def test_vllm_gets_a_dora_merged(tmp_path: Path) -> None:
    done = make(make_run(tmp_path, "dora"), "vllm")
    assert done.notes == ("merged: vLLM serves no DoRA",)
    assert done.command == f"vllm serve {done.paths[0]}"
    assert done.parity is not None


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    layout, target = make_run(tmp_path), tmp_path / "out"
    target.mkdir()
    make(layout, "adapter", target=target)  # an empty folder is free
    with pytest.raises(UserError, match="holds an earlier export"):
        make(layout, "vllm", target=target)
    make(layout, "vllm", target=target, force=True)
    (target / "export.json").unlink()
    with pytest.raises(UserError, match="is no export"):
        make(layout, "adapter", target=target, force=True)
    assert (target / "adapter_config.json").is_file()
