"""The plan: sizes from real configs, memory beside published tables, relief, units, cards, time."""

import sys
from dataclasses import replace
from subprocess import run
from typing import Any

import pytest

from benchmarks.plan_tables import LLAMA31_8B, TABLES, Table, timed
from schemas.errors import UserError
from train.plan import GPUS, Load, Shape, card, estimate, parse_memory, relief, seconds, shape_of

KEYS = ["architectures", "model_type", "hidden_size", "intermediate_size", "num_attention_heads", "num_hidden_layers"]
KEYS += ["num_key_value_heads", "tie_word_embeddings", "vocab_size"]
CONFIGS: dict[str, dict[str, Any]] = {  # the keys of the real config.json files that tell the shape
    name: dict(zip(KEYS, ([architecture], kind, *sizes), strict=True))
    for name, architecture, kind, *sizes in (
        ("Llama-2-7B", "LlamaForCausalLM", "llama", 4096, 11008, 32, 32, 32, False, 32000),
        ("Llama-3.1-8B", "LlamaForCausalLM", "llama", 4096, 14336, 32, 32, 8, False, 128256),
        ("Qwen2.5-14B", "Qwen2ForCausalLM", "qwen2", 5120, 13824, 40, 48, 8, False, 152064),
        ("SmolLM2-135M", "LlamaForCausalLM", "llama", 576, 1536, 9, 30, 3, True, 49152),
        ("Qwen3-30B-A3B", "Qwen3MoeForCausalLM", "qwen3_moe", 2048, 6144, 32, 48, 4, False, 151936),
        ("Mixtral-8x7B", "MixtralForCausalLM", "mixtral", 4096, 14336, 32, 32, 8, False, 32000),
        ("Gemma-3-12B", "Gemma3ForConditionalGeneration", "gemma3_text", 3840, 15360, 16, 48, 8, None, 262208),
    )
}
CONFIGS["Mixtral-8x7B"] |= {"num_experts_per_tok": 2, "num_local_experts": 8}
CONFIGS["Qwen3-30B-A3B"] |= {
    "head_dim": 128,
    "moe_intermediate_size": 768,
    "num_experts": 128,
    "num_experts_per_tok": 8,
}
BERT = dict(zip(KEYS, (["BertForMaskedLM"], "bert", 768, 3072, 12, 12, 12, True, 30522), strict=True))
BERT |= {"type_vocab_size": 2}
SMALL = shape_of(CONFIGS["SmolLM2-135M"])
LORA = Load("lora", 16, 8, 2048)


@pytest.mark.parametrize(
    ("name", "parameters", "linear"),
    [  # the model cards' counts; linear worked by hand: layers x (2 x hidden x (query + kv) + 3 x hidden x MLP)
        ("Llama-2-7B", 6_738_415_616, 6_476_005_376),
        ("Llama-3.1-8B", 8_030_261_248, 6_979_321_856),
        ("Qwen2.5-14B", 14_769_689_600, 13_212_057_600),
        ("SmolLM2-135M", 134_515_008, 106_168_320),
        ("Qwen3-30B-A3B", 30_532_110_336, 29_909_581_824),
        ("Mixtral-8x7B", 46_702_792_704, 46_440_382_464),
    ],
)
def test_parameters(name: str, parameters: int, linear: int) -> None:
    shape = shape_of(CONFIGS[name])
    # Qwen's biases and the norms of heads are left out: 344,064 of 14.8e9 at most.
    assert shape.parameters == pytest.approx(parameters, rel=1e-4)
    assert shape.linear == linear


def test_gemma_nests_its_text_and_ties_unsaid() -> None:
    text = {key: value for key, value in CONFIGS["Gemma-3-12B"].items() if value is not None} | {"head_dim": 256}
    shape = shape_of({"architectures": text.pop("architectures"), "text_config": text, "vision_config": {}})
    assert (shape.tied, shape.query, shape.kv, shape.hidden) == (True, 4096, 2048, 3840)
    assert shape.embedding == 262208 * 3840


def test_active_experts() -> None:
    shape = shape_of(CONFIGS["Qwen3-30B-A3B"])
    assert (shape.experts, shape.active_experts, shape.intermediate) == (128, 8, 768)
    # The name says 3B active: a token costs a tenth of what 30 dense billions would.
    dense = replace(shape, experts=1, active_experts=1, intermediate=768 * 128)
    assert 0.08 < seconds(shape, LORA, 1000, flops=1e12)[0] / seconds(dense, LORA, 1000, flops=1e12)[0] < 0.2
    # Fused experts stay in 16 bits.
    assert estimate(shape, Load("qlora", 4, 1, 8)).parts["weights"] > 0.95 * 2 * shape.parameters
    # PEFT 0.21.2, all-linear, on a Qwen3-MoE of these widths.
    assert Shape(512, 4, 384, 512, 128, 300, tied=False, experts=8, active_experts=2).lora(16) == 2_015_744


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({}, "hidden_size"),
        (BERT, "BertForMaskedLM"),
        ({name: value for name, value in BERT.items() if name != "architectures"}, "no decoder"),
        ({"architectures": ["GPT2LMHeadModel"], "n_embd": 768}, "GPT2LMHeadModel"),
        ({**CONFIGS["Llama-2-7B"], "vocab_size": None}, "vocab_size missing"),
        ({name: value for name, value in CONFIGS["Mixtral-8x7B"].items() if "per_tok" not in name}, "experts_per_tok"),
    ],
)
def test_what_is_no_decoder_is_said(config: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError, match=told):
        shape_of(config)


@pytest.mark.parametrize(
    ("targets", "rank", "count"),
    [
        ("all-linear", 16, 4_884_480),  # what PEFT prints
        (("q_proj", "v_proj"), 16, 30 * 16 * (1152 + 768)),
        ((r".*\.down_proj",), 8, 30 * 8 * 2112),
        (("c_attn",), 16, 4_884_480),
    ],
)
def test_lora_parameters(targets: str | tuple[str, ...], rank: int, count: int) -> None:
    assert SMALL.lora(rank, targets) == count


@pytest.mark.parametrize(
    ("tuning", "count"),
    # PEFT's counts on SmolLM2 cut to four layers; DoRA adds an output-sized vector to each matrix.
    [("lora", 325_632 * 2), ("dora", 325_632 * 2 + 346_368 - 325_632), ("ia3", 7_680), ("freeze", 7_077_888)],
)
def test_trainable_parameters(tuning: str, count: int) -> None:
    found = estimate(replace(SMALL, layers=4), Load(tuning, 16, 1, 8, rank=16)).parts
    assert found["gradients"] == count * (2 if tuning == "freeze" else 4)


@pytest.mark.parametrize("table", [table for table in TABLES if table.limit], ids=lambda table: table.source)
def test_published_memory(table: Table) -> None:
    assert table.limit <= 0.1
    assert table.mean_error() <= table.limit
    assert all(0.9 <= row.memory / table.predicted(row) <= 1.2 for row in table.rows)  # low and high


def test_the_sharded_tables_are_met_blindly() -> None:
    sharded = [table for table in TABLES if table.rows[0].load.sharded]
    assert [round(table.mean_error(), 1) for table in sharded] == [0.1, 0.1]


def test_published_speeds_of_long_enough_rows() -> None:
    rows = [row for table in TABLES if table.limit for row in table.rows if row.speed and row.card == "a100-80"]
    inside = [low <= row.speed <= high for row in rows for low, high in [timed(row)]]
    assert len(inside) == 14
    assert all(inside)


@pytest.mark.parametrize("row", TABLES[-1].rows, ids=lambda row: row.what)
def test_resident_memory_on_cpu(row: Any) -> None:
    assert abs(TABLES[-1].error(row)) < 0.25


@pytest.mark.parametrize(
    ("change", "counted"),
    [  # bytes a token and layer that torch's saved-tensor hooks counted: hidden and query 512, MLP 1280, kv 128
        ({"tuning": "full"}, 21032),
        ({"tuning": "full", "bits": 32}, 37928),
        ({"adapter_bits": 16}, 19208),
        ({"device": "cpu"}, 32232),
        ({}, 23304),
        ({"bits": 32}, 34280),
        ({"bits": 32, "dropout": 0.05, "device": "cpu"}, 59880),
        ({"adapter_bits": 16, "dropout": 0.05, "device": "cpu"}, 32008),
        ({"dropout": 0.05}, 14336 + 448 + 3 * 4352),  # by hand: CUDA's masks are bytes
        ({"targets": ("q_proj", "v_proj")}, 16488),
        ({"tuning": "dora", "adapter_bits": 16}, 36616),
        ({"tuning": "dora", "bits": 32}, 69096),
        ({"tuning": "prompt", "bits": 32}, 24616),
    ],
)
def test_activations_are_those_that_hooks_counted(change: dict[str, Any], counted: int) -> None:
    shape, load = (
        Shape(512, 1, 1280, 512, 128, 300, tied=False),
        replace(LORA, batch=1, length=1000, checkpointing=False),
    )
    assert estimate(shape, replace(load, **change)).parts["activations"] == pytest.approx(counted * 1000, rel=0.02)


@pytest.mark.parametrize(
    ("optimizer", "bytes_each"),
    [("adamw_torch_fused", 8), ("unheard_of", 8), ("adamw_8bit", 2), ("paged_adamw_8bit", 0), ("lion_32bit", 4)],
)
def test_optimiser_states(optimizer: str, bytes_each: int) -> None:
    found = estimate(SMALL, replace(LORA, optimizer=optimizer, trainable=1000)).parts
    assert found["optimizer"] == 1000 * bytes_each


def test_parts_by_hand() -> None:
    parts = estimate(SMALL, Load("full", 16, 1, 64, fused_loss=False, method="dpo")).parts
    assert parts["weights"] == 2 * 2 * 134_515_008  # the policy and its reference
    assert (parts["adapter"], parts["gradients"], parts["optimizer"]) == (0, 2 * 134_515_008, 4 * 134_515_008)
    orpo, fused = estimate(SMALL, Load("lora", 16, 1, 64, method="orpo")), estimate(SMALL, Load("full", 16, 1, 64))
    assert parts["logits"] == orpo.parts["logits"] == 2 * 64 * 49152 * 10
    assert fused.parts["logits"] == 64 * 576 * 6 + 64 * 32768 * 2 + 49152 * 576 * 4
    assert parts["activations"] == 128 * (30 * 2 * 576 + 20 * 576 + 8 * 1536 + 4 * 192)
    qlora = estimate(SMALL, Load("qlora", 4, 1, 64)).parts
    assert qlora["weights"] == round(106_168_320 * (0.515625 + 1 / 4096) + (134_515_008 - 106_168_320) * 2)
    assert qlora["adapter"] == 4_884_480 * 2
    assert list(parts) == list(qlora)
    assert estimate(SMALL, Load("lora", 8, 1, 64)).parts["weights"] == 106_168_320 + (134_515_008 - 106_168_320) * 2


def test_more_of_anything_is_never_less() -> None:
    milder = Load("qlora", 4, 2, 512)
    harsher: list[dict[str, Any]] = [{"batch": 4}, {"length": 1024}, {"rank": 64}, {"dropout": 0.1}, {"method": "dpo"}]
    harsher += [{"checkpointing": False}, {"fused_loss": False}, {"bits": 8}, {"adapter_bits": 32}, {"method": "orpo"}]
    for change in harsher:
        assert estimate(LLAMA31_8B, replace(milder, **change)).total > estimate(LLAMA31_8B, milder).total, change
    eight = replace(LORA, processes=8)
    assert estimate(LLAMA31_8B, eight) == estimate(LLAMA31_8B, LORA)
    assert estimate(LLAMA31_8B, replace(eight, sharded=True)).total < estimate(LLAMA31_8B, LORA).total


def test_the_range_and_what_cannot_train() -> None:
    found = estimate(SMALL, LORA)
    assert found.total == sum(found.parts.values())
    assert (found.low, found.high) == (round(found.total * 0.9), round(found.total * 1.2))
    with pytest.raises(UserError, match="4-bit"):
        estimate(SMALL, Load("full", 4, 1, 64))


HARSH = replace(LORA, dropout=0.1, checkpointing=False)


@pytest.mark.parametrize(
    ("load", "memory", "changes"),
    [
        (LORA, 1e12, []),
        (LORA, 24e9, ["batch"]),
        (HARSH, 1e9, ["batch", "checkpointing", "dropout", "optimizer", "bits", "length"]),
        (replace(HARSH, batch=1), 23e9, ["checkpointing"]),
        (replace(LORA, batch=1), 10e9, ["optimizer", "bits"]),
        (replace(LORA, tuning="full", batch=1), 40e9, ["optimizer", "length", "tuning"]),
        (replace(LORA, tuning="full", batch=1), 11e9, ["optimizer", "length", "tuning", "bits"]),
        (Load("qlora", 4, 2, 256, optimizer="adamw_8bit", method="kto"), 1e9, []),
    ],
)
def test_relief_in_order(load: Load, memory: float, changes: list[str]) -> None:
    assert [name for name, _, _ in relief(LLAMA31_8B, load, int(memory))] == changes


def test_relief_is_cumulative_and_stops_at_the_first_that_fits() -> None:
    steps = relief(LLAMA31_8B, replace(HARSH, tuning="full"), int(25e9))
    assert [need.high <= 25e9 for _, _, need in steps] == [False] * (len(steps) - 1) + [True]
    totals = [need.total for _, _, need in steps]
    assert totals == sorted(totals, reverse=True)
    assert steps[0][1] == replace(HARSH, tuning="full", batch=1)
    assert (steps[-1][1].tuning, steps[-1][1].checkpointing, steps[-1][1].dropout) == ("lora", True, 0.0)
    # The batch is cut no further than it must.
    [(_, load, need)] = relief(LLAMA31_8B, LORA, estimate(LLAMA31_8B, replace(LORA, batch=4)).high)
    assert load == replace(LORA, batch=4)
    assert need == estimate(LLAMA31_8B, load)
    assert relief(LLAMA31_8B, replace(LORA, method="kto"), 1)[0][1].batch == 2  # TRL's least


@pytest.mark.parametrize(
    ("text", "size"),
    [("24GB", 24e9), ("24 GiB", 24 * 2**30), ("80g", 80e9), (" 1.5 tb ", 1.5e12), ("512MiB", 2**29), ("0.5G", 5e8)],
)
def test_memory(text: str, size: float) -> None:
    assert parse_memory(text) == size


@pytest.mark.parametrize("text", ["", "24", "GB", "-1GB", "0GB", "24 GB card", "1e3GB", "２４GB", "24GBB", "1.GB"])
def test_what_is_no_memory(text: str) -> None:
    with pytest.raises(UserError, match="memory"):
        parse_memory(text)


CARDS = {
    "a100-80": "NVIDIA A100-SXM4-80GB, a100 80g",
    "a100": "NVIDIA A100-PCIE-40GB, A100",
    "4090": "NVIDIA GeForce RTX 4090, rtx4090, 4090",
    "v100-32": "Tesla V100-SXM2-32GB",
    "h100-pcie": "NVIDIA H100 PCIe",
    "h100": "NVIDIA H100 80GB HBM3",
    "m2-max": "Apple M2 Max",
} | {name: f"NVIDIA {name.upper()}" for name in ("a10", "l4", "l40s", "t4", "h200", "v100")}


@pytest.mark.parametrize(("key", "names"), list(CARDS.items()))
def test_cards(key: str, names: str) -> None:
    assert {card(name) for name in names.split(", ")} == {GPUS[key]}


@pytest.mark.parametrize("name", ["", "NVIDIA A1000", "Quadro M4000", "NVIDIA T400 4GB", "RTX 4090 Laptop GPU", "L40"])
def test_other_cards(name: str) -> None:
    assert card(name) is None


def test_time_by_hand() -> None:
    shape, load = Shape(10, 2, 20, 10, 10, 7, tied=True), Load("full", 16, 1, 5, checkpointing=False)
    weights, attention = 2 * (400 + 600) + 70, 12 * 2 * 10 * 5
    fast, slow = seconds(shape, load, 1000, flops=1e6)
    assert fast * 0.65 == pytest.approx(slow * 0.2) == pytest.approx(1000 * (6 * weights + attention) / 1e6)

    def cost(**change: Any) -> float:
        return seconds(shape, replace(load, **change), 1000, flops=1e6)[0] / fast * (6 * weights + attention)

    assert cost(tuning="lora") == pytest.approx(4 * weights + attention)
    assert cost(checkpointing=True) == pytest.approx(8 * weights + attention * 4 / 3)
    assert cost(method="dpo") * 3 == pytest.approx(24 * weights + attention * 4)
    assert cost(method="kto") == pytest.approx(12 * weights + attention * 2)
    assert cost(processes=2) == pytest.approx((6 * weights + attention) / 2)
    assert cost(tuning="qlora", bits=4) == pytest.approx((4 * weights + attention) / 0.8)
    assert cost(tuning="freeze", layers_trained=1) == pytest.approx(4 * weights + attention * 2 / 3)


def test_planning_loads_no_heavy_library() -> None:
    code = "import sys, train.plan; print(*sys.modules)"
    loaded = set(run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())
    assert not loaded & {"torch", "transformers", "trl", "peft", "numpy", "pydantic", "polars"}
