"""The ledger explains every row, and shows what hides."""

from pathlib import Path

import pytest

from dataprep.ledger import explain, visible
from schemas.artifacts import Layout
from schemas.errors import ArtifactError, UserError
from tests.dataprep.conftest import Desk, ask, write_lines


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


@pytest.mark.parametrize(
    "question",
    [
        "raw/a.jsonl",
        "./raw/a.jsonl",
        "raw/../raw/./a.jsonl",
        "nowhere/../raw/a.jsonl",
        "{root}/raw/a.jsonl",
        "{root}/raw/../raw/a.jsonl",
        "{root}/link/a.jsonl",
        "link/a.jsonl",
        "a.jsonl",
        "./a.jsonl",
    ],
)
def test_a_file_is_found_however_its_path_is_written(run: Desk, desk: Path, question: str) -> None:
    layout = run().layout
    (desk / "link").symlink_to("raw")
    (story,) = explain(layout, f"{question.format(root=desk)}:24")
    assert (story.source, story.row) == ("raw/a.jsonl", 24)


def test_a_path_means_its_own_file_before_one_that_ends_like_it(run: Desk, desk: Path) -> None:
    write_lines(desk / "a.jsonl", [ask("哪个文件？", "上面的")])
    layout = run(sources=[{"path": "raw"}, {"path": "a.jsonl"}]).layout
    assert [story.source for story in explain(layout, "a.jsonl:1")] == ["a.jsonl"]
    with pytest.raises(UserError):
        explain(layout, "a.jsonl:24")


def test_a_file_outside_the_working_folder(run: Desk, desk: Path) -> None:
    root = desk / "work"
    layout = run(root=root, sources=[{"path": str(desk / "raw")}]).layout
    for question in (f"{desk}/raw/b.jsonl:2", "../raw/b.jsonl:2", "b.jsonl:2"):
        assert [(story.source, story.row) for story in explain(layout, question)] == [("raw/b.jsonl", 2)]
    (root / "raw").mkdir()
    (root / "raw" / "b.jsonl").touch()
    with pytest.raises(UserError):
        explain(layout, f"{desk}/elsewhere/b.jsonl:2")


def test_the_line_of_a_message_tells_of_its_conversation(run: Desk, desk: Path) -> None:
    talk = [{"role": "user", "content": "在吗？"}, {"role": "assistant", "content": "在的。"}]
    other = [{"role": "user", "content": "走了？"}, {"role": "assistant", "content": "没有。"}]
    rows = [{"messages": talk, "lines": [1, 4, 17]}, {"messages": other, "lines": [2, 3]}]
    write_lines(desk / "talks" / "log.jsonl", rows)
    write_lines(desk / "talks" / "other.jsonl", [{"messages": [*other, *talk], "lines": [1, 7]}])
    layout = run(sources=[{"path": "talks"}]).layout
    for line, row in ((1, 1), (2, 2), (3, 2), (4, 1), (17, 1)):
        (story,) = explain(layout, f"talks/log.jsonl:{line}")
        assert (story.source, story.row) == ("talks/log.jsonl", row)
        assert story.kept is not None
    with pytest.raises(UserError):
        explain(layout, "talks/log.jsonl:7")


@pytest.mark.parametrize("question", ["a.jsonl:999", f"a.jsonl:{10**30}", "nofile.jsonl:1", "ffffffffffff", "abc"])
def test_unknown_rows(run: Desk, question: str) -> None:
    with pytest.raises(UserError):
        explain(run().layout, question)


def test_no_run(tmp_path: Layout) -> None:
    with pytest.raises(ArtifactError):
        explain(Layout(tmp_path), "a.jsonl:1")  # type: ignore[arg-type]
