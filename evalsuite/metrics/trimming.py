"""A post-processor for answers: loops are cut to their first phrase, unfinished tails to the last whole sentence."""

import re

from evalsuite.metrics.loops import tail_loop
from schemas.text.words import words

_CLOSERS = "\"'”’」』》）)\\]】*_`"
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_BLOCK = re.compile(r"\s*(?:[-*+•·]\s|\(?\d{1,3}[.)、．）]|[（(]?[一二三四五六七八九十]{1,3}[)、）]|#{1,6}\s|>|\|)")
"""Lines that may end without a full stop: list items, headings, quotations, table rows."""

_END = re.compile(rf"(?:[。！？!?]+|(?<![A-Z])\.(?=[{_CLOSERS}]*(?:\s|$))|(?<=[。！？!?.])…+)[{_CLOSERS}]*")
"""A sentence's end. A full stop needs a space after it (3.14, example.com) and no initial before it (J. Smith)."""

_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|vs|etc|e\.g|i\.e|No|Fig|cf|approx|Inc|Ltd)|^\s*\d{1,3})\.$")
_FINISHED = re.compile(rf"[。！？!?.…—;；~～{_CLOSERS}]\Z")
_ADDED = re.compile(r"\s*[#@|(（【\[–—-]|.*(?:https?://|=)")
"""Hashtags, names under a quotation, remarks in brackets, links and formulas end without a full stop."""


_SIGNATURE = 8
"""A last line of fewer units that has no full stop is a title, a name or a greeting, not a torn sentence."""


def trim(text: str) -> str:
    """The text without a loop at its end and without a torn last sentence.

    A loop keeps the first time that its phrase is said. A tail goes back to the last end of a sentence, in Chinese or
    English, but never below one sentence, and only in prose: list items, headings, tables and open code fences stay as
    they are, and so do short last lines such as a name under a letter. Half characters (U+FFFD) and whitespace
    at the end go. Trimming twice changes nothing more.

    Args:
        text: An answer, as the model wrote it.

    Returns:
        A beginning of `text`.
    """
    while True:
        shorter = _without_tail(_without_loop(_bare(text)))
        if shorter == text:
            return text
        text = shorter


def _bare(text: str) -> str:
    return re.sub(r"[\s\ufffd]+\Z", "", text)


def _without_loop(text: str) -> str:
    loop = tail_loop(text)
    if loop is None:
        return text
    closing = re.compile(r"[^\w\s]*").match(text, loop.again)
    return text[: closing.end() if closing else loop.again]


def _without_tail(text: str) -> str:
    if _FINISHED.search(text) or len(_FENCE.findall(text)) % 2 or not words(text):
        return text
    start = text.rfind("\n") + 1
    line = text[start:]
    if _BLOCK.match(line) or _FENCE.match(line):
        return text
    if (end := _last_end(line)) is not None:
        return text if _ADDED.match(line, end) or not words(line[end:]) else text[: start + end]
    before = _bare(text[:start])
    if len(words(line)) >= _SIGNATURE and not _ADDED.match(line) and _FINISHED.search(before):
        return before
    return text


def _last_end(line: str) -> int | None:
    """Where the last whole sentence of a line ends, or null where it has none."""
    ends = [found.end() for found in _END.finditer(line) if not _ABBREVIATION.search(line[: found.end()])]
    return ends[-1] if ends else None
