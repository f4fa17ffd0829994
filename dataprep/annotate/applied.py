"""The answers that a recipe names, read for the stage that applies them."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from dataprep.annotate.answers import ANSWERS
from dataprep.annotate.applying import label_table
from dataprep.annotate.disputes import How
from dataprep.recipe.labels import Labels
from schemas.errors import UserError


def label_files(config: Labels, *, root: Path) -> list[Path]:
    """The files, sorted by name.

    Args:
        config: Its `files`: paths and globs below the working folder.
        root: The working folder.

    Raises:
        UserError: If one names nothing.
    """
    found: dict[Path, None] = {}
    for name in config.files:
        paths = sorted(root.glob(name)) if not Path(name).is_absolute() else [Path(name)]
        paths = [path for path in paths if path.is_file()]
        if not paths:
            hint = "gristmill label pull or gristmill label import writes them: runs/NAME/labels/*.parquet"
            raise UserError(f"data.labels.files: nothing is called {name}", hint=hint)
        found |= dict.fromkeys(paths)
    return sorted(found)


def read_labels(paths: Sequence[Path], *, how: How) -> pl.DataFrame:
    """What they decide.

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
    return label_table(pl.concat([pl.read_parquet(path) for path in paths]), how=how)
