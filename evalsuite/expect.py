"""Measure how likely a model finds the reference answers of items; journaled, so that it goes on after a kill."""

import dataclasses
from collections.abc import Iterator, Sequence

from evalsuite.items import Item
from evalsuite.journal import Journal
from evalsuite.metrics.likelihood import Likelihood, Turn, add, batches, encode, likelihood, passages, score_passages
from evalsuite.predict import Tell, context_of
from evalsuite.voices import Voice
from schemas.artifacts import digest_json
from schemas.chat import Chat, TemplateRefusal

LOGITS = 1 << 30
"""Bytes of 16-bit logits in one pass: a vocabulary of 152,000 would fill a card before the weights do."""


def turns_of(chat: Chat, item: Item) -> list[Turn] | str:
    """The assistant turns of an item that count, or why they can't be scored."""
    if item.text is not None:
        return [Turn("", item.text)] if item.text.strip() else "empty_reference"
    said = []
    try:
        rendered = None
        for place, message in enumerate(item.messages):
            if message["role"] != "assistant" or message.get("weight") == 0:
                continue
            content = message["content"]
            if message.get("tool_calls") or message.get("reasoning"):
                rendered = rendered or chat.render(item.messages, tools=item.tools)
                span = next((span for span in rendered.spans if span.message == place), None)
                content = rendered.text[span.start : span.end].removesuffix(chat.stop) if span else content
            if content.strip():
                said.append(Turn(chat.prompt(item.messages[:place], tools=item.tools), content, chat.stop))
    except TemplateRefusal as refusal:
        return refusal.reason
    return said or "empty_reference"


def expect_items(
    voice: Voice, items: Sequence[Item], journal: Journal, *, batch_tokens: int, tell: Tell
) -> dict[str, Likelihood | str]:
    """The likelihood of every item's answers.

    Returns:
        Item id -> sums over its turns, or why there are none.
    """
    asked = {item.id: turns_of(voice.chat, item) for item in items}
    flat = [(name, turn) for name, turns in asked.items() if isinstance(turns, list) for turn in turns]
    keys = [f"nats {voice.key[:12]} {digest_json(dataclasses.astuple(turn))}" for _, turn in flat]
    todo = [place for place, key in enumerate(keys) if key not in journal.done]
    tell(f"{voice.name}: likelihood", len(flat) - len(todo), len(flat))
    for found in _measured(voice, [flat[place] for place in todo], batch_tokens):
        journal.add({keys[todo[place]]: sums and dataclasses.astuple(sums) for place, sums in found.items()})
        tell(f"{voice.name}: likelihood", len(found), len(flat))
    sums = iter(journal.done[key] for key in keys)
    told: dict[str, Likelihood | str] = {}
    for name, turns in asked.items():
        if isinstance(turns, str):
            told[name] = turns
            continue
        parts = [next(sums) for _ in turns]
        told[name] = "too_long" if None in parts else add([Likelihood(*part) for part in parts])
    return told


def _measured(voice: Voice, turns: Sequence[tuple[str, Turn]], budget: int) -> Iterator[dict[int, Likelihood | None]]:
    """Place of a turn -> its sums, batch by batch; null where it doesn't fit the model."""
    tokenizer, context = voice.chat.tokenizer, context_of(voice.model)
    encoded = [encode(tokenizer, turn) for _, turn in turns]
    fits = [place for place, told in enumerate(encoded) if told.content and len(told.ids) <= context]
    if len(fits) < len(turns):
        yield dict.fromkeys(sorted(set(range(len(turns))) - set(fits)))
    own = [encoded[place] for place in fits]
    read = passages(own, [turns[place][0] for place in fits])
    budget = min(budget, LOGITS // (2 * voice.model.config.get_text_config().vocab_size))
    for batch in batches([len(passage.ids) for passage in read], budget):
        nats = score_passages(voice.model, [read[place] for place in batch], own, pad=tokenizer.pad_token_id or 0)
        yield {
            fits[place]: likelihood(turns[fits[place]][1], own[place], told, tokenizer) for place, told in nats.items()
        }
