"""One recipe in, one data artifact out: curate, write, describe, publish."""

import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from dataprep import pii, rules
from dataprep.augment.facts import write_drafts
from dataprep.card import card
from dataprep.export import check_formats, write_rows, write_signals, write_splits
from dataprep.files import discover
from dataprep.intake import Opened, look
from dataprep.leaks import certify
from dataprep.ledger import with_excerpts
from dataprep.manifest import compose
from dataprep.outside import open_outside
from dataprep.pipeline import MIX, STAGES, Curated, curate
from dataprep.recipe import Augment, DataRecipe, Pii, Split
from dataprep.report.html import render
from dataprep.report.markdown import report
from dataprep.shards import Store, key_of, write_frames
from dataprep.validate import check_rules
from dataprep.workers import Crew
from schemas.artifacts import SPLITS, Layout, digest_file, digest_folder, publish, read_manifest
from schemas.config import load_recipe_section
from schemas.errors import ArtifactError, InputError, RuntimeFault, UserError
from schemas.frames import EVENTS

SETTINGS = {
    "pii": "data.pii",
    "rules": "data.rules.verdicts or data.rules.thresholds",
    "decontaminate": "data.decontaminate",
    "mix": "data.mix",
}
"""Stage -> what to change when it takes every row; the others hang on how the files are read."""


@dataclass(frozen=True)
class Outcome:
    """What `gristmill data` did.

    Attributes:
        layout: Where the artifact is.
        manifest: Its manifest.
        fresh: False when an earlier run had already made exactly this.
        seconds: How long it took.
    """

    layout: Layout
    manifest: dict[str, Any]
    fresh: bool
    seconds: float


def load_recipe(
    path: Path,
    *,
    name: str | None = None,
    seed: int | None = None,
    previous: Path | None = None,
    thresholds: Mapping[str, float] | None = None,
) -> tuple[DataRecipe, str, int]:
    """Read a recipe file.

    Args:
        path: The YAML file.
        name: Takes the place of the recipe's.
        seed: Takes the place of the recipe's.
        previous: Takes the place of `data.split.previous`.
        thresholds: Rule -> number; take the place of those in `data.rules.thresholds`.

    Returns:
        The `data:` section, the run's name and its seed.

    Raises:
        ConfigError: With every fault and its line.
        UserError: If an option and the recipe can't hold together.
    """
    header, recipe = load_recipe_section(path, "data", DataRecipe)
    if previous is not None:
        if recipe.split.exact:
            raise UserError("data.split.exact can't hold when --previous pins old rows", hint="set exact: false")
        recipe = recipe.model_copy(update={"split": recipe.split.model_copy(update={"previous": previous})})
    if thresholds:
        moved = {"thresholds": {**recipe.rules.thresholds, **thresholds}}
        recipe = recipe.model_copy(update={"rules": recipe.rules.model_copy(update=moved)})
    return recipe, name or header.name or path.stem, header.seed if seed is None else seed


def make_dataset(
    recipe: DataRecipe,
    *,
    name: str,
    seed: int,
    root: Path,
    strict: bool = False,
    lang: str = "en",
    crew: Crew | None = None,
) -> Outcome:
    """Curate a recipe's sources into `runs/NAME/data`.

    Args:
        recipe: The `data:` section.
        name: The run's name.
        seed: For the split.
        root: The working folder: sources, `runs/` and `.gristmill/` are relative to it.
        strict: Raise when any row was dropped, and publish nothing.
        lang: Language of the report, `en` or `zh`.
        crew: Who works on the shards, and is told of progress; None leaves all to this process. Several processes
            need a guarded main module.

    Raises:
        UserError: If the recipe or the input is wrong; under `strict`, with every dropped row.
    """
    started = time.time()
    _check(recipe)
    layout = Layout(root / "runs" / name)
    found = discover(recipe.sources, root=root)
    digests = found.digests()
    outside = open_outside(recipe, root=root)
    refused = found.refused["source"].to_list()
    settings = recipe.model_dump(mode="json")
    key = key_of(name, seed, lang, settings, list(digests.items()), refused, dict(outside.digests))
    current = _current(layout, key)
    if current is not None and not (strict and current["rows"]["dropped"]):
        return Outcome(layout, current, fresh=False, seconds=time.time() - started)
    store = Store(root / ".gristmill")
    with crew or Crew() as hands:
        curated = curate(recipe, found, digests, seed=seed, store=store, outside=outside, crew=hands)
        if strict and curated.dropped.height:
            raise refusal(curated.dropped)
        if not sum(shard.rows for shard in curated.shards):
            raise nothing_left(curated.dropped)
        log = {
            "started": started,
            "host": platform.node(),
            "reused_shards": store.reused,
            "made_shards": store.made,
            "reused_signals": store.remembered,
        }
        identity = {"name": name, "seed": seed, "key": key}
        publish(
            layout.root,
            "data",
            lambda folder: _build(folder, curated, recipe, identity, lang=lang, log=log, crew=hands),
        )
    return Outcome(layout, read_manifest(layout.manifest), fresh=True, seconds=time.time() - started)


def preview(recipe: DataRecipe, *, root: Path) -> tuple[list[Opened], list[tuple[str, str]], list[str]]:
    """What a run would do: the inputs with their formats, the files that no door takes, the stages.

    Raises:
        UserError: As `make_dataset` would, before any work.
    """
    _check(recipe)
    found = discover(recipe.sources, root=root)
    refused = [(str(name), str(fault)) for name, fault in found.refused.select("source", "fault").iter_rows()]
    opened = [look(item) for item in found.inputs]
    return opened, refused, planned_stages(recipe)


def planned_stages(recipe: DataRecipe) -> list[str]:
    """The names of everything that a run of the recipe does, in order."""
    wanted = [stage.name for stage in STAGES if stage.wanted(recipe)]
    late = [name for name, there in (("augment", recipe.augment.wanted), (MIX.name, MIX.wanted(recipe))) if there]
    return ["read", "convert", *wanted, "split", *late, "leak check", "export"]


def _check(recipe: DataRecipe) -> None:
    """Faults of a recipe that only its owner's tables can tell, before any work."""
    check_rules(recipe.validate_)
    rules.check(recipe.rules)
    pii.check(recipe.pii)
    if recipe.augment != Augment():
        from dataprep.augment.check import check_augment

        check_augment(recipe.augment)
    unknown = check_formats(recipe.export.formats)
    if unknown:
        raise UserError(
            f"data.export.formats: unknown format {', '.join(unknown)}", hint="gristmill formats lists them"
        )


def _current(layout: Layout, key: str) -> dict[str, Any] | None:
    """The published manifest, if it was made by this very key, no rewrite is owed, and its files are whole."""
    try:
        manifest = read_manifest(layout.manifest)
    except ArtifactError:
        return None
    if manifest.get("key") != key or (manifest.get("augmentation") or {}).get("unanswered"):
        return None
    on_disk = {path: digest for path, digest in digest_folder(layout.data).items() if path != "manifest.json"}
    expected = {path: entry["digest"] for path, entry in manifest["files"].items()}
    return manifest if on_disk == expected else None


def _build(
    folder: Path,
    curated: Curated,
    recipe: DataRecipe,
    identity: Mapping[str, Any],
    *,
    lang: str,
    log: dict[str, Any],
    crew: Crew,
) -> str:
    order = {entry.item.name: place for place, entry in enumerate(curated.opened)}
    write_signals(folder, curated.signals())
    rows = write_splits(folder, curated.shards, curated.placement.families, recipe.mix, order=order)
    crew.progress("leak check", sum(rows.values()))
    certificate = certified(folder, recipe.split, curated.placement.common)
    exported = write_rows(folder, recipe.export, crew)
    kept = pl.concat([pl.scan_parquet(folder / f"{split}.parquet") for split in SPLITS])
    if curated.drafts is not None:
        write_drafts(folder, curated.drafts)
    events = pl.concat([curated.events, *(entry.refused for entry in exported)])
    ledger = _redacted(with_excerpts(events, curated.dropped, kept), recipe.pii)
    write_frames([ledger], EVENTS, folder / "ledger.parquet")
    manifest = compose(folder, curated, recipe, identity, rows=rows, exported=exported, certificate=certificate)
    (folder / "README.md").write_text(card(folder, manifest), encoding="utf-8")
    (folder / "report.md").write_text(report(manifest, ledger, lang=lang), encoding="utf-8")
    (folder / "report.html").write_text(render(folder, manifest, lang=lang), encoding="utf-8")
    manifest["files"] = {
        path: {"digest": digest, "bytes": (folder / path).stat().st_size}
        for path, digest in digest_folder(folder).items()
    }
    (folder / "manifest.json").write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n")
    log["seconds"] = round(time.time() - log["started"], 2)
    (folder / "run.log.json").write_bytes(orjson.dumps(log, option=orjson.OPT_INDENT_2) + b"\n")
    return digest_file(folder / "manifest.json")


def _redacted(ledger: pl.DataFrame, config: Pii) -> pl.DataFrame:
    """The ledger without what may not be seen: early lines show rows as they were before their data was masked."""
    own = pl.col("stage") == pii.STAGE  # these show nothing, and the pseudonyms that took the place of something
    masked = [
        pl.when(own).then(name).otherwise(pii.redact(ledger[name], config)).alias(name) for name in ("before", "after")
    ]
    return ledger.with_columns(masked)


def certified(folder: Path, config: Split, common: pl.DataFrame) -> dict[str, Any]:
    """The leak certificate of the finished files, which trusts no order of stages.

    Raises:
        RuntimeFault: If something crosses.
    """
    certificate = certify({split: folder / f"{split}.parquet" for split in SPLITS}, config=config, common=common)
    if not certificate["passed"]:
        crossed = ", ".join(f"{count} {name}" for name, count in certificate["crossing"].items() if count)
        raise RuntimeFault(
            f"leak: {certificate['over']} pairs of rows on two sides of the split are too alike"
            + (f"; on two sides stand {crossed}" if crossed else "")
        )
    return certificate


def nothing_left(dropped: pl.DataFrame) -> InputError:
    """The error of a run that keeps no row; what was published before stays."""
    if dropped.is_empty():
        return InputError("the sources hold no rows", hint="gristmill inspect PATH shows what is in a file")
    counted = dropped.explode("reasons").group_by("stage", "reasons", maintain_order=True).len()
    counted = counted.sort("len", "reasons", descending=[True, False])
    told = ", ".join(f"{rows} {reason}" for reason, rows in counted.select("reasons", "len").iter_rows())
    first = dropped.select(pl.format("{}:{}", "source", "row")).item(0, 0)
    message = f"no row was kept of {dropped.height} that were read: {told} (first: {first})"
    setting = SETTINGS.get(counted.item(0, "stage"), "format, columns or data.validate.rules")
    return InputError(message, hint=f"gristmill inspect PATH; then {setting} in the recipe")


def refusal(dropped: pl.DataFrame) -> InputError:
    """The error of strict mode: every dropped row with its place and reasons."""
    lines = [
        f"  {f'{source}:{row}' if row else source}: {', '.join(reasons)} ({stage})"
        for source, row, stage, reasons in dropped.select("source", "row", "stage", "reasons").iter_rows()
    ]
    return InputError(
        f"--strict: {dropped.height} rows or files would be dropped\n" + "\n".join(lines),
        hint="mend these rows, set the rule to flag in data.validate.rules, or run without --strict",
    )
