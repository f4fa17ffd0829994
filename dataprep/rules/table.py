"""All rules by name, in the order in which they are told."""

from dataprep.rules.rule import Rule, at_least, at_most
from dataprep.rules.sft import SFT
from dataprep.rules.web import WEB
from schemas.records import Kind

_CHAT: tuple[Kind, ...] = ("sft", "preference", "kto")

ASKED: tuple[Rule, ...] = (
    # Data-Juicer's upper limit for an LLM's perplexity (Qwen2.5-0.5B).
    Rule("perplexity", at_most("perplexity", "perplexity"), "flag", thresholds={"perplexity": 100}, unit="perplexity"),
    # Li et al. 2023 (arXiv 2308.12032): above 1 the prompt doesn't help.
    Rule("ifd", at_most("ifd", "ifd"), "flag", _CHAT, {"ifd": 1.0}, "ratio"),
    Rule("judge_score", at_least("judge_score", "judge_score"), "flag", _CHAT, {"judge_score": 3}, "grade"),
)
"""Rules that need a model of the recipe."""

NEEDS = {"perplexity": "perplexity", "ifd": "ifd", "judge_score": "judge"}
"""Such a rule -> the setting that names its model."""

RULES: dict[str, Rule] = {rule.name: rule for rule in (*SFT, *WEB, *ASKED)}
