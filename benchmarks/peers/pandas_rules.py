"""Clean, rules and exact duplicates with pandas: one function a row for each step. CORPUS CHARACTERS OUT.

CHARACTERS is a JSON file of two strings, `special` and `whitespace`. The formulas are Data-Juicer's.
"""

import json
import sys
from collections import Counter
from math import isqrt
from pathlib import Path


def characters(path: str) -> tuple[frozenset[str], dict[int, str]]:
    """The special characters, and the table that makes every kind of whitespace a blank."""
    told = json.loads(Path(path).read_text(encoding="utf-8"))
    return frozenset(told["special"]), {ord(sign): " " for sign in told["whitespace"]}


def cleaned(text: str, blanks: dict[int, str]) -> str:
    """Strip, and make every whitespace a blank."""
    return text.strip().translate(blanks)


def character_repetition(text: str) -> float:
    """Share of a text's character 10-grams that the most frequent repeated ones make up."""
    counts = Counter(text[at : at + 10] for at in range(len(text) - 9))
    if not counts:
        return 0.0
    often = sorted((count for count in counts.values() if count > 1), reverse=True)
    return sum(often[: isqrt(len(counts))]) / sum(counts.values())


def bare(word: str, special: frozenset[str]) -> str:
    """A word without the special characters at its ends."""
    start, stop = 0, len(word)
    while start < stop and word[start] in special:
        start += 1
    while start < stop and word[stop - 1] in special:
        stop -= 1
    return word[start:stop]


def word_repetition(text: str, special: frozenset[str]) -> float:
    """Share of a text's word 10-grams that occur more than once."""
    words = [word for word in (bare(word, special) for word in text.lower().split()) if word]
    counts = Counter(" ".join(words[at : at + 10]) for at in range(len(words) - 9))
    return sum(count for count in counts.values() if count > 1) / sum(counts.values()) if counts else 0.0


def special_share(text: str, special: frozenset[str]) -> float:
    """Share of a text's characters that are special."""
    return sum(sign in special for sign in text) / len(text) if text else 0.0


def main() -> None:
    """Clean, filter step by step, drop repeats, write the kept ids."""
    import pandas as pd

    corpus, signs, out = sys.argv[1:]
    special, blanks = characters(signs)
    rows = pd.read_json(corpus, lines=True, dtype=False)[["id", "text"]]
    rows["text"] = rows["text"].map(lambda text: cleaned(text, blanks))
    rows = rows[rows["text"].map(len).between(10, 20_000)]
    rows = rows[rows["text"].map(character_repetition) <= 0.2]
    rows = rows[rows["text"].map(lambda text: word_repetition(text, special)) <= 0.3]
    rows = rows[rows["text"].map(lambda text: special_share(text, special)) <= 0.25]
    rows = rows.drop_duplicates("text", keep="first")
    Path(out).write_text("\n".join(rows["id"]), encoding="utf-8")


if __name__ == "__main__":
    main()
