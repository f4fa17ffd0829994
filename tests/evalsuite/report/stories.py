"""Comparisons made up for the reports' tests: every verdict, both languages, friendly texts and hostile ones."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from evalsuite.comparison import Comparison, Note, Overall, Row, Verdict

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "]]> <!-- --> &amp; `code` ``` | @all #1 \"'",
    "a\x00b\x1bc\ud800d\ufffee",
    "\u202egnirts a\u202c שלום",
    "{{ 7*7 }} {% raw %}",
    "=HYPERLINK(1)",
)


def row(
    metric: str = "chrf",
    verdict: Verdict | None = "NO REGRESSION",
    *,
    set_: str = "eval",
    language: str = "en",
    base: float = 41.2,
    tuned: float = 43.0,
    unit: str = "points",
    margin: float = 2.0,
    primary: bool = False,
    better: str = "higher",
    slice_: str = "",
    half: float = 1.2,
    needed: int | None = None,
) -> Row:
    delta = tuned - base
    return Row(
        metric=metric,
        set=set_,
        language=language,
        slice=slice_,
        unit=unit,
        better=better,
        n=120,
        excluded=3,
        base=base,
        tuned=tuned,
        delta=delta,
        low=delta - half,
        high=delta + half,
        p=0.0312,
        adjusted=0.0624 if primary or slice_ else None,
        test="paired t",
        margin=margin,
        verdict=verdict,
        primary=primary,
        mde=1.7,
        needed=needed,
        improved=61,
        worsened=40,
        signature=f"{metric}|v1",
    )


PRIMARY: dict[Verdict, Row] = {
    "REGRESSED": row("chrf", "REGRESSED", base=41.2, tuned=35.1, primary=True, language="zh"),
    "WORSE WITHIN MARGIN": row("rougeL", "WORSE WITHIN MARGIN", base=41.2, tuned=40.1, half=0.7, primary=True),
    "NO REGRESSION": row("looped", "NO REGRESSION", base=0.02, tuned=0.021, half=0.01, unit="share", margin=0.02,
                         primary=True, better="lower"),
    "IMPROVED": row("bits_per_byte", "IMPROVED", language="ja", base=1.92, tuned=1.41, half=0.08, unit="bits/byte",
                    margin=0.05, primary=True, better="lower"),
    "INCONCLUSIVE": row("stopped", "INCONCLUSIVE", base=0.91, tuned=0.9, half=0.07, unit="share", margin=0.02,
                        primary=True, needed=480),
}  # fmt: skip


def likelihoods(language: str, values: Sequence[tuple[float, float]]) -> list[Row]:
    sets = ("train", "reasked", "eval", "general")
    return [
        row("bits_per_byte", "IMPROVED" if tuned < base else "WORSE WITHIN MARGIN", set_=set_, language=language,
            base=base, tuned=tuned, unit="bits/byte", margin=0.05, half=0.05, better="lower")
        for set_, (base, tuned) in zip(sets, values, strict=True)
    ]  # fmt: skip


def item(number: int, *, change: str = "worse", long: bool = False) -> dict[str, Any]:
    return {
        "id": f"{number:08x}",
        "language": "zh",
        "source": "faq.csv",
        "kind": "chat",
        "question": "茶磨机 LQ-300 的水箱有多大？怎么清洗？",
        "context": "LQ-300 水箱容量 1.2 升，每周用温水清洗一次。" if number % 2 else "",
        "reference": "水箱容量是 1.2 升。每周用温水清洗一次，不要使用洗洁精。",
        "base": "水箱容量是 1.2 升，建议每周清洗。" * (900 if long else 1),
        "tuned": "水箱容量是 1.8 升，建议每月清洗，建议每月清洗。" * (900 if long else 1),
        "change": change,
        "metric": "chrf",
        "values": [62.31, 48.05],
        "stops": ["eos", "length"],
        "found": {"unsupported_numbers": ["1.8 升"]},
        "neighbours": [
            {"id": "9f3ac1", "source": "manual.jsonl", "row": 41, "similarity": 0.7312,
             "question": "LQ-500 的水箱有多大？", "answer": "LQ-500 的水箱容量是 1.8 升。"},
        ],
    }  # fmt: skip


def panels(*, items: int = 4) -> dict[str, Any]:
    worse = [item(number) for number in range(items)]
    return {
        "items": [*worse, item(99, change="better")],
        "memory_sentences": [{"en": "The training rows are remembered.", "zh": "训练数据被背了下来。"}],
        "causes": [{"code": "never_ends", "en": "The end token was cut off.", "zh": "结束符被截掉了。"}],
        "loops": [{"id": "0a", "side": "tuned", "text": "好的，好的，" * 300}],
        "checker": {"rows": [
            {"kind": "number", "language": "zh", "half": "held", "n": 58, "precision": 0.9412, "recall": 0.8571}
        ]},
        "memory": [{"id": "0b", "side": "tuned", "span": "请致电 138-0000-0000", "tokens": 14, "train_id": "77",
                    "source": "chat.jsonl", "row": 3, "personal": ["phone"]}],
        "sweep": {"rows": [{"setting": "greedy", "side": "tuned", "stopped": 0.91, "looped": 0.12, "chrf": 43.0}],
                  "advice": {"en": "Keep greedy.", "zh": "保持贪心解码。"}},
        "trim": {"rows": [{"side": "tuned", "metric": "chrf", "before": 43.0, "after": 44.5}]},
        "curve": {"train": [[1, 3.1], [10, 2.2], [20, 1.4], [30, 1.0], [40, 0.7]],
                  "dev": [[10, 2.4], [20, 2.0], [30, 2.1], [40, 2.3]],
                  "best": 20, "findings": {"en": ["Overfits after step 20."], "zh": ["第 20 步之后过拟合。"]}},
        "harness": {"rows": [{"task": "facts_mc", "metric": "acc", "base": 0.31, "base_stderr": 0.04,
                              "tuned": 0.52, "tuned_stderr": 0.05, "n": 120}]},
        "judge": {"agreement": 0.81, "kappa": 0.62, "n": 40},
        "human": {"wins": 21, "losses": 9, "ties": 18, "p": 0.0288},
    }  # fmt: skip


def story(verdict: Overall = "REGRESSED", *, items: int = 4) -> Comparison:
    """Everything there is, with one primary row of each verdict that this verdict of the whole allows."""
    allowed: dict[Overall, tuple[Verdict, ...]] = {
        "INVALID": ("NO REGRESSION",),
        "REGRESSED": ("REGRESSED", "WORSE WITHIN MARGIN", "NO REGRESSION", "IMPROVED", "INCONCLUSIVE"),
        "NOT IMPROVED": ("WORSE WITHIN MARGIN", "NO REGRESSION", "IMPROVED"),
        "INCONCLUSIVE": ("INCONCLUSIVE", "NO REGRESSION", "IMPROVED"),
        "NO REGRESSION": ("NO REGRESSION", "WORSE WITHIN MARGIN"),
        "IMPROVED": ("IMPROVED", "NO REGRESSION"),
    }
    rows = [
        *(PRIMARY[each] for each in allowed[verdict]),
        *likelihoods("en", ((2.326, 0.057), (2.515, 0.56), (2.236, 1.425), (0.783, 0.998))),
        *likelihoods("zh", ((2.9, 2.1), (2.91, 2.2), (2.95, 2.3), (3.0, 3.01))),
        row("answer_tokens", None, unit="tokens", base=51.5, tuned=48.0, better="neither", margin=0.0),
        row("unsupported_numbers", "REGRESSED", unit="count", base=0.11, tuned=0.4, better="lower", margin=0.05),
    ]
    slices = [
        row("chrf", "IMPROVED", language="zh", slice_="source=faq.csv", half=0.4),
        row("chrf", "REGRESSED", base=41.2, tuned=20.0, slice_="length=long"),
    ]
    sides = [{"name": "base", "base": "SmolLM2-135M", "dtype": "bfloat16", "bits": None},
             {"name": "tea", "base": "SmolLM2-135M", "run": "tea", "dtype": "bfloat16", "bits": None}]  # fmt: skip
    refused = [Note("leak", "3 eval rows are in the training data.", "评测数据中有 3 条出现在训练数据里。")]
    return Comparison(
        name="tea",
        verdict=verdict,
        exit_code={"REGRESSED": 1, "NOT IMPROVED": 1, "INVALID": 3}.get(verdict, 0),
        sides=sides,
        invalid=refused if verdict == "INVALID" else [],
        notes=[Note("few", "Chinese is shown, not gated.", "中文仅展示，不参与判定。")],
        rows=rows,
        slices=slices,
        settings={"generation": {"max_new_tokens": 64, "temperature": 0}, "versions": {"torch": "2.13.0"}},
        panels=panels(items=items),
    )


def bare(verdict: Overall = "NO REGRESSION") -> Comparison:
    """Nothing was measured, no panel."""
    return replace(story(verdict), rows=[], slices=[], panels={}, notes=[], settings={}, sides=[])


def hostile(text: str) -> Comparison:
    """The same text wherever a data set, a model or a file may bring one in."""
    given = story()
    panels = {
        **given.panels,
        "items": [_filled(each, text) for each in given.panels["items"]],
        "loops": [{"id": text, "side": text, "text": text}],
        "memory": [_filled(given.panels["memory"][0], text)],
        "harness": {"rows": [{"task": text, text: 1.0}]},
        "judge": {text: text},
    }
    return replace(
        given,
        name=text,
        sides=[{"name": text, text: text}],
        notes=[Note(text, text, text)],
        rows=[replace(each, metric=text, language=text, test=text, signature=text) for each in given.rows[:5]],
        slices=[replace(each, slice=f"source={text}") for each in given.slices],
        settings={text: {text: [text]}},
        panels=panels,
    )


def _filled(record: dict[str, Any], text: str) -> dict[str, Any]:
    kept = {"change": record.get("change"), "values": record.get("values"), "tokens": 3}
    nested = {
        "found": {text: [text]},
        "neighbours": [dict.fromkeys(("id", "source", "row", "question", "answer"), text)],
    }
    return {**dict.fromkeys(record, text), **nested, "stops": [text, text], "personal": [text], **kept}
