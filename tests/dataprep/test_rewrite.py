"""A conversion writes one new file, tells what it left, and never harms what it reads."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from dataprep.convert.format import Style
from dataprep.recipe import Source
from dataprep.rewrite import Rewritten, rewrite
from schemas.errors import UserError
from tests.dataprep.conftest import ask, write_lines

FAULTY = {"instruction": "没有回答？", "input": ""}


def convert(root: Path, source: str, output: str, *, to: str = "alpaca", force: bool = False) -> Rewritten:
    return rewrite(Source(path=source), to=to, target=root / output, root=root, style=Style(), force=force)


def lines(path: Path) -> list[Any]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_lines(tmp_path / "raw" / "in.jsonl", [ask("水箱多大？", "1.5 L"), FAULTY])
    return tmp_path


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("raw/in.jsonl", "raw/in.jsonl"),
        ("raw/in.jsonl", "raw/../raw/in.jsonl"),
        ("raw/in.jsonl", "link.jsonl"),
        ("link.jsonl", "raw/in.jsonl"),
        ("raw", "raw/in.jsonl"),
        ("raw/*.jsonl", "raw/in.jsonl"),
        ("x.rejects.jsonl", "x.jsonl"),
    ],
)
def test_an_input_is_never_written_over(folder: Path, source: str, output: str, force: bool) -> None:
    (folder / "link.jsonl").symlink_to("raw/in.jsonl")
    write_lines(folder / "x.rejects.jsonl", [ask("a", "b")])
    before = {path: path.read_bytes() for path in folder.rglob("*.jsonl")}
    with pytest.raises(UserError, match="would be written over"):
        convert(folder, source, output, force=force)
    assert {path: path.read_bytes() for path in folder.rglob("*.jsonl")} == before


@pytest.mark.parametrize("source", ["raw", "raw/*.jsonl"])
def test_its_own_files_are_not_read_again(folder: Path, source: str) -> None:
    first = convert(folder, source, "raw/out.jsonl")
    again = convert(folder, source, "raw/out.jsonl", force=True)
    assert (first.read, first.written, list(first.formats)) == (2, 1, ["raw/in.jsonl"])
    assert (again.read, again.written, list(again.formats)) == (2, 1, ["raw/in.jsonl"])
    assert again.rejects == folder / "raw" / "out.rejects.jsonl"


@pytest.mark.parametrize("taken", ["out.jsonl", "out.rejects.jsonl"])
def test_an_existing_file_is_replaced_only_by_force(folder: Path, taken: str) -> None:
    (folder / taken).write_bytes(b"mine\n")
    with pytest.raises(UserError, match=taken) as fault:
        convert(folder, "raw", "out.jsonl")
    assert "--force" in fault.value.hint
    assert (folder / taken).read_bytes() == b"mine\n"
    convert(folder, "raw", "out.jsonl", force=True)
    assert [row["output"] for row in lines(folder / "out.jsonl")] == ["1.5 L"]
    assert [row["reason"] for row in lines(folder / "out.rejects.jsonl")] == ["missing_answer"]


def test_a_folder_is_no_file_to_write(folder: Path) -> None:
    (folder / "out.jsonl").mkdir()
    with pytest.raises(UserError, match="is a folder"):
        convert(folder, "raw", "out.jsonl", force=True)


def test_rejects_of_an_earlier_conversion_go(folder: Path) -> None:
    assert convert(folder, "raw", "out.jsonl").rejects == folder / "out.rejects.jsonl"
    write_lines(folder / "raw" / "in.jsonl", [ask("水箱多大？", "1.5 L")])
    assert convert(folder, "raw", "out.jsonl", force=True).rejects is None
    assert not (folder / "out.rejects.jsonl").exists()


def test_columns_that_no_format_writes_are_named(folder: Path) -> None:
    row = {"query": "水箱多大？", "response": "1.5 L", "customer": "c1", "tags": ["a"]}
    write_lines(folder / "raw" / "more.jsonl", [row])
    done = convert(folder, "raw", "out.jsonl", to="query_response")
    assert done.left_out == {"raw/more.jsonl": ("customer", "tags")}
    assert "customer" not in lines(folder / "out.jsonl")[1]
