"""Longest common subsequences in machine words: what rouge-score counts in a table, hundreds of times faster.

A column of the table rises by 0 or 1 from one row to the next, so that an integer holds it, one bit a row: 0 where it
rises. One addition turns a column into the next (Hyyrö, "Bit-Parallel LCS-length Computation Revisited", 2004).
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence


def lcs_length(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    """The length of the longest common subsequence of two token lists."""
    rows, steps = (first, second) if len(first) >= len(second) else (second, first)
    if not steps:
        return 0
    places, full = _places(rows), (1 << len(rows)) - 1
    column = full
    for token in steps:
        if place := places.get(token, 0):
            column = _next(column, place, full)
    return len(rows) - column.bit_count()


def lcs_positions(reference: Sequence[Hashable], answer: Sequence[Hashable]) -> list[int]:
    """Where in the reference one longest common subsequence lies.

    Args:
        reference: m tokens.
        answer: n tokens.

    Returns:
        Rising places in the reference; of several subsequences, the one that rouge-score reads out.
    """
    return _read_out(reference, answer, _places(reference))


def union_hits(reference: Sequence[Sequence[Hashable]], answer: Sequence[Sequence[Hashable]]) -> int:
    """Tokens of the reference that an answer covers, for ROUGE-Lsum.

    For each sentence of the reference, the union of its common subsequences with all sentences of the answer; no token
    counts more often than either text has it (section 3.2 of Lin, "ROUGE", 2004, as ROUGE 1.5.5 and rouge-score count).

    Args:
        reference: Tokens of each sentence.
        answer: Tokens of each sentence.
    """
    if len(reference) == len(answer) == 1:
        return lcs_length(reference[0], answer[0])
    covered: Counter[Hashable] = Counter()
    for sentence in reference:
        places = _places(sentence)
        union = {place for other in answer for place in _read_out(sentence, other, places)}
        covered.update(sentence[place] for place in union)
    return (covered & Counter(token for sentence in answer for token in sentence)).total()


def _places(tokens: Sequence[Hashable]) -> dict[Hashable, int]:
    """Token -> a bit for each of its places."""
    places: dict[Hashable, int] = {}
    for place, token in enumerate(tokens):
        places[token] = places.get(token, 0) | 1 << place
    return places


def _next(column: int, place: int, full: int) -> int:
    kept = column & place
    return ((column + kept) | (column - kept)) & full


def _read_out(reference: Sequence[Hashable], answer: Sequence[Hashable], places: Mapping[Hashable, int]) -> list[int]:
    full = (1 << len(reference)) - 1
    column, columns = full, []
    for token in answer:
        if place := places.get(token, 0):
            column = _next(column, place, full)
        columns.append(column)
    found = []
    row, step = len(reference) - 1, len(answer) - 1
    while row >= 0 and step >= 0:
        if reference[row] == answer[step]:
            found.append(row)
            row, step = row - 1, step - 1
        elif columns[step] >> row & 1:
            row -= 1
        else:
            step -= 1
    return found[::-1]
