"""Our ROUGE, BLEU and chrF beside rouge-score's and sacrebleu's, on a dozen pairs in Chinese and English.

    python -m benchmarks.metric_golden

The libraries run twice: with the tokenizer that we use, where nothing may differ, and as they come. As it comes,
rouge-score sees ASCII letters and digits alone: its numbers differ from ours on Chinese, accents and decimals.
"""

from dataclasses import dataclass
from typing import Any

import sacrebleu
from rouge_score.rouge_scorer import RougeScorer
from rouge_score.tokenizers import Tokenizer

from evalsuite.metrics.bleu import bleu
from evalsuite.metrics.metric import Sample
from evalsuite.metrics.rouge import NAMES, rouge
from schemas.text.words import words

BRIDGE = "南京长江大桥于1968年建成，正桥全长4589米。"

PAIRS = [
    ("zh identical", "zh", "今天天气很好", "今天天气很好"),
    ("zh near", "zh", "南京长江大桥是一座公铁两用桥。", "南京长江大桥是公铁两用的桥梁。"),
    ("zh right", "zh", BRIDGE, "大桥建成于1968年，全长4589米。"),
    ("zh wrong, same digits", "zh", BRIDGE, "完全无关1968的句子4589"),
    ("zh opposite, same Latin", "zh", "我们使用Transformer模型", "他们讨厌Transformer架构"),
    ("zh decimals", "zh", "圆周率约为3.14。", "圆周率约为14.3。"),
    ("zh lines", "zh", "一、洗菜。\n二、切菜。\n三、炒菜。", "三、炒菜。\n一、洗菜。"),
    ("zh empty answer", "zh", "今天天气很好", ""),
    ("en identical", "en", "The cat sat on the mat.", "The cat sat on the mat."),
    ("en near", "en", "The cat sat on the mat.", "The cat is sitting on the mat."),
    ("en lines", "en", "Wash it.\nCut it.\nFry it in oil.", "Fry it in oil.\nWash it."),
    ("en wrong", "en", "Paris is the capital of France.", "Water boils at 100 degrees."),
    ("en decimals", "en", "It costs 3.14 dollars.", "It costs 14.3 dollars."),
    ("en accents", "en", "Zoë visited the café.", "Zoe visited the cafe."),
]


@dataclass(frozen=True)
class Golden:
    """One number: what it is of, and what each side says.

    Attributes:
        pair: The pair's name.
        metric: The metric's name.
        ours: Our number.
        same: The library's, with the same tokenizer.
        default: The library's as it comes.
    """

    pair: str
    metric: str
    ours: float
    same: float
    default: float


class _Words(Tokenizer):  # type: ignore[misc]
    def tokenize(self, text: str) -> list[str]:
        return words(text)


def goldens() -> list[Golden]:
    """Every metric of every pair."""
    plain, cut = RougeScorer(list(NAMES)), RougeScorer(list(NAMES), tokenizer=_Words())
    families = rouge(), bleu()
    found = []
    for name, language, reference, answer in PAIRS:
        samples = [Sample("1", "", "", reference, answer, language)]
        columns = families[0].score(samples) | families[1].score(samples)
        theirs = _rouge(cut, reference, answer) | _sacrebleu(reference, answer, "zh" if language == "zh" else "13a")
        default = _rouge(plain, reference, answer) | _sacrebleu(reference, answer, "13a")
        found += [
            Golden(name, metric, float(column.values[0]), theirs[metric], default[metric])
            for metric, column in columns.items()
        ]
    return found


def _rouge(scorer: Any, reference: str, answer: str) -> dict[str, float]:
    return {name: float(score.fmeasure) for name, score in scorer.score(reference, answer).items()}


def _sacrebleu(reference: str, answer: str, tokenizer: str) -> dict[str, float]:
    return {
        "bleu": sacrebleu.sentence_bleu(answer, [reference], tokenize=tokenizer).score,
        "chrf": sacrebleu.sentence_chrf(answer, [reference]).score,
    }


def main() -> None:
    """Print the table, and how far ours is from the libraries with the same tokenizer."""
    print("| pair | metric | gristmill | library, same tokenizer | difference | library, default | difference |")
    print("|---|---|---:|---:|---:|---:|---:|")
    found = goldens()
    for golden in found:
        cells = [golden.pair, golden.metric, f"{golden.ours:.4f}", f"{golden.same:.4f}"]
        cells += [f"{golden.ours - golden.same:+.0e}", f"{golden.default:.4f}", f"{golden.ours - golden.default:+.4f}"]
        print("| " + " | ".join(cells) + " |")
    worst = max(abs(golden.ours - golden.same) for golden in found)
    print(
        f"\nLargest difference with the same tokenizer: {worst:.1e}; at most 1e-9: {'yes' if worst <= 1e-9 else 'NO'}"
    )


if __name__ == "__main__":
    main()
