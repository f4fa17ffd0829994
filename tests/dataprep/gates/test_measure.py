"""Numbers of gates, worked out by hand on ten kept and three lost rows."""

import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataprep.gates import Artifact, Gate, Unmeasured
from dataprep.gates.measure import measure
from schemas.artifacts import SPLITS
from tests.dataprep.gates.artifacts import CERTIFICATE, ROWS, artifact, certify
from tests.dataprep.rows import ask, calls, sft, user


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    return Artifact(artifact(tmp_path_factory.mktemp("gates") / "data"))


def numbers(made: Artifact, metric: str, **more: Any) -> dict[str, float | None]:
    gate = Gate(metric=metric, fail="== 0", **more)
    return {" ".join(value for _, value in line.slice): line.value for line in measure(made, gate)}


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("kept_share", 10 / 13),
        ("dropped_share", 3 / 13),
        ("dropped_share.invalid_json", 1 / 13),
        ("dropped_share.no_answer", 1 / 13),
        ("dropped_share.duplicate", 1 / 13),
        ("dropped_share.open_fence", 0),
        ("edited_share", 1 / 13),
        ("edited_share.html_tag", 1 / 13),
        ("duplicate_share.exact", 1 / 13),
        ("duplicate_share.near", 0),
        ("flagged_share", 2 / 10),
        ("flagged_share.open_fence", 1 / 10),
        ("refusals", 0),
        ("pii_rows", 1),
        ("duplicates_left", 0),
        ("families.largest_share", 1 / 10),
        ("kept_rows", 10),
        ("split_share.train", 8 / 10),
        ("split_rows.eval", 1),
        ("length.prompt.max", len("How long is the warranty?")),
        ("length.answer.min", len("可以。")),
        ("length.prompt.p0", 0),
        ("turns.max", 2),
        ("language.zh", 7 / 10),
        ("language.match", 1),
        ("label.balance", 0.5),
        ("pairs.longer_chosen", 1),
        ("empty_slices.language", 1),
        ("empty_slices.kind", 3),
        ("empty_slices.source", 0),
        ("rows.read", 13),
        ("reasons.invalid_json.rows", 1),
        ("reasons.empty_turn.rows", 0),
    ],
)
def test_the_number(made: Artifact, metric: str, value: float) -> None:
    assert numbers(made, metric) == {"": pytest.approx(value)}


@pytest.mark.parametrize(
    ("metric", "more", "found"),
    [
        ("kept_rows", {"per": "language"}, {"en": 3, "zh": 7}),
        (
            "kept_rows",
            {"per": ["split", "kind"], "only": {"kind": "sft"}},
            {"dev sft": 1, "eval sft": 1, "train sft": 4},
        ),
        ("kept_rows", {"per": "split", "min_rows": 2}, {"train": 8}),
        ("kept_rows", {"only": {"language": "zh", "kind": ["kto", "text"]}}, {"zh kto|text": 3}),
        ("kept_rows", {"only": {"source": "*.jsonl"}}, {"*.jsonl": 10}),
        ("kept_share", {"per": "source"}, {"a.jsonl": 10 / 13}),
        ("kept_share", {"per": "kind"}, {"kto": 1, "preference": 1, "sft": 1, "text": 1}),
        ("split_rows.eval", {"per": "language"}, {"en": 0, "zh": 1}),
        ("label.balance", {"per": "kind"}, {"kto": 0.5}),
    ],
)
def test_slices(made: Artifact, metric: str, more: dict[str, Any], found: dict[str, float]) -> None:
    assert numbers(made, metric, **more) == {name: pytest.approx(value) for name, value in found.items()}


@pytest.mark.parametrize(
    ("metric", "more"),
    [
        ("kept_rows", {"only": {"source": "b*"}, "min_rows": 1}),
        ("tool_json", {}),
        ("language.match", {"only": {"language": "fr"}}),
        ("kept_share", {"per": "source", "min_rows": 14}),
    ],
)
def test_nothing_to_judge_has_no_number(made: Artifact, metric: str, more: dict[str, Any]) -> None:
    assert set(numbers(made, metric, **more).values()) == {None}


def test_tools_and_topics(tmp_path: Path) -> None:
    broken = sft(user("天气？"), {"role": "assistant", "content": "", "tool_calls": "[{"})
    rows = {
        "train": [sft(user("几点？"), calls("clock")), broken, ask("你好", "你好", meta={"主题": "茶"})],
        "dev": [ask("嗨", "嗨", meta={"主题": "茶"})],
        "eval": [ask("在吗", "在", meta={"主题": "水"}), ask("喂", "喂", meta={"主题": "水"})],
    }
    made = Artifact(artifact(tmp_path / "data", rows=rows), topic="主题")
    assert numbers(made, "tool_json") == {"": 0.5}
    assert numbers(made, "topics.evenness") == {"": pytest.approx(1)}
    assert numbers(made, "topics.evenness", per="split") == {"dev": 0, "eval": 0, "train": 0}


def test_the_same_content_twice_is_found(tmp_path: Path) -> None:
    folder = artifact(tmp_path / "data", signals=False)
    train = pl.read_parquet(folder / "train.parquet").with_columns(
        id=pl.when(pl.col("row") == 2).then(pl.lit("a.jsonl:1-2")).otherwise("id")
    )
    train.write_parquet(folder / "train.parquet")
    assert numbers(Artifact(folder), "duplicates_left") == {"": pytest.approx(2 / 10)}


@pytest.mark.parametrize(
    ("certificate", "pairs", "highest"),
    [
        (CERTIFICATE, 0, 0.41),
        ({**CERTIFICATE, "passed": False, "over": 2, "highest": 0.9}, 2, 0.9),
        ({**CERTIFICATE, "passed": False, "crossing": {"family": 1, "content": 3, "parent": 0}}, 4, 0.41),
    ],
)
def test_leaks_are_computed_anew(
    made: Artifact, monkeypatch: pytest.MonkeyPatch, certificate: dict[str, Any], pairs: int, highest: float
) -> None:
    certify(monkeypatch, certificate)
    fresh = Artifact(made.folder)
    assert numbers(fresh, "leak.pairs") == {"": pairs}
    assert numbers(fresh, "leak.highest") == {"": highest}


@pytest.mark.parametrize(
    ("metric", "manifest", "told"),
    [
        ("tokens.p99", {}, "no signals.parquet"),
        ("topics.evenness", {}, "set gates.topic"),
        ("flagged_share.open_fence", {"recipe": {"validate": {"rules": {"open_fence": "off"}}}}, "turned the rule"),
        ("pii.email.rows", {}, "has no pii"),
        ("rows.kpet", {}, "did you mean kept?"),
        ("reasons.invalid_jsn.rows", {}, "did you mean invalid_json?"),
        ("reasons.invalid_json.row", {}, "'row'"),
        ("reasons.invalid_json.stage", {}, "is not a number"),
        ("leak_certificate.nearest", {}, "is not a number"),
        ("pii.email.share", {"pii": [{"kind": "email", "share": 1}, {"kind": "email", "share": 1}]}, "2 entries"),
    ],
)
def test_what_an_artifact_cant_tell(tmp_path: Path, metric: str, manifest: dict[str, Any], told: str) -> None:
    made = Artifact(artifact(tmp_path / "data", signals=False, **manifest))
    with pytest.raises(Unmeasured) as fault:
        numbers(made, metric)
    en, zh = fault.value.told
    assert told in en
    assert any("\u4e00" <= character <= "\u9fff" for character in zh)


def test_entries_of_one_name_add_up(tmp_path: Path) -> None:
    pii = [{"kind": "email", "action": "mask", "rows": 3}, {"kind": "email", "action": "flag", "rows": 2}]
    assert numbers(Artifact(artifact(tmp_path / "data", pii=pii)), "pii.email.rows") == {"": 5}


def test_names_of_files_keep_their_dots(tmp_path: Path) -> None:
    made = Artifact(artifact(tmp_path / "data", sources=[{"source": "raw/a.b.jsonl", "kept": 7}]))
    assert numbers(made, "sources.raw/a.b.jsonl.kept") == {"": 7}


@pytest.mark.parametrize(("per", "found"), [("kind", {"sft": 6 / 7}), ("language", {"zh": 7 / 8})])
def test_rows_that_left_after_they_were_measured_count_in_their_slice(
    made: Artifact, tmp_path: Path, per: str, found: dict[str, float]
) -> None:
    folder = artifact(tmp_path / "data")
    signals = pl.read_parquet(folder / "signals.parquet")
    lost = signals.head(1).with_columns(id=pl.lit("x"), row=pl.lit(103, pl.Int64))
    pl.concat([signals, lost]).write_parquet(folder / "signals.parquet")
    shares = numbers(Artifact(folder), "kept_share", per=per)
    assert {name: shares[name] for name in found} == {name: pytest.approx(share) for name, share in found.items()}


def test_the_order_of_rows_changes_nothing(made: Artifact, tmp_path: Path) -> None:
    folder = artifact(tmp_path / "data")
    for name in (*SPLITS, "ledger", "signals"):
        frame = pl.read_parquet(folder / f"{name}.parquet")
        order = random.Random(7).sample(range(frame.height), frame.height)
        frame[order].write_parquet(folder / f"{name}.parquet")
    for metric, per in (("kept_share", "kind"), ("flagged_share", "language"), ("length.all.p95", "split")):
        assert numbers(Artifact(folder), metric, per=per) == numbers(made, metric, per=per)


def test_an_artifact_without_rows(tmp_path: Path) -> None:
    made = Artifact(artifact(tmp_path / "data", rows={**ROWS, "dev": [], "eval": []}, events=[]))
    assert numbers(made, "dropped_share") == {"": 0}
    assert numbers(made, "split_rows.eval") == {"": 0}
