"""What the manifest says of augmentation, and the file of drafts beside it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from dataprep.augment import rewording
from dataprep.augment.diversity import compare_diversity
from dataprep.augment.drafts import DRAFTS, SUFFIX
from dataprep.augment.texts import prompt
from dataprep.recipe import Augment
from dataprep.shards import write_frames
from schemas.endpoint.purse import cost

FILE = "augmented.parquet"
_TOKENS = (("tokens_in", "tokens_out"), ("judge_in", "judge_out"))
SEED = 17
"""Of the sample that diversity is measured on: the same for every run, so that runs compare."""


def write_drafts(folder: Path, drafts: pl.DataFrame) -> None:
    """Write `augmented.parquet`: every draft with what became of it."""
    write_frames([drafts], DRAFTS, folder / FILE)


def created_rows(drafts: pl.DataFrame | None) -> dict[str, int]:
    """Rows that were made of each source's rows, under the name that they have as a source."""
    if drafts is None:
        return {}
    made = drafts.drop_nulls("id").group_by(pl.col("source") + SUFFIX, maintain_order=True).len().sort("source")
    return dict(made.iter_rows())


def facts(folder: Path, drafts: pl.DataFrame, balance: Sequence[Mapping[str, Any]], config: Augment) -> dict[str, Any]:
    """What the manifest says under `augmentation`.

    Args:
        folder: Holds `train.parquet`.
        drafts: Schema `DRAFTS`.
        balance: As in `Widened`.
        config: The section `augment`.
    """
    endpoint, accepted = config.endpoint, drafts["id"].count()
    written, judged = ([int(drafts[name].sum()) for name in names] for names in _TOKENS)
    judge = (config.judge.endpoint or endpoint) if config.judge else None
    bills = [(one.price, tokens) for one, tokens in ((endpoint, written), (judge, judged)) if one and one.price]
    reasons = drafts.explode("reasons").drop_nulls("reasons")
    rules = (
        reasons.group_by(rule="reasons", maintain_order=True)
        .agg(drafts=pl.len())
        .sort("drafts", "rule", descending=[True, False])
    )
    methods = drafts.group_by("origin", "style", maintain_order=True).agg(
        drafts=pl.len(), accepted=pl.col("id").count()
    )
    return {
        "model": endpoint.model if endpoint else None,
        "base_url": endpoint.base_url if endpoint else None,
        "prompt_version": rewording.version(),
        "drafts": drafts.height,
        "accepted": accepted,
        "unanswered": int((drafts["finish"] == "error").sum()) - int(drafts["fault"].str.starts_with("not_read").sum()),
        "rules": rules.to_dicts(),
        "methods": methods.sort("origin", "style").to_dicts(),
        "tokens_in": written[0] + judged[0],
        "tokens_out": written[1] + judged[1],
        "cost": round(sum(cost(price, *tokens) for price, tokens in bills), 6) if bills else None,
        "currency": " + ".join(dict.fromkeys(price.currency for price, _ in bills if price)) or None,
        "balance": [dict(line) for line in balance],
        "diversity": _diversity(folder, drafts) if accepted else None,
    }


def _diversity(folder: Path, drafts: pl.DataFrame) -> dict[str, Any]:
    """How varied the prompts of train are, without the new rows and with them."""
    rows = pl.scan_parquet(folder / "train.parquet").select("id", prompt=prompt()).collect().drop_nulls("prompt")
    new = pl.col("id").is_in(drafts["id"].drop_nulls().implode())
    old, added = (rows.filter(keep)["prompt"].to_list() for keep in (~new, new))
    return compare_diversity(old, added, seed=SEED)
