"""A data artifact as gates see it: its rows with all that happened to them, read only as far as a metric asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from dataprep.augment.drafts import SUFFIX
from dataprep.gates import extras
from schemas.artifacts import SPLITS, Layout, read_manifest
from schemas.errors import ArtifactError, UserError

if TYPE_CHECKING:
    from dataprep.annotate.findings import Agreement

SIGNALS = ("language", "prompt_language", "chars", "prompt_chars", "answer_chars", "tokens", "turns")
"""Columns of signals.parquet that metrics read."""

_VERDICTS = {"dropped": "left", "merged": "left", "flagged": "flagged", "changed": "changed"}


class Unmeasured(Exception):
    """A number can't be told, in English and Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.told = (en, zh)


@dataclass(frozen=True)
class Artifact:
    """One published data artifact.

    Attributes:
        folder: Holds manifest.json and the split files.
        topic: A source column that names a row's topic, or None.
    """

    folder: Path
    topic: str | None = None

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest."""
        return read_manifest(self.folder / "manifest.json")

    @cached_property
    def leaks(self) -> dict[str, Any]:
        """The leak certificate, computed anew from the split files."""
        from dataprep.leaks import recheck

        return recheck(self.folder)

    @cached_property
    def agreement(self) -> "Agreement":
        """How far people agree on the answers that the artifact was made with, or that stand beside it.

        Raises:
            Unmeasured: If none have come back, or they are there no more.
        """
        from dataprep.annotate.agreement import agreement
        from dataprep.annotate.applied import answers_behind

        try:
            answers = answers_behind(Layout(self.folder.parent))
        except UserError as fault:
            raise Unmeasured(fault.message, f"配方所用的标注文件已不在：{fault.message}") from None
        if answers.is_empty():
            raise Unmeasured(
                "no answers of people have come back: gristmill label pull or gristmill label import brings them",
                "还没有标注结果：请用 gristmill label pull 或 gristmill label import 取回",
            )
        return agreement(answers, seed=0)  # only the intervals are drawn

    @cached_property
    def kept(self) -> pl.DataFrame:
        """Kept rows: `id, source, row, kind, split, family, label`."""
        columns = ("id", "source", "row", pl.col("kind").cast(pl.String), "family", "label")
        pieces = [
            pl.scan_parquet(self._file(f"{name}.parquet")).select(*columns, split=pl.lit(name)).collect()
            for name in SPLITS
        ]
        return pl.concat(pieces)

    @cached_property
    def signals(self) -> pl.DataFrame:
        """What was measured of every judged row: `id, source, row, kind` and `SIGNALS`.

        Raises:
            Unmeasured: If the artifact was made before signals were kept.
        """
        path = self.folder / "signals.parquet"
        if not path.is_file():
            raise Unmeasured(
                "the artifact has no signals.parquet; an older gristmill made it: run gristmill data again",
                "数据集缺少 signals.parquet，由旧版 gristmill 生成：请重新运行 gristmill data",
            )
        frame = pl.scan_parquet(path)
        there = set(frame.collect_schema().names())
        columns = [name for name in SIGNALS if name in there]
        return frame.select("id", "source", "row", pl.col("kind").cast(pl.String), *columns).collect()

    @cached_property
    def rows(self) -> pl.DataFrame:
        """Every row that was read, once.

        Returns:
            `id, source, row, kind, family, label, split, kept, marks`. `marks` are `left:REASON`, `flagged:REASON`
            and `changed:REASON`, each once; null where nothing happened. `kind` and `id` are null for rows that left
            unless signals know them.
        """
        ledger = pl.scan_parquet(self._file("ledger.parquet")).filter(pl.col("verdict").is_in(list(_VERDICTS)))
        events = ledger.filter(pl.col("row") > 0).select("source", "row", "verdict", "reason").collect()
        marks = events.with_columns(mark=pl.format("{}:{}", pl.col("verdict").replace(_VERDICTS), "reason"))
        marks = marks.group_by("source", "row", maintain_order=True).agg(marks=pl.col("mark").unique().sort())
        gone = marks.filter(pl.col("marks").list.eval(pl.element().str.starts_with("left:")).list.any())
        gone = gone.select("source", "row").join(self.kept, on=["source", "row"], how="anti")
        everything = pl.concat(
            [self.kept.with_columns(kept=True), gone.with_columns(kept=False)], how="diagonal"
        ).with_columns(pl.col("kept").cast(pl.Boolean))
        return everything.join(marks, on=["source", "row"], how="left", maintain_order="left")

    @cached_property
    def measured(self) -> pl.DataFrame:
        """`rows` with signals: by id, and for rows that left, whose id the ledger may not know, by their place."""
        columns = [name for name in SIGNALS if name in self.signals.columns]
        by_id = self.signals.select("id", *columns).unique("id", keep="first", maintain_order=True)
        by_place = self.signals.drop("id").unique(["source", "row"], keep="first", maintain_order=True)
        gone = self.rows.filter(~pl.col("kept")).drop("kind")
        return pl.concat(
            [
                self.rows.filter("kept").join(by_id, on="id", how="left", maintain_order="left"),
                gone.join(by_place, on=["source", "row"], how="left", maintain_order="left"),
            ],
            how="diagonal",
        )

    def table(self, columns: Sequence[str], *, kept: bool) -> pl.DataFrame:
        """Rows with further columns.

        Args:
            columns: Of `SIGNALS`, of `extras.EXTRAS`, `topic`, or fixed ones.
            kept: Only rows that were kept. Else those that were read, not those made of them; of the ones that left,
                signals know language and kind, unless they left before anything was measured.

        Raises:
            Unmeasured: If a column can't be had.
        """
        wanted = [name for name in columns if name in SIGNALS]
        rows = self.measured if wanted or ("kind" in columns and not kept) else self.rows
        if absent := [name for name in wanted if name not in rows.columns]:
            named = ", ".join(absent)
            raise Unmeasured(f"signals.parquet has no column {named}", f"signals.parquet 中没有 {named} 列")
        rows = rows.filter("kept" if kept else ~pl.col("source").str.ends_with(SUFFIX))
        for name in columns:
            if name in extras.EXTRAS:
                found = extras.EXTRAS[name](self.folder)
                rows = rows.join(found, on="id", how="left", maintain_order="left")
            if name == "topic":
                rows = rows.join(extras.topics(self.folder, self._topic), on="id", how="left", maintain_order="left")
        return rows

    @property
    def _topic(self) -> str:
        if self.topic is None:
            raise Unmeasured(
                "no column names the topic: set gates.topic to a source column",
                "没有指明主题的列：请在 gates.topic 中填写源文件的列名",
            )
        return self.topic

    def _file(self, name: str) -> Path:
        path = self.folder / name
        if not path.is_file():
            raise ArtifactError(f"{path} is missing", hint="gristmill data -c RECIPE")
        return path
