"""Recipes: every fault at once, with its line and the nearest right word."""

from pathlib import Path

import pytest

from dataprep.make import load_recipe
from dataprep.recipe import DataRecipe
from schemas.config import dotted, load_recipe_section
from schemas.errors import ConfigError, UserError

GOOD = "name: tea\ndata:\n  sources:\n    - path: a.jsonl\n"


def faults_of(text: str, tmp_path: Path) -> list[str]:
    path = tmp_path / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_recipe_section(path, "data", DataRecipe)
    return list(raised.value.faults)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", ["the section `data:` is missing"], id="empty"),
        pytest.param("- a\n", ["line 1: a recipe is a mapping of keys, such as `data:`"], id="a list"),
        pytest.param(
            "data: [\n", ["line 2: not valid YAML: expected the node content, but found '<stream end>'"], id="broken"
        ),
        pytest.param(GOOD + "sed: 1\n", ["line 5: unknown key 'sed'; did you mean 'seed'?"], id="unknown at the top"),
        pytest.param(
            GOOD + "seed: abc\n",
            ["line 5: seed: input should be a valid integer, unable to parse string as an integer (found 'abc')"],
            id="header",
        ),
        pytest.param(GOOD + "seed: 2024-13-45\n", ["a value can't be read: month must be in 1..12"], id="no such date"),
        pytest.param(
            GOOD + "seed: !foo 1\n",
            ["line 5: a value can't be read: could not determine a constructor for the tag '!foo'"],
            id="tag",
        ),
        pytest.param(
            GOOD.replace("tea", ".."),
            ["line 1: name: string should match pattern '^\\w[\\w.-]*$' (found '..')"],
            id="name",
        ),
        pytest.param(
            GOOD + "  dedup: {exakt: true}\n",
            ["line 5: unknown key data.dedup.exakt; did you mean 'exact'?"],
            id="unknown inside",
        ),
        pytest.param(
            "data:\n  sources:\n    - path: a\n      fromat: alpaca\n",
            ["line 4: unknown key data.sources[0].fromat; did you mean 'format'?"],
            id="unknown in a list",
        ),
        pytest.param(GOOD + "name: again\n", ["line 5: name stands twice (first on line 1)"], id="key twice"),
        pytest.param(
            "data: &a\n  sources: [{path: a}]\n",
            ["line 1: anchors and aliases (& and *) are not allowed"],
            id="anchor",
        ),
        pytest.param(
            "data:\n  sources: []\n",
            ["line 2: data.sources: list should have at least 1 item after validation, not 0 (found [])"],
            id="no source",
        ),
        pytest.param(
            GOOD + "  split: {train: 0.5, dev: 0.1, eval: 0.1}\n",
            ["line 5: data.split: train + dev + eval must be 1, not 0.7"],
            id="shares",
        ),
    ],
)
def test_faults(text: str, expected: list[str], tmp_path: Path) -> None:
    assert faults_of(text, tmp_path) == expected


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD + "  clean: {html: maybe}\n  split: {trian: 1}\nsed: 3\n"
    told = faults_of(text, tmp_path)
    assert [fault.split(":")[0] for fault in told] == ["line 5", "line 6", "line 7"]


def test_an_absent_recipe_names_the_next_command(tmp_path: Path) -> None:
    with pytest.raises(UserError) as raised:
        load_recipe_section(tmp_path / "none.yaml", "data", DataRecipe)
    assert "gristmill init" in raised.value.hint


def test_scientific_numbers_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(GOOD + "  split: {train: 9e-1, dev: 5e-2, eval: 5e-2}\n", encoding="utf-8")
    assert load_recipe_section(path, "data", DataRecipe)[1].split.train == 0.9


def test_flags_take_the_place_of_keys(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(GOOD, encoding="utf-8")
    recipe, name, seed = load_recipe(path, seed=3, previous=Path("old/manifest.json"))
    assert (name, seed, recipe.split.previous) == ("tea", 3, Path("old/manifest.json"))


def test_a_name_is_not_a_path(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(GOOD.replace("tea", "../tea"), encoding="utf-8")
    with pytest.raises(ConfigError, match="line 1: name"):
        load_recipe(path)


@pytest.mark.parametrize(("path", "text"), [((), ""), (("data", "sources", 0, "path"), "data.sources[0].path")])
def test_dotted(path: tuple[str | int, ...], text: str) -> None:
    assert dotted(path) == text
