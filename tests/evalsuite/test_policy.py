"""Which numbers decide where a recipe names some, and where it names none."""

from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from evalsuite.policy import Policy, default_names, matching
from schemas.errors import UserError
from tests.evalsuite.cards import items


@pytest.mark.parametrize(
    "policy", [{"primary": ["chrf"]}, {"margins": {"chrf": 0}}, {"alpha": 0.9}, {"minimum": 1}, {"interval": "z"}]
)
def test_policies_that_mean_nothing(policy: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Policy(**policy)


@pytest.mark.parametrize(
    ("languages", "left_out", "told"),
    [
        ([], [], []),
        (["en"] * 10, [], ["bits_per_byte@eval/en", "chrf@eval/en", "stopped@eval/en", "looped@eval/en"]),
        (
            ["zh"] * 8 + ["en"] * 2,
            [],
            ["bits_per_byte@eval/zh", "bits_per_byte@eval/en", "chrf@eval/zh", "chrf@eval/en", "stopped@eval/zh"],
        ),
        (
            ["zh", "en", "ja"] * 3,
            [],
            ["bits_per_byte@eval/en", "bits_per_byte@eval/ja", "chrf@eval/en", "chrf@eval/ja", "stopped@eval/en"],
        ),
        (["zh"] * 9 + ["en"], ["chrf@eval/zh"], ["bits_per_byte@eval/zh", "stopped@eval/zh", "looped@eval/zh"]),
        (["a", "b", "c", "d", "e", "f"], ["stopped@eval/a"], ["bits_per_byte@eval/a", "chrf@eval/a", "looped@eval/a"]),
    ],
)
def test_default_names(languages: list[str], left_out: list[str], told: list[str]) -> None:
    metrics = ("bits_per_byte", "chrf", "stopped", "looped")
    known = [f"{metric}@eval/{language}" for metric in metrics for language in dict.fromkeys(languages)]
    known = [name for name in known if name not in left_out]
    assert default_names(items(len(languages), language=languages), known) == told
    general = pl.concat([items(len(languages), language=languages), items(3, set="general", language="en")])
    assert default_names(general, [*known, "bits_per_byte@general/en"]) == [*told, "bits_per_byte@general/en"][:5]


KNOWN = ["chrf@eval/zh", "chrf@eval/en", "chrf@reasked/zh", "bleu@eval/zh"]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], []),
        (["chrf@eval"], KNOWN[:2]),
        (["bleu@eval/zh", "chrf@eval/en", "chrf@eval"], ["bleu@eval/zh", "chrf@eval/en", "chrf@eval/zh"]),
    ],
)
def test_matching(names: list[str], told: list[str]) -> None:
    assert matching(names, KNOWN) == told
    assert matching([*names, "bleu@train"], KNOWN, strict=False) == told
    with pytest.raises(UserError, match="bleu@train"):
        matching([*names, "bleu@train"], KNOWN)
