"""JSON Lines files: the same keys in every row, and no column that nobody fills."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from dataprep import json_lines
from dataprep.json_lines import JsonLines, encode


def lines(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize(
    ("rows", "used", "unused"),
    [
        ([], set(), set()),
        ([{"a": None}, {"b": 0}], {("b",)}, {("a",)}),
        ([{"a": [], "b": [1, None]}], {("b",)}, {("a",)}),
        ([{"m": [{"x": "", "y": None}, {"x": "1"}]}], {("m",), ("m", "x")}, {("m", "y")}),
    ],
    ids=["nothing", "null and zero", "lists of no objects", "fields"],
)
def test_used_and_unused(rows: list[Any], used: set[Any], unused: set[Any]) -> None:
    found = encode(rows)
    assert (found.rows, found.used, found.unused) == (len(rows), used, unused)
    assert [orjson.loads(line) for line in found.data.splitlines()] == rows


def test_no_rows_no_file(tmp_path: Path) -> None:
    file = JsonLines(tmp_path / "rows.jsonl")
    file.append(encode([]))
    file.close({("a",)})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"a": 1, "b": None}, {"a": 2, "b": None}], [{"a": 1}, {"a": 2}]),
        ([{"a": 1, "b": None}, {"a": 2, "b": 0}], [{"a": 1, "b": None}, {"a": 2, "b": 0}]),
        ([{"a": []}, {"a": []}], [{}, {}]),
        ([{"m": [{"x": "1", "y": None}]}, {"m": [{"x": "2", "y": None}]}], [{"m": [{"x": "1"}]}, {"m": [{"x": "2"}]}]),
        (
            [{"m": [{"x": "1", "y": None}]}, {"m": [{"x": "2", "y": "z"}]}],
            [{"m": [{"x": "1", "y": None}]}, {"m": [{"x": "2", "y": "z"}]}],
        ),
    ],
    ids=["null everywhere", "null somewhere", "empty everywhere", "field unused", "field used once"],
)
def test_unused_columns_are_left_out_of_every_row(rows: list[Any], expected: list[Any], tmp_path: Path) -> None:
    file = JsonLines(tmp_path / "rows.jsonl")
    for row in rows:
        file.append(encode([row]))
    file.close(file.unused - file.used)
    assert lines(file.path) == expected
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]


def test_a_file_of_many_blocks_keeps_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "_BLOCK", 20)
    file = JsonLines(tmp_path / "rows.jsonl")
    file.append(encode([{"text": f"第{n}行", "b": None} for n in range(9)]))
    file.close({("b",)})
    assert lines(file.path) == [{"text": f"第{n}行"} for n in range(9)]
