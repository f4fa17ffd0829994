"""Ways in which a row can be reworded: each method's styles or pivots in turn, as far as its language has them."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

import polars as pl

from dataprep.augment import rewording
from dataprep.recipe.augment import Augment, Backtranslate, Paraphrase, Target
from schemas.errors import UserError

LONGEST = 4000
"""Characters of a text that is reworded. A longer one is mostly material to work on, not somebody's wording, and what
comes back of it is cut at the usual limits of tokens: paid for and rejected."""

_MENU = pl.Schema(
    {
        "menu": pl.Int64(),
        "turn": pl.Int64(),
        "origin": pl.String(),
        "target": pl.String(),
        "language": pl.String(),
        "style": pl.String(),
        "pivots": pl.String(),
        "sample": pl.Int64(),
    }
)


@dataclass(frozen=True)
class _Method:
    """What one method does with a row: so many variants, which take the choices (style, pivots) in turn."""

    origin: str
    target: str
    language: str
    variants: int
    choices: tuple[tuple[str, str | None], ...]


def menus(rows: pl.DataFrame, config: Augment) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tell in which ways each row can be reworded, and in which order.

    With both methods their variants follow one another in turn. Which comes first, and with which style or pivot, is
    drawn by `pick`: so all of them get their even part also of a plan that takes only the first way of each row.

    Args:
        rows: n rows: `kind, prompt_language, answer_language, prompt_chars, answer_chars` and `pick`, a UInt64 drawn
            for each.
        config: The methods.

    Returns:
        The rows with `ways` (how many) and `menu`; and the menus: `menu, turn, origin, target, language, style,
        pivots, sample`, one line for each way.

    Raises:
        UserError: If no language has a style.
    """
    _check_styles(config.paraphrase)
    kinds = ["paraphrased", "translated", "prompt_language", "answer_language"]
    told = rows.with_columns(
        pl.col("prompt_language", "answer_language").fill_null("und"),
        paraphrased=_target(config.paraphrase),
        translated=_target(config.backtranslate),
    )
    sorts = told.select(kinds).unique(maintain_order=True)
    methods = [_methods(kind, config) for kind in sorts.iter_rows(named=True)]
    sorts = sorts.with_columns(
        sort=pl.int_range(pl.len(), dtype=pl.Int64),
        ways=pl.Series([sum(method.variants for method in each) for each in methods], dtype=pl.Int64),
        draws=pl.Series([_draws(each) for each in methods], dtype=pl.UInt64),
    )
    told = told.join(sorts, on=kinds, how="left", maintain_order="left", nulls_equal=True)
    told = told.with_columns(draw=pl.col("pick") % pl.col("draws"))
    drawn = told.select("sort", "draw").unique(maintain_order=True).sort("sort", "draw").with_row_index("menu")
    drawn = drawn.with_columns(pl.col("menu").cast(pl.Int64))
    told = told.join(drawn, on=["sort", "draw"], how="left", maintain_order="left")
    lines = [line for menu, sort, draw in drawn.iter_rows() for line in _menu(menu, methods[sort], draw)]
    return rows.with_columns(told["ways"], told["menu"]), pl.DataFrame(lines, schema=_MENU, orient="row")


def _check_styles(config: Paraphrase | None) -> None:
    known = dict.fromkeys((*rewording.styles("en"), *rewording.styles("zh")))
    for style in config.styles if config else ():
        if style not in known:
            meant = get_close_matches(style, known, n=1)
            raise UserError(
                f"data.augment.paraphrase.styles: there is no style {style}"
                + (f"; did you mean {meant[0]}?" if meant else ""),
                hint=f"styles: {', '.join(known)}",
            )


def _target(config: Paraphrase | Backtranslate | None) -> pl.Expr:
    """What of the row the method rewords, null for nothing; instead of both the prompt alone if need be."""
    if config is None:
        return pl.lit(None, pl.String)
    kind = pl.col("kind").cast(pl.String)
    prompt = kind.is_in(["sft", "preference", "kto"]) & pl.col("prompt_chars").is_between(1, LONGEST)
    answer = (kind == "sft") & pl.col("answer_chars").is_between(1, LONGEST)
    both = prompt & answer & (pl.col("prompt_language") == pl.col("answer_language"))
    targets: dict[Target, pl.Expr] = {
        "prompt": pl.when(prompt).then(pl.lit("prompt")),
        "answer": pl.when(answer).then(pl.lit("answer")),
        "both": pl.when(both).then(pl.lit("both")).when(prompt).then(pl.lit("prompt")),
    }
    return targets[config.target]


def _methods(kind: Mapping[str, str], config: Augment) -> tuple[_Method, ...]:
    """What can be done with rows of one kind: what each method rewords of them, and their languages."""
    found = []
    if config.paraphrase and (target := kind["paraphrased"]):
        language = kind["answer_language" if target == "answer" else "prompt_language"]
        known = rewording.styles(language)
        styles = tuple((style, None) for style in dict.fromkeys(config.paraphrase.styles) if style in known)
        found.append(_Method("paraphrase", target, language, config.paraphrase.variants, styles))
    if config.backtranslate and (target := kind["translated"]):
        language = kind["answer_language" if target == "answer" else "prompt_language"]
        pivots = tuple(("backtranslation", each) for each in _pivots(config.backtranslate, language))
        found.append(_Method("back_translation", target, language, config.backtranslate.variants, pivots))
    return tuple(method for method in found if method.choices)


def _pivots(config: Backtranslate, language: str) -> Iterator[str]:
    """The pivots that lead away from a language; local models must be there for every step."""
    for pivot in dict.fromkeys(config.pivots):
        way = (language, *pivot.split("+"), language)
        served = not config.models or all(f"{here}-{there}" in config.models for here, there in pairwise(way))
        if language != "und" and language not in way[1:-1] and served:
            yield pivot


def _draws(methods: tuple[_Method, ...]) -> int:
    """How many different menus there are."""
    return max(1, math.prod(len(method.choices) for method in methods) * sum(method.variants for method in methods))


def _menu(menu: int, methods: tuple[_Method, ...], draw: int) -> Iterator[tuple[object, ...]]:
    starts = []
    for method in methods:
        draw, start = divmod(draw, len(method.choices))
        starts.append(start)
    turns = [at for at, method in enumerate(methods) for _ in range(method.variants)]
    made = [0] * len(methods)
    for turn, at in enumerate(turns[draw:] + turns[:draw]):
        method = methods[at]
        sample, _ = divmod(made[at], len(method.choices))
        style, pivots = method.choices[(starts[at] + made[at]) % len(method.choices)]
        made[at] += 1
        yield menu, turn, method.origin, method.target, method.language, style, pivots, sample
