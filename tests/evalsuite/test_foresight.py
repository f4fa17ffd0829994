from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from evalsuite.config import EvalRecipe
from evalsuite.foresight import check_policy, numbers
from evalsuite.items import Item
from evalsuite.metrics.catalogue import Options, families
from schemas.errors import UserError


def item(part: str, language: str) -> Item:
    told: Any = ({"role": "user", "content": "q"}, {"role": "assistant", "content": "a"})
    return Item(f"{part}-{language}", part, "sft", "f", 1, "c", told, language=language)


ITEMS = [item("eval", "en"), item("eval", "zh"), item("train", "en")]


def foresee(items: Sequence[Item] = ITEMS, **parts: Any) -> None:
    recipe = EvalRecipe.model_validate(parts)
    answered = [one for one in items if one.set == "eval" and recipe.generated != 0]
    check_policy(recipe, items, answered, families(recipe.metrics, Options()))


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"metrics": []},
        {"policy": {"primary": []}},
        {"policy": {"primary": ["chrf@eval", "bits_per_byte@train/en"], "must_improve": ["exact_match@eval/zh"]}},
        {
            "policy": {"margins": {"chrf": 1, "inconsistency": 1, "entailed": 1, "bits_per_byte": 1}},
            "metrics": ["bleu"],
        },
        {"policy": {"primary": ["inconsistency@eval"]}, "selfcheck": 3},
    ],
)
def test_what_will_be_measured_may_be_named(parts: dict[str, Any]) -> None:
    foresee(**parts)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"policy": {"primary": ["chrF@eval/en"]}}, "did you mean 'chrf@eval/en'"),
        ({"policy": {"primary": ["chrf@eval/ja"]}}, "'chrf@eval/ja' names no number"),
        ({"policy": {"primary": ["chrf@train"]}}, "'chrf@train' names no number"),
        ({"policy": {"must_improve": ["chrf@general"]}}, "'chrf@general' names no number"),
        ({"policy": {"primary": ["bits_per_byte@eval"]}, "metrics": ["bleu"]}, "'bits_per_byte@eval' names no"),
        ({"policy": {"primary": ["chrf@eval"]}, "generated": 0}, "'chrf@eval' names no number"),
        ({"policy": {"primary": ["inconsistency@eval"]}}, "'inconsistency@eval' names no number"),
        ({"policy": {"primary": ["answer_tokens@eval"]}}, "'answer_tokens@eval' names no number"),
        ({"policy": {"margins": {"chr": 1}}}, "no metric 'chr'; did you mean 'chrf'"),
        ({"policy": {"margins": {"zzz": 1}}}, "no metric 'zzz'; known: .*bits_per_byte"),
        ({"nli": "nowhere"}, "eval.nli: no model at nowhere"),
    ],
)
def test_what_will_not_be_measured_is_refused(parts: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError, match=told):
        foresee(**parts)


def test_a_served_model_has_no_likelihoods() -> None:
    served = {"base_url": "http://x/v1", "model": "m"}
    recipe = EvalRecipe.model_validate(
        {"endpoint": served, "base_endpoint": served, "metrics": ["likelihood", "exact"]}
    )
    found = numbers(recipe, ITEMS, ITEMS[:2], families(recipe.metrics, Options()))
    assert found == [f"{name}@eval/{language}" for name in ("exact_match", "token_f1") for language in ("en", "zh")]


def test_an_nli_model_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "config.json").touch()
    foresee(nli=str(tmp_path))
