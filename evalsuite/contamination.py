"""Items that the model was trained on: by id, by lineage, by their whole prompt."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from schemas.frames import bare_id
from schemas.text.normalise import MESSAGE, prompt_forms

LEAKS = pl.Schema({"item": pl.String(), "train_id": pl.String(), "how": pl.String()})
"""`how` is `id` (the same content), `lineage` (one was made from the other, or both from a third) or `prompt`."""

CERTIFICATE = "leak_certificate"


def leaks(items: pl.DataFrame, train: pl.DataFrame) -> pl.DataFrame:
    """Which items stand in the training data.

    A prompt is all that comes before an answer: every turn's content and context, without case, width, whitespace
    and punctuation. One first turn with different passages is no leak. A training conversation has a prompt before
    each of its answers; an item is asked at its last one.

    Args:
        items: n rows of the eval split, with at least `id, kind, messages, text`, and `parent_id` where there is one.
        train: Rows of the training split, with the same columns.

    Returns:
        Schema `LEAKS`, sorted: one line for each item and way, with the smallest id of the training rows.
    """
    found = [
        _joined(_ids(items), _ids(train), "id"),
        _joined(_origins(items), _origins(train), "lineage"),
        _joined(_prompts(items, last=True), _prompts(train, last=False), "prompt"),
    ]
    every = pl.concat(found).sort("item", "how", "train_id")
    same = every.filter(pl.col("how") == "id").select("item")
    made = every.filter(pl.col("how") != "lineage")
    kin = every.filter(pl.col("how") == "lineage").join(same, on="item", how="anti")  # an equal id says more
    kept = pl.concat([made, kin]).sort("item", "how", "train_id")
    return kept.unique(["item", "how"], keep="first", maintain_order=True)


def certificate(manifest: Mapping[str, Any]) -> dict[str, Any] | None:
    """A dataset's leak certificate.

    Args:
        manifest: Of the data artifact.

    Returns:
        The certificate, its `passed` a bool that is true only where the manifest says so; null where there is none.
    """
    told = manifest.get(CERTIFICATE)
    if told is None:
        return None
    parts = dict(told) if isinstance(told, Mapping) else {"passed": told}
    return parts | {"passed": parts.get("passed") is True}


def _joined(items: pl.DataFrame, train: pl.DataFrame, how: str) -> pl.DataFrame:
    """Items and training rows with the same key; each has columns `id, key`."""
    smallest = train.group_by("key", maintain_order=True).agg(pl.col("id").min().alias("train_id"))
    named = items.drop_nulls("key").join(smallest, on="key", how="inner", maintain_order="left")
    return named.select(pl.col("id").alias("item"), "train_id", pl.lit(how).alias("how")).cast(dict(LEAKS))  # type: ignore[arg-type]


def _ids(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select("id", key=bare_id("id"))


def _origins(frame: pl.DataFrame) -> pl.DataFrame:
    """A row's own id and its parent's: kin share one of them."""
    own = _ids(frame)
    if "parent_id" not in frame.columns:
        return own
    return pl.concat([own, frame.select("id", key=bare_id("parent_id")).drop_nulls("key")])


def _prompts(frame: pl.DataFrame, *, last: bool) -> pl.DataFrame:
    """`id, key` for the prompt before each answer, or before the last alone; `text` rows count as one prompt."""
    turns = frame.select(
        "id", "kind", pl.col("text").alias("raw"), pl.col("messages").list.eval(_said()).alias("said"), _roles()
    )
    forms = prompt_forms(turns["said"].explode(empty_as_null=False))
    raws = prompt_forms(turns["raw"])
    rows: list[tuple[str, str]] = []
    at = 0
    for (name, kind, _, said, roles), raw in zip(turns.iter_rows(), raws, strict=True):
        told, at = forms[at : at + len(said)].to_list(), at + len(said)
        keys = [hashlib.blake2b(raw.encode(), digest_size=16).hexdigest()] if kind == "text" and raw else []
        keys += list(_before_answers(told, roles, open_end=kind in {"preference", "kto"}))
        rows += [(name, key) for key in (keys[-1:] if last else keys)]
    return pl.DataFrame(rows, schema={"id": pl.String(), "key": pl.String()}, orient="row")


def _before_answers(forms: Sequence[str], roles: Sequence[str], *, open_end: bool) -> Iterator[str]:
    """A digest of the conversation before each answer, and of all of it where the answers stand elsewhere."""
    heard = hashlib.blake2b(digest_size=16)
    for place, (form, role) in enumerate(zip(forms, roles, strict=True)):
        if role == "assistant" and place:
            yield heard.hexdigest()
        heard.update(f"{form}{MESSAGE}".encode())
    if open_end and forms:
        yield heard.hexdigest()


def _said() -> pl.Expr:
    content, context = (pl.element().struct.field(name).fill_null("") for name in ("content", "context"))
    return pl.concat_str(content, pl.lit("\n"), context)


def _roles() -> pl.Expr:
    return pl.col("messages").list.eval(pl.element().struct.field("role")).alias("roles")
