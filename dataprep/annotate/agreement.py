"""How far annotators agree: by question, by annotator, by pair and by round, and the records that they dispute."""

from collections.abc import Iterator, Sequence

import polars as pl

from dataprep.annotate.annotators import Share, pairs, shares
from dataprep.annotate.answers import latest
from dataprep.annotate.coefficients import alpha, cohen, fleiss, percent
from dataprep.annotate.disputes import answered, disputed
from dataprep.annotate.findings import Agreement, Annotator, Question, Round
from dataprep.annotate.ratings import Ratings, named, ratings_of


def agreement(answers: pl.DataFrame, *, seed: int) -> Agreement:
    """Measure agreement.

    Reliability is that of independent work: questions, annotators and pairs are about the first round in which a
    record was answered, and ground truth is only what annotators are held against. Disputes are about the answers
    in force, the last round's.

    Args:
        answers: Schema `ANSWERS`, in any order; an annotator's latest counts.
        seed: Of the bootstrap.
    """
    known = answered(answers)
    free, gold = known.filter(~pl.col("gold")), latest(known.filter("gold"))
    first = latest(free.filter(pl.col("round") == pl.col("round").min().over("record", "question")))
    rounds = [
        (number, latest(free.filter(pl.col("round") == number)))
        for number in free["round"].unique(maintain_order=True).sort()
    ]
    questions, pairings, by_annotator = [], [], []
    for name, said in _questions(first):
        ratings = ratings_of(said)
        questions.append(_question(name, said["kind"][0], ratings, seed))
        pairings += pairs(name, ratings)
        by_annotator += shares(name, ratings, said, gold.filter(pl.col("question") == name))
    return Agreement(
        records=known["record"].n_unique(),
        answers=sum(said.height for _, said in rounds),
        gold=gold.height,
        seed=seed,
        questions=tuple(questions),
        annotators=tuple(_annotators(first, by_annotator)),
        pairs=tuple(pairings),
        rounds=tuple(_round(number, said, seed) for number, said in rounds),
        disputed=tuple(disputed(answers)),
    )


def _questions(answers: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each question that can be compared, by name, with its answers; a change of kind makes no second question."""
    compared = answers.filter(pl.col("kind") != "text").sort("question", "kind", maintain_order=True)
    for (name,), said in compared.group_by("question", maintain_order=True):
        yield str(name), said


def _question(name: str, kind: str, ratings: Ratings, seed: int) -> Question:
    counts = ratings.table.sum(axis=0).tolist()
    return Question(
        name=name,
        kind=kind,
        level=ratings.level,
        answers=len(ratings.code),
        values=tuple(zip(map(named, ratings.categories), counts, strict=True)),
        alpha=alpha(ratings, seed=seed),
        cohen=cohen(ratings, weights="quadratic" if ratings.level == "ordinal" else "none", seed=seed),
        fleiss=fleiss(ratings, seed=seed),
        percent=percent(ratings, seed=seed),
    )


def _annotators(answers: pl.DataFrame, shares: Sequence[Share]) -> Iterator[Annotator]:
    """Everyone who answered, by name; the time of an annotation counts once, however many questions it answers."""
    times = answers.unique(["annotator", "annotation"], keep="first", maintain_order=True)
    times = times.group_by("annotator", maintain_order=True).agg(pl.col("seconds").median())
    work = answers.group_by("annotator", maintain_order=True).agg(pl.col("record").n_unique(), count=pl.len())
    for name, records, count, seconds in work.join(times, on="annotator").sort("annotator").iter_rows():
        yield Annotator(name, records, count, seconds, tuple(each for each in shares if each.annotator == name))


def _round(number: int, answers: pl.DataFrame, seed: int) -> Round:
    measured = [(name, ratings_of(said)) for name, said in _questions(answers)]
    return Round(
        number=number,
        records=answers["record"].n_unique(),
        annotators=answers["annotator"].n_unique(),
        questions=tuple((name, alpha(told, seed=seed), percent(told, seed=seed)) for name, told in measured),
    )
