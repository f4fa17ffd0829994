"""Train is widened through a whole run: what comes in, what stays out, and that it all adds up."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataprep.augment.accept import RULES
from dataprep.augment.drafts import DRAFTS, SUFFIX
from dataprep.make import Outcome, make_dataset
from schemas.artifacts import SPLITS, digest_folder
from schemas.errors import UserError
from schemas.frames import FRAME
from tests.dataprep.augment.mill import QUESTIONS, answering, asked_for, polite, recipe, run, write_raw
from tests.servers import serve

pytest.importorskip("openai")
LENIENT = {"near": 1.0}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    write_raw(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the runs are that several tests look at."""
    root = tmp_path_factory.mktemp("shared")
    write_raw(root)
    return root


@pytest.fixture(scope="module")
def bare(shared: Path) -> Outcome:
    """A run that widens nothing."""
    return run(shared, name="bare")


@pytest.fixture(scope="module")
def plain(shared: Path) -> Outcome:
    """A run in which every row of train gets one rewrite."""
    return widened(shared)


def side(outcome: Outcome, split: str) -> pl.DataFrame:
    return pl.read_parquet(outcome.layout.split(split))


def drafts(outcome: Outcome) -> pl.DataFrame:
    return pl.read_parquet(outcome.layout.data / "augmented.parquet")


def widened(desk: Path, reword: Any = polite, **augment: Any) -> Outcome:
    with serve(answer=answering(reword)) as server:
        return run(desk, server.url, **{"paraphrase": {}, "accept": LENIENT, **augment})


def test_without_a_way_nothing_is_made_and_nobody_is_asked(bare: Outcome) -> None:
    assert bare.manifest["rows"]["created"] == 0
    assert "augmentation" not in bare.manifest
    assert not (bare.layout.data / "augmented.parquet").exists()


def test_new_rows_stand_in_train_beside_their_parents(bare: Outcome, plain: Outcome) -> None:
    rows, train = plain.manifest["rows"], side(plain, "train")
    old = train.filter(origin="raw")
    new = train.filter(origin="paraphrase")
    assert old["id"].to_list() == side(bare, "train")["id"].to_list()
    assert new.height == rows["created"] == old.height > 15
    assert rows["read"] + rows["created"] == rows["kept"] + rows["dropped"]
    assert train.schema == FRAME
    assert set(new["parent_id"]) == set(old["id"])
    families = dict(old.select("id", "family").iter_rows())
    assert [families[parent] for parent in new["parent_id"]] == new["family"].to_list()
    said = new["messages"].list.first().struct.field("content")
    assert set(said) == {polite(text) for text in QUESTIONS} & set(said)
    assert new["source"].unique().to_list() == ["raw/a.jsonl" + SUFFIX]
    for split in ("dev", "eval"):
        assert side(plain, split).equals(side(bare, split))


def test_a_child_says_who_made_it(plain: Outcome) -> None:
    made = pl.Series([row["meta"] for row in side(plain, "train").filter(origin="paraphrase").iter_rows(named=True)])
    keys = made.str.json_path_match("$.augmented.key")
    assert keys.str.contains("^[0-9a-f]{64}$").all()
    assert made.str.json_path_match("$.augmented.model").unique().to_list() == ["m"]
    assert made.str.json_path_match("$.augmented.prompt_version").str.starts_with("paraphrase-").all()


def test_drafts_and_ledger_tell_of_every_rewrite(desk: Path) -> None:
    outcome = widened(desk, lambda text: "" if "soil" in text else f"{text} 3 times" if "fan" in text else polite(text))
    table, ledger = drafts(outcome), pl.read_parquet(outcome.layout.ledger).filter(stage="augment")
    assert table.schema == DRAFTS
    assert table["number"].to_list() == list(range(1, table.height + 1))
    assert table["parent_id"].is_sorted()
    rejected = table.filter(pl.col("id").is_null())
    assert set(rejected["reasons"].explode()) <= {"empty", "numbers", "near_identical", "duplicate"}
    told = ledger.filter(verdict="rejected").select("row", pl.col("reason").str.strip_prefix("rewrite_"))
    assert told.rows() == rejected.select("number", "reasons").explode("reasons").rows()
    created = ledger.filter(verdict="created")
    assert created["id"].to_list() == table["id"].drop_nulls().to_list()
    assert created["into"].to_list() == table.drop_nulls("id")["parent_id"].to_list()


def test_a_rewrite_near_a_row_of_eval_or_dev_is_rejected(desk: Path, bare: Outcome) -> None:
    asked = {split: side(bare, split)["messages"].list.first().struct.field("content").to_list() for split in SPLITS}
    held = [*asked["eval"], *asked["dev"]]
    alike = {text: [other for other in held if other.isascii() == text.isascii()] for text in asked["train"]}
    places = {text: leaks[at % len(leaks)] for at, (text, leaks) in enumerate(alike.items())}
    off = [name for name in RULES if name not in {"finish", "empty"}]
    outcome = widened(desk, lambda text: places[text], accept={"without": off})
    table = drafts(outcome)
    assert outcome.manifest["rows"]["created"] == 0
    first = table.unique("prompt_after", keep="first", maintain_order=True)
    assert first["reasons"].to_list() == [["near_eval"]] * first.height
    assert set(table["reasons"].explode()) <= {"near_eval", "duplicate"}
    assert outcome.manifest["leak_certificate"]["passed"]


def test_no_family_content_or_parent_crosses(plain: Outcome) -> None:
    certificate = plain.manifest["leak_certificate"]
    assert certificate["passed"]
    assert certificate["crossing"] == {"family": 0, "content": 0, "parent": 0}
    held = pl.concat([side(plain, "dev"), side(plain, "eval")])
    assert held["origin"].unique().to_list() == ["raw"]
    assert not set(side(plain, "train")["family"]) & set(held["family"])


def test_the_same_answers_make_the_same_bytes_and_cost_nothing_twice(desk: Path) -> None:
    with serve(answer=answering(polite)) as server:
        first = run(desk, server.url, paraphrase={"variants": 2, "styles": ["plain", "formal"]}, accept=LENIENT)
        calls, digests = len(server.bodies), digest_folder(first.layout.data)
        again = run(desk, server.url, paraphrase={"variants": 2, "styles": ["plain", "formal"]}, accept=LENIENT)
        assert not again.fresh
        (desk / "runs").rename(desk / "old")
        fresh = run(desk, server.url, paraphrase={"variants": 2, "styles": ["plain", "formal"]}, accept=LENIENT)
        assert len(server.bodies) == calls == fresh.manifest["augmentation"]["drafts"]
    assert fresh.fresh
    assert {k: v for k, v in digest_folder(fresh.layout.data).items() if k != "run.log.json"} == {
        k: v for k, v in digests.items() if k != "run.log.json"
    }


def test_of_equal_rewrites_one_stays(desk: Path) -> None:
    outcome = widened(desk, paraphrase={"variants": 3, "styles": ["plain"]})
    facts = outcome.manifest["augmentation"]
    assert facts["drafts"] == 3 * facts["accepted"]
    assert facts["rules"] == [{"rule": "duplicate", "drafts": 2 * facts["accepted"]}]


def test_answers_and_both(desk: Path) -> None:
    outcome = widened(
        desk,
        lambda text: f"Well then. {text}" if text.isascii() else f"是这样的：{text}",
        paraphrase={"target": "both"},
    )
    whole = drafts(outcome).filter(target="both")["id"].drop_nulls()
    new = side(outcome, "train").filter(pl.col("id").is_in(whole.implode()))
    assert new.height > 10
    said = new["messages"].list.last().struct.field("content")
    assert said.str.contains("^(Well then|是这样的)").all()


def test_what_an_endpoint_refused_is_asked_again_by_the_next_run(desk: Path) -> None:
    with serve(["filter"] * 3, answer=answering(polite)) as server:
        first = run(desk, server.url, paraphrase={}, accept=LENIENT)
        assert first.manifest["augmentation"]["unanswered"] == 3
        second = run(desk, server.url, paraphrase={}, accept=LENIENT)
        assert second.fresh
        assert second.manifest["augmentation"]["unanswered"] == 0
        assert len(server.bodies) == 3 + first.manifest["augmentation"]["drafts"]


def test_a_bad_rewrite_falls_to_the_rules_of_rows(desk: Path) -> None:
    outcome = widened(desk, lambda text: f"{polite(text)} <|im_start|>", accept={"without": ["names"], **LENIENT})
    assert outcome.manifest["rows"]["created"] == 0
    assert set(drafts(outcome)["reasons"].explode()) == {"broken_rule"}
    assert drafts(outcome)["detail"].str.contains("validate: template_token").all()


def test_secrets_in_a_rewrite_are_masked_everywhere(desk: Path) -> None:
    secret = "sk-proj-" + "a1B2c3D4" * 6
    outcome = widened(
        desk, lambda text: f"{polite(text)} {secret}", accept={"without": ["length", "names", "numbers"], **LENIENT}
    )
    assert secret not in str(side(outcome, "train").to_dicts())
    assert secret not in str(drafts(outcome).to_dicts())
    assert secret not in str(pl.read_parquet(outcome.layout.ledger).to_dicts())
    for report in ("report.html", "report.md"):
        assert secret not in (outcome.layout.data / report).read_text(encoding="utf-8")


def test_a_dead_endpoint_publishes_nothing(desk: Path) -> None:
    with pytest.raises(UserError, match=r"127\.0\.0\.1:9"):
        run(desk, "http://127.0.0.1:9/v1", paraphrase={})
    assert not (desk / "runs" / "t" / "data").exists()


def test_the_mix_counts_new_rows_with_their_file(desk: Path) -> None:
    with serve(answer=answering(polite)) as server:
        mixed = recipe(server.url, paraphrase={}, accept=LENIENT).model_copy()
        data = mixed.model_dump(by_alias=True) | {"mix": {"groups": {"all": {"sources": ["raw/*.jsonl"]}}}}
        outcome = make_dataset(type(mixed).model_validate(data), name="m", seed=1, root=desk)
    [group] = outcome.manifest["mix"]
    assert group["group"] == "all"
    assert group["rows_in"] == outcome.manifest["rows"]["train"]
    assert outcome.manifest["rows"]["created"] > 10


def test_gates_judge_the_share_of_kept_rows_by_those_that_were_read(plain: Outcome) -> None:
    from dataprep.gates.artifact import Artifact

    artifact = Artifact(plain.layout.data)
    rows = plain.manifest["rows"]
    assert artifact.table([], kept=False).height == rows["read"]
    assert artifact.table([], kept=True).height == rows["kept"] == rows["read"] + rows["created"] - rows["dropped"]


def writing(body: dict[str, Any]) -> str:
    """A model that rewrites, translates, asks, answers and judges."""
    kind = body.get("response_format", {}).get("json_schema", {}).get("name")
    asked = body["messages"][-1]["content"]
    if kind == "grade":
        return '{"reason": "soil is not earth", "score": 2}' if "soil" in asked else '{"reason": "fits", "score": 5}'
    if kind == "question":
        chinese = "新" in asked
        return '{"question": "%s"}' % (
            "山顶上烧水为什么更快沸腾？" if chinese else "Why does water boil sooner on a peak?"
        )
    return polite(asked_for(body)) if "\n</" in asked else "The air is thinner up there, so it boils at a lower heat."


def test_every_way_and_a_judge(desk: Path) -> None:
    price = {"price": {"input": 1.0, "output": 10.0}}
    with serve(answer=writing) as server:
        section = recipe(server.url, paraphrase={}, accept=LENIENT).augment.model_dump()
        section["endpoint"] |= price
        section |= {"backtranslate": {"pivots": ["fr"]}, "invent": {"rows": 2}, "judge": {}}
        data = recipe(None).model_dump(by_alias=True) | {"augment": section}
        outcome = make_dataset(type(recipe(None)).model_validate(data), name="t", seed=1, root=desk)
        calls = len(server.bodies)
    facts, table = outcome.manifest["augmentation"], drafts(outcome)
    assert {line["origin"] for line in facts["methods"]} == {"paraphrase", "back_translation", "self_instruct"}
    assert set(side(outcome, "train")["origin"]) >= {"raw", "paraphrase"}
    low = table.filter(pl.col("score") == 2)
    assert low.height > 0
    assert low["reasons"].to_list() == [["judge"]] * low.height
    assert low["detail"].unique().to_list() == ["2: soil is not earth"]
    assert (facts["tokens_in"], facts["tokens_out"]) == (10 * calls, 5 * calls)
    assert facts["cost"] == pytest.approx(calls * (10 * 1 + 5 * 10) / 1e6)
