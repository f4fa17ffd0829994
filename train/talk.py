"""Let a model answer: for the questions before and after training, for merge checks and for chat."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from schemas.artifacts import Layout
from schemas.chat import Chat
from schemas.frames import has_kind, records_of
from schemas.models import find_model
from schemas.records import Message


def answer(
    model: Any,
    talk: Chat,
    conversations: Sequence[Sequence[Message]],
    *,
    longest: int = 64,
    temperature: float = 0.0,
    streamer: Any = None,
) -> list[str]:
    """Answers of a loaded model, greedy unless a temperature is given.

    Args:
        model: A transformers or PEFT model.
        talk: Its chat template and tokenizer.
        conversations: n conversations that end with a question.
        longest: Tokens of an answer.
        temperature: 0 takes the likeliest token.
        streamer: Told of tokens as they come; for one conversation.

    Returns:
        n texts without special tokens.
    """
    import torch

    tokenizer = talk.tokenizer
    prompts = [talk.prompt(messages) for messages in conversations]
    batch = tokenizer(prompts, add_special_tokens=False, return_tensors="pt", padding=True, padding_side="left")
    batch = {name: batch[name].to(model.device) for name in ("input_ids", "attention_mask")}
    settings: dict[str, Any] = {"do_sample": temperature > 0, "max_new_tokens": longest, "use_cache": True}
    settings |= {"temperature": temperature} if temperature > 0 else {"temperature": None, "top_p": None, "top_k": None}
    training = model.training
    model.eval()
    with torch.inference_mode():
        told = model.generate(**batch, **settings, streamer=streamer, pad_token_id=tokenizer.pad_token_id)
    model.train(training)
    return [
        str(text).strip()
        for text in tokenizer.batch_decode(told[:, batch["input_ids"].shape[1] :], skip_special_tokens=True)
    ]


def questions(data: Path, count: int) -> list[tuple[list[Message], str]]:
    """Up to `count` first questions of dev, spread over it, with their reference answers."""
    frame = pl.read_parquet(data / "dev.parquet").filter(has_kind("sft"))
    every = max(1, frame.height // max(count, 1))
    found = []
    for row in records_of(frame.gather_every(every).head(count)):
        messages = row["messages"]
        at = next((index for index, message in enumerate(messages) if message["role"] == "assistant"), 0)
        if at:
            found.append((messages[:at], messages[at]["content"]))
    return found


def load_tuned(layout: Layout) -> tuple[dict[str, Any], Any, Chat]:
    """A finished run's model as it was trained: its base in the same numbers, with its adapter on.

    Returns:
        The run's record, the model, and its chat template.

    Raises:
        UserError: If the run has no finished model, or its base is gone.
    """
    from peft import PeftModel
    from transformers import AutoTokenizer

    from train.config import TrainRecipe
    from train.device import find_device
    from train.model import find_base, load_model

    run, weights = find_model(layout)
    whole = run["weights"] == "weights"
    recipe = TrainRecipe(
        base=str(weights) if whole else run["base"],
        revision=run["revision"],
        dtype=run["hardware"]["dtype"],
        **{name: run["stages"][-1]["stage"][name] for name in ("method", "tuning", "bits")},
    )
    base = find_base(recipe, cache=layout.root.parents[1] / ".gristmill" / "models")
    model = load_model(base, recipe, recipe, find_device(recipe))
    tokenizer = AutoTokenizer.from_pretrained(str(weights))
    return run, model if whole else PeftModel.from_pretrained(model, str(weights)), Chat(tokenizer)
