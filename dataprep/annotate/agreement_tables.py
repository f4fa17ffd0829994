"""The tables and charts of the agreement page, as cells of text."""

import math
from collections.abc import Sequence
from typing import Any

from dataprep.annotate.agreement_words import question_name, value_name, word
from dataprep.annotate.annotators import Share
from dataprep.annotate.coefficients import Coefficient
from dataprep.annotate.findings import RELIABLE, TENTATIVE, Agreement, Question
from dataprep.report.figures import brief, count, percent
from schemas.page import Bar, Interval, Tone, bars, forest_plot

COLUMNS = 6  # answers with a column of their own
BARS = 8  # answers with a bar of their own
LABEL = 28  # columns of a label
ROOM = -0.1  # of the chart's axis, at least


def figure(value: float | None) -> str:
    """A coefficient, cut, so that what is below a limit never looks like the limit."""
    if value is None:
        return "–"
    return f"{math.floor(value * 1000 + 1e-9) / 1000 + 0.0:.3f}".replace("-", "−")


def tone(value: float | None) -> Tone:
    """How an alpha is coloured."""
    if value is None:
        return "plain"
    return "good" if value >= RELIABLE else "warn" if value >= TENTATIVE else "bad"


def asked(found: Agreement) -> list[str]:
    """Names of the questions."""
    return [question.name for question in found.questions]


def tiles(found: Agreement, lang: str) -> list[tuple[str, str]]:
    """The counts at the top."""
    counts = {"records": found.records, "people": len(found.annotators), "answers": found.answers}
    counts |= {"gold": found.gold} if found.gold else {}
    return [(word(key, lang), count(value)) for key, value in (counts | {"in_dispute": len(found.disputed)}).items()]


def measures(found: Agreement) -> list[str]:
    """The coefficients that have a column: Cohen's kappa only where a question has two annotators at most."""
    crowded = all(question.cohen.reason == "more_annotators" for question in found.questions)
    return ["alpha", *([] if crowded else ["cohen"]), "fleiss", "percent"]


def questions(found: Agreement, lang: str) -> list[dict[str, Any]]:
    """One line for each question, and its answers as bars."""
    return [
        {
            "name": question_name(question.name, lang),
            "kind": word(_kind(question), lang),
            "measures": _measures(question, measures(found), lang),
            "counts": [count(each) for each in (question.alpha.units, question.alpha.pairable, question.alpha.raters)],
            "said": _said(question, lang),
        }
        for question in found.questions
    ]


def chart(found: Agreement, lang: str) -> str:
    """Alphas with their intervals; "" where none is defined."""
    rows = [
        Interval(
            name=question_name(question.name, lang),
            low=math.nan if question.alpha.low is None else question.alpha.low,
            middle=question.alpha.value,
            high=math.nan if question.alpha.high is None else question.alpha.high,
            edge=TENTATIVE,
            word=figure(question.alpha.value),
            tone=tone(question.alpha.value),
        )
        for question in found.questions
        if question.alpha.value is not None
    ]
    # The line of heads widens the axis to the left, so that the line at 0 stays clear of the names.
    heads = Interval(word("question", lang), ROOM, math.nan, math.nan, None, word("alpha", lang), "plain")
    ends = {"low_label": word("chance", lang), "high_label": word("perfect", lang)}
    return forest_plot([heads, *rows], title=word("questions", lang), limit=1, **ends) if rows else ""


def annotators(found: Agreement, lang: str) -> list[tuple[str, list[str]]]:
    """One line for each annotator."""
    return [
        (each.name, [count(each.records), count(each.answers), _time(each.seconds, lang)]) for each in found.annotators
    ]


def shares(found: Agreement, lang: str) -> list[dict[str, Any]]:
    """For each question its annotators: agreement, the others' alpha, accuracy, how often they gave which answer."""
    tables = []
    for question in found.questions:
        some = [share for each in found.annotators for share in each.shares if share.question == question.name]
        often = sorted(question.values, key=lambda value: -value[1])[:COLUMNS]
        columns = [value for value, _ in question.values if value in dict(often)]
        gold = any(share.checked for share in some)
        keys = ["annotator", "answers", "with_others", "without", *(["accuracy"] if gold else [])]
        labels = [value_name(value, question.name, question.kind, lang) for value in columns]
        lines = [(share.annotator, _share(share, columns, gold=gold, lang=lang)) for share in some]
        everyone = _everyone(question, columns, gold=gold)
        heads = [word(key, lang) for key in keys] + [brief(label, LABEL) for label in labels]
        lines.append((word("everyone", lang), everyone))
        tables.append({"name": question_name(question.name, lang), "heads": heads, "lines": lines})
    return tables


def pairs(found: Agreement, lang: str) -> list[dict[str, Any]]:
    """For each question the pairs of annotators."""
    tables = []
    for name in asked(found):
        some = [pair for pair in found.pairs if pair.question == name]
        lines = [
            (pair.left, pair.right, [count(pair.n), percent(pair.agreement, 1), figure(pair.kappa)]) for pair in some
        ]
        tables += [{"name": question_name(name, lang), "lines": lines}] if lines else []
    return tables


def rounds(found: Agreement, lang: str) -> list[tuple[int, list[Any]]]:
    """One line for each round; nothing where there was only one."""
    if len(found.rounds) < 2:
        return []
    lines = []
    for each in found.rounds:
        known = {name: alpha for name, alpha, _ in each.questions}
        cells = [_measure(known[name], lang) if name in known else "" for name in asked(found)]
        lines.append((each.number, [count(each.records), count(each.annotators), *cells]))
    return lines


def _kind(question: Question) -> str:
    if question.level == "set":
        return "set"
    return "rating_kind" if question.kind == "rating" else question.kind


def _measures(question: Question, measures: Sequence[str], lang: str) -> list[dict[str, Any]]:
    told = {key: _measure(getattr(question, key), lang) for key in measures}
    if question.fleiss.value is not None and question.fleiss.pairable < question.alpha.pairable:
        told["fleiss"]["more"].append(word("fleiss_on", lang, count=count(question.fleiss.pairable)))
    if question.percent.value is not None:
        told["percent"] = {"value": percent(question.percent.value, 1), "more": []}
    return list(told.values())


def _measure(each: Coefficient, lang: str) -> dict[str, Any]:
    if each.value is None:
        return {"value": "", "more": [word("undefined", lang, reason=word(each.reason or "no_answers", lang))]}
    more = [] if each.low is None else [word("range", lang, low=figure(each.low), high=figure(each.high))]
    return {"value": figure(each.value), "more": more}


def _said(question: Question, lang: str) -> str:
    """The answers as bars: numbers in their order, others by how often they were given."""
    ranked = list(question.values)
    if question.level != "ordinal":
        ranked.sort(key=lambda value: (-value[1], value[0]))
    rows = [
        Bar(
            brief(value_name(value, question.name, question.kind, lang), LABEL),
            question.answers,
            said,
            f"{count(said)} ({percent(said, question.answers)})",
        )
        for value, said in ranked[:BARS]
    ]
    if rest := sum(said for _, said in ranked[BARS:]):
        rows.append(Bar("…", question.answers, rest, f"{count(rest)} ({percent(rest, question.answers)})"))
    return bars(rows, title=question_name(question.name, lang))


def _share(share: Share, columns: list[str], *, gold: bool, lang: str) -> list[Any]:
    agreed = percent(share.agreement, 1) if share.agreement is not None else "–"
    cells: list[Any] = [count(share.answers), agreed, figure(share.alpha_without)]
    if gold and share.accuracy is None:
        cells.append("–")
    elif gold:
        ends = word("range", lang, low=percent(share.low or 0, 1), high=percent(share.high or 0, 1))
        value = f"{percent(share.right, share.checked)} ({count(share.right)}/{count(share.checked)})"
        cells.append({"value": value, "more": [ends]})
    said = dict(share.values)
    return cells + [percent(said.get(value, 0), share.answers) for value in columns]


def _everyone(question: Question, columns: list[str], *, gold: bool) -> list[Any]:
    agreed = "–" if question.percent.value is None else percent(question.percent.value, 1)
    said = dict(question.values)
    cells: list[Any] = [count(question.answers), agreed, figure(question.alpha.value), *([""] if gold else [])]
    return cells + [percent(said[value], question.answers) for value in columns]


def _time(seconds: float | None, lang: str) -> str:
    return "–" if seconds is None else word("time", lang, count=f"{seconds:.1f}" if seconds < 10 else count(seconds))
