from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from dataprep.annotate.choosing import CHOSEN, choose
from dataprep.annotate.doubts import DOUBTS
from schemas.artifacts import Layout
from schemas.errors import UserError
from schemas.frames import event_frame
from tests.dataprep.rows import ask, framed, plain

ROWS = framed(*[ask(f"问题 {number}", "答") for number in range(1, 9)], plain("一段文本"))
SPLITS = {"train": ROWS[:6], "dev": ROWS[6:7], "eval": ROWS[7:]}
EVENTS = [
    {"id": "a.jsonl:2", "row": 2, "reason": "same_prompt_other_answer", "verdict": "flagged", "detail": "a.jsonl:1",
     "into": "a.jsonl:1"},
    {"id": "gone", "row": 90, "reason": "near_duplicate", "verdict": "merged", "into": "a.jsonl:3",
     "detail": "a.jsonl:3 (0.72 by dialogue)"},
    {"id": "gone2", "row": 91, "reason": "near_duplicate", "verdict": "merged", "into": "a.jsonl:4",
     "detail": "a.jsonl:4 (0.78 by dialogue)"},
    {"id": "a.jsonl:5", "row": 5, "reason": "near_duplicate", "verdict": "flagged", "into": "a.jsonl:4",
     "detail": "a.jsonl:4 (0.70 by answer)"},
    {"id": "gone3", "row": 92, "reason": "duplicate", "verdict": "merged", "into": "a.jsonl:6", "detail": "a.jsonl:6"},
]  # fmt: skip
SCORES = [5, 2, None, 1, 3, 4, 5, 5, None]
ITEMS = [
    ("a.jsonl:8", "a.jsonl:8", "worse", (31.0, 12.2)),
    ("foreign", "a.jsonl:9", "worse", (20.0, 15.0)),
    ("a.jsonl:7", "a.jsonl:7", "better", (1.0, 2.0)),
    ("elsewhere", "b.jsonl:1", "worse", (1.0, 0.0)),
]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path / "run")
    layout.data.mkdir(parents=True)
    layout.evaluation.mkdir()
    for name, rows in SPLITS.items():
        rows.write_parquet(layout.split(name))
    lines = [{"source": "a.jsonl", "stage": "dedup", **event} for event in EVENTS]
    event_frame(lines).write_parquet(layout.ledger)
    signals = ROWS.select("id", "source", "row", "kind").with_columns(
        language=pl.lit("zh"), tokens=pl.Series(range(9)), judge_score=pl.Series(SCORES, dtype=pl.Int8)
    )
    signals.write_parquet(layout.data / "signals.parquet")
    manifest = {"recipe": {"dedup": {"near": {"threshold": 0.7, "short": 0.8}}}}
    layout.manifest.write_bytes(orjson.dumps(manifest))
    items = [
        {"id": id_, "source": source, "change": change, "metric": "chrf", "values": values}
        for id_, source, change, values in ITEMS
    ]
    (layout.evaluation / "comparison.json").write_bytes(orjson.dumps({"panels": {"items": items}}))
    return layout


def chosen(layout: Layout, **how: Any) -> dict[int, list[str]]:
    found = choose(layout, **{"seed": 17, **how})
    assert found.schema == CHOSEN
    return dict(found.select("row", "why").iter_rows())


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        (None, [*range(1, 10)]),
        ("kind = 'text'", [9]),
        ("split = 'dev' OR id = 'a.jsonl:1'", [1, 7]),
        ("tokens BETWEEN 2 AND 3 AND language = 'zh'", [3, 4]),
        ("judge_score < 3", [2, 4]),
        ("judge_score IS NULL", [3, 9]),
        ("1 = 2", []),
        ("source LIKE 'b%'", []),
    ],
)
def test_an_expression_chooses(where: str | None, rows: list[int], layout: Layout) -> None:
    assert chosen(layout, where=where) == {row: [] for row in rows}


@pytest.mark.parametrize(
    ("where", "fault"),
    [
        ("", "where"),
        ("tokns > 3", "no column 'tokns'; did you mean tokens"),
        ("zzz > 3", "no column 'zzz'"),
        ("tokens", "is no condition"),
        ("tokens > 'x'", "cannot compare"),
        ("SELECT 1", "where"),
        ("kind = 'sft'; DROP TABLE x", "where"),
        ("read_csv('/etc/passwd')", "unsupported function"),
        ("id = (SELECT id)", "where"),
        ("messages IS NULL", "no column 'messages'"),
    ],
)
def test_what_is_no_expression(where: str, fault: str, layout: Layout) -> None:
    with pytest.raises(UserError, match=fault) as told:
        choose(layout, where=where, seed=17)
    assert "\n" not in told.value.message
    assert told.value.hint


@pytest.mark.parametrize(
    ("doubt", "found"),
    [
        ("low_score", {4: "judge_score 1", 2: "judge_score 2", 5: "judge_score 3"}),
        ("conflicting", {2: "same prompt as a.jsonl:1"}),
        ("near_threshold", {5: "0.7 like a.jsonl:4", 3: "0.72 like a.jsonl:90"}),
        ("worsened", {8: "chrf 31.0 to 12.2", 9: "chrf 20.0 to 15.0"}),
    ],
)
def test_a_doubt_names_its_rows_the_most_doubtful_first(doubt: str, found: dict[int, str], layout: Layout) -> None:
    told = chosen(layout, uncertain=[doubt])
    assert list(told.items()) == [(row, [f"{doubt}: {why}"]) for row, why in found.items()]


def test_rows_with_more_doubts_come_first_and_then_every_doubt_has_its_turn(layout: Layout) -> None:
    told = chosen(layout, uncertain=list(DOUBTS), count=5)
    assert list(told) == [2, 5, 4, 8, 3]
    assert told[5] == ["low_score: judge_score 3", "near_threshold: 0.7 like a.jsonl:4"]


def test_doubts_within_an_expression(layout: Layout) -> None:
    assert list(chosen(layout, uncertain=["low_score"], where="tokens > 1 AND split = 'train'")) == [4, 5]


def test_a_number_of_rows_is_drawn_by_the_seed(layout: Layout) -> None:
    draws = [list(chosen(layout, count=4, seed=seed)) for seed in (1, 1, 2)]
    assert draws[0] == draws[1]
    assert draws[0] != draws[2]
    assert [len(draw) for draw in draws] == [4, 4, 4]


def test_an_unknown_doubt(layout: Layout) -> None:
    with pytest.raises(UserError, match="no doubt is called 'ugly'"):
        choose(layout, uncertain=["ugly"], seed=1)


def test_a_run_without_signals_judge_or_evaluation(layout: Layout) -> None:
    (layout.data / "signals.parquet").unlink()
    (layout.evaluation / "comparison.json").unlink()
    layout.manifest.write_bytes(b"{}")
    assert list(chosen(layout, uncertain=list(DOUBTS))) == [2]
    assert len(chosen(layout)) == 9


def test_no_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no data artifact"):
        choose(Layout(tmp_path), seed=1)


def test_only_rows_of_some_kinds_are_counted(layout: Layout) -> None:
    assert chosen(layout, kinds=["text"], count=1) == {9: []}
    assert len(chosen(layout, kinds=["sft"], count=9)) == 8
