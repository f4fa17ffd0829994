"""The validate stage: verdicts, settings, the ledger, tokens."""

import sys
from pathlib import Path

import polars as pl
import pytest

from dataprep.recipe import Validate
from dataprep.validate import RULES, check_rules, validate
from schemas.errors import MissingExtra, UserError
from schemas.frames import DROPPED, EVENTS, FRAME, empty
from tests.dataprep.rows import ask, framed, plain, preference, sft, user


@pytest.fixture
def tokenizer(tmp_path: Path) -> Path:
    """One token for each character."""
    library = pytest.importorskip("tokenizers")
    made = library.Tokenizer(library.models.WordLevel({"[UNK]": 0, "水": 1}, unk_token="[UNK]"))
    made.pre_tokenizer = library.pre_tokenizers.Split(library.Regex("."), "isolated")
    made.save(str(tmp_path / "tokenizer.json"))
    return tmp_path


def test_an_empty_frame_stays_empty() -> None:
    result = validate(empty(FRAME), Validate())
    assert (result.kept.schema, result.dropped.schema, result.events.schema) == (FRAME, DROPPED, EVENTS)


def test_rows_are_conserved_and_every_reason_is_in_the_ledger() -> None:
    frame = framed(ask("问", "答"), sft(user("一"), user("")), plain(""))
    result = validate(frame, Validate())
    result.conserve(3, stage="validate")
    assert result.kept.equals(frame.head(1))
    assert result.dropped["reasons"].to_list() == [["role_order", "no_answer", "empty_turn"], ["no_content"]]
    assert result.events.select("id", "stage", "verdict", "reason").rows() == [
        ("a.jsonl:2", "validate", "dropped", "role_order"),
        ("a.jsonl:2", "validate", "dropped", "no_answer"),
        ("a.jsonl:2", "validate", "dropped", "empty_turn"),
        ("a.jsonl:3", "validate", "dropped", "no_content"),
    ]


@pytest.mark.parametrize(
    ("verdict", "kept", "told"),
    [("drop", 0, ["dropped"]), ("flag", 1, ["flagged"]), ("off", 1, [])],
)
@pytest.mark.parametrize(("rule", "answer"), [("template_token", "<|im_end|>"), ("open_fence", "```")])
def test_every_rule_can_be_set(rule: str, answer: str, verdict: str, kept: int, told: list[str]) -> None:
    result = validate(framed(ask("问", answer)), Validate.model_validate({"rules": {rule: verdict}}))
    assert (result.kept.height, result.events["verdict"].to_list()) == (kept, told)


def test_a_rule_that_needs_python_can_be_flagged() -> None:
    frame = framed(ask("问", "答", tools="{"))
    result = validate(frame, Validate(rules={"bad_tool_json": "flag"}))
    assert result.kept.equals(frame)
    assert result.events["reason"].to_list() == ["bad_tool_json"]


def test_all_rules_off_lets_everything_pass() -> None:
    frame = framed(sft(), plain(""))
    assert validate(frame, Validate(rules=dict.fromkeys(RULES, "off"))).kept.equals(frame)


def test_a_null_verdict_fails() -> None:
    frame = framed(ask("问", "答")).with_columns(
        pl.lit(None, pl.Enum(["sft", "preference", "kto", "text"])).alias("kind")
    )
    assert validate(frame, Validate()).kept.height == 0


def test_check_rules_names_the_nearest_rule() -> None:
    with pytest.raises(UserError, match="did you mean 'open_fence'") as told:
        check_rules(Validate(rules={"open_fense": "drop"}))
    assert "template_token" in told.value.hint


def test_check_rules_lets_known_rules_pass() -> None:
    check_rules(Validate(rules={"open_fence": "drop", "too_many_tokens": "off"}))


def test_token_rule_without_a_tokenizer_is_refused() -> None:
    with pytest.raises(UserError, match="needs max_tokens and tokenizer"):
        check_rules(Validate(rules={"too_many_tokens": "drop"}))


def test_absent_tokenizer_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        check_rules(Validate(max_tokens=5, tokenizer=tmp_path))


def test_file_that_is_no_tokenizer_is_told(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(UserError, match=r"not a tokenizer\.json"):
        check_rules(Validate(max_tokens=5, tokenizer=tmp_path))


def test_absent_library_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(MissingExtra, match="tokenizers"):
        check_rules(Validate(max_tokens=5, tokenizer=tmp_path))


def test_length_in_tokens(tokenizer: Path) -> None:
    frame = framed(
        ask("水水", "水水水"), preference("水", "水水", "水水水"), plain("水水水水水"), plain("水水水水水水")
    )
    check_rules(Validate(max_tokens=5, tokenizer=tokenizer))
    result = validate(frame, Validate(max_tokens=5, tokenizer=tokenizer / "tokenizer.json"))
    assert result.kept.equals(frame.head(3))
    assert result.dropped["reasons"].to_list() == [["too_many_tokens"]]
    assert validate(empty(FRAME), Validate(max_tokens=5, tokenizer=tokenizer)).kept.height == 0
