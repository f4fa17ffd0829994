"""`agreement.html`: how far annotators agree, as one self-contained page, the verdict first."""

import math
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from dataprep.annotate import agreement_tables as tables
from dataprep.annotate.agreement_words import question_name, value_name, word
from dataprep.annotate.coefficients import DRAWS
from dataprep.annotate.disputes import Disputed
from dataprep.annotate.findings import RELIABLE, TENTATIVE, Agreement
from dataprep.annotate.ratings import readable
from dataprep.report.figures import count, cut, why
from schemas.page import page
from schemas.page.templates import environment, fitting

if TYPE_CHECKING:
    from jinja2 import Environment

BUDGET = 500_000  # bytes of disputed records; the page stays well under 1.5 MB
MOST = 500  # disputed records that are tried
TEXT, ANSWER = 2000, 600  # characters of a record and of an answer that are shown
SIGNS = {"good": "✓", "warn": "!", "bad": "✕", "plain": "–"}

_TEMPLATES = Path(__file__).parent / "templates"


def render(
    found: Agreement, *, name: str, lang: str = "en", texts: pl.DataFrame | None = None, command: str = ""
) -> str:
    """The page as one HTML document without scripts.

    Args:
        found: What was measured.
        name: Of the run or project.
        lang: `en` or `zh`.
        texts: `id, text` of records (`row_texts`), for those that are disputed; None shows ids only.
        command: What to type for a second round; shown where records are disputed.

    Raises:
        UserError: If the page isn't written in that language.
    """
    title = word("title", lang, name=name)
    blocks = fitting(_blocks(found, texts, lang), BUDGET)
    view = {
        "title": title,
        "verdict": _judge(found, lang),
        "command": command if found.disputed else "",
        "tiles": tables.tiles(found, lang),
        "questions": tables.questions(found, lang),
        "measures": [word(key, lang) for key in tables.measures(found)],
        "questions_lead": word("questions_lead", lang, tentative=TENTATIVE),
        "chart": tables.chart(found, lang),
        "draws": _draws(found, lang),
        "annotators": tables.annotators(found, lang),
        "shares": tables.shares(found, lang),
        "pairs": tables.pairs(found, lang),
        "rounds": tables.rounds(found, lang),
        "round_heads": [question_name(question, lang) for question in tables.asked(found)],
        "blocks": blocks,
        "left_out": len(found.disputed) - len(blocks),
    }
    sections = {"questions": "questions", "annotators": "annotators", "pairs": "pairs", "rounds": "rounds"}
    view["contents"] = [id_ for id_, key in (sections | {"disputed": "blocks"}).items() if view[key]]
    return page(title, _environment(lang).get_template("agreement.html.j2").render(view), lang=lang)


def row_texts(frame: pl.DataFrame) -> pl.DataFrame:
    """`id, text` of rows (schema `FRAME`): the turns with their roles, then both answers of a pair."""
    turn = pl.element().struct
    line = pl.concat_str(turn.field("role"), pl.lit(": "), turn.field("content"))
    said = [pl.col("messages").list.eval(line).list.join("\n\n")]
    for column in ("chosen", "rejected"):
        answer = pl.col(column).list.eval(turn.field("content")).list.join("\n\n")
        said.append(pl.when(answer != "").then(pl.concat_str(pl.lit(f"{column}: "), answer)))
    parts = [pl.when(part != "").then(part) for part in (*said, pl.col("text"))]
    return frame.select("id", text=pl.concat_str(parts, separator="\n\n", ignore_nulls=True))


def _judge(found: Agreement, lang: str) -> dict[str, Any]:
    """Tone, heading and sentences: the lowest alpha against the limits, what is undefined, what to do next."""
    weakest = found.weakest
    value = weakest.alpha.value if weakest else None
    tone = tables.tone(value)
    told = list(_sentences(found, lang))
    return {"tone": tone, "words": f"{SIGNS[tone]} {word(f'is_{tone}', lang)}", "sentences": told}


def _sentences(found: Agreement, lang: str) -> Iterator[str]:
    weakest = found.weakest
    if weakest and weakest.alpha.value is not None:
        parts = {"question": question_name(weakest.name, lang), "value": tables.figure(weakest.alpha.value)}
        yield word("lowest", lang, reliable=RELIABLE, tentative=TENTATIVE, **parts)
        limit = RELIABLE if weakest.alpha.value >= RELIABLE else TENTATIVE
        low, high = weakest.alpha.low, weakest.alpha.high
        if low is None or high is None:
            yield word("no_interval", lang)
        else:
            ends = {"low": tables.figure(low), "high": tables.figure(high)}
            crosses = low < limit <= weakest.alpha.value
            yield word("reaches", lang, limit=limit, **ends) if crosses else word("holds", lang, **ends)
    elif not found.questions:
        yield word("nothing", lang)
    for question in found.questions:
        if question.alpha.reason:
            reason = word(question.alpha.reason, lang)
            yield word("undefined_for", lang, question=question_name(question.name, lang), reason=reason)
    if found.disputed:
        key = "one_disputed" if len(found.disputed) == 1 else "next_round"
        yield word(key, lang, count=count(len(found.disputed)))
    elif found.questions:
        yield word("settled", lang)


def _draws(found: Agreement, lang: str) -> str:
    most = max((question.alpha.undefined_draws for question in found.questions), default=0)
    return word("draws", lang, draws=count(DRAWS), seed=found.seed, undefined=count(most))


def _blocks(found: Agreement, texts: pl.DataFrame | None, lang: str) -> Iterator[str]:
    """Disputed records as HTML."""
    template = _environment(lang).get_template("disputed.html.j2")
    shown = found.disputed[:MOST]
    known = {}
    if texts is not None:
        wanted = texts.filter(pl.col("id").is_in([each.record for each in shown]))
        known = dict(wanted.select("id", "text").iter_rows())
    kinds = {question.name: question.kind for question in found.questions}
    for each in shown:
        names = [question_name(question, lang) for question in each.questions]
        yield template.render(
            it={
                "score": word("apart", lang, score=f"{math.floor(each.score * 100 + 1e-9) / 100:.2f}"),
                "questions": word("separator", lang).join(names),
                "why": why(each.record),
                "text": cut(known.get(each.record), TEXT),
                "missing": texts is not None and each.record not in known,
                "answers": list(_said(each, kinds, lang)),
            }
        )


def _said(disputed: Disputed, kinds: dict[str, str], lang: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each question with its values, most frequent first, and who gave each."""
    questions = dict.fromkeys([*disputed.questions, *sorted(question for question, _, _ in disputed.answers)])
    for question in questions:
        people: dict[str, list[str]] = {}
        for asked, annotator, value in disputed.answers:
            if asked == question:
                people.setdefault(readable(value), []).append(annotator)
        ranked = sorted(people.items(), key=lambda each: (-len(each[1]), each[0]))
        kind = kinds.get(question, "text")
        comma = word("separator", lang)
        told = [(cut(value_name(value, question, kind, lang), ANSWER), comma.join(some)) for value, some in ranked]
        yield question_name(question, lang), told


@cache
def _environment(lang: str) -> "Environment":
    return environment(_TEMPLATES, t=partial(word, lang=lang))
