"""Names in the section `augment` that nothing goes by."""

from typing import Any

import pytest
from pydantic import ValidationError

from dataprep.augment.check import check_augment
from dataprep.recipe import Augment
from schemas.errors import UserError

AT = {"base_url": "http://127.0.0.1:8000/v1", "model": "m"}


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"paraphrase": {"styles": ["plian"]}}, "did you mean 'plain'"),
        ({"paraphrase": {"styles": ["🙂"]}}, "no such style"),
        ({"backtranslate": {"pivots": ["fr+"]}}, "'fr\\+' is no way"),
        ({"accept": {"without": ["number"]}}, "did you mean 'numbers'"),
    ],
)
def test_a_misspelt_name(section: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError, match=told):
        check_augment(Augment.model_validate({"endpoint": AT, **section}))


def test_what_fits() -> None:
    check_augment(Augment())
    section = {"paraphrase": {"styles": ["traditional", "dialect"]}, "backtranslate": {"pivots": ["fr+de", "ja"]}}
    check_augment(Augment.model_validate({"endpoint": AT, **section}))


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"paraphrase": {}}, "name the endpoint that writes"),
        ({"invent": {"rows": 3}}, "name the endpoint that writes"),
        ({"backtranslate": {}}, "name the endpoint that writes"),
        ({"backtranslate": {"models": {"zh-en": "m"}}, "judge": {}}, "name the endpoint that writes"),
        ({"endpoint": AT, "paraphrase": {}, "balance": {"by": ["topic"]}}, "balance needs rows"),
        ({"meaning": {}}, "either a model folder or an endpoint"),
        ({"meaning": {"endpoint": "http://127.0.0.1:1/v1"}}, "go together"),
    ],
)
def test_a_section_that_can_not_work(section: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Augment.model_validate(section)


def test_local_translation_needs_no_endpoint() -> None:
    assert Augment.model_validate({"backtranslate": {"models": {"zh-en": "m"}}}).wanted
    assert not Augment().wanted
