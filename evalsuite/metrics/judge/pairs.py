"""Which of two answers is better, asked in both orders: a win counts when both say so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from evalsuite.metrics.judge.decisions import Choice, decide
from evalsuite.metrics.judge.grades import shared_texts
from evalsuite.metrics.judge.prompts import Prompt, render
from evalsuite.metrics.metric import Sample
from schemas.endpoint import Endpoint

Winner = Literal["a", "b", "tie"]


@dataclass(frozen=True)
class Verdicts:
    """The judge's word on n pairs.

    Attributes:
        winners: n winners; null where an answer is missing or an order gave nothing readable.
        reasons: n reasons, said with `a` shown first; for a null winner `no_answer`, `judge_unparsable` or
            `judge_failed`.
        asked: Pairs that both orders answered; pairs of equal answers are ties unasked.
        agreed: Of them, where both orders said the same.
        chose: Verdicts among those pairs' two orders that weren't a tie.
        chose_first: Of them, for the answer shown first.
    """

    winners: tuple[Winner | None, ...]
    reasons: tuple[str, ...]
    asked: int
    agreed: int
    chose: int
    chose_first: int

    @property
    def position_bias(self) -> float | None:
        """How much more often than half the first answer was chosen: -0.5 to 0.5; null where nothing was chosen."""
        return self.chose_first / self.chose - 0.5 if self.chose else None

    @property
    def consistency(self) -> float | None:
        """Share of pairs on which both orders agree; null where none was asked."""
        return self.agreed / self.asked if self.asked else None

    def count(self, winner: Winner | None) -> int:
        """Pairs that ended so."""
        return self.winners.count(winner)


def judge_pairs(
    samples_a: Sequence[Sample],
    samples_b: Sequence[Sample],
    *,
    endpoint: Endpoint,
    rubric: str | None = None,
    language: str | None = None,
    seed: int = 17,
    tell: Callable[[str], None] = lambda sentence: None,
) -> Verdicts:
    """Compare two models' answers to the same items.

    Each pair is shown twice, each answer once in front; when the two verdicts differ it is a tie
    (Zheng et al. 2023, "Judging LLM-as-a-Judge", section 3.4).

    Args:
        samples_a: n samples of one model.
        samples_b: The same n items answered by the other.
        endpoint: The judge.
        rubric: What makes an answer good; null is the built-in scale.
        language: Of the prompt; null is each sample's.
        seed: Of the fences around the texts.
        tell: Called with a sentence whenever there is something to wait for.

    Raises:
        UserError: If the endpoint can't be used at all.
    """
    pairs = list(zip(samples_a, samples_b, strict=True))
    missing = [place for place, pair in enumerate(pairs) if any(sample.stop == "error" for sample in pair)]
    differ = [place for place, (a, b) in enumerate(pairs) if a.answer.strip() != b.answer.strip()]
    places = sorted(set(differ) - set(missing))
    prompts = [
        _prompt(pairs[place][0], first.answer, second.answer, rubric=rubric, language=language, seed=seed)
        for place in places
        for first, second in (pairs[place], pairs[place][::-1])
    ]
    told = decide(endpoint, prompts, Choice, tell=tell, seed=seed)
    return _verdicts(len(pairs), missing, places, told)


def _prompt(sample: Sample, first: str, second: str, *, rubric: str | None, language: str | None, seed: int) -> Prompt:
    texts = shared_texts(sample) | {"a": first, "b": second}
    return render("pair", texts, language=language or sample.language, rubric=rubric, seed=seed)


def _verdicts(count: int, missing: Sequence[int], places: Sequence[int], told: Sequence[Choice | str]) -> Verdicts:
    """Bring the two orders together; `told` holds two decisions for each place."""
    winners: list[Winner | None] = ["tie"] * count
    reasons = ["equal answers"] * count
    for place in missing:
        winners[place], reasons[place] = None, "no_answer"
    agreed, letters = 0, list[str]()
    for place, forward, backward in zip(places, told[::2], told[1::2], strict=True):
        if isinstance(forward, str) or isinstance(backward, str):
            winners[place] = None
            reasons[place] = forward if isinstance(forward, str) else str(backward)
            continue
        one = _WINNERS[forward.better]
        other = _WINNERS[_SWAPPED[backward.better]]
        winners[place], reasons[place] = one if one == other else "tie", forward.reason
        agreed += one == other
        letters += [forward.better, backward.better]
    chosen = [letter for letter in letters if letter != "tie"]
    return Verdicts(tuple(winners), tuple(reasons), len(letters) // 2, agreed, len(chosen), chosen.count("A"))


_WINNERS: dict[str, Winner] = {"A": "a", "B": "b", "tie": "tie"}
_SWAPPED = {"A": "B", "B": "A", "tie": "tie"}
