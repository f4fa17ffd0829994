"""From raw files to a published artifact: balance, determinism, resumption, refusal."""

import shutil
import subprocess
import sys
from pathlib import Path

import orjson
import polars as pl
import pytest

from dataprep.make import Outcome, certified, load_recipe, preview
from dataprep.recipe import DataRecipe, Split
from schemas.artifacts import DATA_FILES, SPLITS, digest_folder
from schemas.errors import InputError, RuntimeFault, UserError
from schemas.frames import EVENTS, FRAME
from tests.dataprep.conftest import Desk, ask, runner, write_desk, write_lines


@pytest.fixture(scope="module")
def grouped(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A run with families and one more format, that is only looked at."""
    run = runner(write_desk(tmp_path_factory.mktemp("grouped")))
    return run(split={"family": "fact"}, export={"formats": ["alpaca"]})


def rows_of(folder: Path) -> pl.DataFrame:
    return pl.concat(pl.read_parquet(folder / f"{split}.parquet").with_columns(split=pl.lit(split)) for split in SPLITS)


def test_rows_read_are_rows_kept_and_rows_in_the_ledger(made: Outcome) -> None:
    rows = made.manifest["rows"]
    ledger = pl.read_parquet(made.layout.ledger)
    left = ledger.filter(pl.col("verdict").is_in(["dropped", "merged"])).unique(["source", "row"], maintain_order=True)
    kept = rows_of(made.layout.data)
    assert (rows["read"], rows["kept"], rows["dropped"]) == (32, 27, 5) == (32, kept.height, left.height)
    for source in made.manifest["sources"]:
        here = pl.col("source") == source["source"]
        assert source["read"] == kept.filter(here).height + left.filter(here).height
    for before, after in zip(made.manifest["stages"], made.manifest["stages"][1:], strict=False):
        assert before["kept"] == after["rows_in"]


def test_every_fault_has_its_place_and_reason(made: Outcome) -> None:
    ledger = pl.read_parquet(made.layout.ledger)
    seen = {
        (source.split("/")[-1], row, stage, reason)
        for source, row, stage, reason in ledger.select("source", "row", "stage", "reason").rows()
    }
    assert seen >= {
        ("a.jsonl", 21, "read", "invalid_json"),
        ("a.jsonl", 22, "convert", "missing_answer"),
        ("a.jsonl", 24, "clean", "html_tag"),
        ("a.jsonl", 25, "exact_dedup", "duplicate"),
        ("b.jsonl", 1, "exact_dedup", "duplicate"),
        ("b.jsonl", 2, "exact_dedup", "same_prompt_other_answer"),
    }
    assert {(row, stage) for source, row, stage, _ in seen if source == "a.jsonl"} >= {(23, "validate")}


def test_the_artifact_has_one_schema_everywhere(made: Outcome) -> None:
    data = made.layout.data
    for split in SPLITS:
        assert pl.read_parquet_schema(data / f"{split}.parquet") == FRAME
    assert pl.read_parquet_schema(data / "ledger.parquet") == EVENTS


def test_the_folder_holds_what_the_layout_promises(grouped: Outcome) -> None:
    home = grouped.layout.data.resolve()
    files = {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}
    jsonl = {path for path in files if path.endswith(".jsonl")}
    assert files - jsonl == set(DATA_FILES)
    assert {"train.sft.jsonl", "train.text.jsonl", "exports/alpaca/train.jsonl"} <= jsonl


def test_dropped_rows_show_themselves(made: Outcome) -> None:
    ledger = pl.read_parquet(made.layout.ledger)
    empty = ledger.filter((pl.col("row") == 23) & (pl.col("verdict") == "dropped"))
    assert "空的？" in empty["before"][0]


def test_the_keeper_remembers_its_copies(made: Outcome) -> None:
    kept = rows_of(made.layout.data).filter(pl.col("source").str.ends_with("a.jsonl"))
    metas = {row: orjson.loads(meta or "{}") for row, meta in kept.select("row", "meta").rows()}
    assert metas[1]["merged_from"] == ["raw/a.jsonl:25"]
    assert metas[2]["merged_from"] == ["raw/b.jsonl:1"]


def test_families_stand_on_one_side(grouped: Outcome) -> None:
    rows = rows_of(grouped.layout.data)
    sides = rows.group_by("family", maintain_order=True).agg(pl.col("split").n_unique(), pl.col("row"))
    assert sides["split"].to_list() == [1] * sides.height
    assert sides.filter(pl.col("row").list.len() > 1).height == 1  # both answers to question 3


def test_two_runs_are_byte_identical(run: Desk, made: Outcome) -> None:
    assert digest_folder(run().layout.data) == digest_folder(made.layout.data)


def test_a_repeated_run_does_nothing(made: Outcome, ran: Path) -> None:
    run = runner(ran)
    assert [made.fresh, run().fresh, run(seed=2).fresh, run(seed=1).fresh] == [True, False, True, True]


def test_a_new_file_that_no_door_takes_is_told_of(ran: Path) -> None:
    (ran / "raw" / "old.zip").write_bytes(b"PK")
    again = runner(ran)()
    assert again.fresh
    assert again.manifest["refused_files"] == ["raw/old.zip"]


def test_a_damaged_artifact_is_made_again(ran: Path) -> None:
    data = ran / "runs" / "t" / "data"
    whole = digest_folder(data)
    (data / "train.parquet").write_bytes(b"PAR1")
    assert runner(ran)().fresh
    assert digest_folder(data) == whole


def test_only_what_changed_is_made_again(ran: Path) -> None:
    before = {path.name: path.stat().st_ino for path in (ran / ".gristmill" / "shards").iterdir()}
    write_lines(ran / "raw" / "c.jsonl", [{"text": "新的一页"}])
    runner(ran)()
    after = {path.name: path.stat().st_ino for path in (ran / ".gristmill" / "shards").iterdir()}
    assert before.items() <= after.items()
    assert len(after) - len(before) < len(before)


def test_strict_names_every_row_and_publishes_nothing(run: Desk, desk: Path) -> None:
    with pytest.raises(InputError) as raised:
        run(strict=True)
    for place in ("raw/a.jsonl:21: invalid_json", "raw/a.jsonl:22: missing_answer", "raw/b.jsonl:1: duplicate"):
        assert place in raised.value.message
    assert not (desk / "runs").exists()


def test_strict_passes_clean_files(run: Desk) -> None:
    assert run(strict=True, sources=[{"path": "raw/c.jsonl"}]).manifest["rows"]["kept"] == 5


def test_previous_keeps_old_eval_rows_in_eval(made: Outcome, ran: Path) -> None:
    old = rows_of(made.layout.data).select("id", "split")
    write_lines(ran / "raw" / "d.jsonl", [ask(f"新问题 {n}？", f"答 {n}") for n in range(30)])
    again = runner(ran)("two", seed=99, split={"previous": "runs/t/data/manifest.json"})
    new = rows_of(again.layout.data).select("id", now="split")
    joined = old.join(new, on="id", how="inner")
    assert joined.height == old.height
    assert joined.filter(pl.col("split") != pl.col("now")).is_empty()
    assert set(new.join(old, on="id", how="anti")["now"]) == set(SPLITS)


def test_an_eval_row_stays_out_of_train_when_a_new_twin_swallows_it(run: Desk, desk: Path) -> None:
    asked = [ask(f"问题 {n}？", f"答 {n}", fact=f"old{n}") for n in range(60)]
    write_lines(desk / "new" / "z_old.jsonl", asked)
    settings = {"sources": [{"path": "new"}]}
    first = run("one", split={"family": "fact"}, **settings)
    write_lines(desk / "new" / "a_new.jsonl", [ask(f"问题 {n}？ ", f"答 {n}", fact=f"new{n}") for n in range(60)])
    again = run("two", seed=5, split={"family": "fact", "previous": "runs/one/data/manifest.json"}, **settings)
    old, new = (rows_of(outcome.layout.data) for outcome in (first, again))
    question = pl.col("messages").list.first().struct.field("content").str.strip_chars()
    joined = old.select(question.alias("q"), "split").join(new.select(question.alias("q"), now="split"), on="q")
    assert joined.height == 60
    assert joined.filter(pl.col("split") != pl.col("now")).is_empty()
    assert again.manifest["moved"] == []


def test_equal_rows_are_one_family_when_all_of_them_stay(run: Desk, desk: Path) -> None:
    write_lines(desk / "raw" / "e.jsonl", [ask(f"问 {n % 20}？", "答", fact=f"e{n}") for n in range(60)])
    settings = {"sources": [{"path": "raw/e.jsonl"}], "dedup": {"exact": False}, "split": {"family": "fact"}}
    assert run(**settings).manifest["rows"]["kept"] == 60


def test_a_folder_without_readable_files_is_a_mistake(run: Desk, desk: Path) -> None:
    (desk / "zips").mkdir()
    (desk / "zips" / "a.zip").write_bytes(b"PK")
    with pytest.raises(InputError):
        run(sources=[{"path": "zips"}])


def test_dedup_can_be_switched_off(run: Desk) -> None:
    rows = rows_of(run(dedup={"exact": False, "near": {"enabled": False}}).layout.data)
    twins = rows.filter(pl.col("row").is_in([1, 25]) & pl.col("source").str.ends_with("a.jsonl"))
    assert sorted(len(identity) for identity in twins["id"]) == [32, 34]


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        ({"sources": [{"path": "row"}]}, "row"),
        ({"validate": {"rules": {"role_oder": "off"}}}, "role_order"),
        ({"export": {"formats": ["alpacca"]}}, "alpacca"),
        ({"split": {"previous": "none.json"}}, "none.json"),
        ({"split": {"previous": "raw/a.jsonl"}}, "not the manifest of a data artifact"),
    ],
    ids=["path", "rule", "format", "previous", "no manifest"],
)
def test_mistakes_are_told_before_any_work(run: Desk, desk: Path, sections: dict[str, object], told: str) -> None:
    with pytest.raises(UserError, match=told):
        run(**sections)
    assert not (desk / "runs").exists()


def test_a_family_column_that_no_row_has_is_a_mistake(run: Desk, desk: Path) -> None:
    with pytest.raises(UserError, match="no row has a column 'fct'; did you mean 'fact'") as raised:
        run(split={"family": "fct"})
    assert "fact" in raised.value.hint
    assert not (desk / "runs").exists()


def test_rows_without_the_family_column_are_flagged(grouped: Outcome) -> None:
    flags = {entry["reason"]: entry["rows"] for entry in grouped.manifest["flags"]}
    assert flags["no_family"] == 5  # the pages of c.jsonl


def test_a_run_that_keeps_nothing_leaves_the_last_artifact(ran: Path) -> None:
    whole, run = digest_folder(ran / "runs" / "t" / "data"), runner(ran)
    write_lines(ran / "raw" / "c.jsonl", [])
    with pytest.raises(InputError, match="the sources hold no rows"):
        run(sources=[{"path": "raw/c.jsonl"}])
    write_lines(ran / "raw" / "c.jsonl", [{"text": ""}, b"x\n"])
    with pytest.raises(InputError, match=r"no row was kept of 2 .*first: raw/c.jsonl:2"):
        run(sources=[{"path": "raw/c.jsonl"}])
    assert digest_folder(ran / "runs" / "t" / "data") == whole


def test_what_an_export_lacks_is_told(grouped: Outcome) -> None:
    (alpaca,) = [entry for entry in grouped.manifest["exports"] if entry["format"] == "alpaca"]
    assert (alpaca["rows"], alpaca["refused"]) == (22, {"would_lose_kind": 5})
    report = (grouped.layout.data / "report.md").read_text(encoding="utf-8")
    assert "| `exports/alpaca/‹split›.jsonl` | alpaca | 22 | 5 would_lose_kind |" in report.replace(
        "<split>", "‹split›"
    )


def test_files_of_unknown_format_are_all_named(run: Desk, desk: Path) -> None:
    for name in ("x", "y"):
        write_lines(desk / "raw" / f"{name}.jsonl", [{"α": 1, "β": name}])
    with pytest.raises(InputError) as raised:
        run()
    assert "raw/x.jsonl" in raised.value.message
    assert "raw/y.jsonl" in raised.value.message


def test_an_empty_file_costs_nothing(run: Desk, desk: Path) -> None:
    (desk / "raw" / "empty.jsonl").touch()
    source = next(entry for entry in run().manifest["sources"] if entry["source"] == "raw/empty.jsonl")
    assert (source["read"], source["format"]) == (0, None)


def test_a_crossing_family_is_a_fault(made: Outcome, tmp_path: Path) -> None:
    data = made.layout.data
    for split in SPLITS:
        shutil.copy(data / f"{split}.parquet", tmp_path / f"{split}.parquet")
    nobody = pl.DataFrame(schema={"source": pl.String(), "row": pl.Int64()})
    assert certified(tmp_path, Split(), nobody)["passed"]
    pl.read_parquet(data / "train.parquet").head(1).with_columns(id=pl.lit("new")).write_parquet(
        tmp_path / "eval.parquet"
    )
    with pytest.raises(RuntimeFault, match=r"leak: \d+ pairs of rows .*; on two sides stand 1 family"):
        certified(tmp_path, Split(), nobody)


def test_preview_reads_and_writes_nothing(run: Desk, desk: Path) -> None:
    opened, refused, stages = preview(DataRecipe.model_validate({"sources": [{"path": "raw"}]}), root=desk)
    assert [entry.plan.format for entry in opened if entry.plan] == ["alpaca", "alpaca", "text"]
    assert refused == []
    assert stages[:2] + stages[-3:] == ["read", "convert", "split", "leak check", "export"]
    assert not (desk / ".gristmill").exists()


def test_the_folder_loads_as_a_hugging_face_data_set(
    run: Desk, desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "import sys, datasets; d = datasets.load_dataset(sys.argv[1], 'sft', cache_dir=sys.argv[2]); "
        "print({name: len(rows) for name, rows in d.items()}, d['train'].column_names)"
    )
    tools = '[{"type":"function","function":{"name":"look","parameters":{}}}]'
    talk = [{"from": "human", "value": "只有一行有工具"}, {"from": "gpt", "value": "好"}]
    write_lines(desk / "raw" / "t.jsonl", [{"conversations": talk, "tools": tools}])
    outcome = run()
    done = subprocess.run(
        [sys.executable, "-c", code, outcome.layout.data, tmp_path / "cache"],
        capture_output=True,
        text=True,
        check=True,
        env={"HF_HUB_OFFLINE": "1", "HOME": str(tmp_path)},
    )
    sft = rows_of(outcome.layout.data).filter(pl.col("kind").cast(pl.String) == "sft")
    counts = dict(sft.group_by("split", maintain_order=True).len().iter_rows())
    assert done.stdout.strip() == f"{ {name: counts[name] for name in SPLITS if name in counts} } ['messages', 'tools']"


def test_the_recipes_name_defaults_to_the_files(tmp_path: Path) -> None:
    (tmp_path / "tea.yaml").write_text("data: {sources: [{path: a}]}", encoding="utf-8")
    assert load_recipe(tmp_path / "tea.yaml")[1:] == ("tea", 17)
