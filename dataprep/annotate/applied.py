"""The answers that a recipe names, read for the stage that applies them."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from dataprep.annotate.answers import ANSWERS
from dataprep.annotate.applying import label_table
from dataprep.annotate.disputes import How
from dataprep.annotate.store import ordered, pooled, read_stored
from dataprep.recipe.labels import Labels
from schemas.artifacts import Layout, read_manifest
from schemas.errors import UserError


def label_files(config: Labels, *, root: Path) -> list[Path]:
    """The files, each once, in the order in which `pooled` takes them.

    Args:
        config: Its `files`: paths, folders and globs.
        root: The working folder.

    Raises:
        UserError: If one names nothing.
    """
    found: set[Path] = set()
    for name in config.files:
        start = Path(Path(name).anchor) if Path(name).is_absolute() else root
        pattern = name.removeprefix(str(start))
        places = list(start.glob(pattern)) if pattern.strip("./") else []
        folders = [path for place in places if place.is_dir() for path in place.glob("*.parquet")]
        paths = folders + [place for place in places if place.is_file()]
        if not paths:
            hint = "gristmill label pull or gristmill label import writes them: runs/NAME/labels/*.parquet"
            raise UserError(f"data.labels.files: nothing is called {name}", hint=hint)
        found |= {path.resolve() for path in paths}
    return ordered(found)


def answers_behind(layout: Layout) -> pl.DataFrame:
    """The answers that a run's rows were made with; where its recipe names none, those that stand beside it.

    Returns:
        Schema `ANSWERS`.

    Raises:
        UserError: If files that the recipe named are there no more.
    """
    named = read_manifest(layout.manifest)["recipe"].get("labels", {}).get("files")
    if not named:
        return read_stored(layout)
    root = layout.root.parent.parent  # of runs/NAME
    return pooled(label_files(Labels(files=named), root=root))


def read_labels(paths: Sequence[Path], *, how: How) -> pl.DataFrame:
    """What they decide.

    Args:
        paths: Files that `label pull` and `label import` wrote.
        how: `majority` or `strict`.

    Returns:
        Schema `applying.LABELS`.

    Raises:
        UserError: If a file holds no answers.
    """
    for path in paths:
        try:
            fits = pl.read_parquet_schema(path) == ANSWERS
        except (OSError, pl.exceptions.PolarsError):
            fits = False
        if not fits:
            raise UserError(f"{path} holds no answers of people", hint="gristmill label import FILE reads exports")
    return label_table(pooled(paths), how=how)
