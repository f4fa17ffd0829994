"""The command line as a person meets it: words, exit codes, and never a traceback."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.gristmill.inside import inside

ROOT = Path(__file__).resolve().parent.parent.parent

ROWS = [
    {"instruction": "水箱多大？", "input": "LQ-300", "output": "1.5 L"},
    {"instruction": "保修几年？", "input": "", "output": "两年"},
    {"instruction": "没有回答", "input": ""},
]


def gristmill(*words: str | Path, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "gristmill", *map(str, words)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120", "NO_COLOR": "1"},
    )
    result = subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in result.stderr + result.stdout
    return result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.jsonl").write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in ROWS))
    (tmp_path / "r.yaml").write_text("name: t\ndata:\n  sources: [{path: raw}]\n", encoding="utf-8")
    return tmp_path


def test_version_and_help(tmp_path: Path) -> None:
    assert gristmill("--version", cwd=tmp_path).stdout.startswith("gristmill 0.")
    told = gristmill("--help", cwd=tmp_path)
    assert told.returncode == 0
    for command in ("init", "inspect", "convert", "formats", "data", "why", "--install-completion"):
        assert command in told.stdout


MISTAKES = [
    (("dta",), "data"),
    (("data",), "--config"),
    (("data", "-c", "none.yaml"), "gristmill init"),
    (("data", "-c", "raw"), "can't be read"),
    (("inspect", "rw"), "raw"),
    (("inspect", "raw", "--encoding", "utf-9"), "utf-9"),
    (("convert", "raw", "--to", "alpacca", "-o", "x.jsonl"), "alpaca"),
    (("convert", "raw", "--to", "alpaca", "-o", "x.docx"), ".jsonl"),
    (("why", "a.jsonl:1"), "gristmill data -c RECIPE"),
    (("init", "raw", "-o", "r.yaml"), "--force"),
    (("init", "letter.docx", "-o", "new.yaml"), "letter.docx"),
    (("init", "raw", "-o", "new.yaml", "--name", "a/b"), "--name"),
    (("data", "-c", "r.yaml", "--name", "../x"), "--name"),
    (("data", "-c", "r.yaml", "--name", ""), "--name"),
    (("data", "-c", "r.yaml", "--name", "."), "--name"),
    (("data", "-c", "r.yaml", "--name", ".."), "--name"),
    (("convert", "raw/a.jsonl", "--to", "alpaca", "-o", "raw/a.jsonl", "--force"), "-o"),
    (("convert", "raw", "--to", "alpaca", "-o", "letter.json"), "--force"),
]


def named(value: object) -> str | None:
    return " ".join(value) if isinstance(value, tuple) else None


@pytest.mark.parametrize(("words", "told"), MISTAKES, ids=named)
def test_mistakes(folder: Path, words: tuple[str, ...], told: str) -> None:
    (folder / "letter.docx").touch()
    (folder / "letter.json").touch()
    before = sorted(folder.rglob("*"))
    done = inside(*words, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(("words", "told"), MISTAKES[:3], ids=named)
def test_mistakes_in_a_process_of_its_own(folder: Path, words: tuple[str, ...], told: str) -> None:
    done = gristmill(*words, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_data_why_and_again(folder: Path) -> None:
    first = inside("data", "-c", "r.yaml", cwd=folder)
    assert first.returncode == 0
    assert "3 rows read = 2 kept + 1 dropped" in first.stdout
    assert "missing_answer" in first.stdout
    assert "up to date" in inside("data", "-c", "r.yaml", cwd=folder).stdout
    dropped = gristmill("why", "raw/a.jsonl:3", cwd=folder)
    assert "missing_answer" in dropped.stdout
    assert "not in the dataset" in dropped.stdout
    assert "kept, in runs/t/data/" in inside("why", "a.jsonl:1", cwd=folder).stdout
    (story,) = orjson.loads(inside("why", "a.jsonl:1", "--json", cwd=folder).stdout)
    (same,) = orjson.loads(inside("why", story["id"], "--json", cwd=folder).stdout)
    assert same == story
    assert story["record"]["messages"][0]["context"] == "LQ-300"


def test_chinese(folder: Path) -> None:
    done = gristmill("data", "-c", "r.yaml", "--lang", "zh", cwd=folder)
    assert "读入 3 行 = 保留 2 行 + 剔除 1 行" in done.stdout
    assert "没有回答。" in done.stdout
    assert "剔除原因" in (folder / "runs/t/data/report.md").read_text(encoding="utf-8")


def test_strict_stops_with_2_and_names_the_row(folder: Path) -> None:
    done = inside("data", "-c", "r.yaml", "--strict", cwd=folder)
    assert done.returncode == 2
    assert "raw/a.jsonl:3: missing_answer" in done.stderr
    assert not (folder / "runs").exists()


def test_dry_run_writes_nothing(folder: Path) -> None:
    done = inside("data", "-c", "r.yaml", "--dry-run", cwd=folder)
    assert done.returncode == 0
    assert "alpaca" in done.stdout
    assert sorted(path.name for path in folder.iterdir()) == ["r.yaml", "raw"]


def test_a_dry_run_as_json(folder: Path) -> None:
    (folder / "raw" / "empty.jsonl").touch()
    (folder / "raw" / "letter.docx").touch()
    plan = orjson.loads(inside("data", "-c", "r.yaml", "--dry-run", "--json", cwd=folder).stdout)
    alpaca, empty, letter = plan["sources"]
    columns = {"instruction": "instruction", "input": "input", "output": "output"}
    assert (alpaca["source"], alpaca["format"], alpaca["columns"]) == ("raw/a.jsonl", "alpaca", columns)
    assert 0.5 < alpaca["confidence"] <= 1
    assert (alpaca["unmapped"], alpaca["notes"]) == ([], [])
    assert (empty["source"], empty["format"], empty["confidence"]) == ("raw/empty.jsonl", None, None)
    assert (letter["source"], letter["format"]) == ("raw/letter.docx", None)
    assert letter["notes"][0].startswith("unsupported_file")
    assert plan["stages"][0] == "read"
    assert not (folder / "runs").exists()


def test_json_is_pure(folder: Path) -> None:
    told: dict[str, Any] = orjson.loads(gristmill("data", "-c", "r.yaml", "--json", cwd=folder).stdout)
    assert told["rows"]["kept"] == 2
    (look,) = orjson.loads(inside("inspect", "raw", "--json", cwd=folder).stdout)
    assert (look["format"], look["rows"], look["records"], look["faults"]) == ("alpaca", 3, 2, {"missing_answer": 1})


def test_every_row_dropped_is_an_error_that_explains(folder: Path) -> None:
    (folder / "raw" / "a.jsonl").write_bytes(orjson.dumps(ROWS[2]) + b"\n")
    (folder / "r.yaml").write_text("name: t\ndata: {sources: [{path: raw, format: alpaca}]}\n", encoding="utf-8")
    done = inside("data", "-c", "r.yaml", cwd=folder)
    assert done.returncode == 2
    assert "no row was kept of 1 that were read: 1 missing_answer (first: raw/a.jsonl:1)" in done.stderr


def test_init_writes_a_recipe_that_runs(folder: Path) -> None:
    assert inside("init", "raw", "-o", "new.yaml", "--name", "fresh", cwd=folder).returncode == 0
    assert "alpaca, 2 of 3 rows; 1 missing_answer" in (folder / "new.yaml").read_text(encoding="utf-8")
    assert inside("data", "-c", "new.yaml", cwd=folder).returncode == 0
    assert (folder / "runs/fresh/data/train.parquet").is_file()


def test_convert_from_stdin_with_rejects(folder: Path) -> None:
    raw = (folder / "raw" / "a.jsonl").read_bytes()
    done = gristmill("convert", "-", "--to", "chatml", "-o", "out/x.json", cwd=folder, stdin=raw)
    assert done.returncode == 0, done.stderr
    rows = orjson.loads((folder / "out/x.json").read_bytes())
    assert [row["messages"][0]["content"] for row in rows] == ["水箱多大？\nLQ-300", "保修几年？"]
    (reject,) = [orjson.loads(line) for line in (folder / "out/x.rejects.jsonl").read_bytes().splitlines()]
    assert (reject["source"], reject["row"], reject["reason"]) == ("stdin", 3, "missing_answer")


def test_convert_names_the_columns_that_it_left_out(folder: Path) -> None:
    (folder / "in.jsonl").write_bytes(orjson.dumps({**ROWS[0], "customer": "c1", "tags": ["a"]}) + b"\n")
    words = ("convert", "in.jsonl", "--to", "alpaca", "-o", "out.jsonl")
    done = inside(*words, cwd=folder)
    assert "in.jsonl: columns that are not part of alpaca and were left out: customer, tags\n" in done.stdout
    assert "以下列不属于 alpaca，未写入：customer, tags" in inside(*words, "--force", "--lang", "zh", cwd=folder).stdout


@pytest.mark.parametrize("words", ["formats", "formats --json", "--help", "inspect raw"])
def test_a_reader_that_leaves_is_no_error(folder: Path, words: str) -> None:
    # The reader is gone before the first byte, which `head` would leave to chance.
    command = f"(sleep 0.2; exec {sys.executable} -m gristmill {words}) | true; exit ${{PIPESTATUS[0]}}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False, env=environment
    )
    assert (done.returncode, done.stdout, done.stderr) == (141, "", "")


def test_ctrl_c_says_that_nothing_is_lost(folder: Path) -> None:
    line = (folder / "raw" / "a.jsonl").read_bytes().splitlines()[0]
    (folder / "raw" / "big.jsonl").write_bytes((line + b"\n") * 400_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "gristmill", "data", "-c", "r.yaml"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    deadline = time.monotonic() + 30
    while not list(folder.glob(".gristmill/shards/*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in stderr
    assert "Traceback" not in stderr
