"""Clean: damage that a text took on its way is repaired, and every edit is in the ledger.

What is edited: `content`, `context` and `reasoning` of every message, and `text`. Tool calls, tool
schemas, ids and names never are. Code, LaTeX and JSON inside a text are left alone (`protect`);
indentation, full-width punctuation, template tokens inside a text, `<think>` and `{{placeholders}}` are too.

The edits, in their order (`edits.EDITS`):

| name | what | setting |
|---|---|---|
| mojibake | a wrong encoding put right: Windows-1252 and its kin by ftfy, UTF-8 read as GBK by us | mojibake |
| line_ending | CRLF, CR, NEL, VT, FF, U+2028, U+2029 -> LF (CRLF in code, too) | whitespace |
| control | terminal escapes and control characters removed | invisible |
| stop_token | `<|im_end|>`, `<|endoftext|>` and their kin at the very end of a text | stop_tokens |
| html_tag | layout elements removed; not in rows that are about markup | html |
| html_entity | `&amp;` -> `&` until nothing is left; not in rows that are about markup | html |
| zero_width | U+200B, U+FEFF, U+2060, soft hyphen; ZWJ and ZWNJ where they join nothing | invisible |
| bidi_control | embeddings and isolates of lines where they aren't balanced | invisible |
| nfc, nfkc | Unicode normal form; NFKC spares full-width punctuation | unicode |
| fullwidth | full-width Latin letters and digits -> plain ones; off by default | fullwidth |
| simplified, traditional | Chinese converted by OpenCC; off by default | chinese |
| trailing_space | blanks at the ends of lines and of the text | whitespace |
| blank_lines | three or more become two; none at the text's start and end | whitespace |
"""

from collections.abc import Sequence

import polars as pl

from dataprep.clean.edits import EDITS, Change, Edit, edit_text
from dataprep.clean.markup import SUBJECT
from dataprep.clean.texts import flatten, replace
from dataprep.recipe import Clean
from schemas.frames import EVENTS
from schemas.results import StageResult

__all__ = ["clean"]


def clean(frame: pl.DataFrame, config: Clean) -> StageResult:
    """Repair the texts of every row; no row is dropped.

    Args:
        frame: n rows of schema `FRAME`.
        config: Which edits are wanted.

    Returns:
        All rows. One event of verdict `changed` for each row and edit: `detail` says where the
        edit struck first and in how many more texts, `before` and `after` show the place.
    """
    edits = [edit for edit in EDITS if edit.wanted(config)]
    if not edits or frame.is_empty():
        return StageResult(frame)
    suspects = _suspects(flatten(frame), edits)
    texts: dict[tuple[str, str], dict[int, str]] = {}
    found: dict[tuple[int, str], list[tuple[str, Change]]] = {}
    known: dict[tuple[str, bool], tuple[str, list[Change]]] = {}
    for column, field, line, row, turn, text, about_markup, *suspected in suspects.iter_rows():
        if (text, about_markup) not in known:
            known[text, about_markup] = _edit(text, edits, suspected, about_markup=about_markup)
        edited, changes = known[text, about_markup]
        if edited == text:
            continue
        texts.setdefault((column, field), {})[line] = edited
        where = f"{column}[{turn}].{field}" if field else column
        for change in changes:
            found.setdefault((row, change.name), []).append((where, change))
    if not texts:
        return StageResult(frame)
    return StageResult(replace(frame, texts), events=_events(frame, found))


def _suspects(texts: pl.DataFrame, edits: Sequence[Edit]) -> pl.DataFrame:
    """The texts that some edit might change: the columns of `flatten`, `about_markup`, and one for each edit."""
    names = [edit.name for edit in edits]
    is_ascii = pl.col("text").str.len_bytes() == pl.col("text").str.len_chars()
    placed = texts.with_columns(place=pl.int_range(pl.len()))
    tested = pl.concat(
        [
            placed.filter(is_ascii).with_columns(_test(edit, ascii_only=True) for edit in edits),
            placed.filter(~is_ascii).with_columns(_test(edit, ascii_only=False) for edit in edits),
        ]
    )
    suspects = tested.filter(pl.any_horizontal(names)).sort("row", "place")
    rows = suspects.filter(pl.any_horizontal(*(edit.name for edit in edits if edit.markup), False))["row"]
    about = texts.filter(pl.col("row").is_in(rows.implode()) & pl.col("text").str.contains(SUBJECT))["row"]
    return suspects.select(*texts.columns, pl.col("row").is_in(about.implode()).alias("about_markup"), *names)


def _test(edit: Edit, *, ascii_only: bool) -> pl.Expr:
    tested = pl.lit(value=False) if ascii_only and edit.spares_ascii else edit.suspect(pl.col("text"))
    return tested.alias(edit.name)


def _edit(
    text: str, edits: Sequence[Edit], suspected: Sequence[bool], *, about_markup: bool
) -> tuple[str, list[Change]]:
    if not about_markup:
        return edit_text(text, edits, suspected)
    spared = [(edit, likely) for edit, likely in zip(edits, suspected, strict=True) if not edit.markup]
    return edit_text(text, [edit for edit, _ in spared], [likely for _, likely in spared])


def _events(frame: pl.DataFrame, found: dict[tuple[int, str], list[tuple[str, Change]]]) -> pl.DataFrame:
    """One ledger line for each row and edit; its place and excerpts are those of the first text."""
    rows = [row for row, _ in found]
    firsts = [places[0] for places in found.values()]
    more = [len(places) - 1 for places in found.values()]
    said = {
        "reason": [name for _, name in found],
        "detail": [f"{where} and {n} more" if n else where for (where, _), n in zip(firsts, more, strict=True)],
        "before": [change.before for _, change in firsts],
        "after": [change.after for _, change in firsts],
    }
    constants = {"stage": "clean", "verdict": "changed", "into": None}
    lines = frame.select("id", "source", "row")[rows].with_columns(
        *(pl.Series(name, values, dtype=pl.String) for name, values in said.items()),
        *(pl.lit(value, pl.String).alias(name) for name, value in constants.items()),
    )
    return lines.select(EVENTS.names())
