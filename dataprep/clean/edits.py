"""The edits in the order in which they are made, and the cheap test that spares clean texts all of them."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from dataprep.clean import invisible, markup, mojibake, stops, variants, whitespace
from dataprep.clean.protect import split_protected
from dataprep.recipe import Clean

Pieces = list[str]
"""A text as `split_protected` cuts it: only the even pieces may be edited."""

# What NFC can change or compose: marks, Hangul jamo, and the characters with a canonical decomposition
# above U+0300. Complete for Unicode 14; a test compares it with unicodedata.
NOT_NFC = (
    r"[\p{M}\x{0374}\x{037E}\x{0387}\x{0958}-\x{095F}\x{09DC}-\x{09DF}\x{0A33}-\x{0A5E}\x{0B5C}\x{0B5D}"
    r"\x{0F43}-\x{0F69}\x{1100}-\x{11FF}\x{1F71}-\x{1FFD}\x{2000}\x{2001}\x{2126}\x{212A}\x{212B}\x{2329}\x{232A}"
    r"\x{2ADC}\x{F900}-\x{FAD9}\x{FB1D}-\x{FB4E}\x{1D15E}-\x{1D1C0}\x{2F800}-\x{2FA1D}]"
)
# NFKC would turn Chinese punctuation into ASCII and …… into six dots; these stay as they are.
_FULL_WIDTH = re.compile("([\u2025\u2026\u3000\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\ufe10-\ufe4f]+)")


@dataclass(frozen=True)
class Edit:
    """One named edit.

    Attributes:
        name: The reason in the ledger.
        apply: The edited pieces of a text; equal to its input where there is nothing to do.
        wanted: Whether the recipe asks for it.
        suspect: True for every text that the edit might change.
        markup: Whether a row that is about markup is spared.
        spares_ascii: Whether it never changes a text of ASCII alone; most texts needn't be tested then.
        blind_to_ends: Whether its test doesn't look at where a text ends: no cut at the end can make it fire.
    """

    name: str
    apply: Callable[[Pieces], Pieces]
    wanted: Callable[[Clean], bool]
    suspect: Callable[[pl.Expr], pl.Expr]
    markup: bool = False
    spares_ascii: bool = False
    blind_to_ends: bool = False


def _each(edit: Callable[[str], str]) -> Callable[[Pieces], Pieces]:
    return lambda pieces: [piece if at % 2 or not piece else edit(piece) for at, piece in enumerate(pieces)]


def _matches(pattern: str) -> Callable[[pl.Expr], pl.Expr]:
    return lambda text: text.str.contains(pattern)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _nfkc(text: str) -> str:
    runs = _FULL_WIDTH.split(text)
    return "".join(run if at % 2 else unicodedata.normalize("NFKC", run) for at, run in enumerate(runs))


def _has_blank_end(text: pl.Expr) -> pl.Expr:
    last_line = text.str.strip_chars_end("\n")
    return text.str.contains_any(list(whitespace.LINE_TAIL)) | last_line.str.contains(f"[{whitespace.BLANK}]$")


def _has_blank_lines(text: pl.Expr) -> pl.Expr:
    return text.str.contains("\n\n\n\n", literal=True) | text.str.contains(r"^[^\S\n]*\n") | text.str.ends_with("\n")


EDITS: tuple[Edit, ...] = (
    Edit("mojibake", _each(mojibake.repair), lambda c: c.mojibake, _matches(mojibake.SUSPECT), spares_ascii=True),
    Edit("line_ending", whitespace.unify_line_endings, lambda c: c.whitespace, _matches(whitespace.LINE_BREAK)),
    Edit("control", _each(invisible.remove_controls), lambda c: c.invisible, _matches(invisible.CONTROL)),
    Edit("stop_token", stops.remove_stops, lambda c: c.stop_tokens, _matches(stops.STOP)),
    # Tags first: what unescaping makes of escaped markup is no tag.
    Edit("html_tag", markup.remove_tags, lambda c: c.html, _matches(markup.TAG), markup=True, blind_to_ends=True),
    Edit(
        "html_entity",
        markup.unescape_entities,
        lambda c: c.html,
        _matches(markup.ENTITY),
        markup=True,
        blind_to_ends=True,
    ),
    Edit(
        "zero_width",
        _each(invisible.remove_zero_width),
        lambda c: c.invisible,
        _matches(invisible.ZERO_WIDTH),
        spares_ascii=True,
        blind_to_ends=True,
    ),
    Edit(
        "bidi_control",
        _each(invisible.remove_stray_bidi),
        lambda c: c.invisible,
        _matches(invisible.BIDI),
        spares_ascii=True,
        blind_to_ends=True,
    ),
    Edit("nfc", _each(_nfc), lambda c: c.unicode == "nfc", _matches(NOT_NFC), spares_ascii=True, blind_to_ends=True),
    Edit("nfkc", _each(_nfkc), lambda c: c.unicode == "nfkc", _matches(r"[^\x00-\x7F]"), spares_ascii=True),
    Edit(
        "fullwidth", _each(variants.fold_width), lambda c: c.fullwidth, _matches(variants.FULL_WIDTH), spares_ascii=True
    ),
    Edit(
        "simplified",
        _each(variants.simplify),
        lambda c: c.chinese == "simplified",
        _matches(variants.HAN),
        spares_ascii=True,
    ),
    Edit(
        "traditional",
        _each(variants.traditionalise),
        lambda c: c.chinese == "traditional",
        _matches(variants.HAN),
        spares_ascii=True,
    ),
    Edit("trailing_space", whitespace.remove_trailing, lambda c: c.whitespace, _has_blank_end),
    Edit("blank_lines", whitespace.fold_blank_lines, lambda c: c.whitespace, _has_blank_lines),
)


class Change(NamedTuple):
    """What one edit did to one text."""

    name: str
    before: str
    after: str


def edit_text(text: str, edits: Sequence[Edit], suspected: Sequence[bool]) -> tuple[str, list[Change]]:
    """Make the edits in order.

    Args:
        text: The text.
        edits: The edits that are wanted.
        suspected: For each of them whether its test fires on the text. Where it doesn't and no earlier edit
            changed anything, or only cut something off the end, there is nothing to do.

    Returns:
        The edited text, and every edit that changed something with the place where it began to.
    """
    pieces = split_protected(text)
    changes: list[Change] = []
    cut = True  # most texts only lose something at their end: a stop token, a line break
    for edit, likely in zip(edits, suspected, strict=True):
        if not likely and (not changes or (cut and edit.blind_to_ends)):
            continue
        edited = edit.apply(pieces)
        if edited != pieces:
            after = "".join(edited)
            cut = cut and text.startswith(after)
            changes.append(Change(edit.name, *excerpts(text, after)))
            pieces, text = edited, after
    return text, changes


# A window that a report shows on one or two lines, with enough before the change to find it.
_WINDOW, _LEAD = 200, 60


def excerpts(before: str, after: str) -> tuple[str, str]:
    """At most 200 characters of both texts around the first character in which they differ."""
    low, high = 0, min(len(before), len(after))
    if before.startswith(after):  # the most frequent edit only cuts the end off
        low = high
    while low < high:
        middle = (low + high + 1) // 2
        if before[low:middle] == after[low:middle]:
            low = middle
        else:
            high = middle - 1
    start = max(0, low - _LEAD)
    return before[start : start + _WINDOW], after[start : start + _WINDOW]
