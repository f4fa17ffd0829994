"""Sheets for spreadsheet programs: no formula, Chinese in Excel, what Excel makes of it, no work lost."""

from pathlib import Path

import pytest

from schemas.errors import UserError
from schemas.sheets import CELL, guarded, read_rows, set_aside, write_rows


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("", ""),
        ("水箱", "水箱"),
        ("=1+1", "'=1+1"),
        ("  @x", "'  @x"),
        ("-5", "'-5"),
        ("+86", "'+86"),
        ("\tx", "'\tx"),
        ("a=b", "a=b"),
        ("😀\x00", "😀\ufffd"),
        ("长" * (CELL + 9), "长" * CELL),
    ],
)
def test_nothing_runs_as_a_formula(text: str, cell: str) -> None:
    assert guarded(text) == cell


@pytest.mark.parametrize(("encoding", "sign"), [("utf-8-sig", ","), ("gb18030", ";"), ("utf-8", "\t")])
def test_what_excel_saves_is_read(tmp_path: Path, encoding: str, sign: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"id{sign}note\r\n1{sign}水箱\r\n{sign}\r\n".encode(encoding))
    assert [dict(row) for row in read_rows(path, ["id", "note"], hint="h")] == [{"id": "1", "note": "水箱"}]


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.csv", [("id", "note"), ("1", '两行\n和，逗号, "引号"')])
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    [row] = read_rows(tmp_path / "a.csv", ["id"], hint="h")
    assert row["note"] == '两行\n和，逗号, "引号"'


def test_faults_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no sheet at") as absent:
        read_rows(tmp_path / "a.csv", ["id"], hint="make one")
    assert absent.value.hint == "make one"
    write_rows(tmp_path / "a.csv", [("id",), ("1",)])
    with pytest.raises(UserError, match=r"a\.csv lacks the column note"):
        read_rows(tmp_path / "a.csv", ["id", "note"], hint="")


@pytest.mark.parametrize(
    ("rows", "kept"),
    [([("note",), ("",)], False), ([("note",), ("  ",)], False), ([("note",), ("x",)], True), ([("other",)], True)],
)
def test_begun_work_is_set_aside(tmp_path: Path, rows: list[tuple[str]], kept: bool) -> None:
    path = tmp_path / "a.csv"
    assert set_aside(path, ["note"]) is None
    write_rows(path, rows)
    (tmp_path / "a.judged-1.csv").touch()
    assert set_aside(path, ["note"]) == (tmp_path / "a.judged-2.csv" if kept else None)
    assert path.exists() != kept
