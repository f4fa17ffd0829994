"""What a model is asked: the items of the four sets, from the curated splits and from files of questions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from evalsuite.config import EvalRecipe, Questions
from evalsuite.scorecard import ITEMS
from schemas.artifacts import digest_bytes, digest_json
from schemas.chat import JOINER
from schemas.errors import InputError, UserError
from schemas.frames import records_of
from schemas.records import Message
from schemas.text.script import language

_LENGTHS = ((60, "short"), (240, "medium"))
"""UTF-8 bytes of a reference: 20 and 80 Chinese characters, 10 and 40 English words."""


@dataclass(frozen=True)
class Item:
    """One thing to ask.

    Attributes:
        id: Of the row, or of the question in its file.
        set: `eval`, `train`, `reasked`, `general`, `text` (raw text: only its likelihood) or `dev` (the sweep).
        kind: `sft`, `preference`, `kto` or `text`.
        source: File.
        row: One-based place in it.
        cluster: What ties items together.
        messages: The whole conversation, the reference answer last; for `text` empty.
        text: Of a `text` item.
        tools: Tool schemas as JSON, or null.
        slices: Further slice columns.
        language: Of the reference.
    """

    id: str
    set: str
    kind: str
    source: str
    row: int
    cluster: str
    messages: tuple[Message, ...]
    text: str | None = None
    tools: str | None = None
    slices: Mapping[str, str] = field(default_factory=dict)
    language: str = "und"

    @property
    def asked(self) -> tuple[Message, ...]:
        """The conversation up to the answer that is wanted."""
        return self.messages[:-1]

    @property
    def reference(self) -> str:
        """The right answer, or the raw text."""
        return self.text if self.text is not None else self.messages[-1]["content"]

    @property
    def question(self) -> str:
        """The last user turn."""
        users = [message for message in self.asked if message["role"] == "user"]
        return users[-1]["content"] if users else ""

    @property
    def context(self) -> str:
        """What an answer may rest on: passages, tool results, system text and earlier turns."""
        parts = [message["context"] for message in self.asked if message.get("context")]
        last = max((place for place, m in enumerate(self.asked) if m["role"] == "user"), default=0)
        parts += [m["content"] for place, m in enumerate(self.asked) if place != last and m["content"]]
        return JOINER.join(str(part) for part in parts)


def gather(recipe: EvalRecipe, data: Path, *, root: Path, seed: int) -> list[Item]:
    """The items of all sets.

    Args:
        recipe: Which sets, and how many items.
        data: Folder of the data artifact.
        root: Folder that paths of questions start from.
        seed: Of the sample of training rows.

    Raises:
        UserError: If the eval split is empty, or a file of questions can't be read.
    """
    rows = {split: pl.read_parquet(data / f"{split}.parquet") for split in ("train", "eval")}
    held = read_rows(rows["eval"], "eval", recipe)
    asked = spread([item for item in held if item.set == "eval"], recipe.items)
    texts = spread([item for item in held if item.set == "text"], recipe.items)
    if not asked and not texts:
        raise UserError(
            f"{data}/eval.parquet has no row with a question and an answer, and no text",
            hint="give the split more: data.split.eval: 0.1, then gristmill data -c RECIPE",
        )
    found = asked + texts
    learned = read_rows(rows["train"], "train", recipe)
    found += sample([item for item in learned if item.set == "train"], recipe.train_sample, seed=seed)
    for name, questions in (("reasked", recipe.reasked), ("general", recipe.general)):
        if questions:
            keys = _keys(rows["train"], questions.key)
            found += spread(read_questions(root / questions.path, name, questions, keys), questions.items)
    return _numbered(_with_languages(found))


def read_rows(frame: pl.DataFrame, name: str, recipe: EvalRecipe) -> list[Item]:
    """A split's rows as items: rows without an answer (a KTO row that is marked bad) are left out."""
    found = []
    named = frame.select("id", "source", "row", "family").iter_rows(named=True)
    for row, record in zip(named, records_of(frame), strict=True):
        meta = record.get("meta") or {}
        cluster = str(meta.get(recipe.cluster)) if recipe.cluster else row["family"] or row["id"]
        slices = {key: str(meta[key]) for key in recipe.slices if key in meta}
        item = Item(row["id"], name, record["kind"], row["source"], row["row"], cluster, (), slices=slices)
        if record["kind"] == "text":
            found.append(replace(item, set="text" if name == "eval" else f"{name}-text", text=record["text"]))
        elif (messages := _answered(record)) is not None:
            found.append(replace(item, messages=messages, tools=record.get("tools")))
    return found


def _answered(record: Any) -> tuple[Message, ...] | None:
    """The conversation up to its last answer, or null where there is no question or no good answer."""
    messages = list(record.get("messages") or ())
    if record["kind"] != "sft":
        if record["kind"] == "kto" and not record.get("label"):
            return None
        messages += list(record.get("chosen") or ())
    answers = [place for place, message in enumerate(messages) if message["role"] == "assistant"]
    if not answers or answers[-1] == 0:
        return None
    return tuple(messages[: answers[-1] + 1])


def read_questions(path: Path, name: str, questions: Questions, keys: frozenset[str] | None) -> list[Item]:
    """A file of questions as items.

    Raises:
        InputError: With the line that can't be read, or if nothing is left to ask.
    """
    if not path.is_file():
        raise InputError(f"no such file: {path}", hint=f"eval.{name}.path: a JSON Lines file of question and answer")
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
            told: tuple[Message, ...] = (
                {"role": "user", "content": str(row["question"])},
                {"role": "assistant", "content": str(row["answer"])},
            )
        except (orjson.JSONDecodeError, KeyError, TypeError) as fault:
            hint = "each line is a JSON object with question and answer"
            raise InputError(f"{path}:{number} can't be read: {fault}", hint=hint) from None
        key = str(row.get(questions.key)) if questions.key else str(row.get("id", number))
        if keys is None or key in keys:
            here = str(row.get("id", f"{name}-{number}"))
            found.append(Item(here, name, "sft", path.name, number, key, told))
    spoken = languages_of([item.reference for item in found])
    kept = [item for item, one in zip(found, spoken, strict=True) if one in (questions.languages or spoken)]
    if not kept:
        hint = f"eval.{name}: each line is a JSON object with question and answer; key and languages narrow them"
        raise InputError(f"{path} has no question to ask", hint=hint)
    return kept


def _keys(train: pl.DataFrame, key: str | None) -> frozenset[str] | None:
    """The values of a meta column among training rows; null where no column is named."""
    if key is None:
        return None
    metas = (orjson.loads(meta) for meta in train["meta"].drop_nulls())
    return frozenset(str(meta[key]) for meta in metas if key in meta)


def spread(items: Sequence[Item], count: int | None) -> list[Item]:
    """Up to `count` items, in the order of their ids' digests: the same ones however the file is ordered."""
    if count is None or len(items) <= count:
        return list(items)
    return sample(items, count, seed=0)


def sample(items: Sequence[Item], count: int, *, seed: int) -> list[Item]:
    """Up to `count` items by a seeded digest of their ids, in their own order."""
    order = sorted(items, key=lambda item: digest_bytes(f"{seed} {item.id}".encode()))
    chosen = {id(item) for item in order[:count]}
    return [item for item in items if id(item) in chosen]


def _with_languages(items: Sequence[Item]) -> list[Item]:
    own = languages_of([item.reference for item in items])
    asked = languages_of([item.question for item in items])
    return [
        replace(item, language=other if told == "und" else told)
        for item, told, other in zip(items, own, asked, strict=True)
    ]


def languages_of(texts: Sequence[str]) -> list[str]:
    """The language of each of n texts."""
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    return frame.select(language(pl.col("text")).alias("language"))["language"].to_list()


def _numbered(items: Iterable[Item]) -> list[Item]:
    """Ids made unique across sets: the id of a row that stands in two sets gets the set's name in front."""
    seen: set[str] = set()
    found = []
    for item in items:
        name = item.id if item.id not in seen else f"{item.set}:{item.id}"
        seen.add(name)
        found.append(replace(item, id=name))
    return found


def frame_of_items(items: Sequence[Item]) -> pl.DataFrame:
    """The items as a card shares them: schema `ITEMS`, a recipe's own slices behind."""
    rows = [
        {
            "id": item.id,
            "set": item.set,
            "language": item.language,
            "kind": item.kind,
            "source": item.source,
            "length": _bucket(item.reference),
            "cluster": item.cluster,
            "prompt": digest_json([item.asked, item.tools, item.text]),
        }
        for item in items
    ]
    own = sorted({name for item in items for name in item.slices})
    told = [{name: item.slices.get(name) for name in own} for item in items]
    return pl.concat(
        [pl.DataFrame(rows, schema=ITEMS), pl.DataFrame(told, schema=dict.fromkeys(own, pl.String()))], how="horizontal"
    )


def _bucket(text: str) -> str:
    return next((name for limit, name in _LENGTHS if len(text.encode()) <= limit), "long")
