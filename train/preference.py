"""Learning from preferences through TRL's DPO, KTO and ORPO trainers, with our tokens in place of theirs."""

import os
from typing import Any

import numpy as np
import polars as pl
from datasets import Dataset
from trl import DPOConfig, DPOTrainer, KTOConfig, KTOTrainer

from train.data import Tokens

os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")
from trl.experimental.orpo import ORPOConfig, ORPOTrainer

CONFIGS: dict[str, Any] = {"dpo": DPOConfig, "kto": KTOConfig, "orpo": ORPOConfig}


class Dpo(DPOTrainer):  # type: ignore[misc]
    """Takes `prompt_ids`, `chosen_ids` and `rejected_ids` as they are."""

    def _prepare_dataset(self, dataset: Dataset, *_: Any) -> Dataset:
        return dataset


class Kto(KTOTrainer):  # type: ignore[misc]
    """Takes `prompt_ids`, `completion_ids`, `KL_completion_ids` and `label` as they are."""

    def _prepare_dataset(self, dataset: Dataset, *_: Any) -> Dataset:
        return dataset


class Orpo(ORPOTrainer):  # type: ignore[misc]
    """Takes both answers behind their prompt, with the prompt masked."""

    def tokenize_row(self, feature: dict[str, Any], model: Any = None) -> dict[str, Any]:
        """The columns that ORPO's collator pads."""
        prompt = feature["prompt_ids"]
        row = {"prompt_input_ids": prompt, "prompt_attention_mask": [1] * len(prompt)}
        for side in ("chosen", "rejected"):
            ids = prompt + feature[f"{side}_ids"]
            row[f"{side}_input_ids"] = ids
            row[f"{side}_attention_mask"] = [1] * len(ids)
            row[f"{side}_labels"] = [-100] * len(prompt) + feature[f"{side}_ids"]
        return row


TRAINERS: dict[str, Any] = {"dpo": Dpo, "kto": Kto, "orpo": Orpo}


def dataset(tokens: Tokens, method: str, *, batch: int, seed: int) -> Dataset:
    """Rows in the columns that a method's trainer tokenises to.

    KTO reads its rows in order and estimates its KL term from the answers of their neighbours in a
    batch, so they are shuffled here and each one is given the answer before it.

    Args:
        tokens: Preference or KTO rows.
        method: `dpo`, `orpo` or `kto`.
        batch: Rows of a batch on one device.
        seed: Of the shuffle.
    """
    rows = tokens.rows
    if method == "kto":
        rows = rows[np.random.default_rng(seed).permutation(rows.height)]
    prompt, answer = pl.col("ids").list.head("prompt"), pl.col("ids").list.slice("prompt")
    if method != "kto":
        frame = rows.select(prompt_ids=prompt, chosen_ids=answer, rejected_ids="rejected")
        return Dataset(frame.to_arrow(compat_level=pl.CompatLevel.oldest()))
    place = np.arange(rows.height)
    first = place // batch * batch
    last = np.minimum(first + batch, rows.height) - 1
    frame = rows.select("label", prompt_ids=prompt, completion_ids=answer)
    frame = frame.with_columns(
        KL_completion_ids=frame["completion_ids"].gather(np.where(place == first, last, place - 1))
    )
    return Dataset(frame.to_arrow(compat_level=pl.CompatLevel.oldest()))


def build(method: str, model: Any, tokenizer: Any, args: Any, train: Tokens, dev: Tokens | None, adapter: Any) -> Any:
    """A trainer for preference or KTO rows.

    Without `adapter`, a PEFT model is its own reference as it starts: TRL freezes a copy of its adapter.
    """
    batch, seed = args.per_device_train_batch_size, args.seed
    return TRAINERS[method](
        model=model,
        args=args,
        train_dataset=dataset(train, method, batch=batch, seed=seed),
        eval_dataset=dataset(dev, method, batch=batch, seed=seed) if dev else None,
        processing_class=tokenizer,
        peft_config=adapter,
    )
