"""Augmentation as a person meets it: what is ahead, what was made, the sheet, and every fault in one line."""

import sqlite3
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.dataprep.augment.mill import answering, polite, write_raw
from tests.gristmill.inside import inside
from tests.gristmill.test_cli import gristmill
from tests.servers import serve

pytest.importorskip("openai")


def write(folder: Path, url: str, more: str = "") -> None:
    write_raw(folder)
    text = (
        "name: t\nseed: 1\ndata:\n  sources: [{path: raw}]\n  split: {train: 0.6, dev: 0.2, eval: 0.2}\n"
        f"  augment:\n    endpoint: {{base_url: '{url}', model: m, backoff: 0.001, attempts: 2{more}}}\n"
        "    paraphrase: {variants: 1}\n    accept: {near: 1.0}\n"
    )
    (folder / "r.yaml").write_text(text, encoding="utf-8")


def told(text: str) -> str:
    """The words without the line breaks of a narrow terminal."""
    return " ".join(text.split())


def test_what_is_ahead_then_the_run_then_its_sheet(tmp_path: Path) -> None:
    with serve(answer=answering(polite)) as server:
        write(tmp_path, server.url, ", price: {input: 1, output: 2}")
        ahead = orjson.loads(inside("data", "-c", "r.yaml", "--dry-run", "--json", cwd=tmp_path).stdout)
        assert server.bodies == []
        assert not (tmp_path / "runs").exists()
        [line] = ahead["augmentation"]
        assert (line["what"], line["model"], line["currency"]) == ("paraphrase", "m", "USD")
        assert line["estimate"]["calls"] == line["drafts"] > 15
        assert line["estimate"]["cost"] > 0
        done = gristmill("data", "-c", "r.yaml", "--sample-augmented", "5", "--lang", "zh", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert len(server.bodies) == line["drafts"]
        again = orjson.loads(inside("data", "-c", "r.yaml", "--dry-run", "--json", cwd=tmp_path).stdout)
        assert again["augmentation"][0]["estimate"] | {"tokens_out": 0} == {
            **{"calls": 0, "known": line["drafts"], "tokens_in": 0, "tokens_out": 0, "cost": 0.0}
        }
    assert "由其生成" in done.stdout
    sheet = (tmp_path / "runs/t/augmented.csv").read_text(encoding="utf-8-sig")
    assert sheet.count("您好，想跟您打听一件事") + sheet.count("Hello there") == 5
    assert (tmp_path / "runs/t/augmented.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_dry_run_says_it_in_words(tmp_path: Path) -> None:
    write(tmp_path, "http://127.0.0.1:9/v1")
    done = inside("data", "-c", "r.yaml", "--dry-run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "split → augment → leak check" in told(done.stdout)
    assert "Would ask of models" in done.stdout
    assert "paraphrases" in done.stdout


def test_a_run_without_rewrites_has_no_sheet(tmp_path: Path) -> None:
    write(tmp_path, "http://127.0.0.1:9/v1")
    bare = (tmp_path / "r.yaml").read_text(encoding="utf-8").split("  augment:")[0]
    (tmp_path / "r.yaml").write_text(bare, encoding="utf-8")
    done = inside("data", "-c", "r.yaml", "--sample-augmented", "5", cwd=tmp_path)
    assert done.returncode == 2
    assert "the run 't' has no rewrites to show" in told(done.stderr)


@pytest.mark.parametrize(
    ("plan", "more", "fault", "hint"),
    [
        (["401"] * 99, "", "key", "next:"),
        (["404"] * 99, "", "m", "next:"),
        (["402"] * 99, "", "has no credit left", "top it up"),
        ([], ", key_env: NO_SUCH_KEY", "NO_SUCH_KEY is not set", "export NO_SUCH_KEY=YOUR_KEY"),
        (
            [],
            ", price: {input: 1000, output: 1000}, budget: 0.05",
            "the budget of 0.05 USD for m is spent",
            "raise budget",
        ),
        ([], ", budget: 1", "a budget needs a price", "r.yaml"),
    ],
)
def test_what_can_go_wrong_with_an_endpoint(tmp_path: Path, plan: list[str], more: str, fault: str, hint: str) -> None:
    with serve(plan, answer=answering(polite)) as server:
        write(tmp_path, server.url, more)
        done = inside("data", "-c", "r.yaml", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert fault in told(done.stderr)
    assert hint in told(done.stderr)
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "runs" / "t" / "data").exists()


def test_nobody_answers(tmp_path: Path) -> None:
    write(tmp_path, "http://127.0.0.1:9/v1")
    done = inside("data", "-c", "r.yaml", cwd=tmp_path)
    assert (done.returncode, "http://127.0.0.1:9/v1" in told(done.stderr), "next:" in done.stderr) == (2, True, True)


def test_what_was_paid_for_before_the_budget_was_spent_is_kept(tmp_path: Path) -> None:
    with serve(answer=answering(polite)) as server:
        write(tmp_path, server.url, ", price: {input: 1000, output: 1000}, budget: 0.05")
        # In a process of its own: when that has ended, no request that was called off is still on its way.
        assert gristmill("data", "-c", "r.yaml", cwd=tmp_path).returncode == 2
        paid = len(server.bodies)
        assert 0 < paid <= 8  # those on their way when the first price is known
        with sqlite3.connect(tmp_path / ".gristmill" / "answers.sqlite") as base:
            [(kept,)] = base.execute("select count(*) from answers")
        assert 0 < kept <= paid
        write(tmp_path, server.url, ", price: {input: 1000, output: 1000}, budget: 9")
        done = inside("data", "-c", "r.yaml", "--json", cwd=tmp_path)
        facts: dict[str, Any] = orjson.loads(done.stdout)["augmentation"]
        assert len(server.bodies) - paid == facts["drafts"] - kept


@pytest.mark.parametrize("kind", ["other version", "no database"])
def test_a_cache_that_can_not_be_used(tmp_path: Path, kind: str) -> None:
    cache = tmp_path / ".gristmill" / "answers.sqlite"
    cache.parent.mkdir()
    if kind == "other version":
        with sqlite3.connect(cache) as base:
            base.execute("pragma user_version = 99")
    else:
        cache.write_bytes(b"no database at all" * 100)
    with serve(answer=answering(polite)) as server:
        write(tmp_path, server.url)
        done = inside("data", "-c", "r.yaml", cwd=tmp_path)
        assert server.bodies == []
    assert done.returncode == 2
    assert "answers.sqlite" in told(done.stderr)
    assert "mv " in done.stderr
