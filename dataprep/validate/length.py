"""Rules about length, in characters or in the tokens of a given tokenizer."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from dataprep.recipe import Validate
from schemas.artifacts import digest_file
from schemas.errors import MissingExtra, UserError
from schemas.frames import field
from schemas.records import LISTS

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_SPOKEN = ("content", "context", "reasoning", "tool_calls")


def characters() -> pl.Expr:
    """How long the row is as a model reads it: the prompt with the longer answer, or the text, and the tools.

    The words of the chat template aren't counted.
    """
    return _size(lambda text: text.str.len_chars())


def octets() -> pl.Expr:
    """Bytes of what `characters` counts."""
    return _size(lambda text: text.str.len_bytes())


def _size(measure: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    prompt, chosen, rejected = (
        pl.sum_horizontal(field(name, column=column).list.eval(measure(pl.element())).list.sum() for name in _SPOKEN)
        for column in LISTS
    )
    whole = (measure(pl.col(name)).fill_null(0) for name in ("text", "tools"))
    return pl.sum_horizontal(prompt, pl.max_horizontal(chosen, rejected), *whole)


def open_tokenizer(path: Path) -> "Tokenizer":
    """A tokenizer of the `tokenizers` library.

    Args:
        path: A `tokenizer.json`, or a folder that holds one.

    Raises:
        MissingExtra: If the library is absent.
        UserError: If there is no such file, or it is no tokenizer.
    """
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise MissingExtra("data.validate.max_tokens", package="tokenizers", extra="tokenizer") from None
    file = _file(path)
    if not file.is_file():
        raise UserError(
            f"data.validate.tokenizer: no such file: {file}",
            hint="give the tokenizer.json of your base model, or drop max_tokens and tokenizer",
        )
    try:
        return Tokenizer.from_file(str(file))
    except Exception as fault:  # the library raises bare Exception
        raise UserError(f"data.validate.tokenizer: {file} is not a tokenizer.json: {fault}") from None


def tokenizer_digest(path: Path | None) -> str | None:
    """Hash of a tokenizer's file: what is counted changes with its content, not with its name."""
    return digest_file(_file(path)) if path else None


def _file(path: Path) -> Path:
    return path / "tokenizer.json" if path.is_dir() else path


def token_counts(frame: pl.DataFrame, config: Validate) -> pl.Series:
    """Tokens of every row, counted like `characters`: turn by turn, without special tokens and template words."""
    assert config.tokenizer is not None
    tokenizer = open_tokenizer(config.tokenizer)
    said = pl.concat_str([pl.element().struct.field(name) for name in _SPOKEN], separator="\n", ignore_nulls=True)
    turns = {column: pl.col(column).list.eval(said) for column in LISTS}
    whole = {name: pl.concat_list(pl.col(name).fill_null("")) for name in ("text", "tools")}
    counts = pl.DataFrame(
        {column.name: _count(column, tokenizer) for column in frame.select(**turns, **whole).iter_columns()}
    )
    longer = pl.max_horizontal("chosen", "rejected")
    return counts.select(pl.sum_horizontal("messages", longer, "text", "tools")).to_series()


def _count(lists: pl.Series, tokenizer: "Tokenizer") -> pl.Series:
    """Tokens of all the texts of each list."""
    known = lists.explode(empty_as_null=False).unique(maintain_order=True).to_list()
    encoded = tokenizer.encode_batch_fast(known, add_special_tokens=False)
    sizes = {text: len(one.ids) for text, one in zip(known, encoded, strict=True)}
    # Not list.eval: a column whose lists are all empty keeps its dtype there, and strings have no sum.
    return pl.Series(lists.name, [sum(sizes[text] for text in texts) for texts in lists], dtype=pl.Int64)
