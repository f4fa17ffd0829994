"""The ledger explains every row, and shows what hides."""

import pytest

from dataprep.ledger import explain, visible
from schemas.artifacts import Layout
from schemas.errors import ArtifactError, UserError
from tests.dataprep.conftest import Desk


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("茶  ", "茶␣␣"),
        (" \n", "␣ ⏎"),
        ("\n", "⏎"),
        ("a\r\nb", "a␍ ⏎ b"),
        ("0.\u200b1", "0.⟨200B⟩1"),
        ("\x1b[31mred", "⟨001B⟩[31mred"),
        ("全角\u3000空格", "全角\u3000空格"),
        ("a\tb", "a ⇥ b"),
    ],
)
def test_nothing_hides(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_the_story_of_a_kept_row(run: Desk) -> None:
    (story,) = explain(run().layout, "raw/a.jsonl:24")
    assert story.place in {"train", "dev", "eval"}
    assert story.kept is not None
    assert story.kept["messages"][0][1]["content"] == "用 <清水> 冲洗"
    assert set(story.lines["reason"]) >= {"html_tag"}
    assert story.lines["before"][0].startswith("<p>")


def test_the_story_of_a_copy_names_its_keeper(run: Desk) -> None:
    layout = run().layout
    (copy,) = explain(layout, "b.jsonl:1")
    keeper, same = explain(layout, copy.lines["into"][0])
    assert (same.source, same.row) == (copy.source, copy.row)
    assert (copy.place, copy.lines["verdict"][0]) == (None, "merged")
    assert (keeper.source, keeper.row, keeper.lines.height) == ("raw/a.jsonl", 2, 0)


def test_a_bare_id_tells_of_all_equal_rows(run: Desk) -> None:
    layout = run().layout
    (first,) = explain(layout, "raw/a.jsonl:1")
    assert first.id is not None
    assert [(story.row, story.id) for story in explain(layout, first.id[:12])] == [(1, first.id), (25, f"{first.id}-2")]


def test_a_row_that_was_never_a_record(run: Desk) -> None:
    (story,) = explain(run().layout, "a.jsonl:21")
    assert (story.id, story.place, story.lines["reason"].to_list()) == (None, None, ["invalid_json"])


@pytest.mark.parametrize("question", ["a.jsonl:999", "nofile.jsonl:1", "ffffffffffff", "abc"])
def test_unknown_rows(run: Desk, question: str) -> None:
    with pytest.raises(UserError):
        explain(run().layout, question)


def test_no_run(tmp_path: Layout) -> None:
    with pytest.raises(ArtifactError):
        explain(Layout(tmp_path), "a.jsonl:1")  # type: ignore[arg-type]
