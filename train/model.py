"""The base: found, checked, loaded on the device at hand, and given an adapter."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemas.chat import Chat, TemplateRefusal
from schemas.device import Device
from schemas.errors import UserError
from schemas.models import locate, quantisation
from train.config import Stage, TrainRecipe
from train.plan import Shape, shape_of

TEMPLATES = Path(__file__).parent / "templates"
"""Chat templates for bases that have none."""


@dataclass(frozen=True)
class Base:
    """A base model that has been found, not loaded.

    Attributes:
        place: A folder, or a hub id.
        config: Its `config.json`.
        tokenizer: A transformers tokenizer.
        talk: Its chat template.
        template: Where the template comes from; "" is the base itself.
        stops: Ids of the tokens that end generation, the template's own among them.
        notes: What a person should know before training.
    """

    place: str
    config: dict[str, Any]
    tokenizer: Any
    talk: Chat
    template: str
    stops: tuple[int, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def shape(self) -> Shape:
        """Its widths."""
        return shape_of(self.config)


def find_base(recipe: TrainRecipe, *, cache: Path) -> Base:
    """Find the base and its tokenizer, and check that the two and the template fit together.

    Args:
        recipe: `base`, `revision`, `template`.
        cache: Folder for bases that are converted or downloaded.

    Raises:
        UserError: If it can't be found, has no end token, or no template where one is needed.
    """
    from transformers import AutoConfig, AutoTokenizer, GenerationConfig

    place = locate(recipe.base, recipe.revision, cache=cache)
    trust: dict[str, Any] = {"trust_remote_code": recipe.trust_remote_code, "revision": recipe.revision}
    try:
        config = AutoConfig.from_pretrained(place, **trust).to_dict()
        tokenizer = AutoTokenizer.from_pretrained(place, **trust)
    except (OSError, ValueError) as fault:
        told = str(fault).strip().splitlines()[0]
        hint = "train.base: a folder with config.json, a .gguf file, or a hub id that can be reached from here"
        raise UserError(f"the base {recipe.base!r} can't be loaded: {told}", hint=hint) from None
    try:
        generation = GenerationConfig.from_pretrained(place, revision=recipe.revision or "main").eos_token_id
    except OSError:
        generation = None
    stops = tuple(generation) if isinstance(generation, list) else () if generation is None else (generation,)
    talk, name = _template(recipe, tokenizer, stops)
    return _checked(Base(place, config, tokenizer, talk, name, stops), recipe)


def _template(recipe: TrainRecipe, tokenizer: Any, stops: tuple[int, ...]) -> tuple[Chat, str]:
    own, name = None, ""
    if recipe.template is not None:
        shipped = TEMPLATES / f"{recipe.template}.jinja"
        path = shipped if shipped.is_file() else Path(recipe.template)
        if not path.is_file():
            known = ", ".join(sorted(file.stem for file in TEMPLATES.glob("*.jinja")))
            raise UserError(f"train.template: no such template: {recipe.template}", hint=f"{known}, or a .jinja file")
        own, name = path.read_text(encoding="utf-8"), recipe.template
    ends = tuple(str(token) for token in tokenizer.convert_ids_to_tokens(list(stops)))
    return Chat(tokenizer, own, ends), name


def _checked(base: Base, recipe: TrainRecipe) -> Base:
    """Base or chat model, end tokens, template: what goes wrong silently when it isn't looked at."""
    tokenizer, talk, notes = base.tokenizer, base.talk, []
    if tokenizer.eos_token_id is None:
        raise UserError(
            f"the tokenizer of {recipe.base} has no eos token", hint="set eos_token in tokenizer_config.json"
        )
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    if all(stage.method == "cpt" for stage in recipe.stages):
        return base
    if not talk.template:
        hint = (
            "train.template: chatml (if the vocabulary has <|im_start|>), plain, a .jinja file; or its -instruct base"
        )
        raise UserError(f"{recipe.base} is a base model: its tokenizer has no chat template", hint=hint)
    if not tokenizer.is_fast:
        raise UserError(
            f"the tokenizer of {recipe.base} has no character offsets", hint="use a base with tokenizer.json"
        )
    if recipe.template == "chatml" and "<|im_start|>" not in tokenizer.get_vocab():
        raise UserError(f"{recipe.base} has no token <|im_start|>", hint="train.template: plain")
    try:
        stops, stop = base.stops, tokenizer.convert_tokens_to_ids(talk.stop) if talk.stop else None
    except TemplateRefusal as refusal:
        hint = "train.template: chatml, plain, or a .jinja file that takes text"
        raise UserError(f"the chat template of {recipe.base} can't be rendered: {refusal.detail}", hint=hint) from None
    if stop is None:
        notes.append("the template ends answers without a token of its own: look at where the trained text ends")
    elif stop not in (tokenizer.eos_token_id, *stops):
        notes.append(
            f"answers end with {talk.stop}, generation stopped only at {tokenizer.eos_token}: both stop it now"
        )
    if talk.folds_system:
        notes.append("the template refuses system messages: they go in front of the first question")
    together = dict.fromkeys([*([stop] if stop is not None else []), *stops, tokenizer.eos_token_id])
    return Base(base.place, base.config, tokenizer, talk, base.template, tuple(together), tuple(notes))


def load_model(base: Base, recipe: TrainRecipe, stage: Stage, device: Device) -> Any:
    """Load the weights for a stage, quantised where it asks for that.

    Full tuning keeps float32 weights unless the recipe names a type: updates of 1e-5 vanish in bfloat16.
    """
    import torch
    from transformers import AutoModelForCausalLM

    whole = stage.tuning in ("full", "freeze")
    name = "float32" if whole and recipe.dtype == "auto" else device.dtype
    options: dict[str, Any] = {"dtype": getattr(torch, name), "attn_implementation": device.attention}
    if recipe.kernels:
        options["use_kernels"] = True
    if stage.tuning == "qlora":
        options["quantization_config"] = quantisation(stage.bits or 4, device.dtype)
    alone = int(os.environ.get("WORLD_SIZE", "1")) == 1
    if device.kind == "cuda" and (alone or stage.tuning == "qlora"):  # launchers place and shard the rest themselves
        options["device_map"] = {"": int(os.environ.get("LOCAL_RANK", "0"))}
    model = AutoModelForCausalLM.from_pretrained(
        base.place, revision=recipe.revision, trust_remote_code=recipe.trust_remote_code, **options
    )
    model.config.use_cache = False
    model.generation_config.eos_token_id = list(base.stops) or None
    model.generation_config.pad_token_id = base.tokenizer.pad_token_id
    return model
