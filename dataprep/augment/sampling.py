"""`gristmill data --sample-augmented N`: a sheet of a finished run's rewrites."""

from pathlib import Path

import polars as pl

from dataprep.augment.cards import first_questions
from dataprep.augment.facts import FILE
from dataprep.augment.sheet import write_sheet
from schemas.artifacts import Layout
from schemas.errors import UserError


def sample(layout: Layout, *, count: int, seed: int, lang: str) -> tuple[Path, Path]:
    """Write the sheet beside a run's data: `augmented.csv` to fill in, `augmented.html` to read.

    Args:
        layout: The run.
        count: Accepted rewrites at most.
        seed: Of the draw.
        lang: `en` or `zh`.

    Raises:
        UserError: If the run has no rewrites.
    """
    path = layout.data / FILE
    if not path.is_file():
        raise UserError(
            f"the run {layout.root.name!r} has no rewrites to show",
            hint="add augment to the recipe's data section; docs/augmentation.md shows how",
        )
    drafts = pl.read_parquet(path)
    asked = first_questions(layout.data, drafts)
    return write_sheet(drafts, layout.root, count=count, seed=seed, lang=lang, name=layout.root.name, questions=asked)
