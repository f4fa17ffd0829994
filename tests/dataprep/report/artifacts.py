"""A small data artifact on disk, with everything that a manifest may tell, for the tests of the page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from schemas.artifacts import SPLITS
from schemas.frames import FRAME, empty, event_frame
from tests.dataprep.augment.written import told_of, variety
from tests.dataprep.rows import ask, framed, kto, plain, preference

HOSTILE = '</script><script>alert("x")</script><img src=x onerror=alert(1)> \' & \x00\u202e'

THINGS = ("水箱", "滤芯", "说明书", "保温盘", "茶杯", "水垢", "电源线", "外壳")
ENGLISH = ("tank", "filter", "manual", "plate", "teapot", "limescale", "cable", "cover")


def rows(size: int = 40, *, text: str = "") -> pl.DataFrame:
    """Rows in both languages and of every kind."""
    records = []
    for n in range(size):
        thing, english = THINGS[n % 8], ENGLISH[n % 8]
        records.append(
            ask(f"第 {n} 台机器的{thing}怎样更换{thing}？{text}", f"先取下{thing}，再装上新的{thing}。{text}")
        )
        records.append(ask(f"How do I clean the {english} of machine {n}? {text}", f"Rinse the {english} well. {text}"))
    records.append(preference(f"哪种茶好？{text}", "绿茶", "都行"))
    records.append(kto(f"Is it safe? {text}", "Yes", label=False))
    records.append(plain(f"茶山手记：清晨采茶。{text}"))
    return framed(*records, source="raw/a.jsonl").with_columns(family=pl.col("id"))


def event(row: int, verdict: str, reason: str, **more: Any) -> dict[str, Any]:
    place = {"id": f"raw/a.jsonl:{row}", "source": "raw/a.jsonl", "row": row}
    return {**place, "stage": "rules", "verdict": verdict, "reason": reason, **more}


def events(text: str = "") -> list[dict[str, Any]]:
    conflict = {"stage": "exact_dedup", "into": "raw/a.jsonl:1", "detail": "raw/a.jsonl:1"}
    return [
        *[event(200 + n, "dropped", "too_short", before=f"user: 短 {n} {text}") for n in range(9)],
        event(
            300, "merged", "duplicate", stage="exact_dedup", into="raw/a.jsonl:1", detail="raw/a.jsonl:1", before="b"
        ),
        event(1, "flagged", "same_prompt_other_answer", **conflict, before=f"user: 问？ ⏎ assistant: 甲{text}"),
        event(3, "flagged", "same_prompt_other_answer", **conflict, before=f"user: 问？ ⏎ assistant: 乙{text}"),
        event(5, "changed", "pii_email", stage="pii", detail="mask 1: text", before="a@b", after="[EMAIL]"),
    ]


def manifest(kept: pl.DataFrame, sides: Sequence[str], text: str = "") -> dict[str, Any]:
    """Every key; the counts fit `events`."""
    counts = {split: sides.count(split) for split in SPLITS}
    quote = {"id": "x", "source": f"raw/a.jsonl{text[:80]}", "row": 1, "text": f"user: 机器怎样清洗？{text}"}
    near = {**quote, "row": 2, "text": f"user: 机器如何清洗？{text}"}
    return {
        "name": f"茶{text[:80]}",
        "seed": 17,
        "versions": {"gristmill": "1"},
        "languages": ["zh", "en"],
        "recipe": {"sources": [{"path": text[:80]}]},
        "rows": {"read": kept.height + 10, "kept": kept.height, "dropped": 10, **counts},
        "sources": [
            {"source": f"raw/a.jsonl{text[:80]}", "format": "chatml", "read": kept.height + 10, "kept": kept.height}
            | {"dropped": 10, "notes": [], "unmapped": []}
        ],
        "stages": [
            {"stage": "rules", "rows_in": kept.height + 10, "kept": kept.height + 1, "dropped": 9},
            {"stage": "exact_dedup", "rows_in": kept.height + 1, "kept": kept.height, "dropped": 1},
        ],
        "reasons": [
            {"stage": "rules", "reason": "too_short", "rows": 9},
            {"stage": "exact_dedup", "reason": "duplicate", "rows": 1},
        ],
        "flags": [{"stage": "exact_dedup", "reason": "same_prompt_other_answer", "rows": 2}],
        "edits": [{"stage": "pii", "reason": "pii_email", "rows": 1}],
        "splits": [
            {"split": split, "source": f"raw/a.jsonl{text[:80]}", "kind": "sft", "rows": rows, "share": 0.5}
            for split, rows in counts.items()
        ],
        "exports": [{"files": "<split>.sft.jsonl", "format": "chatml", "rows": 9, "refused": {"would_lose_tools": 2}}],
        "moved": [],
        "leak_certificate": {
            "passed": True,
            "threshold": 0.5,
            "short": 0.8,
            "pairs_examined": 1234,
            "highest": 0.4219,
            "nearest": [
                {"similarity": 0.4219, "key": "prompt", "left": {"split": "eval", **quote}}
                | {"right": {"split": "train", **near}}
            ],
        },
        "families": {"families": 30, "largest": 4, "linked": 2},
        "duplicates": {
            "exact": 1,
            "near": 7,
            "semantic": None,
            "clusters": [{"keeper": quote, "size": 9, "members": [{**near, "similarity": 0.81}]}],
            "same_answer": [{"text": f"请联系客服。{text}", "prompts": 12, "rows": 14}],
        },
        "pii": [{"kind": "email", "action": "mask", "spans": 3, "rows": 2}],
        "decontamination": [
            {"benchmark": f"ceval{text[:80]}", "items": 3, "rows": 4}
            | {"spans": [{"item": f"q7{text[:80]}", "source": "raw/a.jsonl", "row": 9, "quote": f"重合的原文{text}"}]}
        ],
        "mix": [
            {"group": f"domain{text[:80]}", "rows_in": 5, "rows_out": 5, "counted": 10, "tokens": 99, "share": 1.0}
        ],
        "language": [{"language": "zh", "rows": 50}],
        "augmentation": told_of(variety(), text),
    }


def artifact(folder: Path, kept: pl.DataFrame | None = None, *, text: str = "") -> dict[str, Any]:
    """Write the files of an artifact and return its manifest; `text` stands in whatever comes from a dataset."""
    kept = rows(text=text) if kept is None else kept
    folder.mkdir(parents=True, exist_ok=True)
    sides = ["eval" if n % 10 == 9 else "dev" if n % 10 == 8 else "train" for n in range(kept.height)]
    for split in SPLITS:
        part = kept.filter(pl.Series(sides, dtype=pl.String) == split) if kept.height else empty(FRAME)
        part.write_parquet(folder / f"{split}.parquet")
    event_frame(events(text)).write_parquet(folder / "ledger.parquet")
    variety(text).write_parquet(folder / "augmented.parquet")
    signals = kept.select("id", "source", "row", "kind", pl.int_range(pl.len()).alias("n")).with_columns(
        language=pl.when(pl.col("n") % 2 == 0).then(pl.lit("zh")).otherwise(pl.lit("en")),
        chars=pl.col("n") + 1,
        tokens=pl.col("n") + 1,
        turns=pl.lit(2, pl.Int32),
    )
    gone = signals.head(1).with_columns(id=pl.lit("gone"), chars=pl.lit(9_999, pl.Int64), language=pl.lit("und"))
    pl.concat([signals, gone]).write_parquet(folder / "signals.parquet")
    return manifest(kept, sides, text)
