"""Clean, rules and exact duplicates with Data-Juicer, two processes. CORPUS CHARACTERS OUT, or just `characters`.

`characters` prints its special characters and its kinds of whitespace as JSON, which the other contestants read.
"""

import json
import sys
from pathlib import Path


def tell_characters() -> None:
    """Print what its operators count as special and as whitespace."""
    from data_juicer.ops.common.special_characters import SPECIAL_CHARACTERS, VARIOUS_WHITESPACES

    signs = {"special": SPECIAL_CHARACTERS, "whitespace": VARIOUS_WHITESPACES}
    print(
        json.dumps(
            {name: "".join(sorted(sign for sign in members if len(sign) == 1)) for name, members in signs.items()}
        )
    )


def main() -> None:
    """Run the operators one by one, write the kept ids."""
    from data_juicer.core.data import NestedDataset
    from data_juicer.ops import OPERATORS
    from datasets import load_dataset

    corpus, _, out = sys.argv[1:]
    steps = {
        "whitespace_normalization_mapper": {},
        "text_length_filter": {"min_len": 10, "max_len": 20_000},
        "character_repetition_filter": {"rep_len": 10, "max_ratio": 0.2},
        "word_repetition_filter": {"rep_len": 10, "max_ratio": 0.3},
        "special_characters_filter": {"max_ratio": 0.25},
        "document_deduplicator": {},
    }
    rows = NestedDataset(load_dataset("json", data_files=corpus, split="train").select_columns(["id", "text"]))
    for name, options in steps.items():
        rows = OPERATORS.modules[name](num_proc=2, **options).run(rows)
    Path(out).write_text("\n".join(rows["id"]), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["characters"]:
        tell_characters()
    else:
        main()
