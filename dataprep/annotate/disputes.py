"""What becomes of several answers to one question: a decision, or a dispute for the next round."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import orjson
import polars as pl

from dataprep.annotate.answers import latest
from dataprep.annotate.ratings import Floats, Ratings, named, ratings_of, readable

How = Literal["majority", "strict"]

DECISIONS = pl.Schema(
    {"record": pl.String(), "question": pl.String(), "value": pl.String(), "votes": pl.Int64(), "of": pl.Int64()}
)
"""`votes` of the `of` annotators gave that value (JSON)."""

DISPUTES = pl.Schema({"record": pl.String(), "question": pl.String(), "votes": pl.String()})
"""`votes` is for people: `accept ×1; reject ×1`."""

STEP = 1  # of a rating: neighbours on the scale aren't a dispute
DEGREES = ("slight", "clear")  # of one preference, in our form for pairs: neighbours, too
CUT = 60  # characters of a text among the votes


@dataclass(frozen=True)
class Disputed:
    """A record that people answered differently.

    Attributes:
        record: Its id.
        score: From 0 to 1: the mean distance of two answers, on the question where they differ most.
        questions: Those that are disputed, most first.
        answers: Question, annotator and value (JSON) of everything said about it in its last round.
    """

    record: str
    score: float
    questions: tuple[str, ...]
    answers: tuple[tuple[str, str, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        said = [dict(zip(("question", "annotator", "value"), answer, strict=True)) for answer in self.answers]
        return asdict(self) | {"questions": list(self.questions), "answers": said}


def answered(answers: pl.DataFrame) -> pl.DataFrame:
    """Answers that say something: of known record, question and annotator."""
    known = answers.drop_nulls(["record", "question", "annotator", "value"])
    return known.with_columns(pl.col("gold").fill_null(value=False), pl.col("round").fill_null(1))


def in_force(answers: pl.DataFrame) -> pl.DataFrame:
    """The answers that count for each record and question.

    Where there is ground truth, only that; else those of the last round: a second round is held to settle the first.
    Of each annotator the latest.
    """
    key = ["record", "question"]
    known = answered(answers)
    golden = known.filter(pl.col("gold") == pl.col("gold").any().over(key))
    return latest(golden.filter(pl.col("round") == pl.col("round").max().over(key)))


def resolve(answers: pl.DataFrame, *, how: How) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One decision for each record and question, or a dispute.

    Under `majority` the value that more annotators gave than any other; a tie is a dispute. An even split between
    neighbouring ratings (4 and 5) or degrees takes the lower. Where several choices may be ticked, each is voted on by
    itself: it stands if more than half ticked it, and exactly half is a tie. Under `strict` any difference is a
    dispute.

    Args:
        answers: Schema `ANSWERS`, all rounds.
        how: `majority` or `strict`.

    Returns:
        Decisions (schema `DECISIONS`) and disputes (schema `DISPUTES`), sorted by record and question.
    """
    key = ["record", "question"]
    counted = in_force(answers).group_by(*key, "value", maintain_order=True)
    votes = counted.agg(pl.col("kind").first(), votes=pl.len().cast(pl.Int64))
    votes = votes.with_columns(of=pl.col("votes").sum().over(key))
    if how == "strict":
        chosen = votes.filter(pl.col("votes") == pl.col("of"))
    else:
        several = ((pl.col("kind") == "choices") & pl.col("value").str.starts_with("[")).any().over(key)
        chosen = pl.concat([_voted(votes.filter(~several)), _ticked(votes.filter(several))])
    decisions = chosen.select(DECISIONS.names()).sort(key)
    rest = votes.join(decisions, on=key, how="anti").sort("votes", "value", descending=[True, False])
    told = rest.with_columns(votes=pl.format("{} ×{}", _told(rest["value"]), "votes")).sort(key, maintain_order=True)
    return decisions, told.group_by(key, maintain_order=True).agg(pl.col("votes").str.join("; "))


def disputed(answers: pl.DataFrame) -> list[Disputed]:
    """Records whose answers in force differ, most disputed first, then by id.

    Free text isn't compared, ratings differ from two steps on, and it is no dispute by how much an answer is better.

    Args:
        answers: Schema `ANSWERS`, all rounds.
    """
    counted = in_force(answers)
    scores = [pl.DataFrame(schema={"record": pl.String, "question": pl.String, "score": pl.Float64})]
    for (question,), said in counted.filter(pl.col("kind") != "text").group_by("question", maintain_order=True):
        ratings = ratings_of(said)
        found = pl.DataFrame({"record": ratings.records, "score": apart(ratings)})
        scores.append(found.select("record", pl.lit(question).alias("question"), "score").filter(pl.col("score") > 0))
    ranked = pl.concat(scores).sort("score", "question", descending=[True, False])
    per_record = ranked.group_by("record", maintain_order=True).agg(pl.col("score").max(), questions="question")
    said = counted.group_by("record", maintain_order=True).agg("question", "annotator", "value")
    told = per_record.join(said, on="record", how="left").sort("score", "record", descending=[True, False])
    return [
        Disputed(record, score, tuple(questions), tuple(zip(*answers, strict=True)))
        for record, score, questions, *answers in told.iter_rows()
    ]


def apart(ratings: Ratings) -> Floats:
    """(u,) mean distance of two answers to each record, 0 to 1; neighbouring ratings and degrees are not apart."""
    gaps = ratings.distances
    if ratings.level == "ordinal":
        gaps = np.where(np.abs(ratings.values[:, None] - ratings.values) > STEP, gaps, 0)
    if ratings.level == "nominal":
        degree = np.isin([named(category) for category in ratings.categories], DEGREES)
        gaps = np.where(degree[:, None] & degree, 0, gaps)
    sizes = ratings.table.sum(axis=1)
    return np.asarray(((ratings.table @ gaps) * ratings.table).sum(axis=1) / np.maximum(sizes * (sizes - 1), 1))


def _voted(votes: pl.DataFrame) -> pl.DataFrame:
    """The value with most votes; of two neighbouring ratings or degrees with equally many the lower."""
    key = ["record", "question"]
    best = votes.filter(pl.col("votes") == pl.col("votes").max().over(key))
    scale = {orjson.dumps(degree).decode(): float(place) for place, degree in enumerate(DEGREES)}
    degree = pl.col("value").replace_strict(scale, default=None, return_dtype=pl.Float64)
    number = pl.when(pl.col("kind") == "rating").then(pl.col("value").cast(pl.Float64, strict=False)).otherwise(degree)
    best = best.with_columns(number=number, tied=pl.len().over(key))
    low, high = pl.col("number").min().over(key), pl.col("number").max().over(key)
    ranked = pl.col("number").is_not_null().all().over(key)
    lower = ranked & (pl.col("tied") == 2) & (high - low <= STEP) & (pl.col("number") == low)
    return best.filter((pl.col("tied") == 1) | lower.fill_null(value=False)).select(DECISIONS.names())


def _ticked(votes: pl.DataFrame) -> pl.DataFrame:
    """Several choices, each voted on by itself; `votes` are those of the tightest vote."""
    key = ["record", "question"]
    values = votes["value"].unique(maintain_order=True).to_list()
    read = [told if isinstance(told := orjson.loads(value), list) else [told] for value in values]
    ticks = [[str(tick) for tick in told] for told in read]
    named_ticks = pl.DataFrame(
        {"value": values, "tick": ticks}, schema={"value": pl.String, "tick": pl.List(pl.String)}
    )
    each = votes.join(named_ticks, on="value", how="left").explode("tick", empty_as_null=True)
    counts = each.group_by(*key, "of", "tick", maintain_order=True).agg(yes=pl.col("votes").sum()).sort(*key, "tick")
    there, stands = pl.col("tick").is_not_null(), pl.col("yes") * 2 > pl.col("of")
    told = counts.group_by(*key, "of", maintain_order=True).agg(
        tied=(there & (pl.col("yes") * 2 == pl.col("of"))).any(),
        value=pl.col("tick").filter(there & stands),
        votes=pl.when(there).then(pl.max_horizontal("yes", pl.col("of") - pl.col("yes"))).min(),
    )
    written = pl.Series([orjson.dumps(value).decode() for value in told["value"].to_list()], dtype=pl.String)
    told = told.with_columns(value=written, votes=pl.col("votes").fill_null(pl.col("of")))
    return told.filter(~pl.col("tied")).select(DECISIONS.names())


def _told(values: pl.Series) -> pl.Series:
    """JSON values as people read them, cut."""
    words = map(readable, values)
    return pl.Series([word if len(word) <= CUT else word[:CUT] + " …" for word in words], dtype=pl.String)
