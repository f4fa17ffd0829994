"""Typed tables: parquet, Arrow, saved data sets and Excel sheets as JSON rows."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.errors import InputError

CELLS = [
    ("text", pa.array(["你好"]), "你好"),
    ("null", pa.array([None], pa.string()), None),
    ("list", pa.array([["a", None]]), ["a", None]),
    ("struct", pa.array([[{"role": "user", "content": "x"}]]), [{"role": "user", "content": "x"}]),
    ("category", pa.array(["x"]).dictionary_encode(), "x"),
    ("date", pa.array([date(2024, 1, 5)]), "2024-01-05"),
    ("time stamp", pa.array([datetime(2024, 1, 5, 10, 3)]), "2024-01-05T10:03:00"),  # noqa: DTZ001
    ("time zone", pa.array([datetime(2024, 1, 5, 10, 3, tzinfo=UTC)]), "2024-01-05T10:03:00+00:00"),
    ("nanoseconds", pa.array([1_704_449_000_000_000_001], pa.timestamp("ns")), "2024-01-05T10:03:20.000000001"),
    ("time", pa.array([time(10, 3)]), "10:03:00"),
    ("duration", pa.array([timedelta(seconds=90)]), "0:01:30"),
    ("decimal", pa.array([Decimal("12.50")]), "12.50"),
    ("bytes of text", pa.array(["é".encode()]), "é"),
    ("map", pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())), [["k", 1]]),
    ("beyond 53 bits", pa.array([2**63 + 1], pa.uint64()), 2**63 + 1),
]


@pytest.mark.parametrize(("column", "value"), [cell[1:] for cell in CELLS], ids=[cell[0] for cell in CELLS])
def test_cell_becomes_json(tmp_path, read_path, column, value) -> None:
    pq.write_table(pa.table({"a": column}), tmp_path / "in.parquet")

    assert read_path("in.parquet").rows == [(1, {"a": value})]


BAD_CELLS = [
    ("NaN", pa.array([1.0, float("nan"), 2.0]), "not_finite"),
    ("NaN far inside", pa.array([[{"x": 1.0}], [{"x": float("inf")}], []]), "not_finite"),
    ("bytes", pa.array([b"a", b"\xff\x00", b"b"]), "bytes_cell"),
    ("bad UTF-8", pa.array([b"a", b"\xff", b"b"]).view(pa.string()), "unreadable_cell"),
]


@pytest.mark.parametrize(("column", "code"), [cell[1:] for cell in BAD_CELLS], ids=[cell[0] for cell in BAD_CELLS])
@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_bad_cell_refuses_its_row_alone(tmp_path, read_path, column, code, suffix) -> None:
    table = pa.table({"a": column})
    if suffix == "parquet":
        pq.write_table(table, tmp_path / "in.parquet")
    else:
        with pa.ipc.new_file(tmp_path / "in.arrow", table.schema) as sink:
            sink.write(table)
    result = read_path(f"in.{suffix}")

    assert result.faults == [(2, code)]
    assert [row for row, _ in result.rows] == [1, 3]


def test_rows_are_counted_through_batches(tmp_path, read_path) -> None:
    pl.DataFrame({"n": range(45_000)}).write_parquet(tmp_path / "in.parquet")
    result = read_path("in.parquet")

    assert result.frame["row"].to_list() == list(range(1, 45_001))
    assert max(batch.frame.height for batch in result.batches) <= 10_000


@pytest.mark.parametrize("writer", [pa.ipc.new_file, pa.ipc.new_stream])
def test_arrow_files_and_streams_are_read(tmp_path, read_path, writer) -> None:
    table = pa.table({"a": ["x", "y"]})
    with writer(tmp_path / "in.arrow", table.schema) as sink:
        sink.write(table)

    assert read_path("in.arrow").values == [{"a": "x"}, {"a": "y"}]


@pytest.mark.parametrize("name", ["in.parquet", "in.arrow", "in.xlsx"])
def test_damaged_table_is_refused_as_a_file(tmp_path, read_path, name) -> None:
    (tmp_path / name).write_bytes(b"PAR1 not really")

    assert read_path(name).faults == [(0, "unreadable_file")]


@pytest.fixture
def saved(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    rows = datasets.Dataset.from_list([{"a": "x", "m": [{"role": "user"}]}, {"a": "y", "m": []}])
    rows.save_to_disk(str(tmp_path / "data/one"))
    datasets.DatasetDict({"train": rows, "test": rows.select([1])}).save_to_disk(str(tmp_path / "data/two"))
    return tmp_path


def test_saved_data_set_is_one_input(saved, read_path) -> None:
    result = read_path("data/one")

    assert [item.name for item in result.found.inputs] == ["data/one"]
    assert result.rows == [(1, {"a": "x", "m": [{"role": "user"}]}), (2, {"a": "y", "m": []})]


def test_saved_data_sets_are_met_in_a_folder(saved, read_path) -> None:
    result = read_path("data", split="test")

    assert [item.name for item in result.found.inputs] == ["data/one", "data/two"]
    assert [value["a"] for value in result.values] == ["x", "y", "y"]


def test_missing_split_names_the_others(saved, read_path) -> None:
    with pytest.raises(InputError, match="no split 'dev'") as raised:
        read_path("data/two", split="dev")

    assert "test, train" in raised.value.hint


@pytest.fixture
def book(tmp_path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "问答"
    sheet["A3"], sheet["B3"], sheet["C3"] = "问题", "n", None
    sheet["A4"], sheet["B4"] = "007", 1
    sheet["A6"], sheet["B6"], sheet["C6"] = "多行\n文字", date(2024, 1, 5), True
    sheet["A7"], sheet["B7"] = "x", "#DIV/0!"
    sheet["B7"].data_type = "e"
    workbook.create_sheet("Other").append(["a"])
    workbook.create_sheet("Empty")
    workbook.save(tmp_path / "book.xlsx")
    return tmp_path


def test_sheet_rows_are_text_under_excels_numbers(book, read_path) -> None:
    result = read_path("book.xlsx")

    assert result.rows == [
        (4, {"问题": "007", "n": "1", "column_3": None}),
        (6, {"问题": "多行\n文字", "n": "2024-01-05 00:00:00", "column_3": "true"}),
    ]
    assert result.faults == [(7, "cell_error")]
    assert "sheet '问答' is read, not 'Other', 'Empty'" in result.notes


def test_sheet_without_rows_is_empty(book, read_path) -> None:
    assert read_path("book.xlsx", sheet="Other").rows == []
    assert read_path("book.xlsx", sheet="Empty").notes == ["nothing in it"]


def test_missing_sheet_names_the_others(book, read_path) -> None:
    with pytest.raises(InputError, match="no sheet 'Sheet1'") as raised:
        read_path("book.xlsx", sheet="Sheet1")

    assert "问答, Other, Empty" in raised.value.hint
