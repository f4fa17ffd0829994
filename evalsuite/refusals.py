"""Find what makes a comparison invalid, and what a person should know about it though it is valid."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import polars as pl

from evalsuite.comparison import Note
from evalsuite.pairing import KEY, align, keys
from evalsuite.score import FAILED, NOT_ASKED
from evalsuite.scorecard import ScoreCard

MOST_EMPTY = 0.2
"""Share of empty answers. A working model gives next to none; above a fifth the answers say little."""
MOST_CUT = 0.8
"""Share of answers cut at the length limit. Many base models never stop, which tuning mends: so both sides count."""
MOST_FAILED = 0.2
"""Share of answers that were never given: the rest can't speak for them."""
MOST_UNJUDGED = 0.1
"""Share of a judge's replies that couldn't be read."""

_SETTINGS = {
    "generation": ("generation settings", "生成参数"),
    "template": ("chat template", "对话模板"),
    "data": ("evaluation data (digest)", "评测数据（摘要）"),
}
_MODEL = {"dtype": ("dtype", "数据类型"), "bits": ("quantisation (bits)", "量化位数")}


def refusals(
    base: ScoreCard, tuned: ScoreCard, *, allow_mismatch: bool = False, gating: Collection[str] = ()
) -> tuple[list[Note], list[Note]]:
    """Check whether two cards may be compared.

    Args:
        base: The base's scores.
        tuned: The tuned model's.
        allow_mismatch: Different dtypes or quantisations give a note instead of a refusal.
        gating: Metrics that the verdict rests on; on these, different signatures refuse. Others are left out of the
            comparison, with a note.

    Returns:
        Why the comparison is invalid, and notes.
    """
    models, signatures = _models(base, tuned), _signatures(base, tuned)
    empty, cut, failed = _empty(base, tuned), _cut(base, tuned), _failed(base, tuned)
    invalid = [*_items(base, tuned), *_prompts(base, tuned), *_settings(base, tuned), *_leaks(base, tuned)]
    invalid += [note for name, note in signatures.items() if name in gating]
    invalid += [*([] if allow_mismatch else models), *empty[0], *cut[0], *failed[0], *_judges(base, tuned)]
    notes = [*(models if allow_mismatch else []), *_versions(base, tuned), *empty[1], *cut[1], *failed[1]]
    return invalid, notes + [note for name, note in signatures.items() if name not in gating]


def _items(base: ScoreCard, tuned: ScoreCard) -> list[Note]:
    if base.items is tuned.items and len(base.items):
        return []
    left, right = keys(base), keys(tuned)
    if not len(left) and not len(right):
        return [Note("no_items", "There are no items to compare.", "没有可供比较的样本。")]
    ours, theirs = (len(one.join(two, on=KEY, how="anti")) for one, two in ((left, right), (right, left)))
    if not ours and not theirs:
        return []
    return [
        Note(
            "items",
            f"The two sides answered different items: {ours} only the base, {theirs} only the tuned model.",
            f"两边的样本不一致：{ours} 条只有基座模型有，{theirs} 条只有微调模型有。",
        )
    ]


def _prompts(base: ScoreCard, tuned: ScoreCard) -> list[Note]:
    first, second = align(base, tuned)
    count = int(first.items["prompt"].ne_missing(second.items["prompt"]).sum())
    if not count:
        return []
    return [
        Note(
            "prompts",
            f"{count} of {len(first.items)} items were asked with different prompts.",
            f"{len(first.items)} 条样本中有 {count} 条两边的提示词不同。",
        )
    ]


def _settings(base: ScoreCard, tuned: ScoreCard) -> list[Note]:
    return _differing(base.settings, tuned.settings, _SETTINGS)


def _models(base: ScoreCard, tuned: ScoreCard) -> list[Note]:
    return _differing(base.model, tuned.model, _MODEL)


def _differing(first: Mapping[str, Any], second: Mapping[str, Any], names: Mapping[str, tuple[str, str]]) -> list[Note]:
    return [
        Note(
            key,
            f"Different {english}: {_told(first.get(key), second.get(key))}",
            f"{chinese}不同：{_told(first.get(key), second.get(key))}",
        )
        for key, (english, chinese) in names.items()
        if first.get(key) != second.get(key)
    ]


def _told(first: Any, second: Any) -> str:
    """Two values side by side; of two mappings only what differs."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        keys = [key for key in dict.fromkeys([*first, *second]) if first.get(key) != second.get(key)]
        return "; ".join(f"{key} {first.get(key)} / {second.get(key)}" for key in keys)
    return f"{first} / {second}"


def _signatures(base: ScoreCard, tuned: ScoreCard) -> dict[str, Note]:
    """Metric -> what is wrong with comparing it."""
    found = {}
    for name in dict.fromkeys([*base.series, *tuned.series]):
        if name not in base.series or name not in tuned.series:
            has = ("tuned", "微调模型") if name in tuned.series else ("base", "基座模型")
            english, chinese = f"only the {has[0]} side has it", f"只有{has[1]}有这项得分"
        else:
            one, two = base.series[name].metric.signature, tuned.series[name].metric.signature
            if one == two:
                continue
            english, chinese = f"it was computed differently: {one} / {two}", f"两边的计算方式不同：{one} / {two}"
        found[name] = Note("signature", f"{name} can't be compared: {english}", f"{name} 无法比较：{chinese}")
    return found


def _leaks(base: ScoreCard, tuned: ScoreCard) -> list[Note]:
    found = []
    if count := max(int(card.extra.get("leaks") or 0) for card in (base, tuned)):
        found.append(
            Note(
                "leaks",
                f"{count} evaluation items stand in the training data: their scores show memory, not skill.",
                f"有 {count} 条评测样本出现在训练数据中：这些得分反映的是记忆，而不是能力。",
            )
        )
    if any(card.extra.get("leak_certificate") is False for card in (base, tuned)):
        found.append(
            Note(
                "leak_certificate",
                "The data set's own leak certificate says that eval and training rows are too much alike.",
                "数据集自带的泄漏证书表明评测行与训练行过于相似。",
            )
        )
    return found


def _empty(base: ScoreCard, tuned: ScoreCard) -> tuple[list[Note], list[Note]]:
    return _too_many(
        "empty",
        {"base": _share(base, "empty"), "tuned": _share(tuned, "empty")},
        MOST_EMPTY,
        ("answers are empty", "the prompts or the chat template don't fit the model"),
        ("回答为空", "提示词或对话模板可能与模型不匹配"),
    )


def _cut(base: ScoreCard, tuned: ScoreCard) -> tuple[list[Note], list[Note]]:
    return _too_many(
        "cut",
        {"base": _share(base, "cut"), "tuned": _share(tuned, "cut")},
        MOST_CUT,
        ("answers were cut at the length limit", "raise max_new_tokens"),
        ("回答因达到长度上限而被截断", "请调大 max_new_tokens"),
    )


def _failed(base: ScoreCard, tuned: ScoreCard) -> tuple[list[Note], list[Note]]:
    return _too_many(
        "failed",
        {"base": _ungiven(base), "tuned": _ungiven(tuned)},
        MOST_FAILED,
        (
            "items got no answer",
            "the prompts with max_new_tokens are longer than the model's context, or a server failed",
        ),
        ("样本没有得到回答", "提示词加上 max_new_tokens 超出模型的上下文长度，或服务端出错"),
    )


def _ungiven(card: ScoreCard) -> float:
    """Share of the answers that were asked for and never given; 0 where none was asked for."""
    told = [list(series.column.reasons.values()) for series in card.series.values()]
    reasons = next((one for one in told if FAILED in one), [])
    asked = len(card.items) - reasons.count(NOT_ASKED)
    return reasons.count(FAILED) / asked if asked else 0.0


def _too_many(
    code: str, shares: Mapping[str, float], most: float, english: tuple[str, str], chinese: tuple[str, str]
) -> tuple[list[Note], list[Note]]:
    """A refusal where both sides are above the limit, a note where one is; sentences are what and what to do."""
    over = {side: share for side, share in shares.items() if share > most}
    if not over:
        return [], []
    names = {"base": "基座模型", "tuned": "微调模型"}
    listed = ", ".join(f"{side} {share:.0%}" for side, share in over.items())
    zh_listed = "，".join(f"{names[side]} {share:.0%}" for side, share in over.items())
    note = Note(
        code, f"Too many {english[0]} ({listed}): {english[1]}.", f"过多{chinese[0]}（{zh_listed}）：{chinese[1]}。"
    )
    return ([note], []) if len(over) == len(shares) else ([], [note])


def _share(card: ScoreCard, name: str) -> float:
    """Mean of a 0/1 metric over the eval set; 0 where it wasn't measured."""
    if name not in card.series:
        return 0.0
    values = card.series[name].column.values[card.items.select(pl.col("set") == "eval").to_series().to_numpy()]
    told = values[np.isfinite(values)]
    return float(told.mean()) if len(told) else 0.0


def _judges(base: ScoreCard, tuned: ScoreCard) -> list[Note]:
    share = max(float(card.extra.get("judge_failures") or 0.0) for card in (base, tuned))
    if share <= MOST_UNJUDGED:
        return []
    return [
        Note(
            "judge",
            f"{share:.0%} of the judge's replies couldn't be read: use a stronger judge or leave it out.",
            f"评审模型有 {share:.0%} 的回复无法解析：请换用更强的评审模型，或关闭评审。",
        )
    ]


def _versions(base: ScoreCard, tuned: ScoreCard) -> list[Note]:
    first, second = base.settings.get("versions"), tuned.settings.get("versions")
    if first == second:
        return []
    told = _told(first, second)
    return [
        Note(
            "versions",
            f"The two sides were scored with different versions: {told}",
            f"两边打分时所用的软件版本不同：{told}",
        )
    ]
