"""The house's own rules: import direction, lengths, recipes, documents, light imports."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml

from dataprep.convert import FORMATS
from dataprep.gates import load_gates
from dataprep.make import load_recipe
from evalsuite.config import load_recipe as load_evaluation
from gristmill.cli import app
from tests.readme_commands import READMES, blocks
from train.config import load_recipe as load_training

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("schemas", "dataprep", "train", "evalsuite", "gristmill")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def in_a_new_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def modules_after(statement: str) -> set[str]:
    return set(in_a_new_python(f"import sys; {statement}; print(' '.join(sys.modules))").split())


def test_imports_run_one_way() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_are_this_checkouts(package: str) -> None:
    assert Path(str(importlib.import_module(package).__file__)).parent == ROOT / package


def test_importing_dataprep_loads_no_torch() -> None:
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in SOURCES if "dataprep" in path.parts]
    loaded = modules_after("import " + ", ".join(name.removesuffix(".__init__") for name in names))
    assert not loaded & {"torch", "transformers", "trl", "peft", "pandas", "datasets"}


def test_help_loads_nothing_heavy() -> None:
    loaded = modules_after(
        "from typer.testing import CliRunner; from gristmill.cli import app; "
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0"
    )
    assert not loaded & {"polars", "datasets", "torch", "pandas", "pyarrow"}


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_source_keeps_the_style(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "a module opens with one sentence of purpose"
    assert path.stem not in {"utils", "helpers", "common", "base", "manager", "misc"}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            assert (node.end_lineno or 0) - first.lineno < 40, f"{node.name} is longer than 40 lines"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            keywords = {keyword.arg for keyword in node.keywords}
            if node.func.attr in {"unique", "group_by"} and not _is_expression(node.func.value):
                assert "maintain_order" in keywords, f"line {node.lineno}: {node.func.attr} without maintain_order"


def _is_expression(node: ast.expr) -> bool:
    """True for `pl.col(...)....unique()`, which has no row order to keep, and for `np.unique`, which sorts."""
    while isinstance(node, ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and node.id in {"pl", "np"}


def test_the_code_around_trl_stays_small() -> None:
    """An adapter, not a trainer: what builds, drives and watches TRL's trainers, docstrings and all."""
    around = [ROOT / "train" / f"{name}.py" for name in ("sft", "preference", "arguments", "watch")]
    importers = {
        path
        for path in (ROOT / "train").glob("*.py")
        if re.search(r"^\s*(from|import) trl\b", path.read_text(encoding="utf-8"), re.M)
    }
    assert importers <= set(around)
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in around) < 500


def recipe_texts() -> list[tuple[str, str]]:
    found = [(path.name, path.read_text(encoding="utf-8")) for path in sorted((ROOT / "configs").glob("*.yaml"))]
    for readme in READMES:
        found += [(f"{readme.name}:{line}", text) for line, info, text in blocks(readme) if info == "yaml"]
    return found


@pytest.mark.parametrize("text", [text for _, text in recipe_texts()], ids=[name for name, _ in recipe_texts()])
def test_recipes_are_valid(text: str, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(text, encoding="utf-8")
    sections = yaml.safe_load(text).keys() & {"data", "train", "eval", "gates"}
    assert sections
    if "data" in sections:
        assert load_recipe(recipe)[0].sources
    if "train" in sections:
        assert load_training(recipe)[0].stages
    if "eval" in sections:
        assert load_evaluation(recipe)[0].metrics
    if "gates" in sections:
        assert load_gates(recipe)[0].checks


def commands(group: typer.Typer, before: str = "") -> list[str]:
    names = [before + (one.name or one.callback.__name__) for one in group.registered_commands if one.callback]
    parts = [part.typer_instance for part in group.registered_groups if part.typer_instance]
    return names + [name for part in parts for name in commands(part, f"{part.info.name} ")]


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_command_is_documented(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    names = commands(app)
    assert {"data", "label push"} <= set(names)
    assert [name for name in names if f"gristmill {name}" not in text] == []


@pytest.mark.parametrize("tag", ["bash run", "bash server"])
def test_both_readmes_run_the_same_commands(tag: str) -> None:
    told = [
        [re.sub(r"\s+#.*", "", text, flags=re.M) for _, info, text in blocks(readme) if info == tag]
        for readme in READMES
    ]
    assert told[0]
    assert told[0] == told[1]


def test_make_targets_are_phony_and_explained() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    phony = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.M)[0].split())
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.M))
    assert targets == phony == explained
    assert ".DEFAULT_GOAL := help" in makefile


def test_the_base_installation_is_light() -> None:
    pinned = (ROOT / "constraints" / "data.txt").read_text(encoding="utf-8").splitlines()
    names = {line.split("==")[0] for line in pinned if not line.startswith("#")}
    assert {"polars", "datasets", "pydantic"} <= names
    assert not names & {"torch", "transformers", "trl", "peft", "openai", "label-studio-sdk", "evaluate", "lm-eval"}
    assert all("==" in line for line in pinned if not line.startswith("#"))


def test_every_format_says_its_name() -> None:
    assert [name for name, target in FORMATS.items() if target.name != name] == []
