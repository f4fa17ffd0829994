"""Answers that loop or never end: which ones, the likely cause, and what cutting loops and tails would mend."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from evalsuite.comparison import Note, Row
from evalsuite.items import Item
from evalsuite.metrics.bleu import bleu
from evalsuite.metrics.loops import LOOPS
from evalsuite.metrics.metric import Sample, mean
from evalsuite.metrics.trimming import trim
from evalsuite.report.names import name
from evalsuite.score import FAILED, Heard, draws, samples_of
from evalsuite.scorecard import ScoreCard

SHOWN = 6
"""Looping answers shown of each side."""


def loops(
    items: Sequence[Item], heard: tuple[Heard, Heard], cards: tuple[ScoreCard, ScoreCard]
) -> list[dict[str, Any]]:
    """Looping answers, tuned side first."""
    found = []
    for side, card in zip(reversed(heard), reversed(cards), strict=True):
        series = card.series.get("looped")
        if series is None:
            continue
        rows = draws(items, side)
        places = np.flatnonzero(series.column.values == 1)[:SHOWN]
        found += [
            {"id": rows[place][0].id, "side": side.name, "text": side.answers[rows[place][0].id, rows[place][1]].text}
            for place in places
        ]
    return found


def causes(rows: Sequence[Row]) -> list[Note]:
    """What the stop-and-loop numbers point at, in words; only of the held-out set."""
    named = {(row.metric, row.language): row for row in rows if row.set == "eval"}
    found = []
    for (metric, language), row in named.items():
        if metric == "stopped" and row.tuned < row.base - row.margin:
            found.append(_never_ends(row, language))
        if metric == "looped" and row.tuned > row.base + row.margin:
            found.append(_loops(row, language))
        if metric == "answer_tokens" and row.base > 0 and row.tuned < row.base / 3:
            found.append(_short(row, language))
    return found


def _told(row: Row, language: str, form: str) -> dict[str, str]:
    """What a sentence is filled with: both values and the language's names."""
    values = {"base": format(row.base, form), "tuned": format(row.tuned, form)}
    return values | {lang: name(language, lang) for lang in ("en", "zh")}


def _never_ends(row: Row, language: str) -> Note:
    shares = _told(row, language, ".0%")
    return Note(
        "never_ends",
        "Answers in {en} end by themselves in {tuned} of the cases, {base} before tuning. Usual causes: the end "
        "token is not among the learned ones (gristmill train --preview shows it), answers cut at max_length, or a "
        "limit of tokens that is too low.".format(**shares),
        "{zh}回答中自行结束的比例为 {tuned}，微调前为 {base}。常见原因：结束标记没有参与训练"
        "（用 gristmill train --preview 查看）、回答被 max_length 截断，或生成长度上限过小。".format(**shares),
    )


def _loops(row: Row, language: str) -> Note:
    shares = _told(row, language, ".0%")
    return Note(
        "loops",
        "{tuned} of the answers in {en} loop, {base} before tuning. Usual causes: too many epochs or too high a "
        "learning rate, near-copies in the data, end tokens that were not learned. A decode sweep (eval.sweep) tells "
        "whether another setting helps.".format(**shares),
        "{zh}回答中有 {tuned} 陷入循环，微调前为 {base}。常见原因：轮数过多或学习率过高、数据中有大量近似重复、"
        "没有学到结束标记。可用解码设置扫描（eval.sweep）判断换设置是否有用。".format(**shares),
    )


def _short(row: Row, language: str) -> Note:
    sizes = _told(row, language, ".0f")
    return Note(
        "short",
        "Answers in {en} shrank from {base} to {tuned} tokens: the training answers are short, or cut.".format(**sizes),
        "{zh}回答从 {base} 个词元缩短到 {tuned} 个：训练数据的回答本身很短，或被截断。".format(**sizes),
    )


def trimmed(items: Sequence[Item], heard: tuple[Heard, Heard]) -> list[dict[str, Any]]:
    """What cutting loops and unfinished tails does to the answers of each side: means before and after."""
    found = []
    for side in heard:
        samples = [one for one in samples_of(draws(items, side), side).values() if one.stop != FAILED]
        if not samples:
            continue
        cut = [replace(sample, answer=trim(sample.answer)) for sample in samples]
        row: dict[str, Any] = {"side": side.name, "n": len(samples)}
        row["changed"] = sum(old.answer != new.answer for old, new in zip(samples, cut, strict=True))
        for when, told in (("before", samples), ("after", cut)):
            row |= {f"{metric}_{when}": value for metric, value in _means(told).items()}
        found.append(row)
    return found


def _means(samples: Sequence[Sample]) -> dict[str, float]:
    columns = {**LOOPS.score(samples), **bleu().score(samples)}
    return {metric: mean(columns[metric]) for metric in ("looped", "chrf")}
