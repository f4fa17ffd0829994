"""The models of a comparison, found and not loaded: a run's adapter or weights, a folder, a hub id."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from schemas.artifacts import Layout, digest_folder, digest_json
from schemas.errors import UserError
from schemas.models import find_model, loading, locate


@dataclass(frozen=True)
class Candidate:
    """A model that has been found.

    Attributes:
        name: `base`, the run's name, or a folder's.
        base: Address of its base, as a person typed it.
        place: Where the base's weights are.
        weights: Folder of an adapter, or of weights that were all trained; null is the base itself.
        adapter: Whether `weights` is an adapter.
        bits: 4, 8 or 16.
        dtype: Of what isn't quantised, or `auto`.
        stops: Ids of the tokens that end an answer.
        revision: Of a hub id.
        trust: Whether the base's own code may run.
        digest: Of the weights' files, or null for a base.
    """

    name: str
    base: str
    place: str
    weights: Path | None
    adapter: bool
    bits: int
    dtype: str
    stops: tuple[int, ...]
    revision: str | None = None
    trust: bool = False
    digest: str | None = None

    @property
    def home(self) -> str:
        """Where its tokenizer and template are."""
        return str(self.weights) if self.weights else self.place

    @property
    def shares(self) -> bool:
        """True where the base inside `disable_adapter()` is the base: no trained biases, no new vocabulary."""
        if not self.adapter or self.weights is None:
            return False
        told = orjson.loads((self.weights / "adapter_config.json").read_bytes())
        return told.get("bias", "none") == "none" and not told.get("modules_to_save")


def of_run(layout: Layout, *, cache: Path) -> Candidate:
    """A finished run's model, in the numbers that it was trained in.

    Raises:
        UserError: If the run has none, or its base is gone.
    """
    run, weights = find_model(layout)
    stage = run["stages"][-1]["stage"]
    bits = int(stage.get("bits") or 4) if stage["tuning"] == "qlora" else 16
    place = run["place"] if Path(run["place"]).is_dir() else locate(run["base"], run["revision"], cache=cache)
    return Candidate(
        layout.root.name,
        run["base"],
        place,
        weights,
        run["weights"] == "adapter",
        bits,
        run["hardware"]["dtype"],
        tuple(run["stops"]),
        run["revision"],
        bool(run.get("trust_remote_code")),
        digest_json(run.get("files") or digest_folder(weights)),
    )


def of_address(address: str, *, name: str, base: str | None, bits: int, dtype: str, cache: Path) -> Candidate:
    """A folder of weights or of an adapter, or a hub id.

    Args:
        address: What the recipe says.
        name: What to call it.
        base: The base of an adapter, where its own config doesn't say.
        bits: 4, 8 or 16.
        dtype: Or `auto`.
        cache: Folder for bases that are converted or downloaded.
    """
    folder = Path(address)
    if (folder / "adapter_config.json").is_file():
        told = orjson.loads((folder / "adapter_config.json").read_bytes())
        own = base or told.get("base_model_name_or_path")
        if not own:
            raise UserError(f"{address} doesn't say what its base is", hint="eval.base: the base's folder or hub id")
        place = locate(own, told.get("revision"), cache=cache)
        stops, digest = _stops(address), digest_json(digest_folder(folder))
        return Candidate(name, own, place, folder, True, bits, dtype, stops, told.get("revision"), digest=digest)
    place = locate(address, None, cache=cache)
    told = digest_json(digest_folder(Path(place))) if name != "base" and Path(place).is_dir() else None
    return Candidate(name, address, place, None, False, bits, dtype, _stops(place), digest=told)


def base_of(tuned: Candidate) -> Candidate:
    """The base of a tuned model: the same numbers, the same template, the same end tokens."""
    parts: dict[str, Any] = {**vars(tuned), "name": "base", "digest": None}
    if tuned.adapter or tuned.weights is None:
        return Candidate(**parts)
    return Candidate(**{**parts, "adapter": False})


def mismatches(candidates: Sequence[Candidate]) -> dict[str, list[str]]:
    """What differs among models that shall be compared: `bits` or `dtype` -> the values."""
    told = {name: [str(getattr(one, name)) for one in candidates] for name in ("bits", "dtype")}
    return {name: values for name, values in told.items() if len(set(values)) > 1}


def _stops(place: str) -> tuple[int, ...]:
    from transformers import AutoTokenizer, GenerationConfig

    try:
        told = GenerationConfig.from_pretrained(place).eos_token_id
    except OSError:
        told = None
    with loading(place):
        own = AutoTokenizer.from_pretrained(place).eos_token_id
    listed = told if isinstance(told, list) else [told]
    return tuple(dict.fromkeys(stop for stop in [*listed, own] if stop is not None))
