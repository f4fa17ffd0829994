"""The peer: the same reading, conversion and validation as a careful script on `datasets.map` and `filter`.

It makes what gristmill makes of a prompt/completion row: messages in one schema for all kinds, the id of the
content, source and row; and it judges the rules that such a row can break, with the reasons beside the row.
"""

import hashlib
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from dataprep.validate.tokens import SPECIAL_TOKENS

SPECIAL = re.compile("|".join(re.escape(token) for token in SPECIAL_TOKENS))
EDGES = re.compile(r"\A\s*<s>|</s>\s*\Z")
HEADINGS = re.compile(r"^[ \t]*#{2,3} ?(?:Instruction|Response|Human|Assistant)[ \t]*[:：]", re.M)
FENCED = re.compile(r"```.*?(?:```|\Z)", re.S)
FENCE = re.compile(r"`{3,}")
MAX_CHARS = 32_000
EMPTY = {"context": None, "reasoning": None, "tool_calls": None, "tool_call_id": None, "name": None, "weight": None}


def convert(row: dict[str, Any], index: int) -> dict[str, Any]:
    """One row as a record with its id."""
    messages = [
        {"role": "user", "content": row["prompt"], **EMPTY},
        {"role": "assistant", "content": row["completion"], **EMPTY},
    ]
    canonical = json.dumps({"kind": "sft", "messages": messages}, sort_keys=True, ensure_ascii=False)
    meta = {key: value for key, value in row.items() if key not in ("prompt", "completion")}
    return {
        "id": hashlib.blake2b(canonical.encode(), digest_size=16).hexdigest(),
        "source": "corpus.jsonl",
        "row": index + 1,
        "kind": "sft",
        "messages": messages,
        "meta": json.dumps(meta) if meta else None,
    }


def judge(row: dict[str, Any]) -> dict[str, Any]:
    """The reasons for which a row is not fit to train on."""
    messages = row["messages"]
    roles = [message["role"] for message in messages]
    texts = [message["content"] for message in messages]
    broken = {
        "no_content": not any(text.strip() for text in texts),
        "role_order": any(role != ("user", "assistant")[place % 2] for place, role in enumerate(roles)),
        "no_answer": "assistant" not in roles,
        "ends_with_assistant": not roles or roles[-1] != "assistant",
        "empty_turn": not all(text.strip() for text in texts),
        "unmatched_tool_result": "tool" in roles,
        "template_token": any(has_template_token(text) for text in texts),
        "open_think": any(text.count("<think>") != text.count("</think>") for text in texts),
        "open_fence": any(len(FENCE.findall(text)) % 2 for text in texts),
        "too_many_chars": sum(map(len, texts)) > MAX_CHARS,
    }
    return {"reasons": ",".join(reason for reason, verdict in broken.items() if verdict and reason != "open_fence")}


def has_template_token(text: str) -> bool:
    """A control token or a prompt heading outside code."""
    if SPECIAL.search(text) or EDGES.search(text):
        return True
    return bool(HEADINGS.search(text) and HEADINGS.search(FENCED.sub("", text)))


def main(path: Path, cache: Path) -> None:
    """Print the rows that are left."""
    import datasets

    datasets.disable_progress_bars()
    began = time.perf_counter()
    rows = datasets.load_dataset("json", data_files=str(path), split="train", cache_dir=str(cache))
    rows = rows.map(convert, with_indices=True, remove_columns=rows.column_names)
    rows = rows.map(judge)
    kept = rows.filter(lambda reasons: not reasons, input_columns="reasons")
    sys.stdout.write(f"{len(kept)} {time.perf_counter() - began}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
