"""The story of an evaluation: gather items, hear base and tuned, score, compare, write what people and CI read."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from evalsuite import panels
from evalsuite.candidates import Candidate, base_of, mismatches, of_address, of_run
from evalsuite.compare import compare_many
from evalsuite.comparison import Comparison
from evalsuite.config import EvalRecipe
from evalsuite.contamination import certificate, leaks
from evalsuite.foresight import check_policy
from evalsuite.hear import Asked, hear, hear_served
from evalsuite.items import Item, frame_of_items, gather, read_rows, sample, spread
from evalsuite.metrics.catalogue import Options, families
from evalsuite.panels.sides import training_texts
from evalsuite.predict import Tell
from evalsuite.publish import publish, versions
from evalsuite.recall_of_training import index
from evalsuite.score import Heard, score
from evalsuite.voices import open_voices
from schemas.artifacts import Layout, digest_file, read_manifest
from schemas.errors import UserError
from schemas.models import read_run


@dataclass(frozen=True)
class Outcome:
    """One tuned model, evaluated; its files are in `layout.evaluation`."""

    layout: Layout
    comparison: Comparison


def evaluate(
    recipe: EvalRecipe, names: Sequence[str], *, root: Path, seed: int, lang: str, tell: Tell
) -> list[Outcome]:
    """Evaluate runs on the eval split of the data that they were trained on.

    Args:
        recipe: The `eval:` section.
        names: One or more runs on one base; the base is heard once.
        root: The working folder.
        seed: Of samples and of the blind sheet.
        lang: Of the reports.
        tell: Told of finished work.

    Raises:
        UserError: For what can't be evaluated: no model, no eval row, runs that share neither base nor data.
    """
    layouts = [Layout(root / "runs" / name) for name in names]
    _check_models(recipe, layouts)
    data = _shared_data(layouts, root=root)
    items = gather(recipe, data, root=root, seed=seed)
    spoken = answered(items, recipe)
    options = Options(
        recipe.tokenizer, Path(recipe.nli) if recipe.nli else None, tuple(root / path for path in recipe.evaluate)
    )
    chosen, frame = families(recipe.metrics, options), frame_of_items(items)
    check_policy(recipe, items, spoken, chosen)
    for layout in layouts:  # a folder that can't be written is found before anything is asked
        layout.evaluation.mkdir(parents=True, exist_ok=True)
    asked = Asked(recipe, items, spoken, _dev(recipe, data), root / ".gristmill" / "eval", seed)
    base, *tuned = _heard(recipe, layouts, asked, root=root, tell=tell)
    learned = _learned(data, {item.id for item in items if item.set == "eval"})
    known = certificate(read_manifest(data / "manifest.json"))
    leaked = {"leaks": learned.leaked.height, "leak_certificate": known["passed"] if known else None}
    base = dataclasses.replace(base, extra={**base.extra, **leaked})
    settings = {
        "generation": recipe.generation.model_dump(mode="json"),
        "data": digest_file(data / "manifest.json"),
        "tokenizer": recipe.tokenizer,
        "seed": seed,
        "versions": versions(),
        "policy": recipe.policy.model_dump(mode="json"),
        "allow_mismatch": recipe.allow_mismatch,
    }
    training = index(training_texts(learned.train).select("id", pl.col("answer").alias("text")))
    pairs = [score(items, frame, (base, one), chosen, settings, training) for one in tuned]
    compared = compare_many(pairs, policy=recipe.policy, seed=seed, allow_mismatch=recipe.allow_mismatch)
    outcomes = []
    for layout, one, pair, comparison in zip(layouts, tuned, pairs, compared, strict=True):
        run = read_run(layout.model)
        shown = panels.add(comparison, items, (base, one), pair, learned, run=run, recipe=recipe)
        publish(layout.evaluation, shown, pair, items, (base, one), lang=lang, seed=seed)
        outcomes.append(Outcome(layout, shown))
    return outcomes


def _check_models(recipe: EvalRecipe, layouts: Sequence[Layout]) -> None:
    """Refuse what a recipe can't mean together."""
    if len(layouts) > 1 and (recipe.tuned or recipe.endpoint):
        raise UserError(
            "eval.tuned and eval.endpoint name one tuned model: evaluate one run", hint="gristmill eval RUN"
        )
    if recipe.endpoint and not recipe.base_endpoint:
        raise UserError(
            "eval.endpoint is the tuned model: the base has to be served as well",
            hint="eval.base_endpoint: {base_url: ..., model: ...}; vLLM serves base and adapter at one address",
        )


def _shared_data(layouts: Sequence[Layout], *, root: Path) -> Path:
    first, *others = [data_of(layout, root=root) for layout in layouts]
    for layout, data in zip(layouts[1:], others, strict=True):
        if data != first:
            raise UserError(
                f"{layouts[0].root.name!r} and {layout.root.name!r} were trained on different data",
                hint="evaluate them one by one",
            )
    return first


def _learned(data: Path, held: set[str]) -> panels.Data:
    """The training split, and which of the held-out items stand in it."""
    train, rows = (pl.read_parquet(data / f"{split}.parquet") for split in ("train", "eval"))
    ledger = data / "ledger.parquet"
    leaked = leaks(rows.filter(pl.col("id").is_in(list(held))), train)
    return panels.Data(train, pl.read_parquet(ledger) if ledger.is_file() else None, leaked)


def _heard(recipe: EvalRecipe, layouts: Sequence[Layout], asked: Asked, *, root: Path, tell: Tell) -> list[Heard]:
    """Base first, then each tuned model."""
    if recipe.endpoint:
        assert recipe.base_endpoint is not None
        served = (("base", recipe.base_endpoint), (layouts[0].root.name, recipe.endpoint))
        return [hear_served(name, endpoint, asked, tell) for name, endpoint in served]
    base, tuned = find_candidates(recipe, layouts, cache=root / ".gristmill" / "models")
    found = mismatches([base, *tuned])
    if found and not recipe.allow_mismatch:
        told = "; ".join(f"{name}: {', '.join(values)}" for name, values in found.items())
        raise UserError(
            f"base and tuned models are in different numbers ({told}): that measures quantisation, not tuning",
            hint="evaluate them one by one, or --allow-mismatch",
        )
    return [hear(opened, asked, tell) for opened in open_voices(base, tuned, device=recipe.device)]


def find_candidates(recipe: EvalRecipe, layouts: Sequence[Layout], *, cache: Path) -> tuple[Candidate, list[Candidate]]:
    """Base and tuned models, found.

    Raises:
        UserError: If there is none, or runs stand on different bases.
    """
    if recipe.tuned:
        name = layouts[0].root.name
        parts: dict[str, Any] = {"bits": recipe.bits, "dtype": recipe.dtype, "cache": cache}
        tuned = [of_address(recipe.tuned, name=name, base=recipe.base, **parts)]
        if not tuned[0].adapter and not recipe.base:
            raise UserError(
                f"{recipe.tuned} is a whole model: what is it compared with?", hint="eval.base: a folder or a hub id"
            )
    else:
        tuned = [of_run(layout, cache=cache) for layout in layouts]
    bases = {one.place for one in tuned}
    if len(bases) > 1:
        raise UserError(f"the runs stand on different bases: {', '.join(sorted(one.base for one in tuned))}")
    base = base_of(tuned[0])
    if recipe.base and not tuned[0].adapter:
        told = of_address(recipe.base, name="base", base=None, bits=recipe.bits, dtype=recipe.dtype, cache=cache)
        base = dataclasses.replace(told, stops=tuned[0].stops)
    return base, tuned


def data_of(layout: Layout, *, root: Path) -> Path:
    """The data artifact that a run was trained on; of a run that trained nothing, its own.

    Raises:
        UserError: If it is gone, or another one took its place.
    """
    run = read_run(layout.model)
    if run is None:
        read_manifest(layout.manifest)
        return layout.data.resolve()
    home = root / "runs" / str(run["data"]["run"])
    for folder in (home / str(run["data"]["folder"]), home / "data"):
        manifest = folder / "manifest.json"
        if manifest.is_file() and digest_file(manifest) == run["data"]["digest"]:
            return folder.resolve()
    raise UserError(
        f"the data that {layout.root.name!r} was trained on is gone from runs/{run['data']['run']}",
        hint="make it again with gristmill data -c RECIPE, or train on what is there: gristmill train -c RECIPE",
    )


def answered(items: Sequence[Item], recipe: EvalRecipe) -> list[Item]:
    """The held-out items that are answered in full, each language in proportion, the same each time."""
    return spread([item for item in items if item.set == "eval"], recipe.generated)


def _dev(recipe: EvalRecipe, data: Path) -> list[Item]:
    if recipe.sweep is None:
        return []
    rows = read_rows(pl.read_parquet(data / "dev.parquet"), "dev", recipe)
    return sample([item for item in rows if item.set == "dev"], recipe.sweep.items, seed=0)
