"""Answers, made for tests and as they were read."""

from collections.abc import Sequence
from typing import Any

import orjson
import polars as pl

from dataprep.annotate.answers import answer_frame
from dataprep.annotate.ratings import Ratings, ratings_of
from dataprep.annotate.reading import Reading


def said(record: str, annotator: str, value: Any, question: str = "verdict", **more: Any) -> dict[str, Any]:
    """One answer; its kind is guessed from the question."""
    kinds = {"rating": "rating", "preferred": "pairwise", "corrected": "text"}
    known = {"kind": kinds.get(question, "choices"), "gold": False, "round": 1, "content": "c", "task": 1}
    known |= {"made": "2026-01-01T00:00:00Z", "updated": "2026-01-01T00:00:00Z", "seconds": 5.0}
    known |= {"annotation": f"{record}-{annotator}", "record": record, "annotator": annotator, "question": question}
    return known | {"value": orjson.dumps(value).decode()} | more


def grid(*rows: Sequence[Any], question: str = "rating") -> pl.DataFrame:
    """Answers of annotators A, B, C ...: one row each, one column a record; a dot is a gap."""
    return answer_frame(
        said(f"r{unit:02}", "ABCDEFGH"[place], value, question)
        for place, row in enumerate(rows)
        for unit, value in enumerate(row)
        if value != "."
    )


def numbers(*rows: str) -> pl.DataFrame:
    """`grid` of ratings written as `1 2 . 3`."""
    return grid(*([value if value == "." else int(value) for value in row.split()] for row in rows))


def rated(*rows: str) -> Ratings:
    return ratings_of(numbers(*rows))


def counted(*rows: Sequence[int]) -> Ratings:
    """Of a table with the number of annotators who put each record into each category."""
    answers = []
    for unit, row in enumerate(rows):
        values = [chr(97 + code) for code, count in enumerate(row) for _ in range(count)]
        answers += [said(f"r{unit:02}", f"{rater:02}", value) for rater, value in enumerate(values)]
    return ratings_of(answer_frame(answers))


def values(read: Reading) -> dict[str, Any]:
    """Question -> its last answer."""
    return {name: orjson.loads(value) for name, value in read.answers.select("question", "value").iter_rows()}
