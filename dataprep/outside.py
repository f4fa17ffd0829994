"""What a run looks at outside its recipe and its rows: an older run, benchmarks, models."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from dataprep.annotate.applied import label_files, read_labels
from dataprep.decontaminate import Benchmarks, digests, load_benchmarks
from dataprep.embeddings import Embedder, open_embedder
from dataprep.recipe import Augment, DataRecipe
from dataprep.stages import Context
from dataprep.validate.length import tokenizer_digest
from schemas.artifacts import SPLITS, digest_file, digest_json
from schemas.errors import UserError


@dataclass(frozen=True)
class Outside:
    """Everything of the kind, opened.

    Attributes:
        digests: Name -> hash of its content; part of every key that depends on it.
        pinned: `id, family, split` of an older run's rows, or None.
        benchmarks: What rows are compared with, or None.
        embedder: Makes the vectors of semantic deduplication, with the folder that keeps them; or None.
        answers: The file that keeps what endpoints answered, or None.
        labels: What people decided, or None.
        root: The working folder.
    """

    digests: Mapping[str, str]
    pinned: pl.DataFrame | None = None
    benchmarks: Benchmarks | None = None
    embedder: tuple[Embedder, Path] | None = None
    answers: Path | None = None
    labels: pl.DataFrame | None = None
    root: Path = Path()

    def context(self, recipe: DataRecipe, *, seed: int, order: Mapping[str, int]) -> Context:
        """What every stage may look at."""
        return Context(
            recipe=recipe,
            seed=seed,
            order=order,
            pinned=self.pinned,
            benchmarks=self.benchmarks,
            digests=self.digests,
            embedder=self.embedder,
            answers=self.answers,
            labels=self.labels,
            root=self.root,
        )


def open_outside(recipe: DataRecipe, *, root: Path) -> Outside:
    """Open whatever a recipe names beside its sources.

    Args:
        recipe: The `data:` section.
        root: The working folder.

    Raises:
        UserError: If something isn't there, or isn't what it should be.
    """
    against, semantic, previous = recipe.decontaminate.against, recipe.dedup.semantic, recipe.split.previous
    found = {f"benchmark {name}": digest for name, digest in digests(against, root=root).items()} if against else {}
    if previous:
        found["previous"] = digest_file(_manifest(root / previous))
    for name, model in (("perplexity", recipe.rules.perplexity), ("ifd", recipe.rules.ifd)):
        if model:
            found[name] = model_digest(root / model)
    if semantic and semantic.model:
        found["semantic"] = model_digest(root / semantic.model)
    found |= {name: model_digest(root / model) for name, model in _writers(recipe.augment).items()}
    if tokenizer := tokenizer_digest(recipe.validate_.tokenizer):
        found["tokenizer"] = tokenizer
    labelled = label_files(recipe.labels, root=root)
    if labelled:
        found["labels"] = digest_json([digest_file(path) for path in labelled])
    return Outside(
        digests=found,
        labels=read_labels(labelled, how=recipe.labels.how) if labelled else None,
        pinned=_pinned(root / previous) if previous else None,
        benchmarks=load_benchmarks(recipe.decontaminate, root=root) if against else None,
        embedder=(open_embedder(semantic), root / ".gristmill" / "embeddings") if semantic else None,
        answers=root / ".gristmill" / "answers.sqlite",
        root=root,
    )


def _writers(config: Augment) -> dict[str, Path]:
    """The local models of augmentation, by what they are for."""
    found = {
        f"translate {pair}": folder
        for pair, folder in (config.backtranslate.models if config.backtranslate else {}).items()
    }
    return found | ({"meaning": config.meaning.model} if config.meaning and config.meaning.model else {})


def model_digest(folder: Path) -> str:
    """Of a model folder: names and sizes, because weights take long to read, and the bytes of its settings."""
    if not folder.is_dir():
        raise UserError(f"no such model folder: {folder}", hint="give a local folder with config.json and safetensors")
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return "|".join(f"{path.name}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in files)


def _manifest(path: Path) -> Path:
    """The manifest of a whole data artifact.

    Raises:
        UserError: If this isn't one.
    """
    hint = "ls runs/*/data/manifest.json"
    if not path.is_file():
        raise UserError(f"data.split.previous: no such manifest: {path}", hint=hint)
    whole = all((path.parent / f"{split}.parquet").is_file() for split in SPLITS)
    if path.name != "manifest.json" or not whole:
        raise UserError(f"data.split.previous: {path} is not the manifest of a data artifact", hint=hint)
    return path


def _pinned(manifest: Path) -> pl.DataFrame:
    """`id, family, split` of every row of an older run."""
    return pl.concat(
        pl.scan_parquet(manifest.parent / f"{split}.parquet").select("id", "family", split=pl.lit(split)).collect()
        for split in SPLITS
    )
