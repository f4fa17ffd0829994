"""Clean, rules and exact duplicates with `datasets`: map and filter in two processes. CORPUS CHARACTERS OUT."""

import sys
from pathlib import Path

from datasets import load_dataset
from pandas_rules import character_repetition, characters, cleaned, special_share, word_repetition


def main() -> None:
    """Clean and measure with `map`, filter, drop repeats in one process, write the kept ids."""
    corpus, signs, out = sys.argv[1:]
    special, blanks = characters(signs)
    rows = load_dataset("json", data_files=corpus, split="train").select_columns(["id", "text"])
    rows = rows.map(lambda row: {"text": cleaned(row["text"], blanks)}, num_proc=2)
    rows = rows.filter(lambda row: 10 <= len(row["text"]) <= 20_000, num_proc=2)
    rows = rows.map(
        lambda row: {
            "characters": character_repetition(row["text"]),
            "words": word_repetition(row["text"], special),
            "special": special_share(row["text"], special),
        },
        num_proc=2,
    )
    rows = rows.filter(
        lambda row: row["characters"] <= 0.2 and row["words"] <= 0.3 and row["special"] <= 0.25, num_proc=2
    )
    seen: set[str] = set()
    kept = []
    for batch in rows.select_columns(["id", "text"]).iter(1000):
        for name, text in zip(batch["id"], batch["text"], strict=True):
            if text not in seen:
                seen.add(text)
                kept.append(name)
    Path(out).write_text("\n".join(kept), encoding="utf-8")


if __name__ == "__main__":
    main()
