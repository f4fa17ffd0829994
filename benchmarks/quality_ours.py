"""gristmill's side of the quality benchmark as a process of its own, for the bill. CORPUS CHARACTERS OUT."""

import json
import re
import sys
from pathlib import Path

import polars as pl

from dataprep.rules.repetition import repetition
from schemas.text.normalise import content_form, digests


def main() -> None:
    """Clean, filter step by step, drop repeats, write the kept ids."""
    corpus, signs, out = sys.argv[1:]
    told = json.loads(Path(signs).read_text(encoding="utf-8"))
    text, size = pl.col("text"), pl.col("text").str.len_chars()
    blank = text.str.strip_chars().str.replace_all(_class(told["whitespace"].replace(" ", "")), " ")
    cleaned = pl.scan_ndjson(corpus).select("id", text=blank)
    rows = cleaned.filter(size.is_between(10, 20_000)).collect()
    shares = pl.concat(repetition(piece["text"]) for piece in rows.iter_slices(10_000))
    rows = rows.filter((shares["char_repetition"] <= 0.2) & (shares["word_repetition"] <= 0.3))
    rows = rows.filter(text.str.count_matches(_class(told["special"])) <= 0.25 * size)
    keys = digests(rows.select(content_form(text)).to_series())
    rows = rows.filter(keys.is_first_distinct())
    Path(out).write_text("\n".join(rows["id"]), encoding="utf-8")


def _class(signs: str) -> str:
    return "[" + "".join(map(re.escape, signs)) + "]"


if __name__ == "__main__":
    main()
