"""What is known of agreement after it was measured: questions, annotators, rounds, and all of it as plain data."""

from dataclasses import dataclass
from typing import Any

from dataprep.annotate.annotators import Pair, Share
from dataprep.annotate.coefficients import DRAWS, LEVEL, Coefficient
from dataprep.annotate.disputes import Disputed
from dataprep.annotate.ratings import Level

TENTATIVE, RELIABLE = 0.667, 0.8
"""Alpha from which data bear tentative conclusions, and from which they may be relied on (Krippendorff 2004, Content
Analysis, 2nd edition, p. 241)."""


@dataclass(frozen=True)
class Question:
    """One question over all annotators, in the first round of each record.

    Attributes:
        name: Of the control.
        kind: `choices`, `rating` or `pairwise`.
        level: How far two answers are apart: `nominal`, `ordinal` (ratings) or `set` (several choices).
        answers: How many.
        values: The answers and how often each was given.
        alpha: Krippendorff's.
        cohen: Of two annotators, with squared weights for ratings.
        fleiss: On records with equally many answers; categories are merely equal or not.
        percent: Pairs of answers that are equal.
    """

    name: str
    kind: str
    level: Level
    answers: int
    values: tuple[tuple[str, int], ...]
    alpha: Coefficient
    cohen: Coefficient
    fleiss: Coefficient
    percent: Coefficient

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        measures = {key: getattr(self, key).to_dict() for key in ("alpha", "cohen", "fleiss", "percent")}
        counted = {"answers": self.answers, "values": dict(self.values)}
        return {"name": self.name, "kind": self.kind, "level": self.level} | counted | measures


@dataclass(frozen=True)
class Annotator:
    """One person's work, ground truth apart.

    Attributes:
        name: Id or name.
        records: How many were answered.
        answers: How many, over all questions.
        seconds: Median time of an annotation; null where it isn't known.
        shares: Each question.
    """

    name: str
    records: int
    answers: int
    seconds: float | None
    shares: tuple[Share, ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        work = {"name": self.name, "records": self.records, "answers": self.answers, "seconds": self.seconds}
        return work | {"questions": [share.to_dict() for share in self.shares]}


@dataclass(frozen=True)
class Round:
    """One pass over records.

    Attributes:
        number: 1 for the first.
        records: How many were answered in it.
        annotators: How many answered.
        questions: Name, alpha and percent agreement of each; later rounds hold the records that were disputed.
    """

    number: int
    records: int
    annotators: int
    questions: tuple[tuple[str, Coefficient, Coefficient], ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        measured = [
            {"name": name, "alpha": one.to_dict(), "percent": other.to_dict()} for name, one, other in self.questions
        ]
        counted = {"records": self.records, "annotators": self.annotators}
        return {"number": self.number} | counted | {"questions": measured}


@dataclass(frozen=True)
class Agreement:
    """All that can be said of the answers' agreement.

    Attributes:
        records: How many were answered.
        answers: How many, ground truth and repeated ones apart.
        gold: Ground truths.
        seed: Of the bootstrap.
        questions: By name, those with free text left out.
        annotators: By name.
        pairs: By question and names.
        rounds: In order.
        disputed: Most disputed first.
    """

    records: int
    answers: int
    gold: int
    seed: int
    questions: tuple[Question, ...]
    annotators: tuple[Annotator, ...]
    pairs: tuple[Pair, ...]
    rounds: tuple[Round, ...]
    disputed: tuple[Disputed, ...]

    @property
    def weakest(self) -> Question | None:
        """The question with the lowest alpha; null if alpha is undefined for all."""
        defined = [question for question in self.questions if question.alpha.value is not None]
        return min(defined, key=lambda question: question.alpha.value or 0.0, default=None)

    @property
    def alpha(self) -> float | None:
        """The lowest alpha, which gates read as `annotation.alpha`."""
        return self.weakest.alpha.value if self.weakest else None

    def to_dict(self) -> dict[str, Any]:
        """As plain data for `--json` and gates."""
        lists = {key: [each.to_dict() for each in getattr(self, key)] for key in ("questions", "annotators", "pairs")}
        lists |= {key: [each.to_dict() for each in getattr(self, key)] for key in ("rounds", "disputed")}
        counts = {"alpha": self.alpha, "records": self.records, "answers": self.answers, "gold": self.gold}
        return counts | {"bootstrap": {"draws": DRAWS, "level": LEVEL, "seed": self.seed}} | lists
