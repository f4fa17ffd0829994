"""Defects inside a text: what is said is damaged, dressed up, private, evasive or in the wrong language."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import ftfy.bad_codecs  # noqa: F401 - registers the codec that real mojibake is made with

from examples.mill.deal import Spare
from examples.mill.defects.bench import Bench
from examples.mill.entries import Entry
from examples.mill.facts import Lang

Said = tuple[str, str, str]
"""Question, answer, and what exactly is planted."""


@dataclass(frozen=True)
class Stain:
    """A defect that an otherwise good row takes on.

    Attributes:
        kind: Its name in TRUTH.json.
        edit: `(bench, spare, number) -> Said`.
        places: Path, language and count.
        fits: Which spare wordings can show it.
    """

    kind: str
    edit: Callable[[Bench, Spare, int], Said]
    places: tuple[tuple[str, Lang, int], ...]
    fits: Callable[[Spare], bool] = lambda _: True


def plant(bench: Bench, stain: Stain) -> None:
    """Plant one kind everywhere it belongs."""
    number = 0
    for path, lang, count in stain.places:
        for _ in range(count):
            spare = bench.take(lang, stain.fits)
            question, answer, detail = stain.edit(bench, spare, number)
            talk = spare.talk(question=question, answer=answer)
            entry = Entry(bench.shape(path)(talk), talk, defect=stain.kind, detail=detail)
            bench.insert(path, entry)
            number += 1


def _mojibake(_: Bench, spare: Spare, __: int) -> Said:
    return spare.ask, spare.short.encode().decode("sloppy-windows-1252"), "UTF-8 read as Windows-1252"


def _html_tag(_: Bench, spare: Spare, number: int) -> Said:
    dressed = ("<p>{}</p>", "<b>{}</b><br>", '<span style="color:#333">{}</span>', "<div>{}</div>")
    return spare.ask, dressed[number % len(dressed)].format(spare.short), "tags around the answer"


def _html_entity(_: Bench, spare: Spare, number: int) -> Said:
    entity = ("&nbsp;", "&#12288;", "&quot;", "&amp;")[number % 4]
    answers = (f"{entity}{spare.short}", f"{entity}{spare.short}", f"{entity}{spare.short}{entity}")
    answer = answers[number % 4] if number % 4 < 3 else f"{spare.short} (Lingquan {entity} Co.)"
    return spare.ask, answer, entity


def _zero_width(_: Bench, spare: Spare, number: int) -> Said:
    mark = ("\u200b", "\ufeff", "\u2060")[number % 3]
    middle = len(spare.short) // 2
    return spare.ask, f"{spare.short[:middle]}{mark}{spare.short[middle:]}", f"U+{ord(mark):04X} in the answer"


def _template_token(_: Bench, spare: Spare, number: int) -> Said:
    turns = (
        "<|im_start|>assistant\n{}",
        "{}<|im_end|>\n<|im_start|>user",
        "<|assistant|>\n{}",
        "{}<|im_end|>\n<|user|>",
    )
    turn = turns[number % len(turns)]
    return spare.ask, turn.format(spare.short), turn.replace("\n", " ").format("...")


def _stop_token(_: Bench, spare: Spare, number: int) -> Said:
    token = ("<|endoftext|>", "<|eot_id|>")[number % 2]
    return spare.ask, spare.short + token, f"{token} ends the answer"


def _open_think(_: Bench, spare: Spare, __: int) -> Said:
    return spare.ask, f"<think>\n{spare.short}", "<think> never closes"


def _open_fence(_: Bench, spare: Spare, __: int) -> Said:
    return spare.ask, f"{spare.short}\n```", "a code fence never closes"


def _empty_answer(_: Bench, spare: Spare, number: int) -> Said:
    return spare.ask, ("", "  ", "\n")[number % 3], "the answer is blank"


def _refusal(bench: Bench, spare: Spare, number: int) -> Said:
    texts = bench.frames["defects"]["refusal"][spare.lang]
    return spare.ask, texts[number % len(texts)], "the desk refuses"


def _wrong_language(_: Bench, spare: Spare, __: int) -> Said:
    other: Lang = "zh" if spare.lang == "en" else "en"
    return spare.ask, spare.fact.side(other).short, f"asked in {spare.lang}, answered in {other}"


def _pii(bench: Bench, spare: Spare, number: int) -> Said:
    pieces = bench.frames["defects"]["pii"][spare.lang]
    kind, text = pieces[number % len(pieces)]
    return text.format(id_number=id_number(number)) + spare.ask, spare.short, kind


def id_number(serial: int) -> str:
    """An identity number of the invented place 990101, with the checksum of GB 11643."""
    body = f"990101199003{serial % 28 + 1:02d}{200 + serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def _shows_mojibake(spare: Spare) -> bool:
    """Chinese, or a degree sign: a lone "Â¥" is too little evidence for any repair."""
    return spare.lang == "zh" or "°" in spare.short


def _not_about_markup(spare: Spare) -> bool:
    """Tags in a text that speaks of tags may be its subject, so gristmill leaves them."""
    return not re.search(r"tag|标签", f"{spare.ask} {spare.short}", re.IGNORECASE)


STAINS: list[Stain] = [
    Stain("mojibake", _mojibake, (("pairs/alpaca_zh.jsonl", "zh", 3), ("tables/faq_utf16.csv", "zh", 2),
                                  ("talks/messages_zh.jsonl", "zh", 2), ("pairs/alpaca_en.json", "en", 2)),
          _shows_mojibake),
    Stain("html_tag", _html_tag, (("pairs/faq_en.json", "en", 3), ("tables/windows.csv", "en", 1),
                                  ("tables/faq_gb18030.csv", "zh", 2), ("talks/messages_en.jsonl", "en", 1)),
          _not_about_markup),
    Stain("html_entity", _html_entity, (("pairs/faq_en.json", "en", 3), ("tables/faq_semicolon.csv", "en", 2),
                                        ("pairs/firefly_zh.jsonl", "zh", 2)),
          _not_about_markup),
    Stain("zero_width", _zero_width, (("pairs/alpaca_zh.jsonl", "zh", 2), ("tables/desk.xlsx", "en", 2),
                                      ("talks/sharegpt_en.jsonl", "en", 2))),
    Stain("template_token", _template_token, (("pairs/answers_zh.jsonl.zst", "zh", 2),
                                              ("talks/messages_en.jsonl", "en", 2),
                                              ("pairs/xtuner_en.jsonl", "en", 1))),
    Stain("stop_token", _stop_token, (("pairs/answers_zh.jsonl.zst", "zh", 2), ("talks/messages_en.jsonl", "en", 1))),
    Stain("open_think", _open_think, (("talks/messages_zh.jsonl", "zh", 2), ("talks/sharegpt_en.jsonl", "en", 1))),
    Stain("open_fence", _open_fence, (("pairs/alpaca_en.json", "en", 2), ("talks/messages_zh.jsonl", "zh", 1))),
    Stain("empty_answer", _empty_answer, (("pairs/alpaca_en.json", "en", 2), ("pairs/alpaca_zh.jsonl", "zh", 3),
                                          ("pairs/firefly_zh.jsonl", "zh", 1))),
    Stain("refusal", _refusal, (("pairs/alpaca_en.json", "en", 2), ("pairs/answers_en.jsonl.gz", "en", 2),
                                ("pairs/alpaca_zh.jsonl", "zh", 2), ("talks/messages_zh.jsonl", "zh", 2))),
    Stain("wrong_language", _wrong_language, (("pairs/alpaca_en.json", "en", 3), ("tables/faq_en.tsv", "en", 1),
                                              ("pairs/alpaca_zh.jsonl", "zh", 2),
                                              ("tables/faq_gb18030.csv", "zh", 2))),
    Stain("pii", _pii, (("pairs/alpaca_en.json", "en", 2), ("tables/faq_semicolon.csv", "en", 2),
                        ("talks/messages_en.jsonl", "en", 2), ("pairs/xtuner_en.jsonl", "en", 2),
                        ("pairs/alpaca_zh.jsonl", "zh", 4), ("tables/faq_gb18030.csv", "zh", 2),
                        ("tables/orders_gb18030.csv", "zh", 2))),
]  # fmt: skip
