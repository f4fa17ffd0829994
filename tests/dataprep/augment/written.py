"""Drafts as they stand in `augmented.parquet`, for the tests of the sheet and of the report."""

from typing import Any

import polars as pl

from dataprep.augment.drafts import DRAFTS


def draft(number: int, **more: Any) -> dict[str, Any]:
    """An accepted paraphrase of a prompt; `more` changes it."""
    told = {
        **dict.fromkeys(DRAFTS.names()),
        **{"number": number, "parent_id": f"raw/a.jsonl:{number}", "source": "raw/a.jsonl", "row": number},
        **{"family": "f", "language": "zh", "slice": "", "origin": "paraphrase", "target": "prompt", "style": "plain"},
        **{"sample": 0, "prompt_before": f"第 {number} 台怎样清洗？", "prompt_after": f"第 {number} 台如何清洗？"},
        **{"finish": "stop", "fault": "", "model": "m", "prompt_version": "p-1", "key": "k"},
        **{"tokens_in": 10, "tokens_out": 5, "reasons": [], "id": f"child{number}"},
    }
    return {**told, **more}


def refused(number: int, *reasons: str, **more: Any) -> dict[str, Any]:
    """A rejected one."""
    return draft(number, **{"reasons": list(reasons), "detail": "30 -> 40", "id": None, **more})


def drafts(*lines: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(lines), schema=DRAFTS)


def variety(text: str = "") -> pl.DataFrame:
    """Every kind of draft; `text` stands in all texts."""
    both = {"target": "both", "answer_before": f"用清水。{text}", "answer_after": f"请用清水。{text}"}
    new = {"origin": "self_instruct", "style": "new", "target": "both", "seeds": ["raw/a.jsonl:3"]}
    new |= {"prompt_before": None, "prompt_after": f"水箱能放进洗碗机吗？{text}", "answer_after": f"不能。{text}"}
    pivots = {"origin": "back_translation", "style": "backtranslation", "pivots": "fr+de"}
    return drafts(
        draft(1, prompt_after=f"第 1 台如何清洗？{text}"),
        draft(2, **both, style="formal"),
        draft(3, **new),
        draft(4, **pivots),
        refused(5, "numbers", "negation", prompt_after=f"第 6 台不清洗？{text}"),
        refused(6, "fault", prompt_after=None, finish="error", fault="503", detail=f"503{text}"),
        *(refused(7 + n, "near_identical", detail="0.97") for n in range(9)),
        refused(16, "negation"),
    )


def told_of(frame: pl.DataFrame, text: str = "") -> dict[str, Any]:
    """The manifest's key `augmentation` for `variety`."""
    counts = [{"rule": "near_identical", "drafts": 9}, {"rule": "negation", "drafts": 2}]
    side = {"rows": 60, "tokens": 1200, "texts": 60, "topics": 8, "distinct_1": 0.15, "distinct_2": 0.5}
    return {
        **{"model": f"m{text[:80]}", "base_url": "http://127.0.0.1:8000/v1", "prompt_version": "p-1"},
        **{"drafts": frame.height, "accepted": frame["id"].count(), "unanswered": 1},
        "rules": [*counts, {"rule": "numbers", "drafts": 1}, {"rule": "fault", "drafts": 1}],
        "methods": [
            {"origin": "paraphrase", "style": "plain", "drafts": 13, "accepted": 1},
            {"origin": "back_translation", "style": "backtranslation", "drafts": 1, "accepted": 1},
        ],
        **{"tokens_in": 1600, "tokens_out": 800, "cost": 0.0123, "currency": "CNY"},
        "balance": [{"slice": f"zh · 短{text[:80]}", "rows": 40, "drafts": 9, "accepted": 3, "after": 43}],
        "diversity": {
            "before": {**side, "self_bleu": 0.2, "coverage": None},
            "after": {**side, "rows": 64, "distinct_2": 0.4, "self_bleu": 0.19, "coverage": None},
        },
    }
