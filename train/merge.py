"""A finished run, opened and merged: the adapter put into its base's weights, in the numbers that it learned on."""

import gc
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from schemas.artifacts import Layout
from schemas.chat import Chat, TemplateRefusal
from schemas.device import Device
from schemas.errors import RuntimeFault, UserError
from schemas.frames import records_of
from schemas.gguf import read_gguf
from schemas.models import find_model, locate
from train import record
from train.adapter import check_adapter
from train.config import VIRTUAL, Stage, TrainRecipe
from train.device import find_device
from train.model import Base, load_model
from train.parity import Parity, Reference, find_probes, log_probabilities


@dataclass(frozen=True)
class Trained:
    """A finished run, opened: nothing is loaded yet.

    Attributes:
        layout: Of the run.
        run: Its record.
        weights: Folder of the adapter, or of all weights.
        stage: The last one.
        base: Where it lies, with the tokenizer and template that the run saved.
        recipe: What loading needs of it.
        device: Where to compute.
    """

    layout: Layout
    run: dict[str, Any]
    weights: Path
    stage: Stage
    base: Base
    recipe: TrainRecipe
    device: Device

    @property
    def name(self) -> str:
        """The run's."""
        return self.layout.root.name

    @property
    def data(self) -> Path:
        """The data artifact it was trained on."""
        return self.layout.root.parent / str(self.run["data"]["run"]) / str(self.run["data"]["folder"])

    @property
    def address(self) -> str:
        """Where other programs find the base: a hub id, or a folder."""
        place = Path(self.base.place)
        return str(place.resolve()) if place.is_dir() else self.base.place

    @property
    def settings(self) -> dict[str, Any] | None:
        """The adapter's `adapter_config.json`; null where all weights learned."""
        file = self.weights / "adapter_config.json"
        return dict(orjson.loads(file.read_bytes())) if file.is_file() else None

    def texts(self) -> list[str]:
        """Up to 200 rows of its data as it reads them, those of dev first."""
        frames = [pl.read_parquet(self.data / f"{split}.parquet") for split in ("dev", "train")]
        found = []
        for row in records_of(pl.concat(frames).head(200)):
            turns = [*row.get("messages", []), *row.get("chosen", [])]
            try:
                found.append(self.base.talk.render(turns, tools=row.get("tools")).text if turns else str(row["text"]))
            except TemplateRefusal:
                continue
        return found

    def load(self, *, trained: bool, stage: Stage | None = None) -> Any:
        """The base, or with `trained` the policy: the base as it was in training with the adapter on."""
        from peft import PeftModel

        base = replace(self.base, place=str(self.weights)) if trained and not self.settings else self.base
        model = load_model(base, self.recipe, stage or self.stage, self.device)
        return PeftModel.from_pretrained(model, str(self.weights)) if trained and self.settings else model

    @property
    def dtype(self) -> str:
        """The numbers that it was trained in, as torch names them."""
        return self.device.dtype if self.settings else "float32"

    def reference(self) -> Reference:
        """What the policy and the base say to held-out rows.

        Raises:
            UserError: If there is nothing that could be merged.
        """
        if self.stage.tuning in VIRTUAL:
            told = f"{self.stage.tuning} puts trained vectors in front of the text: there is nothing to merge"
            raise UserError(told, hint=f"gristmill export {self.name} --to adapter, and serve it with PEFT")
        probes = find_probes(self.data, self.base.talk, self.stage)
        model = self.load(trained=True)
        policy = log_probabilities(model, probes)
        if self.settings:
            with model.disable_adapter():
                return Reference(probes, policy, log_probabilities(model, probes))
        del model
        return Reference(probes, policy, log_probabilities(self.load(trained=False), probes))

    def merged(self, onto: str, dtype: str) -> Any:
        """All weights in one model.

        The base of a QLoRA is quantised as in training and dequantised again, so that the adapter stands on the
        numbers that it learned on. Merging within 4 bits rounds the adapter away.

        Args:
            onto: `own` or `full`.
            dtype: Of the weights that will be saved: the sum is at least that wide.

        Raises:
            RuntimeFault: If weights come out infinite or not a number.
        """
        from peft import PeftModel

        if not self.settings:
            return self.load(trained=True)
        full = self.stage.model_copy(update={"tuning": "lora"})
        model = self.load(trained=False, stage=full if onto == "full" else self.stage)
        if getattr(model, "is_quantized", False):
            model = model.dequantize()
        if dtype == "float32":
            model = model.float()  # or the sum would be rounded to the type of training
        try:
            return PeftModel.from_pretrained(model, str(self.weights)).merge_and_unload(safe_merge=True)
        except ValueError as fault:
            raise RuntimeFault(f"the adapter can't be merged: {fault}", hint="look at the run's loss curve") from None


def open_run(layout: Layout, *, cache: Path) -> Trained:
    """Open a finished run.

    Raises:
        UserError: If it has no model, or its base is gone or another one now.
    """
    from transformers import AutoConfig, AutoTokenizer

    run, weights = find_model(layout)
    stage = Stage.model_construct(**run["stages"][-1]["stage"])
    whole = stage.tuning in ("full", "freeze")  # those keep the type of the saved weights
    dtype = "auto" if whole else run["hardware"]["dtype"]
    trust = bool(run.get("trust_remote_code"))
    recipe = TrainRecipe(base=run["base"], revision=run["revision"], dtype=dtype, trust_remote_code=trust)
    place = _moved_base(layout, weights) or locate(recipe.base, recipe.revision, cache=cache)
    try:
        config = AutoConfig.from_pretrained(place, revision=recipe.revision, trust_remote_code=trust).to_dict()
    except (OSError, ValueError) as fault:
        told = str(fault).strip().splitlines()[0]
        raise UserError(f"the base {recipe.base!r} can't be loaded: {told}", hint="put it back where it was") from None
    tokenizer = AutoTokenizer.from_pretrained(weights, trust_remote_code=trust)
    stops = tuple(run["stops"])
    talk = Chat(tokenizer, None, tokenizer.convert_ids_to_tokens(list(stops)))
    if not whole:
        check_adapter(weights, config)
    base = Base(place, config, tokenizer, talk, run["template"], stops)
    return Trained(layout, run, weights, stage, base, recipe, find_device(recipe))


def _moved_base(layout: Layout, weights: Path) -> str | None:
    """The folder of an earlier stage that trained all weights: the last adapter stands on those."""
    file = weights / "adapter_config.json"
    made_on = orjson.loads(file.read_bytes())["base_model_name_or_path"] if file.is_file() else None
    folder = layout.model / Path(made_on or ".").name
    return str(folder) if folder.name.startswith("stage-") and folder.is_dir() else None


def merge(trained: Trained, folder: Path, reference: Reference, *, dtype: str, onto: str) -> Parity:
    """Merge, save, load again, and compare with what was trained.

    Args:
        trained: The run.
        folder: To make.
        reference: What the run's model says.
        dtype: Of the saved weights, as torch names it.
        onto: `own` or `full`.
    """
    import torch

    model = trained.merged(onto, dtype)
    model.config.use_cache = True  # off while training
    model.to(getattr(torch, dtype)).save_pretrained(str(folder))
    save_words(trained, folder)
    del model
    return measure(trained, folder, reference)


def save_words(trained: Trained, folder: Path) -> None:
    """Put tokenizer, template and model card beside merged weights."""
    trained.base.tokenizer.save_pretrained(str(folder))
    card = record.card(trained.run).replace("library_name: peft", "library_name: transformers", 1)
    (folder / "README.md").write_text(card, encoding="utf-8")


def measure(trained: Trained, folder: Path, reference: Reference) -> Parity:
    """What a saved model says, beside what was trained."""
    from transformers import AutoModelForCausalLM

    gc.collect()  # the model before, or two of them would stand in memory
    options: dict[str, Any] = {"device_map": {"": 0}} if trained.device.kind == "cuda" else {}
    options |= {"dtype": "auto", "trust_remote_code": trained.recipe.trust_remote_code}
    return reference.compare(AutoModelForCausalLM.from_pretrained(str(folder), **options))


def measure_gguf(trained: Trained, file: Path, reference: Reference) -> Parity | None:
    """What a GGUF file says as transformers reads it; null where that doesn't know all of the format."""
    back = file.with_suffix(".back")
    try:
        read_gguf(file, back, dtype=trained.dtype)
    except UserError:
        return None
    parity = measure(trained, back, reference)
    shutil.rmtree(back)
    return parity
