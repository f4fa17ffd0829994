"""Let a model answer items: batches by length, one seed after the other, each batch journaled as it is done."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from evalsuite.config import Generation
from evalsuite.items import Item
from evalsuite.journal import Journal
from evalsuite.voices import Voice
from schemas.artifacts import digest_bytes, digest_json
from schemas.chat import Chat, TemplateRefusal
from schemas.errors import UserError

Tell = Callable[[str, int, int], None]
"""Told of finished work: what, how many more, of how many."""


@dataclass(frozen=True)
class Answer:
    """What a model said.

    Attributes:
        text: Without special tokens.
        stop: `eos`, `length` or `error`.
        tokens: Of the answer, the end token not counted.
        fault: Why there is none, such as `prompt_too_long`.
    """

    text: str
    stop: str
    tokens: int
    fault: str = ""


def prompt_of(chat: Chat, item: Item) -> str:
    """The text after which the model speaks; "" where the template refuses the conversation, or for raw text."""
    if item.text is not None:
        return ""
    try:
        return chat.prompt(item.asked, tools=item.tools)
    except TemplateRefusal:
        return ""


def check_template(chat: Chat) -> None:
    """Refuse a template that doesn't say when it is the model's turn.

    Raises:
        UserError: If there is no template, or it has no generation prompt.
    """
    hint = "train with train.template: chatml, plain, or a .jinja file with add_generation_prompt"
    if not chat.template:
        raise UserError("the model has no chat template: it can't be asked questions", hint=hint)
    try:
        opening = chat.opening
    except TemplateRefusal as refusal:
        raise UserError(f"the chat template can't be rendered: {refusal.detail}", hint=hint) from None
    if not opening:
        raise UserError(
            "the chat template has no generation prompt: the model isn't told that it is its turn", hint=hint
        )


def answer_items(
    voice: Voice, items: Sequence[Item], settings: Generation, journal: Journal, *, batch_tokens: int, tell: Tell
) -> dict[tuple[str, int], Answer]:
    """Ask a model every item, once for each seed.

    Args:
        voice: The model.
        items: n items.
        settings: How answers are drawn.
        journal: Answers that stand in it aren't asked for again.
        batch_tokens: Prompt and answer tokens of one batch together.
        tell: Told after each batch.

    Returns:
        (item id, seed) -> answer.
    """
    if items:
        check_template(voice.chat)
    mode = digest_json([voice.key, settings.model_dump(mode="json")])[:12]
    found: dict[tuple[str, int], Answer] = {}
    for seed in settings.draws:
        for batch in _batches(voice, items, settings, batch_tokens):
            keys = {item.id: f"answer {mode} {seed} {digest_bytes(prompt.encode())}" for item, prompt in batch}
            if journal.missing(keys.values()):
                answers = _generate(voice, [prompt for _, prompt in batch], settings, seed)
                told = [[answer.text, answer.stop, answer.tokens, answer.fault] for answer in answers]
                journal.add(dict(zip(keys.values(), told, strict=True)))
            found |= {(name, seed): Answer(*journal.done[key]) for name, key in keys.items()}
            tell(f"{voice.name}: answers", len(batch), len(items) * len(settings.draws))
    return found


def _batches(
    voice: Voice, items: Sequence[Item], settings: Generation, budget: int
) -> Iterator[list[tuple[Item, str]]]:
    """Items with their prompts, longest first, so that memory runs out at once or never; the same on every run."""
    prompts = [(item, prompt_of(voice.chat, item)) for item in items]
    sized = sorted(prompts, key=lambda pair: (-len(voice.chat.tokenizer.encode(pair[1])), pair[0].id))
    batch: list[tuple[Item, str]] = []
    longest = 0
    for item, prompt in sized:
        size = len(voice.chat.tokenizer.encode(prompt)) + settings.max_new_tokens
        if batch and max(longest, size) * (len(batch) + 1) > budget:
            yield batch
            batch, longest = [], 0
        batch.append((item, prompt))
        longest = max(longest, size)
    if batch:
        yield batch


def _generate(voice: Voice, prompts: Sequence[str], settings: Generation, seed: int) -> list[Answer]:
    """Answers to a batch; a batch that doesn't fit the card is halved. Prompts that can't be asked are faults."""
    import torch

    room = context_of(voice.model) - settings.max_new_tokens
    faults = {place: "template_refuses" for place, prompt in enumerate(prompts) if not prompt}
    encode = voice.chat.tokenizer.encode
    faults |= {
        place: "prompt_too_long"
        for place, prompt in enumerate(prompts)
        if len(encode(prompt, add_special_tokens=False)) > room
    }
    open_ = [place for place in range(len(prompts)) if place not in faults]
    told = {place: Answer("", "error", 0, fault) for place, fault in faults.items()}
    if open_:
        try:
            texts = _batch(voice, [prompts[place] for place in open_], settings, seed)
        except torch.cuda.OutOfMemoryError:
            if len(open_) == 1:
                raise
            torch.cuda.empty_cache()
            half = len(open_) // 2
            texts = [
                answer
                for part in (open_[:half], open_[half:])
                for answer in _generate(voice, [prompts[place] for place in part], settings, seed)
            ]
        told |= dict(zip(open_, texts, strict=True))
    return [told[place] for place in range(len(prompts))]


def _batch(voice: Voice, prompts: Sequence[str], settings: Generation, seed: int) -> list[Answer]:
    import torch

    tokenizer, model = voice.chat.tokenizer, voice.model
    encoded = tokenizer(list(prompts), add_special_tokens=False, return_tensors="pt", padding=True, padding_side="left")
    inputs = {name: encoded[name].to(model.device) for name in ("input_ids", "attention_mask")}
    if settings.temperature > 0:
        torch.manual_seed(int(digest_json([seed, *prompts])[:15], 16))  # a batch draws the same whatever ran before it
    with torch.inference_mode():
        drawn = model.generate(**inputs, **_decoding(settings), pad_token_id=tokenizer.pad_token_id)
    return [_read(tokenizer, row, model) for row in drawn[:, inputs["input_ids"].shape[1] :].tolist()]


def _decoding(settings: Generation) -> dict[str, object]:
    told: dict[str, object] = {"max_new_tokens": settings.max_new_tokens, "use_cache": True}
    told |= {"repetition_penalty": settings.repetition_penalty}
    if settings.temperature == 0:
        return told | {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
    return told | {
        "do_sample": True,
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "top_k": settings.top_k,
    }


def _read(tokenizer: Any, row: list[int], model: Any) -> Answer:
    """An answer up to its end token. Bytes of a character that the limit cut in two are left out."""
    ends = model.generation_config.eos_token_id
    stops = set(ends if isinstance(ends, list) else [] if ends is None else [ends])
    end = next((place for place, token in enumerate(row) if token in stops), None)
    said = row if end is None else row[:end]
    text = tokenizer.decode(said, skip_special_tokens=True).rstrip("�").strip()
    return Answer(text, "length" if end is None else "eos", len(said))


def context_of(model: Any) -> int:
    """Tokens that the model can read; a config without a limit has none."""
    config = getattr(model.config, "text_config", None) or model.config
    return int(getattr(config, "max_position_embeddings", None) or 1 << 30)
