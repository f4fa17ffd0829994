"""Self-consistency: how unlikely an answer's words are under other answers of the same model to the same prompt."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from schemas.text.words import words


def unigram_selfcheck(
    answer: str, samples: Sequence[str], *, over: Literal["max", "mean"] = "max", smoothing: float = 1.0
) -> float:
    """Unigram SelfCheckGPT: the negative log probability of an answer's words; higher is less consistent.

    The unigram model is counted over the samples and the answer itself, so that no word has probability 0. `max` is the
    variant that Manakul et al. 2023 (SelfCheckGPT) found to agree best with people.

    Args:
        answer: What is checked, greedy as a rule.
        samples: Further answers, drawn at a temperature.
        over: The answer's least likely word, or the mean of all.
        smoothing: Added to the count of every word of the vocabulary.

    Returns:
        Nats, 0 and up; NaN where the answer has no words or there are no samples.
    """
    told = words(answer)
    if not told or not samples:
        return math.nan
    counts = Counter(told)
    for sample in samples:
        counts.update(words(sample))
    total = counts.total() + smoothing * len(counts)
    surprises = [-math.log((counts[word] + smoothing) / total) for word in told]
    return max(surprises) if over == "max" else math.fsum(surprises) / len(surprises)
