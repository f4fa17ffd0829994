"""Defects of a line: what stands there can't be read as a JSON object."""

import json
from collections.abc import Callable, Sequence

from examples.mill.deal import Spare
from examples.mill.defects.bench import Bench
from examples.mill.entries import Entry
from examples.mill.facts import Lang

_HERE = "@here@"

Places = Sequence[tuple[str, Lang]]

BROKEN: Places = (
    *(("pairs/alpaca_zh.jsonl", "zh"), ("pairs/alpaca_zh.jsonl", "zh")),
    *(("talks/sharegpt_en.jsonl", "en"), ("talks/messages_en.jsonl", "en")),
    *(("pairs/answers_en.jsonl.gz", "en"), ("tables/notes_utf16.jsonl", "zh")),
)
TRUNCATED: Places = (("talks/sharegpt_zh.jsonl", "zh"), ("pairs/xtuner_en.jsonl", "en"))
NO_OBJECT: Places = (
    ("pairs/firefly_zh.jsonl", "zh"),
    ("pairs/answers_zh.jsonl.zst", "zh"),
    ("talks/messages_en.jsonl", "en"),
)
SURROGATE: Places = (
    ("pairs/answers_en.jsonl.gz", "en"),
    ("talks/messages_zh.jsonl", "zh"),
    ("pairs/alpaca_zh.jsonl", "zh"),
)


def plant_broken(bench: Bench) -> None:
    """JSON that nobody can parse, in four ways."""
    ways: list[tuple[str, Callable[[str], str]]] = [
        ("a comma is missing between two keys", lambda line: line.replace('", "', '" "', 1)),
        ("a note behind the object", lambda line: f"{line} // checked by QA"),
        ("a quote is missing", lambda line: line.replace('": "', '": ', 1)),
        ("written as a Python dict", lambda line: str(json.loads(line))),
    ]
    for number, (path, lang) in enumerate(BROKEN):
        detail, way = ways[number % len(ways)]
        entry = _entry(bench, path, bench.take(lang), "broken_json", detail)
        entry.line = way(json.dumps(entry.row, ensure_ascii=False))
        bench.insert(path, entry)


def plant_truncated(bench: Bench) -> None:
    """A file that ends in the middle of its last line; planted last of all."""
    for path, lang in TRUNCATED:
        entry = _entry(bench, path, bench.take(lang), "truncated_line", "the file ends inside of this line")
        line = json.dumps(entry.row, ensure_ascii=False)
        entry.line = line[: len(line) * 2 // 3]
        bench.filled[path].append(entry)


def plant_no_object(bench: Bench) -> None:
    """Valid JSON that is no object."""
    for number, (path, lang) in enumerate(NO_OBJECT):
        spare = bench.take(lang)
        seen = ([spare.ask, spare.short], f"{spare.ask} {spare.short}", 42)[number % 3]
        entry = _entry(bench, path, spare, "not_object", f"a JSON {type(seen).__name__}")
        entry.line = json.dumps(seen, ensure_ascii=False)
        bench.insert(path, entry)


def plant_surrogate(bench: Bench) -> None:
    """Half of a surrogate pair, as a broken exporter escapes it."""
    for path, lang in SURROGATE:
        spare = bench.take(lang)
        entry = _entry(bench, path, spare, "lone_surrogate", "\\ud83c without its other half", _HERE)
        entry.line = json.dumps(entry.row, ensure_ascii=False).replace(_HERE, " \\ud83c")
        bench.insert(path, entry)


def _entry(bench: Bench, path: str, spare: Spare, kind: str, detail: str, more: str = "") -> Entry:
    talk = spare.talk(answer=spare.short + more)
    return Entry(bench.shape(path)(talk), talk, defect=kind, detail=detail)
