"""Answers that came back, kept beside a run: a file for each project, export or sheet."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from dataprep.annotate.answers import ANSWERS
from dataprep.annotate.projects import Project
from dataprep.annotate.reading import REJECTS, Reading
from dataprep.shards import write_frames
from schemas.artifacts import Layout, digest_bytes, staged
from schemas.errors import UserError
from schemas.sheets import guarded, write_rows

FOLDER = "labels"
_MARK = 6
"""Characters of the hash by which names of one spelling are told apart."""
_NAME = 40
"""Characters of a title: a file's name has 255 bytes, and a Han character takes three."""
_ONCE = ["record", "content", "round", "question", "annotator"]
"""What a person answers once."""


def home(layout: Layout) -> Path:
    """The folder of a run's answers."""
    return layout.root / FOLDER


def project_file(layout: Layout, project: Project) -> Path:
    """Where the answers of a project are kept: `TITLE@NUMBER-HASH.parquet`, also after its title changed.

    Titles may be alike, and another server has the same numbers; the moment at which a project was made is its own.
    """
    mark = f"{project.id}-{_mark(project.id, project.made)}"
    known = sorted(home(layout).glob(f"*@{mark}.*"))
    title = known[0].name.partition(f"@{mark}.")[0] if known else _plain(project.title)
    return home(layout) / f"{title}@{mark}.parquet"


def import_file(layout: Layout, path: Path, annotator: str | None) -> Path:
    """Where the answers of a file are kept: `NAME@HASH.parquet`, the same for the same file."""
    name = "-".join([path.stem, *([annotator] if annotator else [])])
    return home(layout) / f"{_plain(name)}@{_mark(path.resolve(), annotator)}.parquet"


def _mark(*parts: object) -> str:
    return digest_bytes("\n".join(map(str, parts)).encode())[:_MARK]


def _plain(title: str) -> str:
    """A title as a part of a file's name."""
    return re.sub(r"[^\w.-]+", "_", title).strip("._")[:_NAME] or "untitled"


def keep(path: Path, reading: Reading) -> Path | None:
    """Keep answers, each once, in place of those that the file held before, and beside them what was none.

    Returns:
        Where that is told, `NAME.rejects.csv`; null where everything was an answer.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    rejects = path.with_suffix(".rejects.csv")
    if reading.rejects.is_empty():
        rejects.unlink(missing_ok=True)
    else:
        texts = reading.rejects.cast(pl.String).fill_null("").iter_rows()
        write_rows(rejects, [reading.rejects.columns, *(list(map(guarded, line)) for line in texts)])
    with staged(path) as draft:
        write_frames([reading.answers.sort(*_ONCE)], ANSWERS, draft)
    return None if reading.rejects.is_empty() else rejects


def settled(reading: Reading) -> Reading:
    """The same with everybody's newest answers only; the earlier ones are told among what was no answer."""
    left = newest(reading.answers)
    again = reading.answers.join(left, on=[*_ONCE, "annotation"], how="anti", nulls_equal=True, maintain_order="left")
    told = again.with_columns(reason=pl.lit("label_superseded"), detail="value").select(REJECTS.names())
    return Reading(left, pl.concat([reading.rejects, told]))


def newest(answers: pl.DataFrame) -> pl.DataFrame:
    """Everybody's newest answer in each round and about each version of a record: repeated clicks go.

    A mended record may be shown again in the same round: what was said of it before it was mended still mends it.
    """
    ordered = answers.sort(*_ONCE, "updated", "annotation", nulls_last=False, maintain_order=True)
    return ordered.unique(_ONCE, keep="last", maintain_order=True)


def stored(layout: Layout, names: Sequence[str] = ()) -> list[Path]:
    """The files of a run, in the order of `ordered`.

    Args:
        layout: The run.
        names: Titles or numbers of projects, or names of files; none takes all.

    Raises:
        UserError: If the run has nothing of such a name.
    """
    paths = ordered(home(layout).glob("*.parquet"))
    found = [path for path in paths if not names or any(_is_called(path, name) for name in names)]
    for name in names:
        if not any(_is_called(path, name) for path in paths):
            told = ", ".join(path.stem for path in paths) or "nothing"
            raise UserError(
                f"the run {layout.root.name!r} has no answers of {name!r}; it has {told}",
                hint=come_back(layout),
            )
    return found


def ordered(paths: Iterable[Path]) -> list[Path]:
    """Files by name, those of projects last: what was pulled goes before what was exported."""
    return sorted(paths, key=lambda path: (_number(path) != "", path.name, path))


def come_back(layout: Layout) -> str:
    """The commands that bring answers."""
    run = layout.root.name
    return f"gristmill label pull {run} --project TITLE, or gristmill label import FILE {run}"


def _number(path: Path) -> str:
    """The number of a project's file; "" for another."""
    return path.stem.rpartition("@")[2].rpartition("-")[0]


def _is_called(path: Path, name: str) -> bool:
    return name in (path.stem, _number(path)) or path.stem.rpartition("@")[0] == _plain(name)


def read_stored(layout: Layout, names: Sequence[str] = ()) -> pl.DataFrame:
    """All answers that a run has, or those of some projects and files; schema `ANSWERS`."""
    return pooled(stored(layout, names))


def pooled(paths: Sequence[Path]) -> pl.DataFrame:
    """The answers of several files.

    An annotation that was both pulled and exported counts once, as it was last changed; else as the later file has it.
    It is known by task, record and the moment it was made: exports name annotators in other ways than a pull does.
    """
    parts = [pl.read_parquet(path).with_columns(_file=pl.lit(place)) for place, path in enumerate(paths)]
    if not parts:
        return pl.DataFrame(schema=ANSWERS)
    last = pl.col("_file").sort_by("updated", "_file").last().over("record", "task", "made")
    sole = pl.any_horizontal(pl.col("task", "made").is_null()) | (pl.col("_file") == last)
    return pl.concat(parts).filter(sole).select(ANSWERS.names())
