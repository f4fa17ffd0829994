"""One row's life, what a rule cost, what changed between two runs: as a person reads it."""

import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest
from rich.text import Text

from gristmill.stories import compared
from tests.gristmill.inside import inside
from tests.gristmill.test_cli import gristmill

ROWS: list[dict[str, Any]] = [
    {"instruction": "水箱多大？", "input": "LQ-300", "output": "水箱一共可以装 1.5 升水，装到标线为止。  "},
    {"instruction": "保修几年？", "input": "", "output": "整机保修两年，从购买当天算起。"},
    {"instruction": "没有回答", "input": ""},
    {"instruction": "How do I rinse the tank?", "input": "", "output": "Rinse it twice with cold water, then dry it."},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds one run; no test may change it."""
    root = tmp_path_factory.mktemp("one")
    write(root, ROWS)
    (root / "r.yaml").write_text("data:\n  sources: [{path: raw}]\n", encoding="utf-8")
    assert inside("data", "-c", "r.yaml", "--name", "one", cwd=root).returncode == 0
    return root


def write(root: Path, rows: list[dict[str, Any]]) -> None:
    (root / "raw").mkdir(exist_ok=True)
    (root / "raw" / "a.jsonl").write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))


def coloured(line: Text, style: str) -> str:
    return "".join(line.plain[span.start : span.end] for span in line.spans if style in str(span.style))


def test_two_lines_are_coloured_where_they_differ() -> None:
    old, new = compared("水箱装 1.5 升", "水箱装 2 升")
    assert (old.plain, new.plain) == ("水箱装 1.5 升", "水箱装 2 升")
    assert (coloured(old, "red"), coloured(new, "green")) == ("1.5", "2")


def test_equal_lines_have_no_colour() -> None:
    assert all(str(span.style) == "dim" for line in compared("茶", "茶") for span in line.spans)
    assert compared("", "茶") == (Text(), Text.assemble(("茶", "green underline")))


def test_lost_lists_the_rules_and_pages_through_one(folder: Path) -> None:
    listed = gristmill("lost", cwd=folder)
    assert listed.returncode == 0
    assert "missing_answer" in listed.stdout
    assert "trailing_space" in listed.stdout
    page = inside("lost", "--by", "missing_answer", cwd=folder)
    assert "raw/a.jsonl:3" in page.stdout
    assert "没有回答" in page.stdout
    assert "page 1 of 1" in page.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("lost", "--by", "mising_answer"), "did you mean 'missing_answer'?"),
        (("lost", "--by", "missing_answer", "--page", "2"), "1 rows on 1 pages"),
        (("lost", "none"), "no run 'none'"),
        (("diff", "one", "two"), "no run 'two'"),
    ],
)
def test_a_wrong_question_is_answered(folder: Path, words: tuple[str, ...], told: str) -> None:
    done = inside(*words, cwd=folder)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())


def test_diff_of_a_run_with_itself_is_empty(folder: Path) -> None:
    told = inside("diff", "one", "one", cwd=folder).stdout
    assert "The two hold the same rows" in told


def test_diff_tells_what_was_added_removed_edited_and_why(folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(folder, tmp_path, symlinks=True, dirs_exist_ok=True)
    changed = [
        {**ROWS[0], "output": "水箱一共可以装 2 升水，装到标线为止。"},
        {**ROWS[1], "output": ""},
        {**ROWS[2], "output": "这一行现在有了一个完整的回答。"},
        ROWS[3],
        {"instruction": "Which filter fits?", "input": "", "output": "The F2 filter fits, it is sold in packs of two."},
    ]
    write(folder, changed)
    assert inside("data", "-c", "r.yaml", "--name", "two", cwd=folder).returncode == 0
    found = orjson.loads(inside("diff", "one", "two", "--json", cwd=folder).stdout)
    assert found["counts"]["added"] == 2
    assert found["counts"]["removed"] == 1
    assert found["counts"]["edited"] == 1
    lines = {(line["change"], line["row"]): line for line in found["changes"]}
    assert lines["removed", 2]["why"] in ("empty_turn", "missing_answer", "no_answer")
    assert lines["added", 3]["why"] == "missing_answer"
    assert lines["added", 5]["why"] is None
    assert "2 升" in lines["edited", 1]["after"]
    moved = {line["reason"]: (line["old"], line["new"]) for line in found["rules"]}
    assert moved["trailing_space"] == (1, 0)
    told = inside("diff", "one", "two", "--lang", "zh", cwd=folder).stdout
    for word in ("新增", "移除", "改动", "那次运行的文件里没有"):
        assert word in told
