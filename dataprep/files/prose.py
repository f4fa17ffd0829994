"""Plain text and Markdown: rows of whole paragraphs, cut to a budget of characters."""

import re
from collections.abc import Iterator

import orjson

from dataprep.files.batches import Basket, Batch
from dataprep.files.lines import Line
from dataprep.files.text import Text

# Where a paragraph beyond the budget may be cut: behind a sentence, Chinese or Latin, or at white space.
_SENTENCE = re.compile(r"(?<=[。！？!?；;…])|(?<=\.)(?=\s)|(?<=\n)")


def read_prose(text: Text, basket: Basket, *, budget: int) -> Iterator[Batch]:
    """Read a text file into rows `{"text": ...}`. `row` is the line on which the text starts.

    Paragraphs (parted by blank lines) are put together as long as they fit the budget. A longer
    one is cut between sentences, and a longer sentence at the budget.

    Args:
        text: The file.
        basket: Where its rows pile up.
        budget: Most characters of one row.
    """
    page = _Page(basket, budget)
    for line in text.numbered():
        if line.fault:
            page.end_row()
            basket.refuse(line.number, line.fault, line.start or line.text)
        else:
            page.take(line)
        yield from basket.full()
    page.end_row()
    basket.note(*text.notes)


class _Page:
    """Gathers lines to paragraphs and paragraphs to rows."""

    def __init__(self, basket: Basket, budget: int) -> None:
        self._basket, self._budget = basket, budget
        self._lines: list[str] = []
        self._start = 0
        self._size = 0
        self._text, self._row = "", 0

    def take(self, line: Line) -> None:
        words = line.text.replace("\r", "\n").strip("\n").rstrip()
        if not words.strip():
            self._end_paragraph()
            return
        if not self._lines:
            self._start = line.number
        self._lines.append(words)
        self._size += len(words) + 1
        if self._size > self._budget + 1:
            self._spill()

    def end_row(self) -> None:
        self._end_paragraph()
        if self._text:
            self._basket.add(self._row, orjson.dumps({"text": self._text}))
        self._text = ""

    def _end_paragraph(self) -> None:
        if self._lines:
            self._append("\n".join(self._lines), self._start)
        self._lines, self._size = [], 0

    def _append(self, paragraph: str, row: int) -> None:
        if self._text and len(self._text) + 2 + len(paragraph) > self._budget:
            self._basket.add(self._row, orjson.dumps({"text": self._text}))
            self._text = ""
        if self._text:
            self._text += "\n\n" + paragraph
        else:
            self._text, self._row = paragraph, row

    def _spill(self) -> None:
        """Write out a paragraph that has outgrown the budget; its last piece may still grow."""
        text, row = "\n".join(self._lines), self._start
        self._lines, self._size = [], 0
        self.end_row()
        *ready, last = cut(text, self._budget)
        for piece in ready:
            self._basket.add(row, orjson.dumps({"text": piece.strip()}))
            row += piece.count("\n")
        self._lines, self._start, self._size = [last], row, len(last) + 1


def cut(text: str, budget: int) -> list[str]:
    """Pieces of at most `budget` characters that end with a sentence or line where one does."""
    pieces = [""]
    for sentence in _SENTENCE.split(text):
        rest = sentence
        if len(pieces[-1]) + len(rest) > budget:
            pieces.append("")
        while len(rest) > budget:
            pieces[-1] = rest[:budget]
            pieces.append("")
            rest = rest[budget:]
        pieces[-1] += rest
    return [piece for piece in pieces if piece.strip()] or [""]
