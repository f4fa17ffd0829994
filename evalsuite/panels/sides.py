"""Items side by side: those that got worse and some that got better, with the training rows nearest to each."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from evalsuite.items import Item
from evalsuite.neighbours import nearest
from evalsuite.score import Heard, draws
from evalsuite.scorecard import ScoreCard
from schemas.frames import records_of

WORSE, BETTER, NEAR = 20, 8, 3
"""Items shown that got worse or better, and training rows to each; all items are in predictions.parquet."""

RANKED = ("chrf", "rougeL", "token_f1", "exact_match")
"""The score that says which answers changed most: the first of these that was measured."""


def sides_of(
    items: Sequence[Item],
    heard: tuple[Heard, Heard],
    cards: tuple[ScoreCard, ScoreCard],
    train: pl.DataFrame,
    ledger: pl.DataFrame | None,
) -> list[dict[str, Any]]:
    """The items whose answers changed most, worst first, then the best.

    Returns:
        Plain values: question, context, reference, both answers, the score that ranked them, stops, findings,
        nearest training rows.
    """
    name = next((name for name in RANKED if name in cards[0].series and name in cards[1].series), None)
    if name is None:
        return []
    values = [card.series[name].column.values for card in cards]
    change = values[1] - values[0]
    order = [int(place) for place in np.argsort(change, kind="stable") if not np.isnan(change[place])]
    worse = [place for place in order if change[place] < 0][:WORSE]
    better = [place for place in reversed(order) if change[place] > 0][:BETTER]
    rows = draws(items, heard[1])
    shown = [_shown(place, rows[place], heard, cards, name) for place in worse + better]
    queries = ["\n".join([side["question"], side["context"], side["reference"]]) for side in shown]
    if shown:
        for side, found in zip(shown, neighbours(queries, train, ledger), strict=True):
            side["neighbours"] = found
    return shown


def _shown(
    place: int, row: tuple[Item, int], heard: tuple[Heard, Heard], cards: tuple[ScoreCard, ScoreCard], name: str
) -> dict[str, Any]:
    item, seed = row
    base, tuned = (side.answers[item.id, seed] for side in heard)
    values = [float(card.series[name].column.values[place]) for card in cards]
    found = {
        metric: list(lines)
        for metric, series in cards[1].series.items()
        if (lines := series.column.found.get(place)) and metric not in ("looped", "invented")
    }
    return {
        "id": cards[0].items["id"][place],
        "language": item.language,
        "source": f"{item.source}:{item.row}",
        "kind": item.kind,
        "question": item.question,
        "context": item.context,
        "reference": item.reference,
        "base": base.text,
        "tuned": tuned.text,
        "change": "worse" if values[1] < values[0] else "better",
        "metric": name,
        "values": values,
        "stops": [base.stop, tuned.stop],
        "found": found,
        "neighbours": [],
    }


def neighbours(queries: Sequence[str], train: pl.DataFrame, ledger: pl.DataFrame | None) -> list[list[dict[str, Any]]]:
    """The training rows nearest to each query, with what the data pipeline did to them."""
    texts = training_texts(train)
    placed = {row["id"]: row for row in texts.iter_rows(named=True)}
    found = nearest(queries, texts.select("id", "text"), count=NEAR)
    history = _history({near.id for row in found for near in row}, ledger)
    return [
        [
            {
                "id": near.id,
                "similarity": near.similarity,
                "history": history.get(near.id, []),
                **{name: placed[near.id][name] for name in ("source", "row", "question", "answer")},
            }
            for near in row
        ]
        for row in found
    ]


def training_texts(train: pl.DataFrame) -> pl.DataFrame:
    """The training rows as texts.

    Returns:
        `id`, `source`, `row`, `question` (every turn but the last answer), `answer`, `text` (both).
    """
    rows = []
    for place, record in zip(train.select("id", "source", "row").iter_rows(), records_of(train), strict=True):
        turns = [*record.get("messages", ()), *record.get("chosen", ())]
        parts = [text for turn in turns for text in (turn["content"], turn.get("context")) if text]
        told = turns and turns[-1]["role"] == "assistant"
        answer = turns[-1]["content"] if told else record.get("text") or ""
        question = "\n".join(parts[:-1] if told else parts)
        rows.append((*place, question, answer, f"{question}\n{answer}"))
    names = ("id", "source", "row", "question", "answer", "text")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String) | {"row": pl.Int64}, orient="row")


def _history(ids: set[str], ledger: pl.DataFrame | None) -> Mapping[str, list[str]]:
    """Row id -> what the pipeline did to it, such as `clean: changed (trailing_space)`."""
    if ledger is None or not ids:
        return {}
    found: dict[str, list[str]] = {}
    lines = ledger.filter(pl.col("id").is_in(list(ids))).select("id", "stage", "verdict", "reason")
    for name, stage, verdict, reason in lines.iter_rows():
        found.setdefault(name, []).append(f"{stage}: {verdict} ({reason})")
    return found
