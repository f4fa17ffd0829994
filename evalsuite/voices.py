"""The models that are compared, one after the other: base and adapters from one load, where that is exact.

A base inside `disable_adapter()` gives the same logits as the base alone, to the last bit, unless the adapter trained
biases or more vocabulary; so the two share one load, and a check at the start says whether they may.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evalsuite.candidates import Candidate
from schemas.artifacts import digest_bytes, digest_json
from schemas.chat import Chat
from schemas.device import Device, find_device
from schemas.errors import UserError
from schemas.models import loading, quantisation

PROBES = ("1 + 1 =", "The capital of France is", "今天天气")
"""Texts on which the start-up check compares logits."""


@dataclass
class Voice:
    """One model, ready to be asked.

    Attributes:
        name: `base`, or the run's name.
        identity: What decides its answers; equal identities give equal answers.
        model: Loaded.
        chat: Its chat template.
        notes: Codes of what a person should know.
    """

    name: str
    identity: dict[str, Any]
    model: Any
    chat: Chat
    notes: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """A digest of the identity."""
        return digest_json(self.identity)


def open_voices(
    base: Candidate, tuned: Sequence[Candidate], *, device: str = "auto"
) -> Iterator[AbstractContextManager[Voice]]:
    """Base first, then each tuned model; each one is loaded, or switched to, as its context is entered.

    Args:
        base: The base.
        tuned: At least one.
        device: `auto`, `cuda`, `mps` or `cpu`.

    Raises:
        UserError: If an adapter doesn't fit its base.
    """
    quantised = any(one.bits < 16 for one in (base, *tuned))
    found = find_device(kind=device, dtype=base.dtype, quantised=quantised, section="eval")
    notes = ["two_loads"]
    if all(one.shares and (one.place, one.bits, one.dtype) == (base.place, base.bits, base.dtype) for one in tuned):
        model = _load(base, found)
        before = _logits(model, base)
        wrapped = _wrap(model, tuned[0])
        for one in tuned[1:]:
            _add(wrapped, one)
        if _same(before, wrapped, base):
            yield _switched(base, wrapped, found, tuned=False)
            for one in tuned:
                yield _switched(one, wrapped, found, tuned=True)
            return
        del model, wrapped
        notes.append("self_check_failed")
    for one in (base, *tuned):
        yield _alone(one, found, notes)


def _identity(one: Candidate, device: Device, chat: Chat) -> dict[str, Any]:
    return {
        "base": one.base,
        "revision": one.revision,
        "run": None if one.name == "base" else one.name,
        "adapter": one.digest,
        "dtype": device.dtype if one.dtype == "auto" else one.dtype,
        "bits": one.bits,
        "device": device.kind,
        "attention": device.attention,
        "template": digest_bytes(chat.template.encode()),
        "stops": list(one.stops),
    }


def _chat(one: Candidate) -> Chat:
    """The template that the run trained with, for both sides: another one would measure templates."""
    from transformers import AutoTokenizer

    with loading(one.home):
        tokenizer = AutoTokenizer.from_pretrained(one.home, revision=None if one.weights else one.revision)
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return Chat(tokenizer, ends=tuple(str(token) for token in tokenizer.convert_ids_to_tokens(list(one.stops))))


def _load(one: Candidate, device: Device) -> Any:
    """The weights that an adapter goes onto, or those that were all trained."""
    import torch
    from transformers import AutoModelForCausalLM

    name = device.dtype if one.dtype == "auto" else one.dtype
    options: dict[str, Any] = {"dtype": getattr(torch, name), "attn_implementation": device.attention}
    if one.bits < 16:
        options["quantization_config"] = quantisation(one.bits, name)
    if device.kind != "cpu":
        options["device_map"] = {"": 0 if device.kind == "cuda" else device.kind}
    whole = one.weights is not None and not one.adapter and one.name != "base"
    place, revision = (str(one.weights), None) if whole else (one.place, one.revision)
    with loading(place):
        model: Any = AutoModelForCausalLM.from_pretrained(
            place, revision=revision, trust_remote_code=one.trust, **options
        )
    model.generation_config.eos_token_id = list(one.stops) or None
    return model.eval()


def _wrap(model: Any, one: Candidate) -> Any:
    from peft import PeftModel

    with _fitting(one):
        wrapped = PeftModel.from_pretrained(model, str(one.weights), adapter_name=_key(one)).eval()
    _check_loaded(wrapped, one)
    return wrapped


def _add(wrapped: Any, one: Candidate) -> None:
    with _fitting(one):
        wrapped.load_adapter(str(one.weights), adapter_name=_key(one))
    _check_loaded(wrapped, one)


def _key(one: Candidate) -> str:
    """A name that can be an attribute of a module."""
    return f"adapter_{digest_bytes(one.name.encode())[:12]}"


@contextmanager
def _fitting(one: Candidate) -> Iterator[None]:
    """An adapter that doesn't fit its base, in words."""
    try:
        yield
    except (RuntimeError, ValueError, KeyError) as fault:
        raise _misfit(one, " ".join(str(fault).split())[:300]) from None


def _misfit(one: Candidate, told: str) -> UserError:
    return UserError(
        f"the adapter of {one.name!r} doesn't fit its base {one.base}: {told}",
        hint="was the base changed since? gristmill train -c RECIPE --fresh trains it anew",
    )


def _check_loaded(wrapped: Any, one: Candidate) -> None:
    """PEFT says nothing when an adapter has other layers than its base: they would stay untrained, or be left out."""
    from peft import get_peft_model_state_dict
    from safetensors import safe_open

    file = Path(str(one.weights)) / "adapter_model.safetensors"
    if not file.is_file():
        return
    with safe_open(str(file), framework="pt") as stored:
        saved = set(stored.keys())
    there = set(get_peft_model_state_dict(wrapped, adapter_name=_key(one), save_embedding_layers=False))
    if absent := sorted(there - saved):
        raise _misfit(one, f"it has nothing for {len(absent)} layers of the base, such as {absent[0]}")
    if over := sorted(name for name in saved - there if "lora_" in name or "ia3_" in name):
        raise _misfit(one, f"the base has no place for {len(over)} of its tensors, such as {over[0]}")


@contextmanager
def _switched(one: Candidate, wrapped: Any, device: Device, *, tuned: bool) -> Iterator[Voice]:
    with nullcontext() if tuned else wrapped.disable_adapter():
        if tuned:
            wrapped.set_adapter(_key(one))
        chat = _chat(one)
        yield Voice(one.name, _identity(one, device, chat), wrapped, chat)


@contextmanager
def _alone(one: Candidate, device: Device, notes: Sequence[str]) -> Iterator[Voice]:
    """A load of its own, freed before the next one."""
    model, chat = _load(one, device), _chat(one)
    if one.adapter and one.name != "base":
        model = _wrap(model, one)
    voice = Voice(one.name, _identity(one, device, chat), model, chat, list(notes))
    try:
        yield voice
    finally:
        voice.model = None
        del model
        _free(device)


def _free(device: Device) -> None:
    import gc

    gc.collect()
    if device.kind == "cuda":
        import torch

        torch.cuda.empty_cache()


def _logits(model: Any, one: Candidate) -> list[Any]:
    import torch

    tokenizer = _chat(one).tokenizer
    with torch.inference_mode():
        encoded = [tokenizer(text, add_special_tokens=False, return_tensors="pt") for text in PROBES]
        return [model(input_ids=ids["input_ids"].to(model.device)).logits for ids in encoded]


def _same(before: Sequence[Any], wrapped: Any, one: Candidate) -> bool:
    """Whether the wrapped model, its adapters off, still is the base: equal to the last bit."""
    import torch

    with wrapped.disable_adapter():
        after = _logits(wrapped, one)
    return all(torch.equal(old, new) for old, new in zip(before, after, strict=True))
