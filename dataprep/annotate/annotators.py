"""Who agrees with whom: each annotator against the others and against ground truth, and each pair of annotators."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from dataprep.annotate.coefficients import Weights, alpha_without, costs, kappas, wilson
from dataprep.annotate.ratings import Ratings, named


@dataclass(frozen=True)
class Share:
    """One annotator on one question.

    Attributes:
        annotator: Name.
        question: Name.
        answers: How many.
        values: The answers and how often each was given.
        pairs: Answers of others to the same records.
        agreement: The share of the pairs that are equal; null without pairs.
        alpha_without: Alpha of the others alone: higher than everyone's where this one stands apart; null if undefined.
        right: Answers that equal the ground truth.
        checked: Answers with a ground truth.
        accuracy: right / checked with its 95% Wilson interval; null without ground truth.
        low: Lower end.
        high: Upper end.
    """

    annotator: str
    question: str
    answers: int
    values: tuple[tuple[str, int], ...]
    pairs: int
    agreement: float | None
    alpha_without: float | None
    right: int
    checked: int
    accuracy: float | None
    low: float | None
    high: float | None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self) | {"values": dict(self.values)}


@dataclass(frozen=True)
class Pair:
    """Two annotators on one question.

    Attributes:
        question: Name.
        left: One annotator.
        right: The other.
        n: Records that both answered.
        agreement: The share of them on which they say the same.
        kappa: Cohen's, with squared weights for ratings; null where both always say one and the same thing.
        weights: `none` or `quadratic`.
    """

    question: str
    left: str
    right: str
    n: int
    agreement: float
    kappa: float | None
    weights: str

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def pairs(question: str, ratings: Ratings) -> list[Pair]:
    """Every two annotators who answered the same records, by name."""
    weights: Weights = "quadratic" if ratings.level == "ordinal" else "none"
    met = _met(ratings).filter(pl.col("rater") < pl.col("rater_right"))
    groups = met.select("rater", "rater_right").unique(maintain_order=True).sort("rater", "rater_right")
    met = met.join(groups.with_row_index("group"), on=["rater", "rater_right"], how="left", maintain_order="left")
    k = len(ratings.categories)
    told, place = np.unique((met["code"] * k + met["code_right"]).to_numpy(), return_inverse=True)
    drawn = np.zeros((groups.height, len(told)))
    np.add.at(drawn, (met["group"].to_numpy(), place), 1)
    codes = np.eye(k, dtype=np.int64)
    patterns = np.concatenate([codes[told // k], codes[told % k]], axis=1)
    values = kappas(drawn, patterns, cost=costs(ratings, weights))
    n, same = drawn.sum(axis=1), drawn @ (told // k == told % k)
    return [
        Pair(
            question,
            ratings.annotators[left],
            ratings.annotators[right],
            int(n[at]),
            float(same[at] / n[at]),
            None if np.isnan(values[at]) else float(values[at]),
            weights,
        )
        for at, (left, right) in enumerate(groups.iter_rows())
    ]


def shares(question: str, ratings: Ratings, answers: pl.DataFrame, gold: pl.DataFrame) -> list[Share]:
    """Each annotator of a question, by name.

    Args:
        question: Name.
        ratings: The answers in numbers.
        answers: Answers to the question that aren't ground truth (schema `ANSWERS`).
        gold: Its ground truth (schema `ANSWERS`); a record that has several different ones has none.
    """
    met = _met(ratings)
    places = met["rater"].to_numpy()
    size = len(ratings.annotators)
    n = np.bincount(places, minlength=size).tolist()
    same = np.bincount(places, weights=(met["code"] == met["code_right"]).to_numpy(), minlength=size).tolist()
    checked = _checked(answers, gold)
    counts = np.zeros((size, len(ratings.categories)), dtype=np.int64)
    np.add.at(counts, (ratings.rater, ratings.code), 1)
    found = []
    for place, annotator in enumerate(ratings.annotators):
        said = zip(map(named, ratings.categories), counts[place].tolist(), strict=True)
        right, of = checked.get(annotator, (0, 0))
        low, high = wilson(right, of) if of else (None, None)
        found.append(
            Share(
                annotator,
                question,
                answers=int(counts[place].sum()),
                values=tuple((value, count) for value, count in said if count),
                pairs=n[place],
                agreement=same[place] / n[place] if n[place] else None,
                alpha_without=alpha_without(ratings, place),
                right=right,
                checked=of,
                accuracy=right / of if of else None,
                low=low,
                high=high,
            )
        )
    return found


def _met(ratings: Ratings) -> pl.DataFrame:
    """`unit, rater, code, rater_right, code_right`: each answer beside each other one to the same record."""
    frame = pl.DataFrame({"unit": ratings.unit, "rater": ratings.rater, "code": ratings.code})
    return frame.join(frame, on="unit", how="inner").filter(pl.col("rater") != pl.col("rater_right"))


def _checked(answers: pl.DataFrame, gold: pl.DataFrame) -> dict[str, tuple[int, int]]:
    """Annotator -> answers that equal the ground truth, and answers that have one."""
    truth = gold.group_by("record", maintain_order=True).agg(pl.col("value").unique())
    truth = truth.filter(pl.col("value").list.len() == 1).select("record", truth=pl.col("value").list.first())
    judged = answers.join(truth, on="record", how="inner")
    told = judged.group_by("annotator", maintain_order=True).agg(
        (pl.col("value") == pl.col("truth")).sum(), of=pl.len()
    )
    return {annotator: (right, of) for annotator, right, of in told.iter_rows()}
