"""The measures of repetition written plainly: one text at a time, lists and counters."""

import re
from collections import Counter
from math import isqrt

from dataprep.rules.word_tokens import HAN_OF_WORDS

_TOKEN = re.compile(r"[一-鿿ぁ-ゖ]|[a-z0-9À-ÿ]+")


def reference(text: str) -> dict[str, float | None]:
    """All measures of one text of Latin letters, digits, Han characters and hiragana."""
    folded = text.lower()
    tokens = _TOKEN.findall(folded)
    size = max(len(text), 1)
    found: dict[str, float | None] = {
        "char_repetition": _character_repetition(folded),
        "word_repetition": _word_repetition(tokens),
    }
    found["distinct"] = len(set(tokens)) / len(tokens) if len(tokens) >= 50 else None
    found |= {f"top_{n}gram": min(_top(tokens, n) / size, 1) for n in (2, 3, 4)}
    found |= {f"dup_{n}gram": _duplicate(tokens, n) / size for n in range(5, 11)}
    lines = [line for line in folded.split("\n") if line]
    paragraphs = [part for part in re.split("\n{2,}", folded) if part]
    for name, parts in (("line", lines), ("paragraph", paragraphs)):
        again = [part for at, part in enumerate(parts) if part in parts[:at]]
        found[f"dup_{name}s"] = len(again) / max(len(parts), 1)
        found[f"dup_{name}_chars"] = sum(map(len, again)) / size
    found["tail_loop"] = _tail_loop(text)
    return found


def _character_repetition(text: str) -> float:
    counts = Counter(text[at : at + 10] for at in range(len(text) - 9))
    repeated = sorted((count for count in counts.values() if count > 1), reverse=True)
    return sum(repeated[: isqrt(len(counts))]) / max(counts.total(), 1)


def _grams(tokens: list[str], n: int) -> list[tuple[str, ...]]:
    sizes = [HAN_OF_WORDS[n] if "ぁ" <= token <= "鿿" else n for token in tokens]
    return [tuple(tokens[at : at + size]) if at + size <= len(tokens) else () for at, size in enumerate(sizes)]


def _word_repetition(tokens: list[str]) -> float:
    counts = Counter(gram for gram in _grams(tokens, 10) if gram)
    return sum(count for count in counts.values() if count > 1) / max(counts.total(), 1)


def _top(tokens: list[str], n: int) -> int:
    counts = Counter(gram for gram in _grams(tokens, n) if gram)
    if not counts or counts.most_common(1)[0][1] == 1:
        return 0
    gram, count = counts.most_common(1)[0]
    blanks = 0 if "ぁ" <= gram[0] <= "鿿" else n - 1
    return (sum(map(len, gram)) + blanks) * count


def _duplicate(tokens: list[str], n: int) -> int:
    """Datatrove's search: behind a repeated n-gram it goes on at that n-gram's end."""
    grams, seen, held, at = _grams(tokens, n), set(), 0, 0
    while at < len(grams):
        gram = grams[at]
        if gram and gram in seen:
            held += sum(map(len, gram))
            at += len(gram)
        else:
            seen.add(gram)
            at += 1
    return held


def _tail_loop(text: str) -> float:
    longest = 0
    for unit in range(1, len(text) // 3 + 1):
        same = 0
        while same < len(text) - unit and text[-1 - same] == text[-1 - same - unit]:
            same += 1
        if same >= 2 * unit:
            longest = max(longest, same + unit)
    return longest / len(text) if longest >= 10 else 0.0
