"""Benchmark files for the tests of decontamination."""

from pathlib import Path
from typing import Any

import orjson
import polars as pl

from dataprep.decontaminate import Benchmarks, decontaminate, load_benchmarks
from dataprep.recipe import Decontaminate
from schemas.results import StageResult

LONG_ZH = (
    "小明家的果园今年收了三百二十箱苹果，每箱卖四十五元，除去运费和人工一共花掉两千六百元，请问他家今年净赚多少元？"
)
LONG_EN = "A train leaves the station at noon and travels north at eighty miles per hour until it meets another train"


def write(folder: Path, *rows: Any, name: str = "bench.jsonl") -> str:
    (folder / name).write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return name


def benchmarks(folder: Path, *rows: Any, **settings: Any) -> Benchmarks:
    return load_benchmarks(Decontaminate(against=[write(folder, *rows)], **settings), root=folder)


def judged(folder: Path, frame: pl.DataFrame, *rows: Any, **settings: Any) -> StageResult:
    config = Decontaminate(against=["bench.jsonl"], **settings)
    result = decontaminate(frame, benchmarks(folder, *rows, **settings), config)
    result.conserve(frame.height, stage="decontaminate")
    return result
