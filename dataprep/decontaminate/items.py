"""Benchmark items: what each row of a benchmark file asks, in whatever columns or format it stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl

from dataprep.convert import Plan, convert
from dataprep.convert.columns import ASKING, CONTEXT, INSTRUCTION, TEXT, folded
from schemas.frames import records_of
from schemas.records import Record

# Columns of MMLU, C-Eval, CMMLU, GSM8K, ARC, HellaSwag, PIQA, WinoGrande, BoolQ, XNLI, C3, MBPP and their kin.
ASKED = (
    *(*INSTRUCTION, *ASKING, *CONTEXT, *TEXT),
    *("input_text", "ctx", "goal", "stem", "passage", "article", "paragraph", "premise", "hypothesis"),
    *("sentence", "sentence1", "sentence2", "题目", "題目", "题干", "題幹", "试题", "試題", "原文", "文章", "阅读材料"),
)
CHOICES = (
    *("choices", "options", "endings", "choice", "option", "选项", "選項", "候选答案", "a", "b", "c", "d", "e", "f"),
    *("sol1", "sol2", "option1", "option2", "choice1", "choice2", "choice3", "choice4"),
)
IDS = ("id", "item_id", "question_id", "task_id", "qid", "uid", "编号", "編號", "题号", "題號", "序号", "序號")

_LONGEST_ID = 64
"""Characters; what is longer is no name, and a pack must not carry a text as one."""


@dataclass(frozen=True)
class Item:
    """One question of a benchmark, without its answer.

    Attributes:
        name: Its id in the file, or the number of its row.
        asked: Its texts: question, context, passage, the user's turns.
        choices: The answers that it offers.
    """

    name: str
    asked: tuple[str, ...]
    choices: tuple[str, ...] = ()


def items_of(raw: pl.DataFrame, plan: Plan | None) -> list[Item]:
    """What the rows of a benchmark file ask.

    Known columns of questions come first; else the user's turns, as the file's format has them; else every
    text of the row. Answers stand aside where they can be told: many a question has the same short answer,
    and a canned answer is what fine-tuning is to teach.

    Args:
        raw: n rows of schema `RAW`, of one file; rows with a fault are passed over.
        plan: How the file is converted, or None where no format fits.

    Returns:
        One item for each row that asks anything, in order.
    """
    good = raw.filter(pl.col("fault").is_null())
    turns = _turns(good, plan)
    items = []
    for number, text in good.select("row", "raw").iter_rows():
        row = orjson.loads(text)
        cells = {folded(key): value for key, value in row.items()} if isinstance(row, dict) else {"": row}
        asked = _texts(cells.get(name) for name in ASKED if isinstance(cells.get(name), str))
        choices = _texts(_offered(cells.get(name)) for name in CHOICES) if asked else ()
        asked = asked or turns.get(number) or _texts(cell for key, cell in cells.items() if key not in IDS)
        if asked:
            items.append(Item(_name(cells, number), asked, choices))
    return items


def _turns(raw: pl.DataFrame, plan: Plan | None) -> dict[int, tuple[str, ...]]:
    """Row -> what its user says."""
    if plan is None:
        return {}
    kept = convert(raw, dict.fromkeys(raw["source"].unique(maintain_order=True), plan)).kept
    return {number: _said(record) for number, record in zip(kept["row"], records_of(kept), strict=True)}


def _said(record: Record) -> tuple[str, ...]:
    asked = [turn for turn in record.get("messages", ()) if turn.get("role") == "user"]
    parts = ("\n".join(filter(None, (turn.get("content"), turn.get("context")))) for turn in asked)
    return _texts((*parts, record.get("text")))


def _offered(value: object) -> object:
    """The choices in a cell; ARC and CommonsenseQA keep them beside their labels."""
    return value["text"] if isinstance(value, Mapping) and "text" in value else value


def _texts(values: Any) -> tuple[str, ...]:
    """Every text in nested values, in order, without blank ones."""
    return tuple(text for value in values for text in _strings(value) if text.strip())


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, Sequence):
        for part in value:
            yield from _strings(part)


def _name(cells: Mapping[str, object], number: int) -> str:
    """The item's id, on one line."""
    told = next((cells[name] for name in IDS if isinstance(cells.get(name), str | int)), number)
    name = " ".join(str(told).split())
    return name if 0 < len(name) <= _LONGEST_ID else str(number)
