import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evalsuite.compare import compare
from evalsuite.policy import Policy
from evalsuite.scorecard import ScoreCard, write_cards
from gristmill import evaluating
from gristmill.evaluating import choose, read_recipe, worst
from gristmill.options import Lang
from gristmill.sides import pair, scores_of, split
from gristmill.verdict import named, verdict
from schemas.errors import ConfigError, UserError
from tests.evalsuite.cards import card, items

PLAIN: dict[str, Any] = {"allow_mismatch": False, "require_conclusive": False}


def save(path: Path, base: Sequence[float], tuned: Sequence[float], **settings: Any) -> tuple[ScoreCard, ScoreCard]:
    over = items(len(base))
    made = (
        card("base", over, {"chrf": base}, settings=settings),
        card("tuned", over, {"chrf": tuned}, settings=settings),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_cards(path, {"base": made[0], "tuned": made[1]})
    return made


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, shift in (("old", 0.0), ("new", 0.1)):
        save(tmp_path / "runs" / name / "eval" / "scores.json", [0.1, 0.2], [0.3 + shift, 0.4])
    return tmp_path / "runs"


@pytest.mark.parametrize(("codes", "code"), [((), 0), ((0,), 0), ((0, 3), 3), ((3, 1, 0), 1), ((0, 0), 0), ((1, 3), 1)])
def test_the_worst_of_several_verdicts(codes: tuple[int, ...], code: int) -> None:
    assert worst(codes) == code


@pytest.mark.parametrize(
    ("told", "place", "side"),
    [
        ("", "", ""),
        (":base", "", "base"),
        ("a", "a", ""),
        ("a:base", "a", "base"),
        ("a:tuned", "a", "tuned"),
        ("a:b:base", "a:b", "base"),
        ("a:bse", "a:bse", ""),
        ("x/scores.json:base", "x/scores.json", "base"),
        ("base", "base", ""),
    ],
)
def test_a_side_is_told_from_a_place(told: str, place: str, side: str) -> None:
    assert split(told) == (place, side)


def first_values(cards: tuple[ScoreCard, ScoreCard]) -> list[float]:
    return [float(one.series["chrf"].column.values[0]) for one in cards]


@pytest.mark.parametrize(
    ("first", "second", "names", "values"),
    [
        ("old", None, ["base", "old"], [0.1, 0.3]),
        ("runs/old", None, ["base", "old"], [0.1, 0.3]),
        ("runs/old/eval", None, ["base", "old"], [0.1, 0.3]),
        ("runs/old/eval/scores.json", None, ["base", "old"], [0.1, 0.3]),
        ("old", "new", ["old", "new"], [0.3, 0.4]),
        ("old:base", "new", ["old:base", "new"], [0.1, 0.4]),
        ("old", "runs/new/eval/scores.json:base", ["old", "new:base"], [0.3, 0.1]),
        ("old", "runs/old", ["old", "runs/old"], [0.3, 0.3]),
    ],
)
def test_sides(runs: Path, first: str, second: str | None, names: list[str], values: list[float]) -> None:
    found = pair(first, second, runs)
    assert [one.name for one in found] == names
    assert first_values(found) == values


def test_a_file_elsewhere_keeps_its_name(runs: Path) -> None:
    (runs.parent / "kept.json").write_bytes((runs / "old" / "eval" / "scores.json").read_bytes())
    assert [one.name for one in pair("kept.json", "kept.json:base", runs)] == ["kept.json", "kept.json:base"]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("none", None, "no run and no file 'none'"),
        ("old", "new:bse", "no run and no file 'new:bse'"),
        ("old:base", None, "what is old:base compared with"),
        ("bare", None, "no scores at"),
        ("runs/bare", "old", "no scores at"),
    ],
)
def test_sides_that_are_not_there(runs: Path, first: str, second: str | None, told: str) -> None:
    (runs / "bare").mkdir()
    with pytest.raises(UserError, match=told) as fault:
        pair(first, second, runs)
    assert fault.value.hint
    assert "runs/runs" not in fault.value.message


def test_scores_with_one_side_only(runs: Path) -> None:
    path = scores_of("old", runs)
    told = json.loads(path.read_bytes())
    del told["sides"]["base"]
    path.write_text(json.dumps(told))
    with pytest.raises(UserError, match="has no side 'base'"):
        pair("old", None, runs)
    assert pair("new", "old", runs)[1].name == "old"


def trained(runs: Path, name: str) -> None:
    (runs / name / "model").mkdir(parents=True)
    (runs / name / "model" / "run.json").write_text("{}")


def test_which_runs_are_meant(tmp_path: Path) -> None:
    runs, recipe = tmp_path / "runs", tmp_path / "r.yaml"
    with pytest.raises(UserError, match="no trained run in runs/ yet"):
        choose([], None, runs)
    trained(runs, "one")
    trained(runs, "two")
    (runs / "raw").mkdir()
    assert choose([], None, runs) == ["two"]
    assert choose(["one", "runs/one", "two"], None, runs) == ["one", "two"]
    for text, told in (
        ("eval: {}", "two"),
        ("name: one\neval: {}", "one"),
        ("name: one\neval: {run: raw}", "raw"),
        ("eval: {run: one}", "one"),
    ):
        recipe.write_text(text)
        assert choose([], recipe, runs) == [told]
        assert choose(["two"], recipe, runs) == ["two"]
    recipe.write_text("name: away\neval: {}")
    with pytest.raises(UserError, match="no run 'away' in runs/; there: one, raw, two"):
        choose([], recipe, runs)
    with pytest.raises(UserError, match="no run 'x'"):
        choose(["one", "x"], None, runs)


def test_the_recipe_that_counts(runs: Path, tmp_path: Path) -> None:
    kept = runs / "old" / "recipe.yaml"
    assert read_recipe(None, None, **PLAIN)[1] == 17
    assert read_recipe(None, "old", **PLAIN)[0].generated == 300
    kept.write_text("seed: 4\ntrain: {base: b}\n")
    recipe, seed = read_recipe(None, "old", **PLAIN)
    assert (recipe.generated, seed) == (300, 4)
    kept.write_text("seed: 5\neval: {generated: 7, policy: {minimum: 9}}\n")
    recipe, seed = read_recipe(None, "old", **PLAIN)
    assert (recipe.generated, recipe.policy.minimum, seed) == (7, 9, 5)
    other = tmp_path / "other.yaml"
    other.write_text("eval: {generated: 8}\n")
    assert read_recipe(other, "old", **PLAIN)[0].generated == 8
    other.write_text("eval:\n")
    assert read_recipe(other, "old", **PLAIN)[0].generated == 300
    other.write_text("name: x\n")
    with pytest.raises(ConfigError, match="the section `eval:` is missing") as fault:
        read_recipe(other, "old", **PLAIN)
    assert "`eval: {}`" in fault.value.hint


def test_saved_scores_keep_the_policy_that_judged_them(runs: Path, tmp_path: Path) -> None:
    (runs / "old" / "recipe.yaml").write_text("seed: 5\neval: {policy: {minimum: 9}}\n")
    over = items(2)
    made = card("tuned", over, {"chrf": [1, 2]}, settings={"policy": {"minimum": 3}, "seed": 6})
    recipe, seed = read_recipe(None, "old", card=made, **PLAIN)
    assert (recipe.policy.minimum, recipe.allow_mismatch, seed) == (3, False, 6)
    older = card("tuned", over, {"chrf": [1, 2]})
    assert read_recipe(None, "old", card=older, **PLAIN)[0].policy.minimum == 9
    named_one = tmp_path / "r.yaml"
    named_one.write_text("eval: {policy: {minimum: 4}}\n")
    assert read_recipe(named_one, "old", card=made, **PLAIN)[0].policy.minimum == 4
    strict = read_recipe(None, None, card=made, allow_mismatch=True, require_conclusive=True)[0]
    assert (strict.policy.minimum, strict.policy.require_conclusive, strict.allow_mismatch) == (3, True, True)
    with pytest.raises(UserError, match="own policy can't be read"):
        read_recipe(None, None, card=replace(made, settings={"policy": {"minimum": 0}}), **PLAIN)


@pytest.mark.parametrize(
    ("code", "lang", "short", "told"),
    [
        (None, Lang.zh, False, "–"),
        ("REGRESSED", Lang.en, False, "REGRESSED"),
        ("REGRESSED", Lang.en, True, "REGRESSED"),
        ("REGRESSED", Lang.zh, False, "REGRESSED 退步"),
        ("NO REGRESSION", Lang.zh, True, "没有退步"),
    ],
)
def test_verdicts_have_a_word_in_both_languages(code: str | None, lang: Lang, short: bool, told: str) -> None:
    assert named(code, lang, short=short) == told


@pytest.mark.parametrize("lang", [Lang.en, Lang.zh])
@pytest.mark.parametrize("width", [80, 120])
def test_tables_fit_the_terminal(lang: Lang, width: int, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    from gristmill.terminal import out

    monkeypatch.setattr(out, "_width", width)
    draws = np.random.default_rng(0)
    over = items(60, set=["eval"] * 30 + ["reasked"] * 30)
    sides = [card(name, over, {"bits_per_byte": draws.normal(9 + 2 * n, 0.1, 60)}) for n, name in enumerate("bt")]
    primary = ("bits_per_byte@reasked/en", "bits_per_byte@eval/en")
    verdict(compare(*sides, policy=Policy(primary=primary), name="worse [b]"), lang)
    said = capsys.readouterr().out
    table = [line for line in said.splitlines() if "bits_per_byte@" in line]
    assert len(table) == 2
    wide = [len(line) + sum(ord(letter) > 0x2FFF for letter in line) for line in table]
    assert max(wide) <= width
    assert all("…" not in line and ("退步" in line if lang == Lang.zh else "REGRESSED" in line) for line in table)
    assert "A: b · B: t" in said
    assert "worse [b]" in said
    assert said.startswith("REGRESSED 退步  " if lang == Lang.zh else "REGRESSED  ")


def go(first: str, second: str | None = None, *, human: Path | None = None, **flags: bool) -> int:
    return evaluating.compare(
        (first, second), None, Lang.en, human=human, output=None, json=False, **{**PLAIN, **flags}
    )


def test_compare_gates(runs: Path, capsys: Any) -> None:
    worse, same = [0.2] * 39 + [0.3], [0.9] * 39 + [0.8]
    told = {"policy": {"primary": ["chrf@eval/en"]}}
    save(runs / "bad" / "eval" / "scores.json", same, worse, **told)
    assert go("bad") == 1
    assert capsys.readouterr().out.startswith("REGRESSED  bad: ")
    assert (runs / "bad" / "eval" / "report.html").is_file()
    assert go("old") == 0  # too few items
    assert go("old", require_conclusive=True) == 3
    assert go("bad", "old") == 3
    assert "different items" in capsys.readouterr().out
    assert not list(runs.glob("new/eval/report*"))


@pytest.mark.parametrize("content", ["[", "{}", '{"panels": 3}'])
def test_a_damaged_comparison_is_named(runs: Path, content: str) -> None:
    (runs / "old" / "eval" / "comparison.json").write_text(content)
    with pytest.raises(UserError, match=r"comparison\.json is damaged"):
        go("old")


def test_a_sheet_belongs_to_one_evaluation(runs: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="--human reads the sheet of one evaluation"):
        go("old", "new", human=tmp_path / "s.csv")
    with pytest.raises(UserError, match="no sheet at"):
        go("old", human=tmp_path / "s.csv")
