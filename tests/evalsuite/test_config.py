from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from evalsuite.config import EvalRecipe, Generation, load_recipe
from schemas.errors import ConfigError


@pytest.mark.parametrize(
    ("told", "draws"),
    [
        ({}, (0,)),
        ({"seeds": (4,)}, (0,)),
        ({"temperature": 0.7}, (17, 18, 19)),
        ({"temperature": 0.7, "seeds": (1, 2, 3, 4)}, (1, 2, 3, 4)),
    ],
)
def test_draws(told: dict[str, Any], draws: tuple[int, ...]) -> None:
    assert Generation.model_validate(told).draws == draws


@pytest.mark.parametrize(
    ("told", "fault"),
    [({"temperature": 1, "seeds": (1, 2)}, "at least 3 seeds"), ({"seeds": (1, 1)}, "stands twice")],
)
def test_draws_that_say_little_are_refused(told: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Generation.model_validate(told)


def test_an_empty_section_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text("name: tea\nseed: 5\neval: {}\n", encoding="utf-8")
    assert load_recipe(path) == (EvalRecipe(), "tea", 5)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("eval: {metric: [rouge]}", "did you mean 'metrics'"),
        ("eval: {metrics: [roug]}", "rouge"),
        ("eval: {general: {pth: x}}", "path"),
        ("eval: {policy: {primary: [chrf]}}", "primary"),
        ("eval: {slices: [team, kind]}", "kind: every item has such a column already"),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        load_recipe(path)
