"""What the manifest says that the mill found: numbers that agree with the files, and rows that can be looked up."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataprep.make import Outcome, make_dataset
from dataprep.recipe import DataRecipe
from schemas.artifacts import SPLITS
from tests.dataprep.conftest import ask, write_lines

QUESTION = "泠泉茶机的水箱应该怎样清洗，才不会留下水垢和异味呢？"
LONG = "先断开电源，再取出水箱，倒掉剩水，用清水冲洗两遍，最后擦干，放回原位即可。"


def rows() -> list[Any]:
    topics = ["水温", "滤网", "保修", "茶叶", "噪音", "价格", "颜色", "电源", "杯垫", "说明书"]
    facts = [ask(f"{topic}有什么要注意的？", f"关于{topic}：请翻到手册里讲{topic}的那一章。") for topic in topics]
    return [
        *facts,  # 1-10
        facts[0],  # 11, equal
        ask("水箱怎么洗？", LONG),  # 12
        ask("水箱怎么洗？", LONG.replace("最后", "然后")),  # 13, near and of the same prompt
        ask(QUESTION, "用柠檬酸泡半小时，再冲两遍就好了。"),  # 14, a benchmark's question
        ask("客服电话是多少？", "请拨打 13812345678，工作日有人接听。"),  # 15
        ask("How hot is the water by default?", "It is ninety degrees by default, and you can set it lower."),  # 16
    ]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    root = tmp_path_factory.mktemp("findings")
    write_lines(root / "raw" / "a.jsonl", rows())
    write_lines(root / "bench.jsonl", [{"id": "q7", "question": QUESTION}, {"id": "q8", "question": "滤网" * 20}])
    sections = {
        "sources": [{"path": "raw"}],
        "dedup": {"near": {"keys": ["answer"]}, "same_answer": 2},
        "pii": {"action": "mask"},
        "decontaminate": {"against": ["bench.jsonl"]},
        "split": {"train": 0.6, "dev": 0.2, "eval": 0.2},
        "mix": {"groups": {"all": {"sources": ["raw/*"]}}},
    }
    return make_dataset(DataRecipe.model_validate(sections), name="t", seed=1, root=root)


@pytest.fixture(scope="module")
def kept(outcome: Outcome) -> pl.DataFrame:
    return pl.concat(pl.read_parquet(outcome.layout.split(split)) for split in SPLITS)


def test_duplicates(outcome: Outcome) -> None:
    found = outcome.manifest["duplicates"]
    assert (found["exact"], found["near"], found["semantic"]) == (1, 1, 0)
    assert [(cluster["keeper"]["row"], cluster["size"]) for cluster in found["clusters"]] == [(1, 2), (12, 2)]
    exact, near = (cluster["members"][0] for cluster in found["clusters"])
    assert (exact["row"], exact["similarity"]) == (11, 1.0)
    assert near["row"] == 13 and 0.7 <= near["similarity"] < 1


def test_clusters_show_keeper_and_members(outcome: Outcome) -> None:
    for cluster in outcome.manifest["duplicates"]["clusters"]:
        assert cluster["keeper"]["text"] and cluster["members"][0]["text"]
    near = outcome.manifest["duplicates"]["clusters"][1]
    assert "最后擦干" in near["keeper"]["text"] and "然后擦干" in near["members"][0]["text"]


def test_one_prompt_with_two_answers_is_a_conflict(outcome: Outcome) -> None:
    assert outcome.manifest["duplicates"]["conflicts"] > 0


def test_personal_data(outcome: Outcome) -> None:
    (phone,) = outcome.manifest["pii"]
    assert (phone["kind"], phone["action"], phone["spans"], phone["rows"]) == ("cn_mobile", "mask", 1, 1)


def test_benchmarks(outcome: Outcome) -> None:
    (bench,) = outcome.manifest["decontamination"]
    assert (bench["benchmark"], bench["rows"]) == ("bench.jsonl", 1)
    assert [(span["item"], span["row"]) for span in bench["spans"]] == [("q7", 14)]


def test_languages_are_of_kept_rows(outcome: Outcome, kept: pl.DataFrame) -> None:
    spoken = {entry["language"]: entry["rows"] for entry in outcome.manifest["language"]}
    assert sum(spoken.values()) == kept.height == outcome.manifest["rows"]["kept"]
    assert (spoken["en"], spoken["zh"]) == (1, kept.height - 1)


def test_signals_are_of_every_judged_row(outcome: Outcome, kept: pl.DataFrame) -> None:
    signals = pl.read_parquet(outcome.layout.data / "signals.parquet")
    assert signals["row"].to_list() == list(range(1, 17))
    assert signals.join(kept, on=["source", "row"], how="semi").height == kept.height


def test_families(outcome: Outcome, kept: pl.DataFrame) -> None:
    told = outcome.manifest["families"]
    assert (told["rows"], told["families"]) == (kept.height, kept["family"].n_unique())
    assert 1 <= told["largest"] <= kept.height


def test_the_mix_counts_the_rows_of_train(outcome: Outcome) -> None:
    (group,) = outcome.manifest["mix"]
    assert (group["group"], group["rows_in"], group["share"]) == ("all", outcome.manifest["rows"]["train"], 1.0)


def test_a_run_without_the_mill_finds_nothing(tmp_path: Path) -> None:
    write_lines(tmp_path / "raw" / "a.jsonl", rows()[:1])
    recipe = DataRecipe.model_validate({"sources": [{"path": "raw"}], "dedup": {"near": {"enabled": False}}})
    found = make_dataset(recipe, name="t", seed=1, root=tmp_path).manifest
    assert (found["pii"], found["decontamination"], found["mix"]) == ([], [], [])
    assert found["duplicates"] == {
        **dict.fromkeys(("exact", "near", "semantic", "conflicts"), 0),
        "clusters": [],
        "same_answer": [],
    }
    assert {note["code"] for note in found["notes"]} == {"empty_dev", "empty_eval"} or found["notes"] == []
