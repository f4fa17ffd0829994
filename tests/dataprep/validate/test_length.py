"""Lengths in tokens, for every kind of row alone and together."""

from functools import partial
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from dataprep.recipe import Validate
from dataprep.validate import validate
from dataprep.validate.length import token_counts
from schemas.records import Record
from tests.dataprep.conftest import Desk
from tests.dataprep.rows import ask, framed, plain, preference


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One token a word."""
    words = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    words.save(str(path))
    return path


ROWS: dict[str, tuple[Record, int]] = {
    "sft": (ask("a b", "c d e"), 5),
    "text": (plain("水 茶"), 2),
    "the longer answer counts": (preference("a", "b", "c d e"), 4),
}


@pytest.mark.parametrize("name", ROWS)
def test_tokens_of_one_row(tokenizer: Path, name: str) -> None:
    record, count = ROWS[name]
    assert token_counts(framed(record), Validate(max_tokens=1, tokenizer=tokenizer)).to_list() == [count]


def test_tokens_of_mixed_rows(tokenizer: Path) -> None:
    rows = [record for record, _ in ROWS.values()]
    config = Validate(max_tokens=4, tokenizer=tokenizer.parent)
    assert token_counts(framed(*rows), config).to_list() == [5, 2, 4]
    result = validate(framed(*rows), config)
    assert result.dropped["reasons"].to_list() == [["too_many_tokens"]]
    assert validate(framed(), config).kept.is_empty()


def test_a_run_counts_tokens_and_notices_another_tokenizer(run: Desk, tokenizer: Path) -> None:
    settings = {"max_tokens": 7, "tokenizer": str(tokenizer)}
    run = partial(run, sources=[{"path": "raw/b.jsonl"}])
    first = run(validate=settings)
    assert {entry["reason"] for entry in first.manifest["reasons"]} >= {"too_many_tokens"}
    assert not run(validate=settings).fresh
    tokenizer.write_text(tokenizer.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert run(validate=settings).fresh
