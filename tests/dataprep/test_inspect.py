"""A look at files tells what is there, and writes nothing."""

from pathlib import Path

import pytest

from dataprep.draft import draft, write_draft
from dataprep.inspect import inspect
from dataprep.make import load_recipe
from dataprep.recipe import Source
from schemas.errors import UserError
from tests.dataprep.conftest import ask, write_lines


def test_a_look_counts_what_the_pipeline_would_count(desk: Path) -> None:
    a, b, c = inspect([Source(path="raw")], root=desk)
    assert (a.format, a.rows, a.records, a.faults) == ("alpaca", 25, 23, {"invalid_json": 1, "missing_answer": 1})
    assert a.unmapped == ("fact",)
    assert a.kinds == {"sft": 23}
    assert (c.format, c.kinds, c.turns) == ("text", {"text": 5}, {"p5": 0, "p50": 0, "p95": 0, "max": 0})
    assert b.lengths["answer"] == {"p5": 3, "p50": 5, "p95": 5, "max": 5}
    assert c.languages == {"zh": 5}
    assert not (desk / ".gristmill").exists()


def test_an_unclear_file_is_told_not_guessed(tmp_path: Path) -> None:
    write_lines(tmp_path / "x.jsonl", [{"question": "a", "prompt": "b", "answer": "c"}])
    (look,) = inspect([Source(path="x.jsonl")], root=tmp_path)
    assert look.format is None
    assert look.faults == {"unknown_format": 1}
    assert "question" in look.why
    assert "prompt" in look.why


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").touch()
    (look,) = inspect([Source(path="x.jsonl")], root=tmp_path)
    assert (look.rows, look.records, look.format, look.why) == (0, 0, None, "no readable row")


def test_a_drafted_recipe_is_valid_and_asks_what_it_doesnt_know(tmp_path: Path) -> None:
    write_lines(tmp_path / "raw" / "good.jsonl", [ask("a", "b")])
    write_lines(tmp_path / "raw" / "unclear.jsonl", [{"question": "a", "prompt": "b", "answer": "c"}])
    looks = list(inspect([Source(path="raw")], root=tmp_path))
    text = draft("raw", looks, name="first", target=Path("r.yaml"))
    (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
    recipe, name, seed = load_recipe(tmp_path / "r.yaml")
    assert [source.path for source in recipe.sources] == ["raw/good.jsonl", "raw/unclear.jsonl"]
    assert (name, seed) == ("first", 17)
    assert "undecided" in text


def test_a_draft_names_what_is_not_read(tmp_path: Path) -> None:
    write_lines(tmp_path / "raw" / "good.jsonl", [ask("a", "b")])
    write_lines(tmp_path / "raw" / "broken.jsonl", [b"{\n"])
    (tmp_path / "raw" / "empty.jsonl").touch()
    (tmp_path / "raw" / "letter.docx").touch()
    write_draft("raw", name="t", target=tmp_path / "r.yaml", force=False, root=tmp_path)
    told = [line.strip() for line in (tmp_path / "r.yaml").read_text(encoding="utf-8").splitlines() if "raw" in line]
    assert told[:4] == [
        "- path: raw",
        "# raw/good.jsonl: alpaca, 1 of 1 rows",
        "# not read: raw/broken.jsonl: no readable row; 1 truncated_line",
        "# not read: raw/empty.jsonl: no readable row",
    ]
    assert told[4].startswith("# not read: raw/letter.docx: unsupported_file: .docx")
    assert load_recipe(tmp_path / "r.yaml")[1] == "t"


@pytest.mark.parametrize("name", ["letter.docx", "empty.jsonl", "raw"])
def test_no_draft_of_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "raw").mkdir()
    for path in ("letter.docx", "empty.jsonl", "raw/other.docx", "raw/empty.jsonl"):
        (tmp_path / path).touch()
    with pytest.raises(UserError) as fault:
        write_draft(name, name="t", target=tmp_path / "r.yaml", force=True, root=tmp_path)
    assert name in fault.value.message
    assert not (tmp_path / "r.yaml").exists()
