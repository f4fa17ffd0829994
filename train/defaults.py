"""Recommended settings by size of the data, method and device, each with the reason it is printed with.

The figures are a synthesis of published advice: the LoRA guides of Unsloth, Axolotl (docs/training_stability) and
Thinking Machines ("LoRA Without Regret", 2025), the QLoRA, DPO, KTO and ORPO papers, and PEFT's examples.
"""

from dataclasses import dataclass
from typing import Any

from train.config import LORA, VIRTUAL, WHOLE, Stage

SIZES: tuple[tuple[int, dict[str, Any]], ...] = (
    (200, {"rank": 8, "epochs": 4.0, "learning_rate": 2e-4, "effective": 8, "patience": 3}),
    (2_000, {"rank": 16, "epochs": 3.0, "learning_rate": 2e-4, "effective": 16, "patience": 3}),
    (20_000, {"rank": 16, "epochs": 2.0, "learning_rate": 2e-4, "effective": 16, "patience": None}),
    (1 << 62, {"rank": 32, "epochs": 1.0, "learning_rate": 1e-4, "effective": 32, "patience": None}),
)
"""Rows below this -> settings of supervised LoRA."""

PREFERENCE_RATES = {"dpo": (5e-6, 1e-6), "kto": (5e-6, 1e-6), "orpo": (1e-5, 8e-6)}
"""Learning rates with an adapter, and of all weights."""

OTHER_RATES = {"full": 1e-5, "freeze": 1e-5, "ia3": 3e-3, "prefix": 1e-2, "p-tuning": 1e-3, "prompt": 3e-2}
"""Learning rates of the tunings that aren't LoRA: a tenth of LoRA's for the weights themselves, PEFT's for the rest."""

LARGE = 13_000_000_000
"""Parameters above which published runs halve the learning rate."""

CAP = {"cuda": 2048, "mps": 1024, "cpu": 1024}
"""Longest rows, in tokens, that are taken without being asked for."""


@dataclass(frozen=True)
class Setting:
    """Data and device that settings are recommended for.

    Attributes:
        rows: Rows to train on.
        longest: Tokens of the longest row.
        median: Tokens of the median row.
        parameters: Of the base.
        device: `cuda`, `mps` or `cpu`.
        context: Tokens that the base reads.
        dev: Whether there is a dev split.
        fractional: Whether messages have weights between 0 and 1.
        processes: How many train together.
    """

    rows: int
    longest: int
    median: int
    parameters: int
    device: str
    context: int
    dev: bool = True
    fractional: bool = False
    processes: int = 1


Reason = tuple[str, str]
"""In English and in Chinese."""


def recommend(stage: Stage, at: Setting) -> tuple[Stage, dict[str, Reason]]:
    """Fill in every knob that the recipe leaves open.

    Returns:
        The stage without nulls that matter, and the reason of each value that was filled in.
    """
    chosen: dict[str, tuple[Any, Reason]] = {
        **_schedule(stage, at),
        **_adapter(stage, at),
        **_memory(stage, at),
    }
    open_knobs = {name: told for name, told in chosen.items() if getattr(stage, name) is None and told[0] is not None}
    filled = stage.model_copy(update={name: value for name, (value, _) in open_knobs.items()})
    return filled, {name: reason for name, (_, reason) in open_knobs.items()}


def _size(at: Setting) -> dict[str, Any]:
    return next(settings for limit, settings in SIZES if at.rows < limit)


def _schedule(stage: Stage, at: Setting) -> dict[str, tuple[Any, Reason]]:
    size = _size(at)
    rows = (f"{at.rows:,} rows", f"{at.rows:,} 行")
    epochs = size["epochs"] if stage.method == "sft" else 1.0
    once = (f"one pass is enough for {stage.method}", f"{stage.method} 一遍就够")
    batch = stage.batch_size or _batch(stage, at)
    accumulation = max(1, round(size["effective"] / (batch * at.processes)))
    updates = -(-at.rows // (batch * (stage.accumulation or accumulation) * at.processes))
    steps = stage.max_steps or int(updates * (stage.epochs or epochs))
    return {
        "epochs": (epochs, rows if stage.method == "sft" else once),
        "learning_rate": _rate(stage, at),
        "batch_size": (
            batch,
            (f"fits most cards at this length ({at.device})", f"此长度下多数设备放得下（{at.device}）"),
        ),
        "accumulation": (
            accumulation,
            (f"about {size['effective']} rows an update", f"每次更新约 {size['effective']} 行"),
        ),
        "eval_steps": (max(1, steps // 8) if at.dev else None, ("about eight looks at dev", "大约看 8 次开发集")),
        "patience": (
            size["patience"] if at.dev and not stage.max_steps else None,
            ("small sets overfit: stop when dev stops improving", "数据少容易过拟合：开发集不再变好就停"),
        ),
    }


def _rate(stage: Stage, at: Setting) -> tuple[float, Reason]:
    if stage.method in PREFERENCE_RATES:
        adapter, whole = PREFERENCE_RATES[stage.method]
        rate = whole if stage.tuning in WHOLE else adapter
        return rate, (f"{stage.method} needs small steps", f"{stage.method} 步子要小")
    if stage.tuning in OTHER_RATES:
        return OTHER_RATES[stage.tuning], (f"usual for {stage.tuning}", f"{stage.tuning} 的常用值")
    if stage.method == "cpt":
        return 1e-4, ("continued pre-training forgets less at half the usual rate", "继续预训练用一半学习率，遗忘更少")
    rate = _size(at)["learning_rate"]
    if at.parameters > LARGE:
        return min(rate, 1e-4), ("above 13B parameters", "参数超过 130 亿")
    return rate, ("LoRA learns at about ten times the rate of full tuning", "LoRA 的学习率约为全参的十倍")


def _adapter(stage: Stage, at: Setting) -> dict[str, tuple[Any, Reason]]:
    if stage.tuning not in LORA:
        return {}
    rank = stage.rank or _size(at)["rank"]
    stabilised = stage.rslora if stage.rslora is not None else rank >= 32
    return {
        "rank": (rank, (f"{at.rows:,} rows", f"{at.rows:,} 行")),
        "rslora": (stabilised, ("ranks from 32 need alpha/sqrt(r)", "秩 32 起用 alpha/√r 更稳")),
        "alpha": (rank if stabilised else 2 * rank, ("r with rsLoRA, 2r without", "rsLoRA 取 r，否则取 2r")),
    }


def _memory(stage: Stage, at: Setting) -> dict[str, tuple[Any, Reason]]:
    cap = min(CAP[at.device], at.context)
    length = min(max(64, -(-at.longest // 64) * 64), cap)
    short = stage.method in ("sft", "cpt") and stage.tuning not in VIRTUAL and not at.fractional
    packing = short and at.device == "cuda" and at.rows >= 2_000 and at.median * 2 < length
    gpu = at.device == "cuda"
    checkpointing = gpu or at.parameters > 1_000_000_000
    optimizer = "paged_adamw_8bit" if gpu and stage.tuning == "qlora" else "adamw_torch"
    return {
        "bits": (4 if stage.tuning == "qlora" else None, ("NF4 is what QLoRA is", "QLoRA 即 NF4")),
        "max_length": (length, (f"longest row {at.longest:,}, at most {cap:,}", f"最长 {at.longest:,}，上限 {cap:,}")),
        "packing": (packing, ("pays off from 2,000 short rows on a GPU", "GPU 上 2000 行以上的短文本才划算")),
        "optimizer": (
            optimizer,
            ("8-bit paged states survive peaks of memory", "8 位分页优化器扛得住显存峰值")
            if gpu and stage.tuning == "qlora"
            else ("states are small beside the weights", "优化器状态相对权重很小"),
        ),
        "checkpointing": (checkpointing, _CHECKPOINTING[checkpointing]),
    }


_CHECKPOINTING: dict[bool, Reason] = {
    True: ("a fifth slower, a fraction of the memory", "慢两成，显存省一大截"),
    False: ("a small model keeps its activations and is faster", "模型小，保留激活值更快"),
}


def _batch(stage: Stage, at: Setting) -> int:
    """KTO estimates its KL term within a batch, so that it needs more than one row there."""
    if at.device == "cpu":
        return 4 if stage.method != "sft" else 8
    return 4 if stage.method == "kto" or at.longest <= 1024 else 2
