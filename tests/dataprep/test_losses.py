"""What a rule cost: tallies, pages, and questions that have no answer."""

from pathlib import Path

import polars as pl
import pytest

from dataprep import losses
from schemas.artifacts import Layout
from schemas.errors import ArtifactError, UserError
from schemas.frames import event_frame

LINES = [("dropped", "validate", "empty_turn", row) for row in (5, 1, 3, 4, 2)] + [
    ("flagged", "rules", "tail_loop", 7),
    ("merged", "exact_dedup", "duplicate", 9),
    ("merged", "near_dedup", "near_duplicate", 8),
    ("dropped", "read", "invalid_json", 6),
    ("refused", "export:alpaca", "would_lose_kind", 7),
    ("changed", "clean", "html_tag", 7),
]


def run_with(folder: Path, lines: list[tuple[str, str, str, int]]) -> Layout:
    layout = Layout(folder / "t")
    layout.data.mkdir(parents=True)
    rows = [
        {"source": "茶.jsonl", "row": row, "verdict": verdict, "stage": stage, "reason": reason}
        for verdict, stage, reason, row in lines
    ]
    event_frame(rows).write_parquet(layout.ledger)
    return layout


def test_rules_are_counted_the_costly_ones_first(tmp_path: Path) -> None:
    assert losses.tally(run_with(tmp_path, LINES)).rows() == [
        ("dropped", "validate", "empty_turn", 5),
        ("dropped", "read", "invalid_json", 1),
        ("merged", "exact_dedup", "duplicate", 1),
        ("merged", "near_dedup", "near_duplicate", 1),
        ("flagged", "rules", "tail_loop", 1),
        ("changed", "clean", "html_tag", 1),
        ("refused", "export:alpaca", "would_lose_kind", 1),
    ]


@pytest.mark.parametrize(
    ("number", "size", "rows", "pages"),
    [(1, 20, [1, 2, 3, 4, 5], 1), (1, 2, [1, 2], 3), (3, 2, [5], 3), (1, 5, [1, 2, 3, 4, 5], 1)],
)
def test_a_page_of_a_rule(tmp_path: Path, number: int, size: int, rows: list[int], pages: int) -> None:
    page = losses.page(run_with(tmp_path, LINES), "empty_turn", number=number, size=size)
    assert (page.lines["row"].to_list(), page.rows, page.page, page.pages) == (rows, 5, number, pages)


@pytest.mark.parametrize(
    ("rule", "number", "told"),
    [
        ("emty_turn", 1, "has the reason 'emty_turn'; did you mean 'empty_turn'"),
        ("xyz", 1, "has the reason 'xyz'$"),
        ("empty_turn", 4, "empty_turn has 5 rows on 3 pages, not 4"),
    ],
)
def test_wrong_questions(tmp_path: Path, rule: str, number: int, told: str) -> None:
    with pytest.raises(UserError, match=told) as raised:
        losses.page(run_with(tmp_path, LINES), rule, number=number, size=2)
    assert raised.value.hint


def test_a_run_without_losses(tmp_path: Path) -> None:
    layout = run_with(tmp_path, [])
    assert losses.tally(layout).schema == {
        "verdict": pl.String,
        "stage": pl.String,
        "reason": pl.String,
        "rows": pl.UInt32,
    }
    assert losses.tally(layout).is_empty()
    with pytest.raises(UserError, match="has the reason 'x'") as raised:
        losses.page(layout, "x", number=1, size=20)
    assert raised.value.hint.endswith("there are none")


def test_no_run(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="No data artifact"):
        losses.tally(Layout(tmp_path / "none"))
