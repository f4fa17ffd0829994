"""Plan: how much memory and time a fine-tuning run will need, told before it starts, from its shape alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from schemas.errors import UserError

CONTEXT = {"cuda": 600_000_000, "cpu": 610_000_000}  # bytes: CUDA's own; Python with torch, TRL and datasets
# Bytes of a weight; 4 is NF4 with an 8-bit scale per 64 values and an fp32 one per 256 scales (arXiv:2305.14314).
_BYTES = {4: 0.5 + 1 / 64 + 4 / (64 * 256), 8: 1.0, 16: 2.0, 32: 4.0}
# Share of a card's FLOP/s in use, and what quantised weights leave of it: see speeds in benchmarks/plan_tables.py.
_EFFICIENCY, _DEQUANTISING = (0.2, 0.65), 0.8
_WHOLE, _LOW_RANK = ("full", "freeze"), ("lora", "qlora", "dora")
# GB : dense bf16 TFLOP/s with fp32 sums, from vendors' data sheets; V100 and T4: fp16; Apple: fp32, most memory sold.
_CARDS = (
    "3090:24:71 4090:24:165 5090:32:209 a10:24:125 a100:40:312 a100-80:80:312 l4:24:121 l40s:48:362 h100:80:989 "
    "h100-pcie:80:756 h200:141:989 v100:16:125 v100-32:32:125 t4:16:65 mi300x:192:1307 m1:16:2.6 m2:24:3.6 m3:24:3.6 "
    "m4:32:4.3 m1-max:64:10 m2-max:96:13 m3-max:128:14 m4-max:128:17"
)
GPUS = {n: (int(size) * 10**9, float(tera) * 1e12) for n, size, tera in (c.split(":") for c in _CARDS.split())}


@dataclass(frozen=True)
class Shape:
    """The widths of a decoder: `query` and `kv` are heads times head size; `experts` MLPs a layer, 1 when dense."""

    hidden: int
    layers: int
    intermediate: int
    query: int
    kv: int
    vocab: int
    tied: bool
    experts: int = 1
    active_experts: int = 1

    @property
    def linear(self) -> int:
        """Parameters in the attention and MLP matrices, routers with them."""
        mlps = 3 * self.experts * self.intermediate + (self.experts if self.experts > 1 else 0)
        return self.layers * self.hidden * (2 * (self.query + self.kv) + mlps)

    @property
    def embedding(self) -> int:
        """Parameters in the embedding, and in the head unless it's tied."""
        return self.vocab * self.hidden * (1 if self.tied else 2)

    @property
    def parameters(self) -> int:
        """All parameters but biases and the norms of heads, which are under 0.1%."""
        return self.linear + self.embedding + self.hidden * (2 * self.layers + 1)

    def targeted(self, targets: str | tuple[str, ...]) -> dict[str, tuple[int, int]]:
        """Inputs and outputs of the matrices that LoRA adapts; another family's names count as all-linear."""
        hidden, inner, query, kv = self.hidden, self.intermediate, self.query, self.kv
        every = {"q_proj": (hidden, query), "k_proj": (hidden, kv), "v_proj": (hidden, kv), "o_proj": (query, hidden)}
        every |= {"gate_proj": (hidden, inner), "up_proj": (hidden, inner), "down_proj": (inner, hidden)}
        return {name: every[name] for name in every if name in str(targets)} or every

    def lora(self, rank: int, targets: str | tuple[str, ...] = "all-linear") -> int:
        """Parameters of a LoRA adapter."""
        chosen = self.targeted(targets)
        count = sum(sum(size) for name, size in chosen.items() if self.experts == 1 or name[0] in "qkvo")
        if self.experts > 1:  # PEFT adapts fused experts, gate and up together at twice the rank, and the router
            count += 2 * self.experts * (self.hidden + 2 * self.intermediate) * ("gate_proj" in chosen)
            count += self.experts * (self.hidden + self.intermediate) * ("down_proj" in chosen)
            count += (self.hidden + self.experts) * (targets == "all-linear")
        return self.layers * rank * count


@dataclass(frozen=True)
class Load:
    """What a run asks of each device: `batch` rows (pairs for dpo and orpo) of `length` tokens.

    `bits` are the base's (16 is bf16); `optimizer` is one of transformers' `optim`; `sharded` splits the model over
    the processes (FSDP2, ZeRO-3); `trainable` overrides the number of trained parameters; freeze trains the last
    `layers_trained`, 2 by default; `adapter_bits` default to TRL's: 16 on a quantised base, else 32.
    """

    tuning: str
    bits: int
    batch: int
    length: int
    rank: int = 16
    targets: str | tuple[str, ...] = "all-linear"
    dropout: float = 0.0
    checkpointing: bool = True
    optimizer: str = "adamw"
    method: str = "sft"
    fused_loss: bool = True
    processes: int = 1
    sharded: bool = False
    trainable: int | None = None
    layers_trained: int | None = None
    device: str = "cuda"
    adapter_bits: int | None = None

    @property
    def base(self) -> int:
        """Bytes of the base's activations and of its weights that aren't quantised."""
        return 4 if self.bits == 32 else 2

    @property
    def width(self) -> int:
        """Bytes of a trained parameter."""
        return self.base if self.tuning in _WHOLE else (self.adapter_bits or (16 if self.bits < 16 else 32)) // 8


@dataclass(frozen=True)
class Estimate:
    """Bytes on each device, by part, with the range of benchmarks/plan_tables.py's bounded tables, not of all."""

    parts: dict[str, int]

    @property
    def total(self) -> int:
        """The sum of the parts."""
        return sum(self.parts.values())

    @property
    def low(self) -> int:
        """10% less."""
        return round(self.total * 0.9)

    @property
    def high(self) -> int:
        """20% more, for the allocator's holes: this must fit."""
        return round(self.total * 1.2)


def shape_of(config: Mapping[str, Any]) -> Shape:
    """Read the shape from a Hugging Face config.json; UserError names the key that a decoder would have."""
    text: Mapping[str, Any] = config.get("text_config") or config
    kind = " ".join(config.get("architectures") or [])
    if "type_vocab_size" in text or (kind and not re.search("CausalLM|ConditionalGeneration", kind)):
        raise UserError(f"config.json: architectures is {kind or 'missing'}, no decoder", hint="name a chat model")
    experts = int(text.get("num_experts") or text.get("num_local_experts") or 1)
    inner = "moe_intermediate_size" if experts > 1 and "moe_intermediate_size" in text else "intermediate_size"
    names = ["hidden_size", "num_attention_heads", "num_hidden_layers", inner, "vocab_size", "num_experts_per_tok"]
    if missing := [name for name in names[: 6 if experts > 1 else 5] if text.get(name) is None]:
        raise UserError(f"config.json: {', '.join(missing)} missing", hint="name a decoder: llama, mistral, qwen ...")
    hidden, heads, layers, intermediate, vocab, active = (int(text.get(name) or 1) for name in names)
    head, pairs = int(text.get("head_dim") or hidden // heads), int(text.get("num_key_value_heads") or heads)
    # Gemma's and Cohere's classes tie by default, so that their files don't say so.
    default = config.get("tie_word_embeddings", str(text.get("model_type")).startswith(("gemma", "cohere")))
    tied = bool(text.get("tie_word_embeddings", default))
    return Shape(hidden, layers, intermediate, heads * head, pairs * head, vocab, tied, experts, active)


def estimate(shape: Shape, load: Load) -> Estimate:
    """Bytes that a run needs on each device; UserError if quantised weights shall be trained themselves."""
    whole, width = load.tuning in _WHOLE, load.width
    if whole and load.bits < 16:
        raise UserError(f"{load.tuning} tuning can't train {load.bits}-bit weights", hint="set bits: 16")
    trained, share = _trainable(shape, load), load.processes if load.sharded else 1
    # bitsandbytes quantises nn.Linear only: the fused experts of a MoE stay as they are.
    quantised = shape.linear if shape.experts == 1 else replace(shape, experts=0).linear
    weights = quantised * _BYTES[load.bits] + (shape.parameters - quantised) * load.base
    weights *= 2 if whole and load.method in {"dpo", "kto"} else 1  # the reference; an adapter's is its base
    tokens = load.batch * load.length * (2 if load.method in {"dpo", "orpo"} else 1)
    layers, layer = _depth(shape, load), tokens * _layer_bytes(shape, load)
    kept = layers * tokens * load.base * shape.hidden + layer if load.checkpointing else layers * layer
    # A matrix, dequantised; DoRA's update, and its sum with the base.
    made = 2 * shape.hidden * shape.intermediate * ((load.bits < 16) + (width if load.tuning == "dora" else 0))
    if load.sharded:  # whole on each device: this layer, the next on its way, and the embedding
        made += round(2 * shape.linear / shape.layers * _BYTES[load.bits] + shape.embedding * load.base)
    parts = {
        "weights": weights / share,
        "adapter": 0 if whole else trained * width / share,
        "gradients": trained * width / share,
        "optimizer": trained * _state_bytes(load.optimizer, width) / share,
        "activations": kept,
        "logits": _logits(shape, load, tokens),
        "temporary": made,
        "context": CONTEXT.get(load.device, CONTEXT["cuda"]),
    }
    return Estimate({name: round(size) for name, size in parts.items()})


def relief(shape: Shape, load: Load, memory: int) -> list[tuple[str, Load, Estimate]]:
    """What to change, in which order, until the run's `high` fits into `memory` bytes; nothing if it does.

    Each change's name, the load with it and all before it, and its estimate; the last fits, or nothing does.
    """
    steps: list[tuple[str, Load, Estimate]] = []
    need = estimate(shape, load)
    for name in ("batch", "checkpointing", "dropout", "optimizer", "bits", "length", "tuning", "bits"):
        while need.high > memory and (change := _milder(load)[name]):
            need = estimate(shape, load := replace(load, **change))
            steps = [*(step for step in steps if step[0] != name), (name, load, need)]
    return steps


def seconds(shape: Shape, load: Load, tokens: int, *, flops: float) -> tuple[float, float]:
    """The shortest and longest time of training on `tokens`, both answers counted, at a device's dense FLOP/s.

    2 FLOPs a weight forward, 2 backward, 2 if it trains; 12 x layers x query x length for attention (arXiv:2204.02311,
    appendix B); the forward pass again for checkpointing and each reference.
    """
    weights = 2 * (replace(shape, experts=shape.active_experts).linear + shape.vocab * shape.hidden)
    forward = weights + 4 * shape.layers * shape.query * load.length
    backward = 2 * forward - (0 if load.tuning in _WHOLE else weights)
    share = _depth(shape, load) / shape.layers
    passes = 1 + share * load.checkpointing + {"dpo": 1, "kto": 3}.get(load.method, 0)
    ideal = tokens * (passes * forward + share * backward) / (flops * load.processes)
    slow, fast = (used * (_DEQUANTISING if load.bits < 16 else 1) for used in _EFFICIENCY)
    return ideal / fast, ideal / slow


def parse_memory(text: str) -> int:
    """Bytes in "24GB", "24 GiB" or "80g"; without an i it's 10^9, as in data sheets. Else UserError."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([mgt])(i?)b?\s*", text, re.IGNORECASE | re.ASCII)
    if not found or not float(found[1]):
        raise UserError(f"{text!r} is no amount of memory", hint="write it as 24GB or 24GiB")
    return round(float(found[1]) * (1024.0 if found[3] else 1000.0) ** {"m": 2, "g": 3, "t": 4}[found[2].lower()])


def card(name: str) -> tuple[int, float] | None:
    """Memory in bytes and dense bf16 FLOP/s of a card, by a common spelling of its name."""
    text = "" if "laptop" in name.lower() else name.lower()  # the desktop card's name on less memory
    found = [key for key in GPUS if all(re.search(rf"(\b|rtx){word}(gb?)?\b", text) for word in key.split("-"))]
    return GPUS[max(found, key=len)] if found else None


def _depth(shape: Shape, load: Load) -> int:
    return (load.layers_trained or 2) if load.tuning == "freeze" else shape.layers


def _trainable(shape: Shape, load: Load) -> int:
    if load.trainable is not None:
        return load.trainable
    if load.tuning in _LOW_RANK:
        outputs = sum(size for _, size in shape.targeted(load.targets).values())
        return shape.lora(load.rank, load.targets) + (shape.layers * outputs if load.tuning == "dora" else 0)
    return {
        "full": shape.parameters,
        "freeze": shape.linear // shape.layers * _depth(shape, load),
        "prefix": 20 * shape.layers * 2 * shape.kv,  # 20 virtual tokens; so few that the guess hardly matters
        "prompt": 20 * shape.hidden,
        "p-tuning": 20 * shape.hidden + 3 * shape.hidden * (shape.hidden + 1),
        "ia3": shape.layers * (2 * shape.kv + shape.intermediate),
    }[load.tuning]


def _state_bytes(optimizer: str, width: int) -> float:
    """Bytes of optimiser state per trained parameter of that width; unknown names count as AdamW."""
    if re.search("paged|adafactor|sgd|lomo", optimizer):
        return 0  # paged states go to the host when memory is short; adafactor's are a row and a column
    moment = 0.5 if "4bit" in optimizer else 1 if "8bit" in optimizer else 4 if "32bit" in optimizer else width
    return moment * (1 if re.search("lion|rmsprop|adagrad", optimizer) else 2)


def _layer_bytes(shape: Shape, load: Load) -> float:
    """Bytes that a layer keeps for backward per token, with sdpa; saved-tensor hooks count the same within 1%."""
    base, width, active = load.base, load.width, shape.active_experts
    hidden, inner = shape.hidden, shape.intermediate * active
    # Both norms are fp32 inside; query, key, value, attention's output; gate, its silu, up; what experts take and give.
    kept = 8 * hidden + 2 * base * (shape.query + shape.kv) + 3 * base * inner
    kept += 2 * base * hidden * active if shape.experts > 1 else 0
    if load.tuning not in _LOW_RANK:
        return kept + (base * (4 * hidden + inner) if load.tuning in _WHOLE else 0)
    # Query, key and value read one activation, gate and up another, output attention's. Dropout, or adapters of another
    # width, copy it for each matrix: in bf16 under autocast, with a mask of bytes on CUDA but of numbers on CPU.
    copy = width if load.device == "cpu" else load.base
    copy += (width if load.device == "cpu" else 1) if load.dropout else 0
    shared: dict[str, int] = {}
    for name, (inputs, outputs) in shape.targeted(load.targets).items():
        times = active if name in {"gate_proj", "up_proj", "down_proj"} else 1
        kept += times * width * (load.rank + (2 * outputs if load.tuning == "dora" else 0))
        if width != base or load.dropout:
            kept += times * copy * inputs
        elif name != "o_proj":
            shared[next(group for group in ("qkv", "gu", "d") if name[0] in group)] = times * inputs
    return kept + base * sum(shared.values())


def _logits(shape: Shape, load: Load, tokens: int) -> float:
    if not load.fused_loss or load.method == "orpo":  # ORPO is TRL's experimental one
        return tokens * shape.vocab * (load.base + 4 + 4)  # logits, their fp32 copy, its gradient
    # A tile of TRL's fused head (trl.kernels.chunked_logprob); without Triton it takes eight fp32 copies.
    tile = min(tokens, 4096) * min(shape.vocab, 32768) * (load.base + (4 * 8 if load.device == "cpu" else 0))
    head = 4 * shape.vocab * shape.hidden if load.tuning == "full" else 0  # its gradient is summed in fp32
    return tokens * shape.hidden * (load.base + 4) + tile + head


def _milder(load: Load) -> dict[str, dict[str, Any]]:
    """The next milder step in each respect, empty if there's none."""
    least, whole = 2 if load.method == "kto" else 1, load.tuning in _WHOLE  # TRL's KTO refuses one row
    quantised = {"bits": 4, "tuning": "qlora" if load.tuning == "lora" else load.tuning}
    return {
        "batch": {"batch": max(load.batch // 2, least)} if load.batch > least else {},
        "checkpointing": {} if load.checkpointing else {"checkpointing": True},
        "dropout": {"dropout": 0.0} if load.dropout else {},
        "optimizer": {"optimizer": "adamw_8bit"} if _state_bytes(load.optimizer, 4) > 2 else {},
        "bits": quantised if load.bits > 4 and not whole else {},
        "length": {"length": max(load.length // 2, 256)} if load.length > 256 else {},
        "tuning": {"tuning": "lora", "trainable": None} if whole else {},
    }
