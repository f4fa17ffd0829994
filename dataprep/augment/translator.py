"""Back-translation by local models: through other languages and back, kept in the same file as paid answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from dataprep.augment import seq2seq
from dataprep.augment.keeping import Kept, LostMarker, put_back, take_out
from dataprep.augment.rewriters import Rewrite, Wish
from dataprep.recipe.augment import Backtranslate
from schemas.artifacts import digest_folder, digest_json
from schemas.endpoint import Cache, Reply
from schemas.errors import UserError

_KEY = "data.augment.backtranslate.models"

_TOGETHER = 64
"""Texts that are translated and kept at once: a killed run loses no more than these."""


@dataclass(frozen=True)
class _Leg:
    """From one language to another by one model; `digest` is of the model's files."""

    folder: Path
    digest: str
    source: str
    target: str

    def key(self, text: str) -> str:
        """Of a translation in the cache."""
        return digest_json([self.digest, seq2seq.VERSION, seq2seq.BEAMS, self.source, self.target, text])


def check_models(config: Backtranslate, languages: Iterable[str], root: Path) -> None:
    """Look at the models before a run; no weights are read.

    Args:
        config: Its `pivots` and `models`.
        languages: Of the rows; each must have a way there and back, unless it stands on every way itself.
        root: The working folder.

    Raises:
        UserError: If a folder is none of a model, a pair isn't two languages that can be translated, or a language has
            no way.
    """
    for pair, folder in config.models.items():
        if len(pair.split("-")) != 2:
            raise UserError(f"{_KEY}: {pair!r} is no pair of languages", hint="such as zh-en: models/opus-mt-zh-en")
        for language in pair.split("-"):
            seq2seq.check_language(language)
        seq2seq.check_folder(root / folder)
    for language in languages:
        ways = [(language, *pivot.split("+"), language) for pivot in config.pivots]
        open_ = [_missing(way, config.models) for way in ways if language not in way[1:-1]]
        if open_ and all(open_):
            raise _no_model(min(open_, key=len))


def backtranslate_locally(
    wishes: Sequence[Wish], models: Mapping[str, Path], *, root: Path, cache: Cache
) -> list[Rewrite]:
    """Translate each text through its pivots and back to its own language.

    Code, addresses, placeholders, quotations, identifiers and numbers with units don't change. One model is in memory
    at a time. What is in the cache isn't translated again.

    Args:
        wishes: n wishes.
        models: `zh-en` -> a MarianMT, NLLB or M2M100 folder.
        root: The working folder, which these are relative to.
        cache: Keeps every translation.

    Returns:
        n rewrites; fault `lost_marker` where a piece that must stay went missing or came twice.

    Raises:
        UserError: If a pair has no model, or its folder holds none for these languages.
        MissingExtra: If transformers is absent.
    """
    ways = [(wish.language, *wish.pivots, wish.language) for wish in wishes]
    if missing := list(dict.fromkeys(pair for way in ways for pair in _missing(way, models))):
        raise _no_model(missing)
    folders = dict.fromkeys(root / models["-".join(pair)] for way in ways for pair in pairwise(way))
    digests = {folder: digest_json(digest_folder(folder)) for folder in folders}
    kept = [take_out(wish.text) for wish in wishes]
    found = [Rewrite(each.text, "stop") for each in kept]
    for step in range(max(map(len, ways), default=1) - 1):
        legs: dict[tuple[str, ...], list[int]] = {}
        for at, way in enumerate(ways):
            if found[at].finish == "stop" and step + 1 < len(way):
                legs.setdefault(way[step : step + 2], []).append(at)
        for (source, target), places in sorted(legs.items()):
            folder = root / models[f"{source}-{target}"]
            leg = _Leg(folder, digests[folder], source, target)
            told = _translated(leg, {found[at].text for at in places}, cache)
            for at in places:
                found[at] = told[found[at].text]
    return [_whole(rewrite, each) for rewrite, each in zip(found, kept, strict=True)]


def _translated(leg: _Leg, texts: set[str], cache: Cache) -> dict[str, Rewrite]:
    """The next leg of texts.

    A model's sums depend on what stands beside a text in its batch, in their last digits. Pieces of the sorted texts
    are therefore translated whole, known texts among them too: a run that was killed ends like one that wasn't.
    """
    ordered = sorted(texts)
    keys = {text: leg.key(text) for text in ordered}
    known = {text: cache.get(keys[text]) for text in ordered}
    run = None
    for start in range(0, len(ordered), _TOGETHER):
        piece = ordered[start : start + _TOGETHER]
        if all(known[text] for text in piece):
            continue
        run = run or seq2seq.open_translator(leg.folder, source=leg.source, target=leg.target)
        for text, told in zip(piece, run(piece), strict=True):
            reply = Reply(told or "", "length" if told is None else "eos")
            cache.put(keys[text], reply, model=leg.folder.name)
            known[text] = known[text] or reply
    return {text: _rewrite(reply, keys[text]) for text, reply in known.items() if reply}


def _rewrite(reply: Reply, key: str) -> Rewrite:
    return Rewrite(reply.text, "stop" if reply.stop == "eos" else reply.stop, key=key)


def _whole(rewrite: Rewrite, kept: Kept) -> Rewrite:
    """A translation with everything back in its place."""
    if rewrite.finish != "stop":
        return Rewrite("", rewrite.finish, key=rewrite.key)
    try:
        return replace(rewrite, text=put_back(rewrite.text, kept))
    except LostMarker as fault:
        return Rewrite("", "error", str(fault), key=rewrite.key)


def _missing(way: Sequence[str], models: Mapping[str, Path]) -> list[str]:
    return [pair for pair in map("-".join, pairwise(way)) if pair not in models]


def _no_model(pairs: Sequence[str]) -> UserError:
    told = ", ".join(f"{pair}: FOLDER" for pair in pairs)
    return UserError(f"{_KEY}: no model for {' and '.join(pairs)}", hint=f"add under {_KEY}: {{{told}}}")
