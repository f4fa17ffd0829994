"""Supervised tuning and continued pre-training through TRL's SFTTrainer, with our tokens and masks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import torch
from datasets import Dataset
from trl import SFTConfig, SFTTrainer
from trl.trainer.sft_trainer import DataCollatorForLanguageModeling

from schemas.errors import RuntimeFault
from train.data import Tokens

CONFIG = SFTConfig

IGNORED = -100
"""Label of a token without a loss."""

LARGEST_GAP = 0.01
"""Packed and unpacked loss of the same rows: exact attention differs by rounding (8e-5 of a logit)."""


def dataset(tokens: Tokens) -> Dataset:
    """Rows as TRL takes them unchanged: `input_ids`, `labels`, and `loss_weights` where a weight is a fraction."""
    ids, weights = tokens.rows["ids"], tokens.rows["weights"]
    labels = [
        np.where(weight > 0, token, IGNORED) for token, weight in zip(_arrays(ids), _arrays(weights), strict=True)
    ]
    frame = pl.DataFrame({"input_ids": ids, "labels": pl.Series(labels, dtype=pl.List(pl.Int32))})
    if fractional(tokens):
        frame = frame.with_columns(loss_weights=weights)
    return Dataset(frame.to_arrow(compat_level=pl.CompatLevel.oldest()))


def _arrays(lists: pl.Series) -> Sequence[Any]:
    return [values.to_numpy() for values in lists]


def fractional(tokens: Tokens) -> bool:
    """Whether any message has a weight between 0 and 1."""
    flat = tokens.rows["weights"].explode()
    return bool(((flat > 0) & (flat < 1)).any())


@dataclass
class Collator(DataCollatorForLanguageModeling):  # type: ignore[misc]
    """TRL's collator, with the weights of tokens beside their labels."""

    def torch_call(self, examples: list[dict[str, Any]]) -> dict[str, Any]:
        """Pad a batch."""
        batch: dict[str, Any] = super().torch_call(examples)
        if "loss_weights" in examples[0]:
            weights = [torch.tensor(example["loss_weights"]) for example in examples]
            batch["loss_weights"] = torch.nn.utils.rnn.pad_sequence(weights, batch_first=True)
        return batch


class Trainer(SFTTrainer):  # type: ignore[misc]
    """TRL's trainer; a token of weight 0.5 moves the model half as far."""

    def compute_loss(self, model: Any, inputs: dict[str, Any], *args: Any, **options: Any) -> Any:
        """The loss of a batch: its tokens' losses, weighted, over the number of trained tokens."""
        weights = inputs.pop("loss_weights", None)
        if weights is None:
            return super().compute_loss(model, inputs, *args, **options)

        def weigh(_module: Any, _inputs: Any, output: Any) -> Any:
            output.log_probs = output.log_probs * weights[:, 1:]
            return output

        hook = model.register_forward_hook(weigh)
        try:
            return super().compute_loss(model, inputs, *args, **options)
        finally:
            hook.remove()


def build(model: Any, tokenizer: Any, args: SFTConfig, train: Tokens, dev: Tokens | None, adapter: Any) -> Trainer:
    """A trainer for supervised rows or plain text."""
    collator = None if args.packing else Collator(pad_token_id=tokenizer.pad_token_id)
    return Trainer(
        model=model,
        args=args,
        data_collator=collator,
        train_dataset=dataset(train),
        eval_dataset=dataset(dev) if dev else None,
        processing_class=tokenizer,
        peft_config=adapter,
    )


def packing_gap(trainer: Trainer) -> tuple[float, float]:
    """Mean loss of one packed batch, and of the same rows one by one.

    Returns:
        Packed and unpacked loss.

    Raises:
        RuntimeFault: If they differ by more than `LARGEST_GAP`: rows would see their neighbours.
    """
    row = trainer.train_dataset[0]
    ends = np.cumsum(row["seq_lengths"])
    pieces = [slice(start, end) for start, end in zip([0, *ends[:-1]], ends, strict=True)]
    single = [{name: row[name][piece] for name in ("input_ids", "labels")} for piece in pieces]
    packed = (
        _total(trainer, [row]),
        sum(_total(trainer, [{**part, "seq_lengths": [len(part["labels"])]}]) for part in single),
    )
    count = sum(label != IGNORED for part in single for label in part["labels"][1:])
    one, many = (total / max(count, 1) for total in packed)
    if abs(one - many) > LARGEST_GAP * max(many, 1.0):
        raise RuntimeFault(
            f"packed loss {one:.4f}, unpacked {many:.4f}: with this attention packed rows see each other",
            hint="train.packing: false, or train.attention: sdpa",
        )
    return one, many


def _total(trainer: Trainer, rows: list[dict[str, Any]]) -> float:
    """Summed loss of one batch, without a gradient."""
    inputs = trainer._prepare_inputs(dict(trainer.data_collator(rows).items()))
    trainer.model.eval()
    with torch.no_grad(), trainer.compute_loss_context_manager():
        output = trainer.model(**inputs, fused_lm_head=True)
    return float(-output.log_probs.sum())
