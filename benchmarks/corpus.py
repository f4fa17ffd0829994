"""The corpora of the measurements: a real file when one is given, else a large one made of the example's rows."""

import argparse
import gzip
import random
from collections.abc import Sequence
from pathlib import Path

import orjson
import yaml

from benchmarks.planted import copies, halves, plant, recombine, texts, write

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


def planted(source: Path, target: Path) -> Path:
    """A file's rows with 5 % exact and 10 % near copies among them: `id, text, of, edit`."""
    rows = texts(source)
    return write(plant(rows, exact=len(rows) // 20, near=len(rows) // 10, seed=5), target)


def chinese(sources: Sequence[Path], target: Path, *, rows: int = 60_000) -> Path:
    """Chinese rows made of the real ones by clauses, with planted copies: `id, text, of, edit`, `rows` in all."""
    real = [text for source in sources for text in texts(source)]
    made = recombine(real, count=round(rows / 1.15), seed=5)
    copies_ = rows - len(made)
    return write(plant(made, exact=copies_ // 3, near=copies_ - copies_ // 3, seed=5), target)


def million(sources: Sequence[Path], target: Path, *, rows: int = 1_000_000) -> Path:
    """A prompt/completion file of so many rows: the given ones over and over, each round in another vocabulary."""
    real = [text for source in sources for text in texts(source)]
    return write((halves(text) for text in copies(real, count=rows)), target)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=["facts", "planted", "chinese", "million"])
    parser.add_argument("target", type=Path)
    parser.add_argument("--source", type=Path, nargs="*", default=[], help="real files that it is made of")
    parser.add_argument("--rows", type=int)
    options = parser.parse_args()
    counted = {"rows": options.rows} if options.rows else {}
    if options.kind == "facts":
        make(options.target, rows=options.rows or 55_000, seed=1)
    elif options.kind == "planted":
        planted(options.source[0], options.target)
    else:
        {"chinese": chinese, "million": million}[options.kind](options.source, options.target, **counted)
