"""What the likelihoods of the four sets say about memory, in words; and recited training spans as a table."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from evalsuite.comparison import Note, Row
from evalsuite.report.names import name
from evalsuite.score import Heard

SHOWN = 20
"""Spans shown of each side; all are in scores.json."""

STEP = 0.1
"""Bits per byte that count as a difference. An adapter overfit on six rows, on purpose, had its train set 0.5 under the
paraphrased questions and 1.4 under held-out ones; general text rose by 0.2."""


def memory(
    heard: tuple[Heard, Heard], spans: Sequence[Sequence[Mapping[str, Any]]], train: pl.DataFrame
) -> list[dict[str, Any]]:
    """The longest recited spans, personal data first, the tuned side before the base.

    Args:
        heard: Base and tuned.
        spans: Of each side, worst first: `id`, `span`, `tokens`, `train_id`, `personal`, `in_reference`.
        train: The training split.
    """
    places = {row_id: (source, row) for row_id, source, row in train.select("id", "source", "row").iter_rows()}
    found = []
    for side, told in zip(reversed(heard), reversed(spans), strict=True):
        for span in told[:SHOWN]:
            source, row = places[span["train_id"]]
            found.append({**span, "side": side.name, "source": source, "row": row})
    return found


def memory_sentences(rows: Sequence[Row]) -> list[Note]:
    """Memorisation and forgetting, read off bits per byte: one or two sentences for each language."""
    sets: dict[str, dict[str, Row]] = {}
    for row in rows:
        if row.metric == "bits_per_byte" and row.n and not row.slice:
            sets.setdefault(row.language, {})[row.set] = row
    found = []
    for language, of_set in sets.items():
        learned, held = of_set.get("train"), of_set.get("eval")
        if learned and held:
            found.append(_memorised(language, learned, held, of_set.get("reasked")))
        if general := of_set.get("general"):
            found.append(_forgotten(language, general))
    return found


def _memorised(language: str, learned: Row, held: Row, reasked: Row | None) -> Note:
    """How much more the training rows gained than what was never seen."""
    told = {"train": f"{-learned.delta:+.2f}", "held": f"{-held.delta:+.2f}"}
    asked = [f"{-reasked.delta:+.2f}"] if reasked else []
    en = "{language}: training rows gained {train} bits per byte, ".format(language=name(language, "en"), **told)
    en += "".join(f"the same facts asked in other words {gain}, " for gain in asked) + f"held-out rows {told['held']}: "
    zh = "{language}：训练行改善 {train} 比特/字节，".format(language=name(language, "zh"), **told)
    zh += "".join(f"同一事实换种问法改善 {gain}，" for gain in asked) + f"留出行改善 {told['held']}："
    if learned.delta < 0 and held.delta - learned.delta > STEP:
        ends = ("part of the gain is memory of the rows themselves.", "一部分提升来自对训练行本身的记忆。")
        return Note("memorises", en + ends[0], zh + ends[1])
    if held.delta < 0:
        ends = ("what was learned carries over to rows that were never seen.", "学到的东西能迁移到没见过的数据。")
        return Note("generalises", en + ends[0], zh + ends[1])
    ends = ("nothing was learned that carries over to rows that were never seen.", "没有学到能迁移到新数据的东西。")
    return Note("learned_nothing", en + ends[0], zh + ends[1])


def _forgotten(language: str, general: Row) -> Note:
    english, chinese = (name(language, lang) for lang in ("en", "zh"))
    delta, low, high = (f"{value:+.2f}" for value in (general.delta, general.low, general.high))
    if not (math.isfinite(general.low) and math.isfinite(general.high)):
        return Note(
            "forgetting_unknown",
            f"{english}: general text changed by {delta} bits per byte, on too few items ({general.n}) to tell whether "
            "something was forgotten.",
            f"{chinese}：通用文本变化 {delta} 比特/字节，但条目太少（{general.n} 条），无法判断是否有遗忘。",
        )
    if general.low > 0:
        return Note(
            "forgets",
            f"{english}: general text got harder by {delta} bits per byte ({low} to {high}): the model forgot "
            "something. A lower learning rate, fewer epochs or replayed general rows (train.replay) help.",
            f"{chinese}：通用文本变差 {delta} 比特/字节（{low} 到 {high}）：模型有所遗忘。"
            "可调低学习率、减少轮数，或混入通用数据（train.replay）。",
        )
    return Note(
        "keeps",
        f"{english}: general text changed by {delta} bits per byte ({low} to {high}): no forgetting shows.",
        f"{chinese}：通用文本变化 {delta} 比特/字节（{low} 到 {high}）：未见遗忘。",
    )
