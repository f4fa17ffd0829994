"""How long an n-gram of the near-duplicate stage should be: labelled pairs made of the example's facts.

python -m benchmarks.shingle_choice

Copies have 2 to 8 % of their words (Han characters in Chinese) replaced, singly or as one span, or as many letters
scattered over the text. Others are no copies: the same template with other numbers and names, the right and the wrong
answer to one question, two questions on one topic. Each is made of one fact, and of five facts in one dialogue.
A second table tells how many of the near pairs are left when every answer must be alike, too.
"""

import random
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml
from numpy.typing import NDArray

from benchmarks.planted import edited
from dataprep.dedup.guards import answer_sets, as_answers, other_answers
from dataprep.dedup.minhash import numbers_in, other_numbers
from dataprep.dedup.pairs import Rows, jaccard
from dataprep.recipe import Near
from schemas.frames import frame_of
from schemas.records import Record
from schemas.text.ngrams import shingles

FACTS = Path(__file__).resolve().parent.parent / "examples" / "facts"
EDITS, OTHERS = ("words", "span", "chars"), ("template", "wrong", "topic")
SIZES = range(1, 7)
THRESHOLD = 0.7
ANSWERS = (0.4, 0.5, 0.6, 0.7, 0.8)
NAMES = {
    "en": ("Sprout", "Stream", "Spring", "Hangzhou", "Berlin", "morning", "kettle", "filter", "tank", "heater"),
    "zh": ("新芽", "溪流", "山泉", "杭州", "柏林", "早上", "水壶", "滤芯", "水箱", "加热器"),
}

Pair = tuple[str, str]


def facts(lang: str) -> list[list[dict[str, Any]]]:
    """The facts of every file, in one language."""
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FACTS.glob("*.yaml"))]
    entries = [[entry[lang] for entry in file if isinstance(entry, dict) and lang in entry] for file in files]
    return [[entry for entry in file if {"ask", "answer", "wrong"} <= set(entry)] for file in entries]


def pairs(lang: str, *, parts: int, seed: int) -> dict[str, list[Pair]]:
    """Labelled pairs by class, of dialogues of so many facts each."""
    drawn = random.Random(seed)
    made: dict[str, list[Pair]] = {name: [] for name in (*EDITS, *OTHERS)}
    for file in facts(lang):
        for place, fact in enumerate(file):
            rest = drawn.sample(file, min(parts - 1, len(file)))
            text = _dialogue([fact, *rest])
            for edit in EDITS:
                made[edit].append((text, edited(text, edit, drawn)))
            changed = _template(text, lang, drawn)
            if changed != text:
                made["template"].append((text, changed))
            made["wrong"].append((text, _dialogue([{**fact, "answer": fact["wrong"]}, *rest])))
            other = file[(place + 1) % len(file)]
            if other is not fact:
                made["topic"].append((text, _dialogue([other, *drawn.sample(file, min(parts - 1, len(file)))])))
    return made


def _dialogue(chosen: Sequence[dict[str, Any]]) -> str:
    return "\n".join(f"{fact['ask'][0]}\n{fact['answer']}" for fact in chosen)


def _template(text: str, lang: str, drawn: random.Random) -> str:
    """The text with other numbers and other names."""
    names = NAMES[lang]
    turned = re.sub("|".join(names), lambda found: names[(names.index(found[0]) + 1) % len(names)], text)
    return re.sub(r"\d+", lambda found: str(int(found[0]) + drawn.randrange(1, 9)), turned)


def seen(made: Sequence[Pair], *, size: int) -> tuple[float, float]:
    """The share of pairs that reach the threshold; and of those whose numbers agree besides."""
    texts, left = pl.Series([text for pair in made for text in pair]), np.arange(0, 2 * len(made), 2)
    near = _near(texts, left, size=size)
    return float(np.mean(near)), float(np.mean(near & ~other_numbers(numbers_in(texts), left, left + 1)))


def _near(texts: pl.Series, left: Rows, *, size: int) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = jaccard(shingles(texts, han=size, words=size), left, left + 1) >= THRESHOLD
    return near


def left_by_answers(made: Sequence[Pair], *, threshold: float) -> float:
    """The share of near pairs whose answers are alike one by one; NaN where none is near."""
    texts, left = pl.Series([text for pair in made for text in pair]), np.arange(0, 2 * len(made), 2)
    left = left[_near(texts, left, size=Near().words) & ~other_numbers(numbers_in(texts), left, left + 1)]
    frame = frame_of([_row(text) for text in texts], sources=[""] * len(texts), rows=range(len(texts)))
    answers = as_answers(answer_sets(frame, Near()), threshold=threshold)
    return float(np.mean(~other_answers(answers, left, left + 1))) if len(left) else float("nan")


def _row(text: str) -> Record:
    """The dialogue of a text whose lines are questions and answers in turn."""
    lines = text.split("\n")
    roles = ("user", "assistant")
    return {"kind": "sft", "messages": [{"role": roles[n % 2], "content": line} for n, line in enumerate(lines)]}  # type: ignore[typeddict-item]


def cost(texts: Sequence[str], *, size: int) -> tuple[float, float]:
    """N-grams for each 100 characters, and CPU nanoseconds for each byte."""
    series = pl.Series(list(texts) * (2_000_000 // sum(map(len, texts)) + 1))
    start = time.process_time()
    grams = shingles(series, han=size, words=size)
    spent = time.process_time() - start
    lengths = series.str.len_chars().sum(), series.str.len_bytes().sum()
    return 100 * len(grams.values) / int(lengths[0]), 1e9 * spent / int(lengths[1])


def main() -> None:
    """Print the tables: the share of pairs at or over 0.7, before and after the look at their numbers."""
    for lang in ("en", "zh"):
        for parts in (1, 5):
            made = pairs(lang, parts=parts, seed=1)
            print(f"\n{lang}, facts in a dialogue: {parts}; " + ", ".join(f"{k} {len(v)}" for k, v in made.items()))
            print(f" n{''.join(f'{name:>14}' for name in made)}   n-grams/100 characters   CPU ns/byte")
            for size in SIZES:
                shares = [seen(found, size=size) for found in made.values()]
                grams, spent = cost([one for one, _ in made["words"]], size=size)
                print(f"{size:2}{''.join(f'  {a:.3f} {b:.3f}' for a, b in shares)}{grams:25.1f}{spent:14.1f}")
            print(f"\n answers at{''.join(f'{name:>10}' for name in made)}")
            for threshold in ANSWERS:
                left = (left_by_answers(found, threshold=threshold) for found in made.values())
                print(f"{threshold:11}{''.join(f'{share:10.3f}' for share in left)}")


if __name__ == "__main__":
    main()
