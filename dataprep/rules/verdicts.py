"""Judge measured rows by the rules of a recipe."""

import difflib
from collections.abc import Iterable, Mapping

import polars as pl

from dataprep.recipe import Rules, Verdict
from dataprep.rules.rule import Rule, Thresholds
from dataprep.rules.table import NEEDS, RULES
from schemas.errors import UserError
from schemas.frames import EVENTS
from schemas.results import StageResult, apply_rules

STAGE = "rules"

TOLD: Mapping[str, str] = {
    "unknown_tool": "tool_fault",
    "bad_arguments": "tool_fault",
    "answer_language": "language",
}
"""Rules whose ledger line tells the words of a signal; the others tell their measure, unless it is a plain yes."""


def judge(frame: pl.DataFrame, signals: pl.DataFrame, rules: Rules) -> StageResult:
    """Judge every row by its signals.

    Args:
        frame: n rows of schema `FRAME`.
        signals: Their lines of `measure`, in the same order.
        rules: Verdicts and thresholds that differ from the default.

    Returns:
        Rows that break a `drop` rule in `dropped`, with every such rule as a reason; the others in `kept`, with a
        `flagged` event for each `flag` rule that they break. The events' `detail` is the rule's measure.
    """
    kinds = set(frame["kind"].cast(pl.String).unique(maintain_order=True))
    able = [rule for rule in RULES.values() if not rule.kinds or kinds.intersection(rule.kinds)]
    drops, flags = (
        {rule.name: rule.verdict_of(thresholds_of(rule, rules)) for rule in able if verdict_of(rule, rules) == wanted}
        for wanted in ("drop", "flag")
    )
    measured = signals.drop("id", "source", "row", "kind")
    judged = apply_rules(frame.hstack(measured), drops, stage=STAGE)
    flagged = apply_rules(judged.kept, flags, stage=STAGE).events.with_columns(verdict=pl.lit("flagged"))
    events = pl.concat([judged.events, flagged.select(EVENTS.names())])
    return StageResult(judged.kept.select(frame.columns), judged.dropped, _with_details(events, signals))


def verdict_of(rule: Rule, rules: Rules) -> Verdict:
    """What happens to a row that breaks a rule; a rule whose model isn't named is off."""
    if rule.name in NEEDS and getattr(rules, NEEDS[rule.name]) is None:
        return "off"
    return rules.verdicts.get(rule.name, rule.verdict)


def thresholds_of(rule: Rule, rules: Rules) -> Thresholds:
    """The thresholds of a rule under a recipe. One number for all languages overrides the defaults of each."""
    values = dict(rule.thresholds)
    for name in rule.thresholds:
        if name in rules.thresholds:
            values = {key: value for key, value in values.items() if not key.startswith(f"{name}.")}
            values[name] = rules.thresholds[name]
    own = {key: value for key, value in rules.thresholds.items() if key.rpartition(".")[0] in rule.thresholds}
    return Thresholds(values | own)


def _with_details(events: pl.DataFrame, signals: pl.DataFrame) -> pl.DataFrame:
    """Fill `detail` with what the rule saw in the row."""
    measures = {
        name: TOLD.get(name, next(iter(RULES[name].measures()), None))
        for name in events["reason"].unique(maintain_order=True)
    }
    told = {name: column for name, column in measures.items() if column and signals[column].dtype != pl.Boolean}
    seen = signals.select("source", "row", *dict.fromkeys(told.values()))
    joined = events.drop("detail").join(seen, on=["source", "row"], how="left", maintain_order="left")
    detail = (
        pl.coalesce(pl.when(pl.col("reason") == name).then(_written(column, signals)) for name, column in told.items())
        if told
        else pl.lit(None, pl.String)
    )
    return joined.with_columns(detail=detail).select(EVENTS.names())


def _written(column: str, signals: pl.DataFrame) -> pl.Expr:
    value = pl.col(column)
    return value.round(3).cast(pl.String) if signals[column].dtype.is_float() else value.cast(pl.String)


def check(rules: Rules) -> None:
    """Check the settings once, before any row is read.

    Raises:
        UserError: For a rule or threshold that doesn't exist, a threshold out of its range, or a rule that needs a
            model that isn't named.
    """
    for name in rules.verdicts:
        if name not in RULES:
            raise UserError(f"data.rules.verdicts: no such rule: {name!r}{_near(name, RULES)}", hint=_listed(RULES))
    for name in (*rules.verdicts, *rules.thresholds):
        setting = NEEDS.get(name.partition(".")[0])
        if setting and getattr(rules, setting) is None and rules.verdicts.get(name) != "off":
            raise UserError(f"data.rules: {name} needs a model", hint=f"set data.rules.{setting}, or drop the rule")
    owners = {name: rule for rule in RULES.values() for name in rule.thresholds if "." not in name}
    for name, value in rules.thresholds.items():
        rule = owners.get(name) or owners.get(name.rpartition(".")[0])
        if rule is None:
            raise UserError(
                f"data.rules.thresholds: no such threshold: {name!r}{_near(name, owners)}", hint=_listed(owners)
            )
        if not 0 <= value <= (1 if rule.unit == "share" else float("inf")):
            between = "a share, from 0 to 1" if rule.unit == "share" else f"a number of {rule.unit}, 0 or more"
            raise UserError(f"data.rules.thresholds: {name} is {value:g}", hint=f"{name} is {between}")


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _listed(known: Iterable[str]) -> str:
    return f"one of {', '.join(known)}"
