"""The corpora of the measurements: a real file when one is given, else a large one made of the example's rows."""

import argparse
import gzip
import random
from pathlib import Path

import orjson
import yaml

ROOT = Path(__file__).resolve().parent.parent


def prepare(given: Path | None, folder: Path) -> Path:
    """A prompt/completion JSONL file to measure on, unpacked, without the end token that some corpora carry.

    Args:
        given: A `.jsonl` or `.jsonl.gz` with `prompt` and `completion`, or None.
        folder: Where the unpacked or made file goes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "corpus.jsonl"
    if given is None:
        return make(target, rows=55_000, seed=1)
    with gzip.open(given) if given.suffix == ".gz" else given.open("rb") as source, target.open("wb") as file:
        for line in source:
            file.write(line.replace(b"<|endoftext|>", b""))
    return target


def make(target: Path, *, rows: int, seed: int) -> Path:
    """Write a bilingual prompt/completion corpus of about 1.1 KB a row; each row strings several facts together."""
    facts = [fact for path in sorted((ROOT / "examples" / "facts").glob("*.yaml")) for fact in _facts(path)]
    drawn = random.Random(seed)
    with target.open("wb") as file:
        for _ in range(rows):
            chosen = drawn.sample(facts, 5)
            tongue = drawn.choice(("en", "zh"))
            prompt = "\n".join(drawn.choice(fact[tongue]["ask"]) for fact in chosen)
            completion = "\n".join(fact[tongue]["answer"] for fact in chosen)
            file.write(orjson.dumps({"prompt": prompt, "completion": completion}) + b"\n")
    return target


def _facts(path: Path) -> list[dict[str, dict[str, list[str]]]]:
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [entry for entry in entries if isinstance(entry, dict) and "fact" in entry]


def repeat(source: Path, target: Path, times: int) -> Path:
    """The same file several times over, each copy's prompts marked so that no two rows are equal."""
    with source.open("rb") as rows, target.open("wb") as file:
        for line in rows:
            row = orjson.loads(line)
            for copy in range(times):
                file.write(orjson.dumps({**row, "prompt": f"{row['prompt']} [{copy}]"}) + b"\n")
    return target


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--rows", type=int, default=55_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    make(options.target, rows=options.rows, seed=options.seed)
