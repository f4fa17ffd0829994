"""Measure how likely a model finds the reference answers of items; journaled, so that it goes on after a kill."""

import dataclasses
from collections.abc import Sequence

from evalsuite.items import Item
from evalsuite.journal import Journal
from evalsuite.metrics.likelihood import Likelihood, Turn, add, batches, encode, score_batch
from evalsuite.predict import Tell, context_of
from evalsuite.voices import Voice
from schemas.artifacts import digest_json
from schemas.chat import Chat, TemplateRefusal


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
    flat = [turn for turns in asked.values() if isinstance(turns, list) for turn in turns]
    keys = [f"nats {voice.key[:12]} {digest_json(dataclasses.astuple(turn))}" for turn in flat]
    tokenizer = voice.chat.tokenizer
    todo = [place for place, key in enumerate(keys) if key not in journal.done]
    tell(f"{voice.name}: likelihood", len(flat) - len(todo), len(flat))
    sizes = [sum(map(len, encode(tokenizer, flat[place]))) for place in todo]
    for batch in batches([flat[place] for place in todo], sizes, batch_tokens):
        places = [todo[place] for place in batch]
        found = score_batch(voice.model, tokenizer, [flat[p] for p in places], context=context_of(voice.model))
        told = [None if one is None else dataclasses.astuple(one) for one in found]
        journal.add({keys[place]: one for place, one in zip(places, told, strict=True)})
        tell(f"{voice.name}: likelihood", len(places), len(flat))
    sums = iter(journal.done[key] for key in keys)
    found_by_item: dict[str, Likelihood | str] = {}
    for name, turns in asked.items():
        if isinstance(turns, str):
            found_by_item[name] = turns
            continue
        parts = [next(sums) for _ in turns]
        found_by_item[name] = "too_long" if None in parts else add([Likelihood(*part) for part in parts])
    return found_by_item
