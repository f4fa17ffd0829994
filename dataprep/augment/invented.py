"""Rules of form for new questions and their answers: the names, and the functions, of the rules for rewrites.

| name | a bad draft |
|---|---|
| finish | was cut off by the limit of tokens, or never came |
| empty | lacks the question or the answer; no other rule is asked |
| preamble | opens or closes the question with the model's own words about it |
| refusal | refuses to ask or to answer, as the parent's answer doesn't |
| repetition | repeats itself: the question as a rewrite may not, the answer as no row should |
| language | asks in another language than the plan's, or answers in another than the parent's |
| script | is in another Chinese script than the parent |
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from dataprep.augment.accept import form, script
from dataprep.augment.accept.reading import Reading, read
from dataprep.augment.examples import Example, examples_of, read_examples
from dataprep.language.detect import UNKNOWN
from dataprep.recipe.augment import Accept
from dataprep.rules.repetition import repetition

_MOST = {"char_repetition": 0.6, "word_repetition": 0.5, "dup_line_chars": 0.3, "tail_loop": 0.3}
"""Measure -> the most that an answer may have: what `dataprep.rules.sft` flags in rows.

The rule for rewrites counts three words that come three times: an answer of a page has such without a fault.
"""


class _Draft(NamedTuple):
    prompt: Reading
    answer: Reading
    parent_prompt: Reading
    parent_answer: Reading


def form_reasons(drafts: pl.DataFrame, seeds: pl.DataFrame, config: Accept) -> pl.DataFrame:
    """Judge the form of n new questions and answers.

    Args:
        drafts: `prompt_after, answer_after, finish, language, seeds` as in `DRAFTS`; a null text counts as empty. Of
            the seeds, the first that asks something is the parent.
        seeds: The rows that they name, of schema `FRAME`.
        config: Rules that are off.

    Returns:
        n lines in their order, as `judge_rewrites` gives them: `reasons`, and the `detail` of the first.
    """
    columns = _columns(drafts, read_examples(seeds))
    foreign, loops = _foreign(*columns[:5]), _loops(columns[1])
    texts_of = zip(*columns[:4], strict=True)
    judged = [
        [told for told in _broken(said, finish, other, loop) if told[0] not in config.without]
        for said, finish, other, loop in zip(texts_of, columns[5], foreign, loops, strict=True)
    ]
    reasons = [[name for name, _ in broken] for broken in judged]
    details = [broken[0][1] if broken else None for broken in judged]
    return pl.DataFrame(
        {"reasons": reasons, "detail": details}, schema={"reasons": pl.List(pl.String), "detail": pl.String}
    )


def _columns(drafts: pl.DataFrame, known: Mapping[str, Example]) -> list[pl.Series]:
    """Question, answer, those of the parent, language, finish."""
    shown = [examples_of(ids, known) for ids in drafts["seeds"].to_list()]
    parents = [found[0] if found else Example("", "", "") for found in shown]
    told = [
        *(drafts["prompt_after"], drafts["answer_after"]),
        pl.Series([parent.question for parent in parents], dtype=pl.String),
        pl.Series([parent.answer for parent in parents], dtype=pl.String),
        *(drafts["language"], drafts["finish"]),
    ]
    return [column.cast(pl.String).fill_null("") for column in told]


def _broken(said: Sequence[str], finish: str, foreign: str | None, loop: str | None) -> Iterator[tuple[str, str]]:
    prompt, answer = said[:2]
    if finish not in {"stop", ""}:
        yield "finish", finish
    if not prompt.strip() or not answer.strip():
        yield "empty", "no question" if not prompt.strip() else "no answer"
        return
    draft = _Draft(*map(read, said))
    rules = {
        # Only of the question: an answer may well open with "可以，" or "Here are three ways:".
        "preamble": form.preamble(draft.parent_prompt, draft.prompt),
        "refusal": _refusal(draft),
        "repetition": form.repetition(draft.parent_prompt, draft.prompt) or loop,
        "language": foreign,
        "script": script.script_differs(draft.parent_prompt, draft.prompt, "")
        or script.script_differs(draft.parent_answer, draft.answer, ""),
    }
    yield from ((name, told) for name, told in rules.items() if told is not None)


def _refusal(draft: _Draft) -> str | None:
    """A question that opens like one ("I can't access my account, what now?") is none as long as it asks."""
    asks = any(mark in draft.prompt.prose for mark in "?？")
    asked = None if asks else form.refusal(draft.parent_prompt, draft.prompt)
    return asked or form.refusal(draft.parent_answer, draft.answer)


def _foreign(
    prompts: pl.Series, answers: pl.Series, _: pl.Series, parents: pl.Series, languages: pl.Series
) -> list[str | None]:
    wanted = [None if language in {"", UNKNOWN} else language for language in languages]
    spoken, answered, had = (script.languages_of(texts) for texts in (prompts, answers, parents))
    return [
        _differs(one, other) or _differs(before, after)
        for one, other, before, after in zip(wanted, spoken, had, answered, strict=True)
    ]


def _differs(one: str | None, other: str | None) -> str | None:
    return f"{one} -> {other}" if one and other and one != other else None


def _loops(answers: pl.Series) -> Sequence[str | None]:
    """What an answer has too much of."""
    measured = repetition(answers)
    told = [
        pl.when(pl.col(name) > most).then(pl.format("{} {}", pl.lit(name), pl.col(name).round(2)))
        for name, most in _MOST.items()
    ]
    return measured.select(pl.coalesce(told)).to_series().to_list()
