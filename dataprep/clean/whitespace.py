"""Whitespace: line endings, blanks at line ends, heaps of blank lines. Indentation always stays."""

import re

LINE_BREAK = r"[\r\x{0B}\x{0C}\x{85}\x{2028}\x{2029}]"
LINE_TAIL = (" \n", "\t\n", "\u3000\n", "\xa0\n")

BLANK = " \t\xa0\u3000"
_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_HEAP = re.compile(r"\n{4,}")
_FIRST_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")


def unify_line_endings(pieces: list[str]) -> list[str]:
    r"""Every line break becomes `\n`; form feeds and vertical tabs (Word's soft break) are line breaks too.

    The one edit that reaches into code: `\r\n` there is the file's line ending, not the code's.
    """
    return [piece.replace("\r\n", "\n") if at % 2 else _BREAK.sub("\n", piece) for at, piece in enumerate(pieces)]


def remove_trailing(pieces: list[str]) -> list[str]:
    """Remove blanks at the end of every line and of the text (a Markdown hard break of two blanks among them)."""
    edited = [piece if at % 2 else _strip_tails(piece) for at, piece in enumerate(pieces)]
    edited[-1] = _strip_end(edited[-1])
    return edited


def _strip_tails(text: str) -> str:
    if not any(tail in text for tail in LINE_TAIL):
        return text
    *lines, last = text.split("\n")
    return "\n".join([*(line.rstrip(BLANK) for line in lines), last])


def _strip_end(text: str) -> str:
    """Blanks of the last line that has text; the line breaks after it stay."""
    kept = text.rstrip("\n")
    return kept.rstrip(BLANK) + text[len(kept) :]


def fold_blank_lines(pieces: list[str]) -> list[str]:
    """Three or more blank lines become two (as between Python functions); none at the text's start and end."""
    edited = [
        piece if at % 2 or "\n\n\n\n" not in piece else _HEAP.sub("\n\n\n", piece) for at, piece in enumerate(pieces)
    ]
    if edited[0][:1].isspace():
        edited[0] = _FIRST_LINES.sub("", edited[0])
    return [*edited[:-1], edited[-1].rstrip("\n")]
