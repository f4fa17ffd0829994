"""Validate: named rules that every row must keep. The name is the reason in the ledger.

| name | a bad row | default |
|---|---|---|
| no_content | says nothing at all | drop |
| prompt_missing | preference or KTO without a user turn in its prompt | drop |
| role_order | turns out of order (see `order.role_order`) | drop |
| no_answer | no assistant turn, no chosen or no rejected | drop |
| ends_with_assistant | sft that goes on after its last answer | drop |
| empty_turn | a blank turn | drop |
| no_label | KTO without a label | drop |
| same_answers | chosen and rejected say the same | drop |
| bad_tool_json | tool schemas or calls that aren't valid JSON of the right shape | drop |
| unmatched_tool_result | a result without its call, or a call without its result | drop |
| template_token | `<|im_start|>`, `[INST]`, `### Response:` ... inside a text | drop |
| open_fence | a code fence that never closes; often a harmless slip, so it is only flagged | flag |
| open_think | `<think>` without `</think>`, or the other way round | drop |
| too_many_chars | longer than `max_chars` | drop |
| too_many_tokens | longer than `max_tokens`; only with a tokenizer | drop |
"""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from dataprep.recipe import Validate, Verdict
from dataprep.validate import length, order, tokens, tools
from schemas.errors import UserError
from schemas.frames import EVENTS
from schemas.records import Kind
from schemas.results import StageResult, apply_rules

__all__ = ["RULES", "Rule", "check_rules", "validate"]


@dataclass(frozen=True)
class Rule:
    """One named rule.

    Attributes:
        good: An expression of the recipe's settings that is true for a good row; null is bad.
        verdict: What happens to a bad row unless the recipe says otherwise.
        signal: The column of `SIGNALS` that the expression reads, if any.
        applies: Whether the rule can be judged with these settings.
        kinds: Kinds of rows that can break it; none names all of them.
    """

    good: Callable[[Validate], pl.Expr]
    verdict: Verdict = "drop"
    signal: str | None = None
    applies: Callable[[Validate], bool] = lambda _: True
    kinds: tuple[Kind, ...] = ()


SIGNALS: dict[str, Callable[[pl.DataFrame, Validate], pl.Series]] = {
    "good_tool_json": lambda frame, _: tools.good_tool_json(frame),
    "tool_results_match": lambda frame, _: tools.tool_results_match(frame),
    "tokens": length.token_counts,
}
"""What no expression can compute: columns that exist only while the rules are judged."""

RULES: dict[str, Rule] = {
    "no_content": Rule(lambda _: order.no_content()),
    "prompt_missing": Rule(lambda _: order.prompt_missing(), kinds=("preference", "kto")),
    "role_order": Rule(lambda _: order.role_order()),
    "no_answer": Rule(lambda _: order.no_answer()),
    "ends_with_assistant": Rule(lambda _: order.ends_with_assistant()),
    "empty_turn": Rule(lambda _: order.empty_turn()),
    "no_label": Rule(lambda _: order.no_label(), kinds=("kto",)),
    "same_answers": Rule(lambda _: order.same_answers(), kinds=("preference",)),
    "bad_tool_json": Rule(lambda _: pl.col("good_tool_json"), signal="good_tool_json"),
    "unmatched_tool_result": Rule(lambda _: pl.col("tool_results_match"), signal="tool_results_match"),
    "template_token": Rule(lambda _: tokens.template_token()),
    "open_fence": Rule(lambda _: tokens.open_fence(), verdict="flag"),
    "open_think": Rule(lambda _: tokens.open_think()),
    "too_many_chars": Rule(lambda config: length.characters() <= config.max_chars),
    "too_many_tokens": Rule(
        lambda config: pl.col("tokens") <= config.max_tokens,
        signal="tokens",
        applies=lambda config: config.max_tokens is not None,
    ),
}


def check_rules(config: Validate) -> None:
    """Check the settings once, before any row is read.

    Raises:
        UserError: For a rule that doesn't exist, or a tokenizer that can't be opened.
        MissingExtra: If tokens are to be counted without the library that does it.
    """
    for name in config.rules:
        if name not in RULES:
            near = difflib.get_close_matches(name, RULES, n=1)
            guess = f"; did you mean {near[0]!r}?" if near else ""
            raise UserError(f"data.validate.rules: no such rule: {name!r}{guess}", hint=f"rules: {', '.join(RULES)}")
    if config.rules.get("too_many_tokens", "off") != "off" and config.max_tokens is None:
        raise UserError(
            "data.validate.rules: too_many_tokens needs max_tokens and tokenizer",
            hint="set both under data.validate, or drop the rule",
        )
    if config.tokenizer is not None:
        length.open_tokenizer(config.tokenizer)


def validate(frame: pl.DataFrame, config: Validate) -> StageResult:
    """Judge every row by the rules.

    Args:
        frame: n rows of schema `FRAME`.
        config: Verdicts that differ from the default, and limits.

    Returns:
        Rows that break a `drop` rule in `dropped`, with every such rule as a reason; the others in
        `kept`, with a `flagged` event for each `flag` rule that they break.
    """
    present = set(frame["kind"].unique(maintain_order=True))
    asked = {name: rule for name, rule in RULES.items() if rule.applies(config)}
    asked = {name: rule for name, rule in asked.items() if not rule.kinds or not present.isdisjoint(rule.kinds)}
    verdicts = {name: config.rules.get(name, rule.verdict) for name, rule in asked.items()}
    drops, flags = (
        {name: RULES[name].good(config) for name, verdict in verdicts.items() if verdict == wanted}
        for wanted in ("drop", "flag")
    )
    signals = {RULES[name].signal for name in (*drops, *flags)} - {None}
    columns = [make(frame, config).alias(name) for name, make in SIGNALS.items() if name in signals]
    judged = apply_rules(frame.with_columns(columns), drops, stage="validate")
    events = pl.concat([judged.events, _flagged(judged.kept, flags)])
    return StageResult(judged.kept.select(frame.columns), judged.dropped, events)


def _flagged(kept: pl.DataFrame, flags: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """One `flagged` ledger line for every kept row and rule that it breaks."""
    events = apply_rules(kept, flags, stage="validate").events
    return events.with_columns(verdict=pl.lit("flagged")).select(EVENTS.names())
