"""Rows of train as a plan looks at them."""

from typing import Any

import polars as pl

from dataprep.recipe.augment import Augment

SERVED = {"base_url": "http://127.0.0.1:9/v1", "model": "m"}
ORDER = {"a.jsonl": 0, "b.jsonl": 1}

_COLUMNS = {
    "id": pl.String(),
    "source": pl.String(),
    "row": pl.Int64(),
    "kind": pl.String(),
    "family": pl.String(),
    "prompt_language": pl.String(),
    "answer_language": pl.String(),
    "prompt_chars": pl.Int64(),
    "answer_chars": pl.Int64(),
    "slice": pl.String(),
    "single": pl.Boolean(),
}


def line(number: int, **more: Any) -> dict[str, Any]:
    plain = {
        "id": f"id{number:04}",
        "source": "a.jsonl",
        "row": number,
        "kind": "sft",
        "family": f"f{number}",
        "prompt_language": "zh",
        "answer_language": "zh",
        "prompt_chars": 12,
        "answer_chars": 40,
        "slice": "",
        "single": True,
    }
    return {**plain, **more}


def viewed(*lines: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(lines, schema=_COLUMNS, orient="row")


def many(count: int, **more: Any) -> pl.DataFrame:
    return viewed(*(line(number, **more) for number in range(1, count + 1)))


def augment(**settings: Any) -> Augment:
    return Augment.model_validate({"endpoint": SERVED, **settings})
