"""The leak check: what crosses is found in the files, whatever the split meant to do."""

from pathlib import Path

import orjson
import polars as pl
import pytest

from dataprep import families, leaks
from dataprep.recipe import Split
from dataprep.split import assign
from schemas.frames import FRAME, empty, event_frame
from tests.dataprep.rows import ask, framed

TEA = "红茶的水温要在九十五度以上，绿茶则不宜超过八十五度，乌龙茶介于两者之间，白茶也一样，请按包装上的说明冲泡。"
RENT = "The deposit is returned within fourteen days after the flat was handed over without damage to the walls."
TRAIN = "The train to the coast leaves at nine every morning from platform four and comes back late in the evening."
NOBODY = pl.DataFrame(schema={"id": pl.String(), "source": pl.String(), "row": pl.Int64()})
PAIRS = pl.DataFrame(schema={"family": pl.String(), "into_family": pl.String()})


def files(folder: Path, **splits: pl.DataFrame) -> dict[str, Path]:
    for split in ("train", "dev", "eval"):
        splits.get(split, empty(FRAME)).write_parquet(folder / f"{split}.parquet")
    return {split: folder / f"{split}.parquet" for split in ("train", "dev", "eval")}


def side(*rows: tuple[str, str], source: str) -> pl.DataFrame:
    return families.family_keys(framed(*(ask(*row) for row in rows), source=source), None).kept


def certificate(folder: Path, **splits: pl.DataFrame) -> dict[str, object]:
    return leaks.certify(files(folder, **splits), config=Split(), common=NOBODY)


def test_no_rows_no_leak(tmp_path: Path) -> None:
    found = certificate(tmp_path)
    assert (found["passed"], found["pairs_examined"], found["highest"], found["nearest"]) == (True, 0, 0, [])
    alone = certificate(tmp_path, train=side((TEA, RENT), source="a"))
    assert (alone["passed"], alone["rows"]) == (True, {"train": 1, "dev": 0, "eval": 0})


@pytest.mark.parametrize("held", ["dev", "eval"])
@pytest.mark.parametrize(
    ("row", "key", "over"),
    [((TEA[2:], TRAIN), "prompt", 2), (("押金什么时候退还给我呢？", RENT + " Yes."), "answer", 1)],
    ids=["prompt", "answer"],
)
def test_a_near_pair_fails(tmp_path: Path, held: str, row: tuple[str, str], key: str, over: int) -> None:
    found = certificate(tmp_path, train=side((TEA, RENT), source="a"), **{held: side(row, source="b")})
    assert (found["passed"], found["over"]) == (False, over)
    assert found["highest_by"][key] == found["highest"] > 0.9  # type: ignore[index]
    (pair,) = found["nearest"]  # type: ignore[misc]
    assert (pair["key"], pair["left"]["split"], pair["right"]["split"]) == (key, held, "train")
    assert pair["right"] == {
        "split": "train",
        "id": "a:1",
        "source": "a",
        "row": 1,
        "text": TEA if key == "prompt" else RENT,
    }


def test_eval_is_compared_with_dev_and_dev_not_with_itself(tmp_path: Path) -> None:
    dev = side((TEA, RENT), (TEA + "对吗", TRAIN), source="d")
    assert certificate(tmp_path, dev=dev)["pairs_examined"] == 0
    crossing = certificate(tmp_path, dev=dev, eval=side((TEA + "是吗", "好"), source="e"))
    assert (crossing["passed"], crossing["over"]) == (False, 4)


def test_below_the_threshold_passes_and_is_shown(tmp_path: Path) -> None:
    half = TEA[:38] + "这一半说的是另外一件事情，讲火车怎样开往海边。"
    found = certificate(tmp_path, train=side((TEA, "一"), source="a"), eval=side((half, "二"), source="b"))
    assert found["passed"]
    assert 0.4 < found["highest"] < 0.5  # type: ignore[operator]
    made = files(tmp_path, train=side((TEA, "一"), source="a"), eval=side((TEA[9:], "二"), source="b"))
    linked = leaks.certify(made, config=Split(near=None), common=NOBODY)
    assert (linked["passed"], linked["threshold"], linked["over"]) == (True, None, 0)
    assert linked["highest"] > 0.5


@pytest.mark.parametrize(
    ("change", "name"),
    [({"family": "同"}, "family"), ({"id": "同"}, "content"), ({"parent_id": "同"}, "parent")],
)
def test_crossings(tmp_path: Path, change: dict[str, str], name: str) -> None:
    same = [pl.lit(value).alias(column) for column, value in change.items()]
    one, other = (side((word, word), source=word).with_columns(same) for word in "甲乙")
    made = files(tmp_path, train=one, eval=other)
    found = leaks.certify(made, config=Split(), common=NOBODY)
    assert found["crossing"] == {"family": 0, "content": 0, "parent": 0} | {name: 1}
    assert not found["passed"]
    assert leaks.crossings(made)[name]["value"].to_list() == ["同"]


def test_a_child_apart_from_its_parent_crosses(tmp_path: Path) -> None:
    parent = side(("甲", "一"), source="a").with_columns(id=pl.lit("abc-2"))
    child = side(("乙", "二"), source="b").with_columns(parent_id=pl.lit("abc"))
    assert leaks.crossings(files(tmp_path, train=parent, dev=child))["parent"]["value"].to_list() == ["abc"]


def test_stock_answers_are_compared_by_prompt_only(tmp_path: Path) -> None:
    train, held = side(("甲问", RENT), (TEA, RENT), source="a"), side(("乙问", RENT), (TEA[1:], RENT), source="b")
    stock = pl.concat([train, held]).select("id", "source", "row")
    found = leaks.certify(files(tmp_path, train=train, eval=held), config=Split(), common=stock)
    assert (found["over"], found["highest_by"]["answer"], found["exempt"]["rows"]) == (1, 0, 4)
    assert found["exempt"]["pairs"] >= 4


def test_recheck_makes_the_same_certificate_from_the_folder(tmp_path: Path) -> None:
    train, held = side(("甲问", RENT), source="a"), side(("乙问", RENT), source="b")
    made = files(tmp_path, train=train, eval=held)
    stock = pl.concat([train, held]).select("id", "source", "row")
    said = {"stage": families.STAGE, "verdict": "flagged", "reason": families.COMMON}
    event_frame([{**row, **said} for row in stock.iter_rows(named=True)]).write_parquet(tmp_path / "ledger.parquet")
    (tmp_path / "manifest.json").write_bytes(orjson.dumps({"recipe": {"split": Split().model_dump(mode="json")}}))
    again = leaks.recheck(tmp_path)
    assert again == leaks.certify(made, config=Split(), common=stock)
    assert again["passed"] and again["exempt"]["rows"] == 2
    assert orjson.loads(orjson.dumps(again)) == again


def test_batches_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(f"{TEA[n:]}", f"{RENT[n:]} {n}") for n in range(0, 28, 2)]
    cut = {"train": rows[::2], "dev": rows[1::4], "eval": rows[3::4]}
    sides = {split: side(*some, source=split) for split, some in cut.items()}
    whole = certificate(tmp_path, **sides)
    monkeypatch.setattr("dataprep.export.ROW_GROUP", 2)
    assert certificate(tmp_path, **sides) == whole
    assert len(whole["nearest"]) == 10  # type: ignore[arg-type]


def test_kin_that_a_draw_parted_are_found() -> None:
    frame = side((TEA, "一"), (TEA[3:], "二"), ("甲", RENT), ("乙", TRAIN), source="a")
    view = families.view(frame, Split())
    placed = pl.DataFrame({"family": frame["family"], "split": ["train", "eval", "dev", "train"]})
    found = leaks.kin_across(view, placed, Split(), common=NOBODY)
    assert {frozenset(pair) for pair in found.iter_rows()} == {frozenset(frame["family"][:2])}
    whole = families.relabel(view, families.fold(found))
    drawn = assign(whole.select("family"), Split(train=0.4, dev=0.3, eval=0.3), seed=1, pinned=None)
    assert leaks.kin_across(whole, drawn, Split(), common=NOBODY).is_empty()


@pytest.mark.parametrize(
    ("settled", "expected"),
    [
        (["train", "train", "dev", "train"], 1),
        (["eval", "eval", "dev", "train"], 1),
        (["train", "eval", "train", "eval"], 0),
        (["train", "eval", "dev", "train"], 0),
    ],
    ids=["held-out row moved", "train row moved", "others moved", "none moved"],
)
def test_settled_rows_are_not_compared_again(settled: list[str], expected: int) -> None:
    frame = side((TEA, "一"), (TEA[3:], "二"), ("甲", RENT), ("乙", TRAIN), source="a")
    placed = pl.DataFrame({"family": frame["family"], "split": ["train", "eval", "dev", "train"]})
    view = families.view(frame, Split())
    found = leaks.kin_across(view, placed, Split(), common=NOBODY, settled=pl.Series(settled))
    assert found.height == expected
