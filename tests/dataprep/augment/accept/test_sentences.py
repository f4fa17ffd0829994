import pytest

from dataprep.augment.accept import RULES
from dataprep.reasons.augmentation import REASONS

OTHERS = ("fault", "judge", "meaning", "duplicate", "near_eval", "not_read", "broken_rule")


@pytest.mark.parametrize("rule", [*RULES, *OTHERS])
def test_every_rule_has_a_sentence(rule: str) -> None:
    english, chinese = REASONS.get(f"rewrite_{rule}") or REASONS[rule]
    assert english.endswith(".") and chinese.endswith("。")
