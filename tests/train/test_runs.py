"""Whole runs of the tiny base: every method and tuning trains, is saved, and loads again."""

import json
import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest

torch = pytest.importorskip("torch")

from peft import PeftModel  # noqa: E402
from safetensors import SafetensorError  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402

from schemas.artifacts import Layout  # noqa: E402
from schemas.errors import InputError, RuntimeFault, UserError  # noqa: E402
from schemas.frames import EVENTS  # noqa: E402
from schemas.models import find_model  # noqa: E402
from tests.train import tiny  # noqa: E402
from train.run import train  # noqa: E402
from train.talk import load_tuned  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # the libraries deprecate each other's names


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.make_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def lora(world: Path) -> dict[str, Any]:
    """The record of a run that several tests look at."""
    return tiny.run(world, "lora", samples=2)


@pytest.mark.parametrize(
    ("name", "knobs", "first"),
    [
        ("lora", None, None),
        ("qlora", {"tuning": "qlora"}, None),
        ("dora", {"tuning": "dora"}, None),
        ("ia3", {"tuning": "ia3", "learning_rate": 0.5}, None),
        ("prefix", {"tuning": "prefix"}, None),
        ("p-tuning", {"tuning": "p-tuning"}, None),
        ("prompt", {"tuning": "prompt"}, None),
        ("freeze", {"tuning": "freeze", "layers": 1}, None),
        ("full", {"tuning": "full"}, None),
        ("cpt", {"method": "cpt"}, None),
        ("dpo", {"method": "dpo"}, math.log(2)),
        ("dpo-full", {"method": "dpo", "tuning": "full"}, math.log(2)),
        ("orpo", {"method": "orpo"}, None),
        ("kto", {"method": "kto"}, 0.5),
        ("packed", {"packing": True, "max_length": 128}, None),
        ("neftune", {"neftune": 5.0, "lora_plus": 4.0, "optimizer": "adamw_8bit"}, None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_way_to_train(
    world: Path, lora: dict[str, Any], name: str, knobs: dict[str, Any] | None, first: float | None
) -> None:
    run = lora if knobs is None else tiny.run(world, name, **knobs)
    outcome = run["stages"][0]
    train_loss, dev_loss = (outcome["losses"][split] for split in ("train", "dev"))
    assert [step for step, _ in train_loss] == [1, 2, 3]
    assert all(math.isfinite(loss) for _, loss in train_loss + dev_loss)
    assert dev_loss[0][0] == 0
    assert dev_loss[-1][1] < dev_loss[0][1]
    if first is not None:
        assert dev_loss[0][1] == pytest.approx(first, abs=1e-3)
    layout = Layout(world / "runs" / name)
    saved = torch.cat([weight.flatten().float() for weight in load_file(weights_of(layout)).values()])
    assert outcome["trainable"] > 0
    if name not in ("p-tuning", "freeze", "full", "dpo-full"):  # p-tuning saves what its encoder says, not the encoder
        assert saved.numel() == outcome["trainable"]
    loaded, model, talk = load_tuned(layout)
    assert loaded["key"] == run["key"]
    assert talk.template == tiny.chat_tokenizer().chat_template
    with torch.no_grad():
        ids = torch.tensor([[5, 6, 7]])
        moved = (
            model(input_ids=ids).logits[:, -3:]
            - AutoModelForCausalLM.from_pretrained(world / "base")(input_ids=ids).logits
        )
    assert moved.abs().max() > 1e-3


def weights_of(layout: Layout) -> Path:
    _, folder = find_model(layout)
    return next(folder.glob("*.safetensors"))


def test_the_same_run_again_is_up_to_date(world: Path) -> None:
    ready = tiny.ready(world, "again")
    _, trained = train(ready, lambda _beat: None)
    before = weights_of(ready.layout).stat().st_mtime_ns
    assert (trained, train(tiny.ready(world, "again"), lambda _beat: None)[1]) == (True, False)
    assert weights_of(ready.layout).stat().st_mtime_ns == before
    assert train(tiny.ready(world, "again", seed=18), lambda _beat: None)[1]


def test_the_same_seed_gives_the_same_weights(world: Path) -> None:
    one, two, other = (
        load_file(weights_of(tiny.ready(world, name, seed=seed).layout))
        for name, seed in (("one", 1), ("two", 1), ("other", 2))
        if tiny.run(world, name, seed=seed, dropout=0.1)
    )
    assert all(torch.equal(one[key], two[key]) for key in one)
    assert not all(torch.equal(one[key], other[key]) for key in one)


@pytest.mark.parametrize("init", ["pissa", "olora"])
def test_a_moved_base_is_moved_back(world: Path, init: str) -> None:
    tiny.run(world, init, init=init, rank=4)
    base = AutoModelForCausalLM.from_pretrained(world / "base")
    adapter = world / "runs" / init / "model" / "adapter"
    settings = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    assert (settings["r"], settings["init_lora_weights"]) == (8, True)
    with torch.no_grad():
        ids = torch.tensor([[5, 6, 7, 8]])
        plain = base(input_ids=ids).logits
        tuned = PeftModel.from_pretrained(base, adapter)(input_ids=ids).logits
    assert 1e-3 < (tuned - plain).abs().max() < 5  # three small steps, not the loss of the base's main directions


def test_dpo_goes_on_from_sft_with_its_policy_as_reference(world: Path) -> None:
    run = tiny.run(world, "chain", max_steps=8, then=[{"method": "dpo", "max_steps": 2, "batch_size": 2}])
    sft, dpo = run["stages"]
    assert sft["losses"]["dev"][-1][1] < 0.8 * sft["losses"]["dev"][0][1]
    assert dpo["losses"]["dev"][0][1] == pytest.approx(math.log(2), abs=1e-4)
    adapter = world / "runs" / "chain" / "model" / "adapter"
    assert not (adapter / "ref").exists()
    kept = load_file(next(adapter.glob("*.safetensors")))
    begun = load_file(world / "runs" / "chain" / "model" / "stage-1" / "adapter_model.safetensors")
    assert kept.keys() == begun.keys()
    assert max((kept[key] - begun[key]).abs().max() for key in kept) < 0.05


def test_lora_goes_on_from_full_tuning(world: Path) -> None:
    run = tiny.run(world, "full-lora", tuning="full", then=[{"tuning": "lora", "max_steps": 2, "batch_size": 2}])
    full, lora = run["stages"]
    assert lora["losses"]["dev"][0][1] == pytest.approx(min(loss for _, loss in full["losses"]["dev"]), abs=0.05)
    assert run["base"].endswith("model/stage-1")
    _, tuned, _ = load_tuned(Layout(world / "runs" / "full-lora"))
    begun = AutoModelForCausalLM.from_pretrained(run["base"])
    with torch.no_grad(), tuned.disable_adapter():
        ids = torch.tensor([[5, 6, 7]])
        assert torch.allclose(tuned(input_ids=ids).logits, begun(input_ids=ids).logits, atol=1e-5)


def test_a_given_adapter_goes_on(world: Path, lora: dict[str, Any]) -> None:
    more = tiny.run(world, "more", adapter=world / "runs" / "lora" / "model" / "adapter")
    best = min(loss for _, loss in lora["stages"][0]["losses"]["dev"])
    assert more["stages"][0]["losses"]["dev"][0][1] == pytest.approx(best, abs=1e-3)


def test_an_adapter_of_another_base_is_refused(world: Path, lora: dict[str, Any], tmp_path: Path) -> None:
    other = tiny.make_world(tmp_path, hidden_size=32)
    with pytest.raises(UserError, match="made for another base") as fault:
        tiny.run(other, adapter=world / "runs" / lora["name"] / "model" / "adapter")
    assert fault.value.hint.startswith("train.base: ")


@pytest.mark.parametrize(
    ("knobs", "told"),
    [
        ({"target_modules": ["q_proj", "wq"]}, "no wq"),
        ({"peft": {"lora_r": 4}}, "train.peft: lora_r"),
        ({"trainer_args": {"warmup_ratio": 0.1}}, "warmup_ratio"),
        ({"device": "cuda"}, "there is no cuda here"),
        ({"attention": "flash_attention_2"}, "needs a CUDA card"),
        ({"init": "loftq"}, "needs a CUDA card"),
        ({"template": "absent"}, "no such template"),
        ({"template": "chatml"}, "is_trained"),
        ({"adapter": Path("absent")}, "no adapter at"),
        ({"max_length": 16, "over_length": "error"}, "rows of train are over 16 tokens"),
        ({"max_length": 16}, "no row is left"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_mistakes_are_named_before_the_first_step(world: Path, knobs: dict[str, Any], told: str) -> None:
    if told == "is_trained":  # ChatML's tokens are in this vocabulary
        assert tiny.ready(world, "chatml", **knobs).base.talk.stop == "<|im_end|>"
        return
    with pytest.raises(UserError, match=told) as fault:
        tiny.run(world, "mistake", **knobs)
    assert fault.value.hint
    assert not (world / "runs" / "mistake" / "model" / "run.json").exists()


def test_wrong_kinds_and_absent_data(world: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no data artifact at runs/nothing/data"):
        tiny.ready(world, data="nothing")
    tiny.make_model(tmp_path / "base", tokenizer=tiny.chat_tokenizer())
    tiny.write_artifact(tmp_path / "runs" / "facts" / "data", {"train": tiny.rows("preference", 4)})
    with pytest.raises(InputError, match=r"sft learns from sft rows; train\.parquet has 4 preference") as fault:
        tiny.ready(tmp_path)
    assert fault.value.hint == "method: dpo | orpo"


def test_base_models_and_tokenizers_that_cannot_chat(tmp_path: Path) -> None:
    world = tiny.make_world(tmp_path)
    settings = world / "base" / "tokenizer_config.json"
    (world / "base" / "chat_template.jinja").unlink()
    with pytest.raises(UserError, match="base model: its tokenizer has no chat template") as fault:
        tiny.ready(world)
    assert "plain" in fault.value.hint
    assert tiny.ready(world, template="plain").base.talk.stop == "</s>"
    assert tiny.ready(world, method="cpt").base.talk.template == ""
    told = json.loads(settings.read_text(encoding="utf-8"))
    settings.write_text(json.dumps({**told, "eos_token": None}), encoding="utf-8")
    with pytest.raises(UserError, match="has no eos token"):
        tiny.ready(world, template="plain")


def test_a_template_that_takes_no_text_is_named(world: Path, tmp_path: Path) -> None:
    (tmp_path / "parts.jinja").write_text(
        "{% for m in messages %}{{ m.content[0].text.x }}{% endfor %}", encoding="utf-8"
    )
    with pytest.raises(UserError, match="can't be rendered") as fault:
        tiny.ready(world, template=str(tmp_path / "parts.jinja"))
    assert "chatml" in fault.value.hint


def test_a_run_that_cannot_fit_is_refused_unless_forced(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sysconf", lambda name: 1000 if name == "SC_PHYS_PAGES" else 4096)
    with pytest.raises(UserError, match=r"needs at least .* GB") as fault:
        tiny.run(world, "tight")
    assert "gristmill plan" in fault.value.hint
    ready = tiny.ready(world, "tight")
    assert train(ready, lambda _beat: None, force=True)[1]


def test_a_wrong_reference_stops_dpo_at_once(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("train.stage.math.log", lambda _: 0.5)
    with pytest.raises(RuntimeFault, match=r"the first loss is 0\.6931, not 0\.5000"):
        tiny.run(world, "wrong", method="dpo")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (OSError(28, "No space left on device"), "the disk is full"),
        (
            RuntimeError("[enforce fail] PytorchStreamWriter failed writing file data/1: file write failed"),
            "the disk is full",
        ),
        (SafetensorError("I/O error: No space left on device (os error 28)"), "the disk is full"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB\nmore"), "out of memory: CUDA out of memory"),
    ],
    ids=["system", "torch", "safetensors", "card"],
)
def test_faults_of_the_machine_are_told_in_words(
    world: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, told: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("train.run.train_stage", fail)
    with pytest.raises(RuntimeFault, match=told) as seen:
        tiny.run(world, "fault", fresh=True)
    assert "\n" not in seen.value.message
    assert "gristmill" in seen.value.hint


def test_what_left_is_in_the_models_ledger(world: Path) -> None:
    lengths = tiny.ready(world).stages[0].train.tokens.lengths
    limit = int(lengths.quantile(0.5) or 0)
    run = tiny.run(world, "ledger", max_length=max(limit, 16), over_length="drop")
    ledger = pl.read_parquet(world / "runs" / "ledger" / "model" / "ledger.parquet")
    assert ledger.schema == EVENTS
    assert run["stages"][0]["over_length"]["rows"] == (lengths > limit).sum() > 0
    assert run["stages"][0]["rows"] == (lengths <= limit).sum()
    assert set(ledger["reason"]) == {"over_length"}


def test_the_record_says_everything(world: Path, lora: dict[str, Any]) -> None:
    run, outcome = lora, lora["stages"][0]
    assert run["data"]["run"] == "facts"
    assert run["stops"][0] == tiny.chat_tokenizer().convert_tokens_to_ids("<|im_end|>")
    assert outcome["cost"]["peak_bytes"] > 1e8
    assert outcome["trained_tokens"] > 0
    assert [len(outcome["answers"][time]) for time in ("before", "after")] == [2, 2]
    assert outcome["findings"]["zh"][0] != outcome["findings"]["en"][0]
    folder = world / "runs" / "lora" / "model"
    tokenizer = AutoTokenizer.from_pretrained(folder / "adapter")
    assert tokenizer.chat_template == tiny.chat_tokenizer().chat_template
    stops = json.loads((folder / "adapter" / "generation_config.json").read_text(encoding="utf-8"))["eos_token_id"]
    assert stops == run["stops"]
    assert (folder / "loss.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "| Method | sft, lora" in (folder / "README.md").read_text(encoding="utf-8")
    assert list((folder / "tensorboard").rglob("events.out.tfevents.*"))
    assert not (folder / "unfinished.json").exists()
