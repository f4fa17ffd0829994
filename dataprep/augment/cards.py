"""One draft as people read it: the source above the rewrite, what differs marked, and why it was rejected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from dataprep.augment.differences import differences
from dataprep.augment.drafts import PARTS, SUFFIX
from dataprep.augment.texts import prompt
from dataprep.reasons import reason_sentence
from dataprep.report.figures import cut, place, why
from dataprep.report.names import NAMES, name
from dataprep.report.words import word
from schemas.page.templates import environment

if TYPE_CHECKING:
    from jinja2 import Environment

DETAIL = 160  # characters

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Card:
    """A draft, ready to be shown.

    Attributes:
        head: Its number, method, style and language.
        reasons: Every rule that it broke, with its sentence, or "" where that stands elsewhere.
        detail: What the first of them saw; "" for nothing.
        texts: Label and pieces of (tag, text) of each text, the source's before the rewrite's.
        why: The command for its history.
    """

    head: str
    reasons: Sequence[tuple[str, str]]
    detail: str
    texts: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    why: str


def card_of(draft: Mapping[str, Any], lang: str, *, most: int, question: str = "", sentences: bool = True) -> Card:
    """A draft for people.

    Args:
        draft: One line of schema `DRAFTS`.
        lang: `en` or `zh`.
        most: Characters of a text that are shown.
        question: For a new question: what its first seed asks.
        sentences: Whether to say what its reasons mean.
    """
    method = [name(draft["origin"], lang), manner(draft, lang)]
    head = [f"#{draft['number']}", *dict.fromkeys(method), name(draft["language"] or "und", lang)]
    return Card(
        head=" · ".join(head),
        reasons=[(rule, rule_sentence(rule, lang) if sentences else "") for rule in draft["reasons"] or []],
        detail=cut(draft["detail"], DETAIL),
        texts=_texts(draft, question, most, lang),
        why=why(place(draft["source"] + SUFFIX, draft["number"])),
    )


def manner(draft: Mapping[str, Any], lang: str) -> str:
    """The style of a draft, or the languages that it went through."""
    if draft.get("pivots"):
        return " → ".join(name(code, lang) for code in draft["pivots"].split("+"))
    key = f"style_{draft['style']}"
    return name(key, lang) if key in NAMES else str(draft["style"])


def rule_sentence(rule: str, lang: str) -> str:
    """What it means that a draft was rejected by this rule; "" for one without a sentence."""
    return reason_sentence(f"rewrite_{rule}", lang) or reason_sentence(rule, lang)


def render_card(card: Card, kind: str = "near") -> str:
    """A draft as HTML, escaped; `kind` is the class of its frame."""
    return templates("en").get_template("draft.html.j2").render(it=card, kind=kind)


def first_questions(folder: Path, drafts: pl.DataFrame) -> dict[str, str]:
    """What the first seed of every new question asks, by its id; seeds that are no longer in train are left out.

    Args:
        folder: A data artifact with `train.parquet`.
        drafts: Schema `DRAFTS`.
    """
    seeds = drafts.filter(pl.col("origin") == "self_instruct")["parent_id"].unique(maintain_order=True)
    rows = pl.scan_parquet(folder / "train.parquet").filter(pl.col("id").is_in(seeds.implode()))
    asked = rows.select("id", question=prompt()).drop_nulls().collect()
    return dict(asked.iter_rows())


@cache
def templates(lang: str) -> "Environment":
    """The templates of this folder, with words of a language."""
    return environment(_TEMPLATES, t=partial(word, lang=lang))


def _texts(draft: Mapping[str, Any], question: str, most: int, lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    if draft["origin"] == "self_instruct":
        told = {"draft_seed": question, "draft_question": draft["prompt_after"], "draft_answer": draft["answer_after"]}
        shown = {key: text for key, text in told.items() if text or key != "draft_seed"}
        return [(_label(word(key, lang), text, most, lang), _whole(text, most, lang)) for key, text in shown.items()]
    found = []
    for part in PARTS:
        before, after = draft[f"{part}_before"], draft[f"{part}_after"]
        if before is None and after is None:
            continue
        pieces = differences(cut(before, most), cut(after, most)) if after else []
        for key, text, gone, tag in (("draft_before", before, "gone", "del"), ("draft_after", after, "new", "ins")):
            label = word(key, lang) + ("" if draft["target"] == "prompt" else f" · {name(part, lang)}")
            own = [(tag if kind == gone else "", piece) for kind, piece in pieces if kind in {"same", gone}]
            found.append((_label(label, text, most, lang), own or _whole(text, most, lang)))
    return found


def _whole(text: str | None, most: int, lang: str) -> list[tuple[str, str]]:
    return [("", cut(text, most) or word("empty_text", lang))]


def _label(label: str, text: str | None, most: int, lang: str) -> str:
    size = len(text or "")
    return label if size <= most else f"{label} · {word('cut_text', lang, shown=f'{most:,}', total=f'{size:,}')}"
