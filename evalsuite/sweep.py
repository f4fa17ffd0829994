"""Decode settings tried on dev: they tell a broken model from a bad setting, and recommend one."""

from collections.abc import Mapping, Sequence
from typing import Any

from evalsuite.comparison import Note
from evalsuite.config import Generation
from evalsuite.items import Item
from evalsuite.metrics.bleu import bleu
from evalsuite.metrics.loops import LOOPS
from evalsuite.metrics.metric import mean
from evalsuite.metrics.repetition import REPETITION
from evalsuite.metrics.stopping import STOPPING
from evalsuite.predict import Answer
from evalsuite.score import FAILED, sample_of

SETTINGS: dict[str, Generation] = {
    "greedy": Generation(),
    "temperature 0.5, top-p 0.8, top-k 50, repetition penalty 1.1": Generation(
        temperature=0.5, top_p=0.8, top_k=50, repetition_penalty=1.1
    ),
    "temperature 0.7, top-p 0.9": Generation(temperature=0.7, top_p=0.9),
}
"""Greedy; what the Chinese guides use against loops; what most chat models ship."""

SHOWN = ("stopped", "looped", "rep_4", "chrf")

LOOPING = 0.05
"""Share of looping answers that calls for another setting: human texts have at most 0.017 (docs/repetition.md)."""


def settings(longest: int) -> dict[str, Generation]:
    """The settings with the evaluation's own answer length; one seed is enough to choose by."""
    return {
        name: one.model_copy(update={"max_new_tokens": longest, "seeds": (17, 18, 19)})
        for name, one in SETTINGS.items()
    }


def rows(
    side: str, items: Sequence[Item], answers: Mapping[str, Mapping[tuple[str, int], Answer]]
) -> list[dict[str, Any]]:
    """A row for each setting: means of stopping, looping, repetition and chrF over all draws of one side."""
    by_id = {item.id: item for item in items}
    found = []
    for name, told in answers.items():
        samples = [sample_of(by_id[item], answer) for (item, _), answer in told.items() if answer.stop != FAILED]
        scores = {
            key: column
            for family in (STOPPING, LOOPS, REPETITION, bleu())
            for key, column in family.score(samples).items()
        }
        means = {key: mean(scores[key]) for key in SHOWN}
        found.append({"setting": name, "side": side, "n": len(told), **means})
    return found


def advise(rows: Sequence[Mapping[str, Any]], tuned: str) -> Note:
    """Which setting to use, and whether looping is the model's fault or the setting's."""
    own = [row for row in rows if row["side"] == tuned]
    greedy = next(row for row in own if row["setting"] == "greedy")
    calm = [row for row in own if row["looped"] <= LOOPING and row["stopped"] >= greedy["stopped"] - LOOPING]
    best = max(calm or own, key=lambda row: (row["chrf"], row["stopped"], -row["looped"]))
    name, share = best["setting"], f"{greedy['looped']:.0%}"
    if greedy["looped"] <= LOOPING:
        return Note(
            "decode_fine",
            f"No loops when decoding greedily ({share}); best chrF on dev: {name}.",
            f"贪心解码没有明显循环（{share}）；开发集上 chrF 最好的设置：{name}。",
        )
    if calm:
        return Note(
            "decode_setting",
            f"Greedy answers loop ({share}), those with {name} don't: the setting is at fault, not the model. Use it.",
            f"贪心解码有 {share} 的回答陷入循环，换成 {name} 就不会：问题在解码设置，不在模型。建议采用它。",
        )
    return Note(
        "decode_model",
        f"Answers loop under every setting (greedy: {share}): the model is at fault. "
        "Look at the end tokens and at the epochs.",
        f"所有解码设置下都有循环（贪心：{share}）：问题在模型本身。请检查结束标记与训练轮数。",
    )
