"""The topic map of an artifact: which rows are drawn, the picture, and the table of its topics."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from dataprep.report.artifact import Artifact
from dataprep.report.figures import count, cut, place, why
from dataprep.report.names import name
from dataprep.report.topics import MOST, map_topics
from dataprep.report.words import word
from schemas.artifacts import SPLITS
from schemas.page import Cloud, Shape, Tag, scatter

HELD_OUT = 300  # rows of dev and of eval at most: a small split must be seen beside a large one
SHAPES: dict[str, Shape] = {"train": "dot", "dev": "plus", "eval": "cross"}


def atlas(artifact: Artifact, lang: str) -> dict[str, Any] | None:
    """The map: `svg`, `lines` of topics and the number of rows; None where the rows share no terms."""
    drawn = drawn_rows(artifact.kept)
    rows = artifact.rows(drawn["id"].to_list())
    texts = [_text(rows[key]) for key in drawn["id"]]
    found = map_topics(texts)
    if found is None:
        return None
    sides, points = drawn["split"].to_list(), found.points.tolist()
    clouds = [
        Cloud(name(split, lang), [(x, y) for (x, y), side in zip(points, sides, strict=True) if side == split], shape)
        for split, shape in SHAPES.items()
        if split in sides
    ]
    tags = [
        Tag(x, y, str(number), " · ".join(cut(term, 14) for term in terms[:2]))
        for number, ((x, y), terms) in enumerate(zip(found.centres.tolist(), found.labels, strict=True), 1)
    ]
    lines = []
    for number, (terms, nearest) in enumerate(zip(found.labels, found.nearest, strict=True)):
        members = [side for side, cluster in zip(sides, found.clusters, strict=True) if cluster == number]
        row = rows[drawn["id"][nearest]]
        cells = [count(members.count(split)) for split in SPLITS]
        opening = cut(" ".join(_text(row)[:200].split()), 80)
        lines.append(
            (
                number + 1,
                " · ".join(cut(term, 24) for term in terms),
                cells,
                opening,
                why(place(row["source"], row["row"])),
            )
        )
    return {"svg": scatter(clouds, tags, title=word("topics", lang)), "lines": lines, "rows": count(drawn.height)}


def drawn_rows(kept: pl.DataFrame) -> pl.DataFrame:
    """`id, split` of at most `MOST` rows: those with the smallest ids, which are hashes of the content."""
    ranked = kept.select("id", "split").sort("id")
    held = [ranked.filter(pl.col("split") == split).head(HELD_OUT) for split in ("dev", "eval")]
    room = MOST - sum(part.height for part in held)
    return pl.concat([ranked.filter(pl.col("split") == "train").head(room), *held])


def _text(row: Mapping[str, Any]) -> str:
    if row["text"] is not None:
        return str(row["text"])
    said = [message for key in ("messages", "chosen") for message in row[key]]
    return "\n".join(message["content"] or "" for message in said if message["role"] in {"user", "assistant"})
