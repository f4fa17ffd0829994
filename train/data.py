"""A data artifact as tokens: rendered, tokenised and masked by us, so that nothing is cut or masked in silence."""

import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from schemas import chat, masks
from schemas.artifacts import digest_bytes, digest_json, staged
from schemas.chat import Chat, TemplateRefusal
from schemas.errors import InputError, UserError
from schemas.frames import EVENTS, empty, event_frame, has_kind, records_of, repeated
from schemas.records import Message, Record
from train.config import KINDS, Replay, Stage

PIECE = 2_000
"""Rows tokenised at once."""

IDS = pl.List(pl.Int32)
TOKENS = pl.Schema(
    {
        "id": pl.String(),
        "source": pl.String(),
        "row": pl.Int64(),
        "ids": IDS,
        "weights": pl.List(pl.Float32),
        "prompt": pl.Int64(),
        "rejected": IDS,
        "label": pl.Boolean(),
        "hidden": pl.Int64(),
    }
)
"""A tokenised row: `ids` with the loss `weights` of each; its first `prompt` tokens are nobody's answer.

For preference rows `ids` is prompt and chosen answer, `rejected` the rejected answer alone. `hidden` counts turns
whose thoughts the template leaves out.
"""

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Tokens:
    """One split as tokens.

    Attributes:
        rows: Schema `TOKENS`.
        events: Ledger lines (schema `EVENTS`) of the rows that the template can't express.
    """

    rows: pl.DataFrame
    events: pl.DataFrame

    @property
    def lengths(self) -> pl.Series:
        """Tokens of every row; of a pair, of its longer side."""
        answer = pl.col("rejected").list.len().fill_null(0) + pl.col("prompt").fill_null(0)
        return self.rows.select(pl.max_horizontal(pl.col("ids").list.len(), answer).cast(pl.Int64)).to_series()


def read_split(data: Path, split: str, stage: Stage) -> pl.DataFrame:
    """The rows of a split that a method learns from; those of train as often as the data's mix repeats them.

    Raises:
        InputError: If the artifact is absent, or its train split has no row of the method's kind.
    """
    path = data / f"{split}.parquet"
    if not path.is_file():
        raise InputError(f"no data artifact at {data}", hint="gristmill data -c RECIPE; or train.data: NAME OF A RUN")
    frame = pl.read_parquet(path)
    wanted = frame.filter(has_kind(KINDS[stage.method]))
    if wanted.is_empty() and split == "train":
        there = ", ".join(
            f"{rows} {kind}" for kind, rows in frame.group_by("kind", maintain_order=True).len().iter_rows()
        )
        methods = [name for name, kind in KINDS.items() if kind in {*frame["kind"].cast(pl.String)}]
        raise InputError(
            f"method {stage.method} learns from {KINDS[stage.method]} rows; {path.name} has {there or 'no row at all'}",
            hint=f"method: {' | '.join(methods)}" if methods else "gristmill data -c RECIPE, with a larger train share",
        )
    return repeated(wanted) if split == "train" else wanted


def tokenise(frame: pl.DataFrame, talk: Chat, stage: Stage, *, cache: Path, key: str, progress: Progress) -> Tokens:
    """Tokenise rows, or take them from the cache when the same rows met the same tokenizer, template and code.

    Args:
        frame: n rows of one kind, schema `FRAME`.
        talk: The chat template; for `text` rows only its tokenizer is used.
        stage: Its `method` and `train_on` decide the masks.
        cache: Folder of finished pieces.
        key: Digest of what `frame` was read from.
        progress: Told of finished rows.
    """
    sources = [digest_bytes(inspect.getsource(module).encode()) for module in (chat, masks, sys.modules[__name__])]
    words = digest_bytes(talk.tokenizer.backend_tokenizer.to_str().encode())
    settings = (stage.method, stage.train_on, talk.template, talk.ends, str(talk.tokenizer.eos_token))
    folder = cache / digest_json([key, words, settings, sources])
    if not (folder / "events.parquet").is_file():
        with staged(folder) as draft:
            draft.mkdir()
            backend = talk.tokenizer.backend_tokenizer
            backend.no_padding()  # threads may not change its settings, and a call changes only what differs
            backend.no_truncation()
            # Two threads: while one renders in Python, the other tokenises in Rust.
            with ThreadPoolExecutor(2) as pool:
                work = partial(_piece, talk=talk, stage=stage, progress=progress)
                pieces = list(pool.map(work, frame.iter_slices(PIECE)))
            pl.concat([rows for rows, _ in pieces] or [empty(TOKENS)]).write_parquet(draft / "rows.parquet")
            pl.concat([lines for _, lines in pieces] or [empty(EVENTS)]).write_parquet(draft / "events.parquet")
    return Tokens(pl.read_parquet(folder / "rows.parquet"), pl.read_parquet(folder / "events.parquet"))


def _piece(frame: pl.DataFrame, talk: Chat, stage: Stage, progress: Progress) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    places = frame.select("id", "source", "row").iter_rows(named=True)
    records = records_of(frame)
    for place, told in zip(places, _encoder(records[0])(records, talk, stage), strict=True):
        if isinstance(told, TemplateRefusal):
            lines.append(
                {**place, "stage": "train", "verdict": "dropped", "reason": told.reason, "detail": told.detail}
            )
        else:
            rows.append({**place, **told})
    progress("tokenise", frame.height)
    return token_frame(rows), event_frame(lines) if lines else empty(EVENTS)


def token_frame(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Rows as a frame of schema `TOKENS`, column by column: five times as fast as row by row."""
    columns = {name: [row.get(name) for row in rows] for name in TOKENS}
    for name, kind in (("ids", np.int32), ("weights", np.float32), ("rejected", np.int32)):
        columns[name] = [None if values is None else np.asarray(values, dtype=kind) for values in columns[name]]
    return pl.DataFrame(columns, schema=TOKENS)


def encode_record(record: Record, talk: Chat, stage: Stage) -> dict[str, Any]:
    """The tokens of one record, columns of `TOKENS`.

    Raises:
        TemplateRefusal: If the template can't express it.
    """
    told = next(iter(_encoder(record)([record], talk, stage)))
    if isinstance(told, TemplateRefusal):
        raise told
    return told


def _encoder(record: Record) -> "Encoder":
    return {"text": _texts, "sft": _dialogues}.get(record["kind"], _answers)


Encoded = dict[str, Any] | TemplateRefusal
Encoder = Callable[[Sequence[Record], Chat, Stage], Iterator[Encoded]]


def _texts(records: Sequence[Record], talk: Chat, _stage: Stage) -> Iterator[Encoded]:
    end = talk.tokenizer.eos_token_id
    for ids in talk.tokenizer([record["text"] for record in records])["input_ids"]:
        whole = ids if ids and ids[-1] == end else [*ids, end]
        yield {"ids": whole, "weights": np.ones(len(whole), dtype=np.float32), "prompt": 0, "hidden": 0}


def _dialogues(records: Sequence[Record], talk: Chat, stage: Stage) -> Iterator[Encoded]:
    told = [_rendered(talk, record) for record in records]
    encodings = iter(_encode(talk, [entry.text for entry in told if not isinstance(entry, TemplateRefusal)]))
    for record, entry in zip(records, told, strict=True):
        if isinstance(entry, TemplateRefusal):
            yield entry
            continue
        encoding, messages = next(encodings), record["messages"]
        chosen = _chosen_spans(entry.spans, messages, stage)
        weights = masks.token_weights(encoding, chosen, [_weight(messages[span.message]) for span in chosen])
        prompt = masks.token_range(encoding, entry.spans[-1])[0] if entry.spans else len(encoding)
        if stage.train_on == "all":
            weights = np.ones_like(weights)
        yield {"ids": encoding.ids, "weights": weights, "prompt": prompt, "hidden": entry.hidden}


def _answers(records: Sequence[Record], talk: Chat, _stage: Stage) -> Iterator[Encoded]:
    for record in records:
        try:
            yield _judged(record, talk)
        except TemplateRefusal as refusal:
            yield refusal


def _judged(record: Record, talk: Chat) -> dict[str, Any]:
    """A preference or KTO row: a prompt, and one or two answers to it."""
    ids, prompt, hidden = _side(talk, record, record["chosen"])
    rejected = None
    if record.get("rejected"):
        other, until, more = _side(talk, record, record["rejected"])
        # A token that reaches over the border belongs to the answers.
        pairs = zip(ids[:prompt], other[:until], strict=False)
        prompt = next((place for place, (one, two) in enumerate(pairs) if one != two), min(prompt, until))
        rejected, hidden = other[prompt:], hidden + more
    weights = (np.arange(len(ids)) >= prompt).astype(np.float32)
    label = record.get("label")
    return {"ids": ids, "weights": weights, "prompt": prompt, "rejected": rejected, "label": label, "hidden": hidden}


def _side(talk: Chat, record: Record, answer: Sequence[Message]) -> tuple[list[int], int, int]:
    """Token ids up to the end of an answer, how many of them are prompt, and the turns with hidden thoughts."""
    asked = record.get("messages", [])
    entry = talk.render([*asked, *answer], tools=record.get("tools"))
    encoding = _encode(talk, [entry.text])[0]
    said = np.flatnonzero(masks.token_weights(encoding, [span for span in entry.spans if span.message >= len(asked)]))
    if not len(said):
        raise TemplateRefusal("no_trained_token", "an answer is empty")
    return encoding.ids[: int(said[-1]) + 1], int(said[0]), entry.hidden


def _rendered(talk: Chat, record: Record) -> chat.Rendering | TemplateRefusal:
    try:
        return talk.render(record["messages"], tools=record.get("tools"))
    except TemplateRefusal as refusal:
        return refusal


def _encode(talk: Chat, texts: Sequence[str]) -> Sequence[Any]:
    """One `tokenizers.Encoding` for each text; the template has written the special tokens itself."""
    return talk.tokenizer(list(texts), add_special_tokens=False).encodings if texts else ()


def _weight(message: Message) -> float:
    weight = message.get("weight")
    return 1.0 if weight is None else weight


def _chosen_spans(spans: Sequence[masks.Span], messages: Sequence[Message], stage: Stage) -> Sequence[masks.Span]:
    if stage.train_on == "last":
        final = max((index for index, message in enumerate(messages) if message["role"] == "assistant"), default=-1)
        return [span for span in spans if span.message == final]
    if stage.train_on == "completion":
        asked = max((index for index, message in enumerate(messages) if message["role"] == "user"), default=-1)
        return [span for span in spans if span.message > asked]
    return spans


def read_replay(replay: Replay, rows: int, stage: Stage, *, seed: int) -> pl.DataFrame:
    """General rows to mix in: as many as make up the share, drawn without repetition.

    Args:
        replay: Where they lie and their share of the whole.
        rows: Rows of the own training split.
        stage: Its method's kind of row is drawn.
        seed: Of the draw.

    Raises:
        UserError: If there are no such rows.
    """
    path = replay.path / "train.parquet" if replay.path.is_dir() else replay.path
    hint = "gristmill data -c GENERAL.yaml; then replay: {path: runs/GENERAL/data}"
    if not path.is_file() or path.suffix != ".parquet":
        raise UserError(f"train.replay.path: {replay.path} is no data artifact", hint=hint)
    frame = pl.read_parquet(path).filter(has_kind(KINDS[stage.method]))
    if frame.is_empty():
        raise UserError(f"train.replay.path: {replay.path} has no {KINDS[stage.method]} rows to train on", hint=hint)
    wanted = round(rows * replay.share / (1 - replay.share))
    return frame.sample(min(wanted, frame.height), seed=seed, shuffle=True)
