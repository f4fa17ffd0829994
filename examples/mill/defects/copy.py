"""Defects that only a second row makes: repeats, near repeats, contradictions, leaked benchmark questions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from examples.mill.defects.bench import Bench
from examples.mill.entries import Entry
from examples.mill.facts import LANGS, Fact, Lang
from examples.mill.talks import Talk, single

# Where the first row stands, where its repeat goes, how many, and how the repeat is dressed.
REPEATS: Sequence[tuple[str, str, int, str]] = (
    ("pairs/alpaca_en.json", "pairs/alpaca_en.json", 4, "verbatim"),
    ("pairs/alpaca_en.json", "pairs/desk.parquet", 2, "in another format"),
    ("pairs/alpaca_zh.jsonl", "pairs/alpaca_zh.jsonl", 3, "verbatim"),
    ("pairs/answers_en.jsonl.gz", "tables/faq_en.tsv", 3, "in another format"),
    ("pairs/answers_zh.jsonl.zst", "tables/notes_utf16.jsonl", 2, "in another format"),
    ("pairs/faq_en.json", "tables/windows.csv", 3, "with blanks around it"),
    ("talks/sharegpt_en.jsonl", "talks/sharegpt_en.jsonl", 2, "verbatim"),
    ("preference/trl_en.jsonl", "preference/trl_en.jsonl", 2, "verbatim"),
    ("preference/votes.jsonl", "preference/votes_01.jsonl", 1, "in another format"),
    ("texts/stories.jsonl", "texts/stories.jsonl", 2, "verbatim"),
)
NEAR: Sequence[tuple[str, str, int]] = (
    ("pairs/alpaca_en.json", "pairs/alpaca_en.json", 4),
    ("pairs/faq_en.json", "tables/faq_semicolon.csv", 4),
    ("pairs/alpaca_zh.jsonl", "pairs/alpaca_zh.jsonl", 4),
    ("pairs/alpaca_zh.jsonl", "tables/faq_gb18030.csv", 4),
)
CONFLICTS: Sequence[tuple[str, str, int]] = (
    ("pairs/alpaca_en.json", "pairs/faq_en.json", 2),
    ("pairs/faq_en.json", "tables/faq_semicolon.csv", 2),
    ("pairs/alpaca_zh.jsonl", "pairs/alpaca_zh.jsonl", 2),
    ("pairs/alpaca_zh.jsonl", "tables/faq_gb18030.csv", 2),
)
LEAKS: Sequence[tuple[str, Lang, int]] = (
    ("pairs/alpaca_en.json", "en", 2),
    ("tables/faq_en.tsv", "en", 2),
    ("pairs/alpaca_zh.jsonl", "zh", 2),
    ("tables/orders_gb18030.csv", "zh", 2),
)


def plant_repeats(bench: Bench) -> None:
    """Rows that say exactly what an earlier row says."""
    for source, target, count, dress in REPEATS:
        for first in bench.clean(source, "exact_duplicate", count, _is_plain):
            said = first.said
            if dress == "with blanks around it":
                said = single(said.fact, said.lang, f" {said.question}", f"{said.answer}  ")
            row = dict(first.row) if source == target else bench.shape(target)(said)
            bench.insert(target, Entry(row, said, "exact_duplicate", of=first, detail=dress), after=first)


def plant_near(bench: Bench) -> None:
    """Rows that say almost what an earlier row says."""
    for source, target, count in NEAR:
        for number, first in enumerate(bench.clean(source, "near_duplicate", count, _is_long)):
            said = _nearly(first.said, number)
            entry = Entry(bench.shape(target)(said), said, "near_duplicate", of=first, detail="a few words more")
            bench.insert(target, entry, after=first)


def plant_conflicts(bench: Bench, facts: Mapping[str, Fact]) -> None:
    """The same question with a wrong answer."""
    for source, target, count in CONFLICTS:
        for first in bench.clean(source, "conflicting_answer", count, _is_plain):
            talk = first.said
            said = single(talk.fact, talk.lang, talk.question, facts[talk.fact].side(talk.lang).wrong)
            entry = Entry(bench.shape(target)(said), said, "conflicting_answer", of=first, detail="another answer")
            bench.insert(target, entry, after=first)


def plant_leaks(bench: Bench) -> None:
    """Questions of the benchmark, word for word."""
    waiting = {lang: [spare for spare in bench.hand.benchmark if spare.lang == lang] for lang in LANGS}
    for path, lang, count in LEAKS:
        for _ in range(count):
            spare = waiting[lang].pop(0)
            talk = spare.talk()
            detail = benchmark_id(spare.fact.id, lang)
            bench.insert(path, Entry(bench.shape(path)(talk), talk, "benchmark_leak", detail=detail))


def benchmark_id(fact: str, lang: str) -> str:
    """The id of a benchmark question."""
    return f"bench-{lang}-{fact}"


def _nearly(talk: Talk, number: int) -> Talk:
    if talk.lang == "en":
        opening, ending = ("Hello! ", "Hi! ", "")[number % 3], (" Thanks.", " Thank you!")[number % 2]
        return replace(talk, turns=single(talk.fact, "en", opening + talk.question + ending, talk.answer).turns)
    opening, ending = ("您好，", "请问，", "")[number % 3], ("谢谢。", "多谢！")[number % 2]
    return replace(talk, turns=single(talk.fact, "zh", opening + talk.question + ending, talk.answer).turns)


def _is_plain(entry: Entry) -> bool:
    """A row that any format can repeat: no instruction before its question, and no earlier turns."""
    return (
        not isinstance(entry.said, Talk)
        or (entry.said.instruction is None and len(entry.said.turns) == 2)
        or ("conversations" in entry.row)
    )


def _is_long(entry: Entry) -> bool:
    """Long enough that a few more words leave it nearly the same."""
    length = len(entry.said.question) + len(entry.said.answer)
    return _is_plain(entry) and length >= (120 if entry.said.lang == "en" else 45)
