"""The tokens that a careful user of rensa or datasketch would write: a Han character or a run of word characters."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

TOKEN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W\u3400-\u9fff\uf900-\ufaff]+")


def rows(path: str) -> Iterator[tuple[str, str]]:
    """`id, text` of every line."""
    with Path(path).open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["id"], row["text"]


def shingles(text: str, size: int) -> set[str]:
    """The n-grams of a text; all of its tokens where there are fewer."""
    tokens = TOKEN.findall(text.lower())
    if not tokens:
        return set()
    return {" ".join(tokens[start : start + size]) for start in range(max(1, len(tokens) - size + 1))}


def write(path: str, kept: list[str]) -> None:
    """Kept ids, one a line."""
    Path(path).write_text("\n".join(kept), encoding="utf-8")
