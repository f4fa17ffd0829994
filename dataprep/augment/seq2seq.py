"""Translation by a model in a folder: MarianMT, NLLB or M2M100, without a network and the same every time."""

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from dataprep.augment.keeping import is_bare
from schemas.errors import MissingExtra, UserError
from schemas.models import loading

VERSION = 1
"""Of the way in which texts are cut and decoded."""

BEAMS = 4
"""Of the search; OPUS-MT's and NLLB's papers decode with 4 to 6."""

NLLB = {
    "en": "eng_Latn",
    "zh": "zho_Hans",
    "fr": "fra_Latn",
    "de": "deu_Latn",
    "es": "spa_Latn",
    "ja": "jpn_Jpan",
    "ru": "rus_Cyrl",
    "pt": "por_Latn",
}
"""Language -> NLLB's code; these are the languages that can be translated."""

_MARIAN = {
    "en": ("eng", "en"),
    "zh": ("cmn_Hans", "zho_Hans", "cmn", "zho", "zh"),
    "fr": ("fra", "fr"),
    "de": ("deu", "de"),
    "es": ("spa", "es"),
    "ja": ("jpn", "ja"),
    "ru": ("rus", "ru"),
    "pt": ("por", "pt"),
}
"""Language -> what stands in `>>xxx<<` for it in OPUS-MT's multilingual models, the first that a model has."""

_KINDS = ("marian", "m2m_100")
"""`model_type` of MarianMT; of NLLB and M2M100."""

_UNSPACED = {"zh", "ja"}
_END = re.compile(
    r"(?<=[。！？；])(?![。！？；”」』）])|(?<=[.!?;])(?<!\b\w[.])(?<!\b(?:Mr|Dr|Ms|St|No|vs)[.])(?<!\b(?:Mrs|e[.]g|i[.]e)[.])\s+"
    r"|(?<=[.!?][)\]\"'])\s+"
)
"""Of a sentence; `Mr.` and `1.` end none."""

_CLAUSE = re.compile(r"(?<=[，、,:：])")

Translate = Callable[[Sequence[str]], list[str | None]]
"""From n texts to n translations; null where the model didn't come to an end."""


def translate(
    texts: Sequence[str], folder: Path, *, source: str, target: str, batch_tokens: int = 2048
) -> list[str | None]:
    """Translate texts by beam search.

    Each line is translated by itself, sentence by sentence; lines of markers, digits and signs stay as they are.

    Args:
        texts: n texts.
        folder: Of the model; its weights must be safetensors, and code in it is never run.
        source: Language of the texts, such as `zh`.
        target: Language to translate into.
        batch_tokens: At most so many tokens, padding included, are read at once.

    Returns:
        n translations; null where the model didn't come to an end.

    Raises:
        UserError: If the folder holds no translation model, or not for these languages.
        MissingExtra: If transformers or the model's tokenizer package is absent.
    """
    return open_translator(folder, source=source, target=target, batch_tokens=batch_tokens)(texts)


def open_translator(folder: Path, *, source: str, target: str, batch_tokens: int = 2048) -> Translate:
    """Load a model for many calls; arguments and errors as for `translate`."""
    check_folder(folder)
    tokenizer, model = _load(folder)
    first, last, forced = _codes(folder, tokenizer, model.config, source=source, target=target)
    positions = getattr(model.config, "max_position_embeddings", None) or 512
    room = min(positions, 512) // 2 - len(first) - len(last) - 1

    def ids_of(text: str) -> list[int]:
        ids: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    def run(texts: Sequence[str]) -> list[str | None]:
        laid = [
            [_pieces(line, lambda piece: len(ids_of(piece)) <= room) for line in text.split("\n")] for text in texts
        ]
        wanted = dict.fromkeys(piece for lines in laid for line in lines for piece in line if not is_bare(piece))
        asked = {piece: [*first, *ids_of(piece), *last] for piece in wanted}
        told: dict[str, str | None] = {}
        for batch in _batches(asked, batch_tokens):
            told |= zip(batch, _decode(model, tokenizer, [asked[piece] for piece in batch], forced), strict=True)
        return [_joined(lines, told, "" if target in _UNSPACED else " ") for lines in laid]

    return run


def check_folder(folder: Path) -> None:
    """Look at a model's folder without loading it.

    Raises:
        UserError: If it is none of a translation model with safetensors.
    """
    told = ""
    if not any(folder.glob("*.safetensors")):
        told = "no safetensors in it" if folder.is_dir() else "no such folder"
    elif not (folder / "config.json").is_file():
        told = "no config.json in it"
    else:
        kind = orjson.loads((folder / "config.json").read_bytes()).get("model_type")
        if kind not in _KINDS:
            told = f"{kind} is no translation model that is known here; others can be served and asked as an endpoint"
    if told:
        hint = "a folder with config.json, tokenizer and model.safetensors of a MarianMT, NLLB or M2M100 model"
        raise UserError(f"data.augment.backtranslate.models: {folder}: {told}", hint=hint)


def check_language(language: str) -> None:
    """See whether a language can be translated at all.

    Raises:
        UserError: If it can't.
    """
    if language not in NLLB:
        hint = "ask an endpoint for it: leave data.augment.backtranslate.models out"
        raise UserError(f"local models translate {', '.join(NLLB)}, not {language!r}", hint=hint)


def _load(folder: Path) -> tuple[Any, Any]:
    try:
        import torch
        from transformers import AutoModelForSeq2SeqLM, AutoTokenizer
        from transformers.utils import logging
    except ImportError:
        raise MissingExtra("Local translation", package="transformers", extra="translate") from None
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # ours tells what is waited for
    plain: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    with loading(str(folder)), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Marian's tokenizer recommends sacremoses
        try:
            tokenizer = AutoTokenizer.from_pretrained(folder, **plain)
        except ImportError:
            raise MissingExtra(f"The tokenizer of {folder}", package="sentencepiece", extra="translate") from None
        model = AutoModelForSeq2SeqLM.from_pretrained(folder, use_safetensors=True, dtype=torch.float32, **plain)
    return tokenizer, model.eval().to("cuda" if torch.cuda.is_available() else "cpu")


def _codes(
    folder: Path, tokenizer: Any, config: Any, *, source: str, target: str
) -> tuple[list[int], list[int], int | None]:
    """Tokens before a text, tokens behind it, and the one that its translation begins with."""
    for language in (source, target):
        check_language(language)
    known, end = tokenizer.get_vocab(), [config.eos_token_id]
    if config.model_type == "marian":
        marks = [token for token in known if token.startswith(">>") and token.endswith("<<")]
        fitting = [f">>{code}<<" for code in _MARIAN[target] if f">>{code}<<" in known]
        if marks and not fitting:
            told = f"{folder} doesn't translate into {target!r}, but into {', '.join(sorted(marks)[:9])}"
            raise UserError(told, hint="name another folder in data.augment.backtranslate.models")
        return [known[mark] for mark in fitting[:1]], end, None
    for form in (NLLB.__getitem__, "__{}__".format):
        if form(source) in known and form(target) in known:
            return [known[form(source)]], end, known[form(target)]
    raise UserError(
        f"the tokenizer of {folder} has no code for {source!r} or {target!r}",
        hint="name another folder in data.augment.backtranslate.models",
    )


def _pieces(line: str, fits: Callable[[str], bool]) -> list[str]:
    """A line in sentences; those that don't fit in clauses, then in halves: nothing is ever cut off."""
    return [piece for sentence in _END.split(line) if sentence.strip() for piece in _fitting(sentence, fits)]


def _fitting(text: str, fits: Callable[[str], bool]) -> Iterator[str]:
    if fits(text) or len(text) < 2:
        yield text.strip()
        return
    parts = [part for part in _CLAUSE.split(text) if part]
    middle = len(parts) // 2
    cut = len("".join(parts[:middle])) if middle else text.find(" ", len(text) // 2) + 1 or len(text) // 2
    for half in (text[:cut], text[cut:]):
        yield from _fitting(half, fits) if 0 < len(half) < len(text) else [half]


def _batches(asked: dict[str, list[int]], batch_tokens: int) -> Iterator[list[str]]:
    """Pieces of like length together, the longest first."""
    batch: list[str] = []
    for piece in sorted(asked, key=lambda piece: (-len(asked[piece]), piece)):
        if batch and (len(batch) + 1) * len(asked[batch[0]]) > batch_tokens:
            yield batch
            batch = []
        batch.append(piece)
    if batch:
        yield batch


def _decode(model: Any, tokenizer: Any, rows: list[list[int]], forced: int | None) -> list[str | None]:
    import torch

    pad, end, longest = model.config.pad_token_id, model.config.eos_token_id, len(rows[0])
    ids = torch.full((len(rows), longest), pad)
    mask = torch.zeros_like(ids)
    for at, row in enumerate(rows):
        ids[at, : len(row)], mask[at, : len(row)] = torch.tensor(row), 1
    limits = {"max_new_tokens": 2 * longest + 16, "max_length": None, "num_beams": BEAMS, "do_sample": False}
    limits["forced_eos_token_id"] = None  # an end at the limit would look like one that the model chose
    with torch.inference_mode():
        made = model.generate(
            input_ids=ids.to(model.device), attention_mask=mask.to(model.device), forced_bos_token_id=forced, **limits
        )
    told = [row[1:] for row in made.tolist()]
    return [
        tokenizer.decode([token for token in row if token not in {pad, end, forced}], skip_special_tokens=True).strip()
        if end in row
        else None
        for row in told
    ]


def _joined(lines: list[list[str]], told: dict[str, str | None], gap: str) -> str | None:
    """Translated pieces in lines; null if one of them is missing."""
    found: list[str] = []
    for line in lines:
        pieces = [told.get(piece, piece) for piece in line]
        if None in pieces:
            return None
        found.append(gap.join(piece for piece in pieces if piece))
    return "\n".join(found)
