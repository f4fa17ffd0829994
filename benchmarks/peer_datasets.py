"""The peer: read, convert to ChatML and validate with `datasets.map` and `filter`, as a careful script would."""

import re
import sys
from pathlib import Path
from typing import Any

TEMPLATE_TOKEN = re.compile(
    r"<\|im_start\|>|<\|im_end\|>|\[/?INST\]|<</?SYS>>|<\|eot_id\|>|<start_of_turn>|### (?:Instruction|Response|Human)"
)
MAX_CHARS = 32_000


def to_messages(row: dict[str, Any]) -> dict[str, Any]:
    """One row as ChatML."""
    return {
        "messages": [
            {"role": "user", "content": row["prompt"]},
            {"role": "assistant", "content": row["completion"]},
        ]
    }


def is_valid(row: dict[str, Any]) -> bool:
    """The rules of gristmill's validate stage that a two-turn chat can break."""
    messages = row["messages"]
    if not messages or messages[-1]["role"] != "assistant":
        return False
    expected = "user"
    for message in messages:
        if message["role"] != expected or not message["content"].strip():
            return False
        expected = "assistant" if expected == "user" else "user"
        text = message["content"]
        if TEMPLATE_TOKEN.search(text) or text.count("<think>") != text.count("</think>"):
            return False
    return sum(len(message["content"]) for message in messages) <= MAX_CHARS


def main(path: Path, cache: Path) -> None:
    """Print the rows that are left."""
    import datasets

    datasets.disable_progress_bars()
    rows = datasets.load_dataset("json", data_files=str(path), split="train", cache_dir=str(cache))
    rows = rows.map(to_messages, remove_columns=rows.column_names)
    rows = rows.filter(is_valid)
    sys.stdout.write(f"{len(rows)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
