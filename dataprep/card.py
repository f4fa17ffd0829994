"""The dataset card: a README.md with the Hugging Face header, so that the folder loads as it is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import yaml

from schemas.artifacts import SPLITS
from schemas.records import KINDS

TASKS = {"sft": "text-generation", "preference": "text-generation", "kto": "text-generation", "text": "text-generation"}

# https://huggingface.co/docs/datasets-server/info: the hub's own size classes.
_SIZES = [(1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M")]

KIND_WORDS = {
    "sft": "conversations (`messages`)",
    "preference": "pairs (`prompt`, `chosen`, `rejected`)",
    "kto": "judged answers (`prompt`, `completion`, `label`)",
    "text": "plain text (`text`)",
}


def card(folder: Path, manifest: Mapping[str, Any]) -> str:
    """Write the card of a finished artifact.

    Args:
        folder: Holds the `<split>.<kind>.jsonl` files.
        manifest: The artifact's manifest, without `files`.

    Returns:
        Markdown with a YAML header.
    """
    files = {kind: [split for split in SPLITS if (folder / f"{split}.{kind}.jsonl").is_file()] for kind in KINDS}
    kinds = [kind for kind in KINDS if files[kind]]
    settings = manifest["recipe"]["card"]
    header = {
        "pretty_name": settings["title"] or manifest["name"],
        "license": settings["license"] or "unknown",
        "language": manifest["languages"],
        "task_categories": sorted({TASKS[kind] for kind in kinds}),
        "size_categories": [_size(manifest["rows"]["kept"])],
        "tags": ["gristmill", *kinds],
        "configs": [
            {
                "config_name": kind,
                "data_files": [{"split": split, "path": f"{split}.{kind}.jsonl"} for split in files[kind]],
            }
            for kind in kinds
        ],
        "dataset_info": [
            {"config_name": kind, "features": _features(folder / f"{files[kind][0]}.{kind}.jsonl")} for kind in kinds
        ],
    }
    front = yaml.safe_dump(header, allow_unicode=True, sort_keys=False)
    return f"---\n{front}---\n\n{_body(manifest, kinds)}"


def _features(path: Path) -> list[dict[str, Any]]:
    """The columns of a file, typed: a column that is null in all of one split would have no type otherwise."""
    with path.open("rb") as lines:
        rows = (orjson.loads(line) for line in lines)
        row: dict[str, Any] = next((row for row in rows if [] not in row.values()), {})
    return [_feature(name, value) for name, value in row.items()]


def _feature(name: str, value: object) -> dict[str, Any]:
    if name == "tool_calls":
        function = [{"name": "name", "dtype": "string"}, {"name": "arguments", "dtype": "string"}]
        texts = [{"name": "id", "dtype": "string"}, {"name": "type", "dtype": "string"}]
        return {"name": name, "list": [*texts, {"name": "function", "struct": function}]}
    if isinstance(value, list):
        return {"name": name, "list": [_feature(field, None) for field in value[0]]}
    return {"name": name, "dtype": {"label": "bool", "weight": "float64"}.get(name, "string")}


def _size(rows: int) -> str:
    return next((name for limit, name in _SIZES if rows < limit), "n>1M")


def _written(manifest: Mapping[str, Any]) -> list[str]:
    """Who reads a card wants to know what no person wrote."""
    told = manifest.get("augmentation")
    if not told or not told["accepted"]:
        return []
    by = told["model"] or "local translation models"
    return [
        "",
        f"{told['accepted']:,} rows of train were written by {by}: rewrites of other rows, or new questions in their "
        f"style. Their `origin` is not `raw`, their `parent_id` names the row; `augmented.parquet` has all "
        f"{told['drafts']:,} that were asked for.",
    ]


def _body(manifest: Mapping[str, Any], kinds: list[str]) -> str:
    rows = manifest["rows"]
    lines = [f"# {manifest['recipe']['card']['title'] or manifest['name']}", ""]
    if manifest["recipe"]["card"]["description"]:
        lines += [manifest["recipe"]["card"]["description"], ""]
    sources = [source for source in manifest["sources"] if not source["created"]]
    lines += [
        f"{rows['kept']:,} rows, curated from {rows['read']:,} raw rows of {len(sources)} sources by "
        f"gristmill {manifest['versions']['gristmill']}; {rows['dropped']:,} rows left, each with its reason in "
        "`ledger.parquet`. `report.md` is the balance sheet, `manifest.json` the full record.",
        *_written(manifest),
        "",
        "| split | rows | what it is for |",
        "|---|---:|---|",
        f"| train | {rows['train']:,} | to train on |",
        f"| dev | {rows['dev']:,} | early stopping and every choice |",
        f"| eval | {rows['eval']:,} | the verdict only; nothing is ever chosen on it |",
        "",
        "Rows of one family stand on one side of the split. Kinds of rows:",
        "",
        *[f"- **{kind}**: {KIND_WORDS[kind]}" for kind in kinds],
        "",
        "```python",
        "from datasets import load_dataset",
        "",
        *[f'{kind} = load_dataset("PATH_OF_THIS_FOLDER", "{kind}")' for kind in kinds],
        "```",
        "",
        "`train|dev|eval.parquet` hold the same rows in one canonical schema, with id, source and row.",
        "",
    ]
    return "\n".join(lines)
