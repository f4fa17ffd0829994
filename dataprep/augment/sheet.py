"""A sheet of drafts for people to read: a CSV to fill in, and a page with the differences marked."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

import polars as pl

from dataprep.augment.cards import card_of, manner, render_card, rule_sentence, templates
from dataprep.augment.drafts import PARTS
from dataprep.report.figures import count as figure
from dataprep.report.figures import place
from dataprep.report.names import name as named
from dataprep.report.words import word
from schemas.artifacts import write_file
from schemas.page import page
from schemas.sheets import guarded, set_aside, write_rows

FILL = ("keep? (y/n)", "note")
"""The columns that people fill in."""

MOST = 2000  # characters of a text on the page; the CSV has more
REJECTED = 5  # one rejected draft for so many accepted ones


def write_sheet(
    drafts: pl.DataFrame,
    folder: Path,
    *,
    count: int,
    seed: int,
    lang: str,
    name: str,
    questions: Mapping[str, str] | None = None,
) -> tuple[Path, Path]:
    """Write `augmented.csv` and `augmented.html`.

    Accepted drafts are drawn evenly over methods and styles; behind them stand some rejected ones, drawn evenly over
    the first rule that they broke. A sheet that someone has begun to fill in is renamed, not written over.

    Args:
        drafts: Schema `DRAFTS`, in any order.
        folder: Where to write.
        count: Accepted drafts at most; of the rejected a fifth of it.
        seed: Of the draw.
        lang: `en` or `zh`.
        name: Of the run.
        questions: Id of a seed -> what it asks, for new questions (`cards.first_questions`).

    Returns:
        The paths of both.
    """
    fine, gone = drafts.filter(pl.col("id").is_not_null()), drafts.filter(pl.col("id").is_null())
    accepted = _drawn(fine, ["origin", "style"], count, seed)
    rejected = _drawn(gone.with_columns(first=pl.col("reasons").list.first()), ["first"], -(-count // REJECTED), seed)
    known = questions or {}
    sheet, shown = folder / "augmented.csv", folder / "augmented.html"
    set_aside(sheet, FILL)
    write_rows(sheet, [_heads(lang), *(_cells(draft, known, lang) for draft in [*accepted, *rejected])])
    parts = [
        (id_, word(f"{id_}_lead", lang, shown=figure(len(some)), total=figure(all_.height)), _blocks(some, known, lang))
        for id_, some, all_ in (("sheet_accepted", accepted, fine), ("sheet_rejected", rejected, gone))
        if some
    ]
    title = word("sheet_title", lang, name=name)
    view = {"title": title, "parts": parts, "lead": word("sheet_lead", lang, file=sheet.name)}
    body = templates(lang).get_template("sheet.html.j2").render(view)
    write_file(shown, page(title, body, lang=lang).encode())
    return sheet, shown


def _drawn(drafts: pl.DataFrame, by: list[str], most: int, seed: int) -> list[dict[str, Any]]:
    """One of each group first, then a second one; within it by a hash of the seed. In the order of their numbers."""
    key = str(seed).encode()
    told = [blake2b(str(number).encode(), key=key, digest_size=8).hexdigest() for number in drafts["number"]]
    ranked = drafts.with_columns(hash=pl.Series(told, dtype=pl.String)).sort("hash", "number")
    turns = ranked.with_columns(turn=pl.int_range(pl.len()).over(by)).sort("turn", "hash", "number")
    return turns.head(most).sort("number").drop("hash", "turn").to_dicts()


def _heads(lang: str) -> list[str]:
    texts = [f"{word(key, lang)} · {named(part, lang)}" for part in PARTS for key in ("draft_before", "draft_after")]
    told = [word(key, lang) for key in ("draft_row", "method", "style", "language")]
    return ["#", *told, *texts, word("draft_rejected", lang), *FILL]


def _cells(draft: Mapping[str, Any], questions: Mapping[str, str], lang: str) -> list[str]:
    texts = [draft[f"{part}_{when}"] or "" for part in PARTS for when in ("before", "after")]
    if draft["origin"] == "self_instruct":
        texts[0] = questions.get(draft["parent_id"], "")
    faults = [f"{rule}{word('colon', lang)}{rule_sentence(rule, lang)}" for rule in draft["reasons"] or []]
    detail = f" ({draft['detail']})" if draft["detail"] else ""
    told = [place(draft["source"], draft["row"]), named(draft["origin"], lang), manner(draft, lang)]
    language = named(draft["language"] or "und", lang)
    cells = [*told, language, *texts, " ".join(faults) + detail if faults else ""]
    return [str(draft["number"]), *map(guarded, cells), "", ""]


def _blocks(drafts: Iterable[Mapping[str, Any]], questions: Mapping[str, str], lang: str) -> list[str]:
    cards = (card_of(draft, lang, most=MOST, question=questions.get(draft["parent_id"], "")) for draft in drafts)
    return [render_card(card, "item") for card in cards]
