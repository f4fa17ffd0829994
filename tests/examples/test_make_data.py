"""The script's files: the same on every run, in the encodings they claim, with the defects where TRUTH.json says."""

import csv
import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard

from examples.mill.layout import lay_out, load_world
from examples.mill.sheets import SHEETS

ROOT = Path(__file__).parents[2]
DATA = ROOT / "examples" / "data"
RAW = DATA / "raw"

# A library of another version may pack the same contents into other bytes.
PACKED = (".gz", ".zst", ".parquet", ".arrow", ".xlsx")

PATHS = [sheet.path for sheet in SHEETS]
BESIDE = ["TRUTH.json", "benchmark.jsonl", "general.jsonl", "reasked.jsonl"]
TABLES = [path for path in PATHS if path.endswith((".csv", ".tsv"))]
LINES = [path for path in PATHS if ".jsonl" in path]


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((DATA / "TRUTH.json").read_text(encoding="utf-8"))
    return told


@pytest.fixture(scope="module")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("data")
    lay_out(load_world(ROOT / "examples" / "facts"), out)
    return out


def _text(path: str) -> str:
    content = (RAW / path).read_bytes()
    if path.endswith(".gz"):
        content = gzip.decompress(content)
    if path.endswith(".zst"):
        content = zstandard.ZstdDecompressor().decompress(content)
    encoding = next(sheet.encoding for sheet in SHEETS if sheet.path == path)
    return content.decode(encoding)


def _contents(path: Path) -> Any:
    """What a packed file holds."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".zst":
        return zstandard.ZstdDecompressor().decompress(path.read_bytes())
    if path.suffix == ".xlsx":
        return pl.read_excel(path).to_dicts()
    read = pl.read_parquet if path.suffix == ".parquet" else pl.read_ipc
    return read(path).to_dicts()


def _records(path: str) -> dict[int, list[str]]:
    """The rows of a text table by the physical line where each begins."""
    delimiter = {".tsv": "\t"}.get(Path(path).suffix, ";" if "semicolon" in path else ",")
    reader = csv.reader(io.StringIO(_text(path), newline=""), delimiter=delimiter)
    rows, line = {}, 1
    for row in reader:
        rows[line] = row
        line = reader.line_num + 1
    return rows


@pytest.mark.parametrize("name", [*(f"raw/{path}" for path in PATHS), *BESIDE])
def test_the_committed_file_is_what_the_script_writes(remade: Path, name: str) -> None:
    committed, made = DATA / name, remade / name
    if committed.suffix in PACKED:
        assert _contents(committed) == _contents(made)
    else:
        assert committed.read_bytes() == made.read_bytes()


def test_nothing_else_lies_in_the_data_folder() -> None:
    here = {path.relative_to(DATA).as_posix() for path in DATA.rglob("*") if path.is_file()}
    assert here == {*(f"raw/{path}" for path in PATHS), *BESIDE}


def test_another_process_with_another_hash_seed_writes_the_same_bytes(remade: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "examples.make_data", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "7"}, check=True, capture_output=True)
    different = [
        name
        for name in (*(f"raw/{path}" for path in PATHS), *BESIDE)
        if (tmp_path / name).read_bytes() != (remade / name).read_bytes()
    ]
    assert different == []


def test_the_data_stays_small() -> None:
    assert sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file()) < 3_000_000


@pytest.mark.parametrize(
    ("path", "start"),
    [
        ("tables/windows.csv", b"\xef\xbb\xbf"),
        ("tables/faq_utf16.csv", b"\xff\xfe"),
        ("tables/notes_utf16.jsonl", b"\xff\xfe"),
    ],
)
def test_a_file_with_a_mark_begins_with_it(path: str, start: bytes) -> None:
    assert (RAW / path).read_bytes().startswith(start)


def test_windows_lines_end_in_carriage_return_and_newline() -> None:
    content = (RAW / "tables/windows.csv").read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n") > 40


@pytest.mark.parametrize("path", ["tables/faq_gb18030.csv", "tables/orders_gb18030.csv", "taiwan/faq_big5.csv"])
def test_a_file_in_a_national_encoding_is_not_utf_8(path: str) -> None:
    with pytest.raises(UnicodeDecodeError):
        (RAW / path).read_bytes().decode("utf-8")


def test_every_text_table_has_the_rows_that_the_truth_counts(truth: dict[str, Any]) -> None:
    counted = {path: len(_records(path)) - 1 for path in TABLES if not path.startswith("chatlog/")}
    assert counted == {path: truth["rows"][path] for path in counted}


def test_every_json_lines_file_has_the_rows_that_the_truth_counts(truth: dict[str, Any]) -> None:
    counted = {path: len(_text(path).splitlines()) for path in LINES}
    assert counted == {path: truth["rows"][path] for path in LINES}


def test_every_chat_log_has_the_conversations_that_the_truth_counts(truth: dict[str, Any]) -> None:
    paths = [path for path in TABLES if path.startswith("chatlog/")]
    counted = {path: len({row[0] for line, row in _records(path).items() if line > 1}) for path in paths}
    assert counted == {path: truth["rows"][path] for path in paths}


def test_the_counts_are_those_of_the_list(truth: dict[str, Any]) -> None:
    assert truth["counts"] == {kind: len(found) for kind, found in truth["planted"].items()}
    assert min(truth["counts"].values()) >= 2
    assert set(truth["expected_reason"]) == set(truth["planted"])


def test_a_defect_in_a_table_stands_on_the_line_that_the_truth_names(truth: dict[str, Any]) -> None:
    named = [item for found in truth["planted"].values() for item in found if item["file"] in TABLES]
    facts = {path: {line: row[-1] for line, row in _records(path).items()} for path in TABLES}
    assert named
    assert [item for item in named if facts[item["file"]].get(item["row"]) != item["fact"]] == []


def test_a_defect_in_json_lines_stands_on_the_line_that_the_truth_names(truth: dict[str, Any]) -> None:
    whole = set(truth["planted"]) - {"truncated_line", "not_object"}
    named = [item for kind in whole for item in truth["planted"][kind] if item["file"] in LINES]
    lines = {path: _text(path).splitlines() for path in LINES}
    assert named
    assert [item for item in named if item["fact"] not in lines[item["file"]][item["row"] - 1]] == []


def test_only_the_lines_that_the_truth_names_are_no_json_objects(truth: dict[str, Any]) -> None:
    named = {
        (item["file"], item["row"])
        for kind in ("broken_json", "truncated_line", "not_object")
        for item in truth["planted"][kind]
    }
    found = set()
    for path in LINES:
        for number, line in enumerate(_text(path).splitlines(), start=1):
            try:
                good = isinstance(json.loads(line), dict)
            except json.JSONDecodeError:
                good = False
            if not good:
                found.add((path, number))
    assert found == named


def test_identity_numbers_have_a_valid_checksum_and_no_real_place() -> None:
    from examples.mill.defects.text import id_number

    weights = [2 ** (17 - place) % 11 for place in range(18)]
    numbers = [id_number(serial) for serial in range(20)]
    sums = [sum(w * (10 if d == "X" else int(d)) for w, d in zip(weights, n, strict=True)) % 11 for n in numbers]
    assert set(sums) == {1}
    assert {number[:2] for number in numbers} == {"99"}
