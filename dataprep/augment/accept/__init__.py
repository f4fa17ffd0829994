"""Named rules that a rewrite must keep to stand for its source: the name is the reason of its rejection.

| name | a bad rewrite |
|---|---|
| finish | was cut off by the limit of tokens |
| empty | says nothing; no other rule is asked |
| identical | is its source but for case, spaces and punctuation |
| near_identical | differs from it in a few characters; misspelt ones (`typos`) may |
| length | is much shorter or longer than its style allows |
| lines | lost or gained list items or lines of data |
| preamble | begins or ends with the model's own words about it |
| refusal | apologises or refuses, and the source doesn't |
| answered | answers or states where the source asks |
| repetition | repeats a sequence three times |
| language | is in another language |
| script | is in another Chinese script than its style or its source asks for |
| numbers | has other numbers, dates, times or units, compared by value |
| placeholders | lost, gained or swapped `{name}`, `<city>`, `[date]`, `%s` |
| code | has other code |
| urls | has other addresses |
| quotes | lost or gained a quotation |
| names | lost, gained or swapped a name, a title, an identifier |
| negation | denies more or less often, or says the opposite: `before` and `after`, 最高 and 最低 |
| similarity | has too few characters in common with it |
"""

import difflib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import polars as pl

from dataprep.augment.accept import asking, contrasts, form, length, likeness, marks, names, negation, roles, script
from dataprep.augment.accept.numbers import numbers_differ
from dataprep.augment.accept.reading import Reading, read
from dataprep.augment.accept.reading import form as form_of
from dataprep.recipe.augment import Accept
from schemas.errors import UserError

__all__ = ["RULES", "Rule", "check_accept", "judge_rewrites"]

Rule = Callable[[Reading, Reading, str, Accept], str | None]
"""From source, rewrite, style and settings to what is wrong; null if nothing is."""

_read = lru_cache(maxsize=8)(read)
_AT_ONCE = 4096
"""Pairs whose readings are held at a time."""


def _identical(source: Reading, rewrite: Reading, style: str, config: Accept) -> str | None:
    if source.han != rewrite.han or source.vocabulary != rewrite.vocabulary:
        return None
    one, other = form_of(source.text), form_of(rewrite.text)
    same = one == other if one or other else source.text.split() == rewrite.text.split()
    return "the same text" if same else None


def _near(source: Reading, rewrite: Reading, style: str, config: Accept) -> str | None:
    return None if style == "typos" else likeness.nearly_identical(source, rewrite, config.near)


def _length(source: Reading, rewrite: Reading, style: str, config: Accept) -> str | None:
    return length.ratio_outside(source, rewrite, *config.by_style.get(style, (config.shortest, config.longest)))


def _negation(source: Reading, rewrite: Reading, style: str, config: Accept) -> str | None:
    told = negation.negation_differs(source, rewrite) or contrasts.opposed(source, rewrite)
    return told or roles.reversed_roles(source, rewrite)


def _pair(rule: Callable[[Reading, Reading], str | None]) -> Rule:
    return lambda source, rewrite, style, config: rule(source, rewrite)


def _similarity(source: Reading, rewrite: Reading, style: str, config: Accept) -> str | None:
    loose = style in {"colloquial", "dialect"}  # 家 and 店, 咋 and 怎么
    return likeness.unlike(source, rewrite, config.similarity / 2 if loose else config.similarity)


RULES: dict[str, Rule | None] = {
    "finish": None,
    "empty": None,
    "identical": _identical,
    "near_identical": _near,
    "length": _length,
    "lines": _pair(form.lines_differ),
    "preamble": _pair(form.preamble),
    "refusal": _pair(form.refusal),
    "answered": lambda source, rewrite, style, config: asking.answered(source, rewrite, style),
    "repetition": _pair(form.repetition),
    "language": None,
    "script": lambda source, rewrite, style, config: script.script_differs(source, rewrite, style),
    "numbers": _pair(numbers_differ),
    "placeholders": _pair(marks.placeholders_differ),
    "code": _pair(marks.code_differs),
    "urls": _pair(marks.urls_differ),
    "quotes": _pair(marks.quotes_differ),
    "names": _pair(names.names_differ),
    "negation": _negation,
    "similarity": _similarity,
}
"""Name -> rule, in the order in which reasons are given; `finish`, `empty` and `language` need no reading of the
texts."""


def check_accept(config: Accept) -> None:
    """Check the names of rules that are not applied.

    Raises:
        UserError: For a rule that doesn't exist.
    """
    for name in config.without:
        if name not in RULES:
            near = difflib.get_close_matches(name, RULES, n=1)
            guess = f"; did you mean {near[0]!r}?" if near else ""
            raise UserError(f"accept.without: no such rule: {name!r}{guess}", hint=f"rules: {', '.join(RULES)}")


def judge_rewrites(pairs: pl.DataFrame, config: Accept) -> pl.DataFrame:
    """Judge n rewrites by the rules.

    Args:
        pairs: Columns `source`, `rewrite`, `style` and `finish` (`stop`, or why the model ended); a null text counts
            as empty.
        config: Rules that are off, and limits.

    Returns:
        n lines in the pairs' order. `reasons`: every rule broken, in the order of `RULES`; empty for an accepted
        rewrite. `detail`: what the first of them saw, such as `30 -> 40`; null for an accepted one.

    Raises:
        UserError: For a rule that doesn't exist.
    """
    check_accept(config)
    rules = [(name, rule) for name, rule in RULES.items() if name not in config.without]
    judged: list[list[tuple[str, str]]] = []
    for part in pairs.iter_slices(_AT_ONCE):
        judged.extend(_judge(part, rules, config))
    names = pl.Series("reasons", [",".join([name for name, _ in broken]) for broken in judged], pl.String)
    details = pl.Series("detail", [broken[0][1] if broken else None for broken in judged], pl.String)
    split = (
        pl.when(pl.col("reasons") == "")
        .then(pl.lit([], pl.List(pl.String)))
        .otherwise(pl.col("reasons").str.split(","))
    )
    return pl.DataFrame([names, details]).with_columns(split.alias("reasons"))


def _judge(
    pairs: pl.DataFrame, rules: Sequence[tuple[str, Rule | None]], config: Accept
) -> Iterator[list[tuple[str, str]]]:
    columns = [pairs[name].cast(pl.String).fill_null("") for name in ("source", "rewrite", "style", "finish")]
    readings = [(_read(source), read(rewrite)) for source, rewrite in zip(*columns[:2], strict=True)]
    foreign = script.foreign(readings) if "language" not in config.without else {}
    for place, ((source, rewrite), style, finish) in enumerate(zip(readings, *columns[2:], strict=True)):
        yield list(_broken(source, rewrite, style, finish, foreign.get(place), rules, config))


def _broken(
    source: Reading,
    rewrite: Reading,
    style: str,
    finish: str,
    foreign: str | None,
    rules: Sequence[tuple[str, Rule | None]],
    config: Accept,
) -> Iterator[tuple[str, str]]:
    if finish not in {"stop", ""} and "finish" not in config.without:
        yield "finish", finish
        finish = ""
    if not rewrite.text.strip():
        if "empty" not in config.without:
            yield "empty", "no text"
        return
    told = form.unfinished(source, rewrite, style) if finish and "finish" not in config.without else None
    if told is not None:
        yield "finish", told
    for name, rule in rules:
        told = rule(source, rewrite, style, config) if rule else foreign if name == "language" else None
        if told is not None:
            yield name, told
