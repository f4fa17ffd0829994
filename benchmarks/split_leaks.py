"""What a random split leaks and a split by families doesn't, on real files.

    python -m benchmarks.split_leaks FILE...

A row of eval counts as leaked when a row of train has a near-identical answer, likewise by its prompt. Near-identical
is what difflib's ratio of matching characters puts at 0.9 or more, a measure that families know nothing of; texts
under 12 characters don't count, and pairs that share less than a fifth of their character 5-grams are not looked at.
Means over 20 draws of 10 %. For each file also the largest family's share of the rows, by the similarity that links
families. Files of over 5,000 rows have the second table only.
"""

import argparse
import difflib
import random
import statistics
from pathlib import Path

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from dataprep import families, kinship, leaks
from dataprep.clean import clean
from dataprep.convert import convert
from dataprep.files import discover, read
from dataprep.intake import choose_plan, sample
from dataprep.recipe import Clean, Source, Split
from dataprep.split import assign

DRAWS = 20
IDENTICAL = 0.9
MOST_ROWS = 5_000
NO_PAIRS = pl.DataFrame(schema={"family": pl.String(), "into_family": pl.String()})
CONFIG = Split(train=0.9, dev=0, eval=0.1)


def rows_of(path: Path) -> pl.DataFrame:
    """The file's rows, cleaned, with first families."""
    item = discover([Source(path=str(path))], root=Path.cwd()).inputs[0]
    batches = read(item)
    first, rows = sample(batches)
    plans = {item.name: choose_plan(item, rows)}
    frames = [convert(batch.frame, plans).kept for part in (first, batches) for batch in part]
    return families.family_keys(clean(pl.concat(frames), Clean()).kept, None).kept


def near_identical(texts: pl.Series) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers of the pairs of near-identical texts, both ways round; short ones are labels and don't count."""
    sets = [{text[at : at + 5] for at in range(max(1, len(text) - 4))} for text in texts.str.to_lowercase()]
    numbers: dict[str, int] = {}
    columns = [numbers.setdefault(gram, len(numbers)) for grams in sets for gram in grams]
    offsets = np.cumsum([0, *map(len, sets)])
    held = csr_array((np.ones(len(columns), np.int32), columns, offsets), shape=(len(sets), len(numbers)))
    common = (held @ held.T).tocoo()
    i, j = common.coords
    sizes = np.diff(offsets)
    long = (kinship.lengths(texts) >= kinship.SHORTEST).to_numpy()
    near = (common.data / (sizes[i] + sizes[j] - common.data) >= 0.2) & (i < j) & long[i] & long[j]
    pairs = [
        (one, other) for one, other in zip(i[near], j[near], strict=True) if _alike(texts[int(one)], texts[int(other)])
    ]
    found = np.array(pairs, int).reshape(-1, 2)
    return np.concatenate([found[:, 0], found[:, 1]]), np.concatenate([found[:, 1], found[:, 0]])


def _alike(one: str, other: str) -> bool:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return one == other or (matcher.quick_ratio() >= IDENTICAL and matcher.ratio() >= IDENTICAL)


def leaked(pairs: tuple[np.ndarray, np.ndarray], held: np.ndarray) -> float:
    """The share of held-out rows that are in a pair with a row that isn't held out."""
    i, j = pairs
    return len(np.unique(i[held[i] & ~held[j]])) / max(held.sum(), 1)


def compare(path: Path, frame: pl.DataFrame, view: pl.DataFrame) -> None:
    """Print one file's line of the first table."""
    words = kinship.texts(frame)
    pairs = [near_identical(words[key]) for key in ("answer", "prompt")]
    drawn: list[list[float]] = [[], [], [], [], []]
    for seed in range(DRAWS):
        held = np.zeros(frame.height, bool)
        held[random.Random(seed).sample(range(frame.height), round(frame.height / 10))] = True
        ours = family_split(view, seed)
        values = [leaked(found, side) for found in pairs for side in (held, ours)]
        for column, value in zip(drawn, [*values, float(ours.mean())], strict=True):
            column.append(value)
    cells = " | ".join(f"{statistics.mean(column):.1%}" for column in drawn)
    print(f"| {path.name} | {frame.height} | {cells} |", flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    print("| file | rows | answers, random | answers, families | prompts, random | prompts, families | eval share |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    sizes = []
    for path in parser.parse_args().files:
        frame = rows_of(path)
        view = families.view(frame, CONFIG)
        if frame.height <= MOST_ROWS:
            compare(path, frame, view)
        sizes.append((path.name, [largest(view, near) for near in (None, 0.5, 0.6, 0.7)]))
    print("\n| file | largest family, equal prompts | near 0.5 | 0.6 | 0.7 |\n|---|---:|---:|---:|---:|")
    for name, found in sizes:
        print(f"| {name} | {' | '.join(f'{size:.1%}' for size in found)} |")


def family_split(view: pl.DataFrame, seed: int) -> np.ndarray:
    """Which rows are held out when families stay whole."""
    tables = families.decide(view, CONFIG, pairs=NO_PAIRS)
    folded = tables["families"]
    while True:
        rows = families.relabel(view, folded)
        placed = assign(rows.select("family"), CONFIG, seed=seed, pinned=None)
        kin = leaks.kin_across(rows, placed, CONFIG, common=tables["common"])
        if kin.is_empty():
            drawn = rows.join(placed, on="family", how="left", maintain_order="left")
            return (drawn["split"] == "eval").to_numpy()
        folded = families.join(folded, kin)


def largest(view: pl.DataFrame, near: float | None) -> float:
    """The largest family's share of the rows."""
    folded = families.decide(view, Split(near=near), pairs=NO_PAIRS)["families"]
    return float(families.census(families.relabel(view, folded)["family"])["largest_share"])


if __name__ == "__main__":
    main()
