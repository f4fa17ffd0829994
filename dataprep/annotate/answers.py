"""What people said about records: one line for each annotator, question and record."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

ANSWERS = pl.Schema(
    {
        "record": pl.String(),
        "content": pl.String(),
        "annotator": pl.String(),
        "question": pl.String(),
        "kind": pl.String(),
        "value": pl.String(),
        "gold": pl.Boolean(),
        "round": pl.Int32(),
        "annotation": pl.String(),
        "task": pl.Int64(),
        "made": pl.String(),
        "updated": pl.String(),
        "seconds": pl.Float64(),
    }
)
"""One answer each.

`content` is the hash of the record when it was pushed, null in projects of others. `kind` is `choices`, `rating`,
`text` or `pairwise`. `value` is JSON: `"accept"`, `4`, `"a text"`, `["a","b"]` (sorted) where several choices may be
ticked, `"a"`, `"b"` or `"tie"` for pairs: `a` is the record's `chosen`, whatever side it was shown on. `gold` marks
what is known to be right, `round` counts from 1, `made` and `updated` are ISO 8601 in UTC.
"""

KINDS = ("choices", "rating", "text", "pairwise")


def answer_frame(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Answers from dicts, sorted by record, question, annotator and annotation; absent keys are null."""
    lines = [{name: row.get(name) for name in ANSWERS} for row in rows]
    frame = pl.DataFrame(lines, schema=ANSWERS, orient="row")
    return frame.sort("record", "round", "question", "annotator", "updated", "annotation", maintain_order=True)


def latest(answers: pl.DataFrame) -> pl.DataFrame:
    """The newest answer of each annotator to each question about each record, by time and then by annotation.

    Args:
        answers: n answers (schema `ANSWERS`), in any order; the same annotation may stand in it twice.

    Returns:
        At most n answers, sorted by record, question and annotator.
    """
    key = ["record", "question", "annotator"]
    # A null time is older than any other.
    ordered = answers.sort(*key, "updated", "annotation", nulls_last=False)
    return ordered.unique(key, keep="last", maintain_order=True)
