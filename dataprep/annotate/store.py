"""Answers that came back, kept beside a run: a file for each project or sheet."""

import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from dataprep.annotate.answers import ANSWERS, latest
from dataprep.annotate.reading import Reading
from dataprep.shards import write_frames
from schemas.artifacts import Layout, staged

FOLDER = "labels"


def home(layout: Layout) -> Path:
    """The folder of a run's answers."""
    return layout.root / FOLDER


def file_of(layout: Layout, name: str) -> Path:
    """Where the answers of a project are kept: its title, as a file name."""
    plain = re.sub(r"[^\w.-]+", "_", name).strip("._") or "project"
    return home(layout) / f"{plain}.parquet"


def keep(layout: Layout, name: str, reading: Reading) -> Path:
    """Keep the answers of a project in place of those that were kept before."""
    path = file_of(layout, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with staged(path) as draft:
        write_frames([latest_rounds(reading.answers)], ANSWERS, draft)
    return path


def latest_rounds(answers: pl.DataFrame) -> pl.DataFrame:
    """The newest answer of everybody in each round: rounds are told apart, repeated clicks are not."""
    rounds = [latest(answers.filter(round=number)) for number in answers["round"].unique().sort()]
    return pl.concat([pl.DataFrame(schema=ANSWERS), *rounds])


def read_stored(layout: Layout, names: Sequence[str] = ()) -> pl.DataFrame:
    """All answers that a run has, or those of some projects."""
    paths = [file_of(layout, name) for name in names] or sorted(home(layout).glob("*.parquet"))
    return pl.concat([pl.DataFrame(schema=ANSWERS), *(pl.read_parquet(path) for path in paths if path.is_file())])
