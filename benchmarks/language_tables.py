"""How often the language of a text is told right, by language and length.

    python -m benchmarks.language_tables [folder of Chinese and English sets]

Texts come with gristmill: questions and answers of examples/facts (English, simplified and traditional Chinese) and
`language_sentences`, each cut to so many letters. A folder adds its JSON files whose names say their language
(`_zh_`, `_en_`).
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import yaml

from benchmarks.language_sentences import SENTENCES
from dataprep.language import detect
from dataprep.language.counts import count_scripts
from dataprep.language.prose import prose

LETTERS = (5, 10, 20, 40, 80)
_HAN = re.compile("[一-鿿]")


def main() -> None:
    """Print the tables."""
    texts = labelled()
    print(
        "Right / unknown / wrong in percent, by letters left of each text; `plain` without the rule for short ones.\n"
    )
    for name, few in (("plain", 0), ("gristmill", detect.FEW_LETTERS)):
        print(f"{name:<12}" + "".join(f"{letters:>16}" for letters in LETTERS) + f"{'whole':>16}")
        for language, own in texts.items():
            more = _later_starts(own) if language in SENTENCES else own
            cells = [_cell(language, _cut(more if letters else own, letters), few) for letters in (*LETTERS, None)]
            print(f"{language:<12}" + "".join(f"{cell:>16}" for cell in cells))
        print()
    for path in sorted(Path(folder) for folder in sys.argv[1:2]):
        _sets(path)


def labelled() -> dict[str, list[str]]:
    """Language -> texts."""
    texts: dict[str, list[str]] = {"zh": [], "zh-Hant": [], "en": []} | {
        language: list(own) for language, own in SENTENCES.items()
    }
    for path in sorted(Path("examples/facts").glob("*.yaml")):
        for text in _strings(yaml.safe_load(path.read_text(encoding="utf-8"))):
            if len(text) < 8 or re.fullmatch(r"[\w.\-]+", text, re.ASCII):
                continue
            chinese = len(_HAN.findall(text)) > 3
            texts["zh-Hant" if path.stem == "traditional" else "zh" if chinese else "en"].append(text)
    return texts


def _strings(found: object) -> Iterable[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, Mapping):
        for value in found.values():
            yield from _strings(value)
    elif isinstance(found, Sequence):
        for value in found:
            yield from _strings(value)


def _later_starts(texts: Iterable[str]) -> list[str]:
    """The texts, and each again from every later word on: five sentences make too small a sample of short texts."""
    words = [text.split() for text in texts]
    return [" ".join(own[at:]) for own in words for at in range(max(1, len(own) - 3))]


def _cut(texts: Iterable[str], letters: int | None) -> list[str]:
    """The beginning of each text with so many letters, to the end of the word; texts that have fewer are left out."""
    if letters is None:
        return list(texts)
    pattern = re.compile(rf"(?:[^\W\d_][\W\d_]*?){{{letters}}}(?:[^\W\d_一-鿿]*)")
    return [found[0] for text in texts if (found := pattern.search(text))]


def _cell(language: str, texts: Sequence[str], few: int) -> str:
    if not texts:
        return "-"
    told = _languages(texts, few)
    right = sum(name == language[:2] for name in told)
    unknown = sum(name == detect.UNKNOWN for name in told)
    shares = (100 * count / len(texts) for count in (right, unknown, len(texts) - right - unknown))
    return "/".join(f"{share:.0f}" for share in shares) + f" ({len(texts)})"


def _languages(texts: Sequence[str], few: int = detect.FEW_LETTERS) -> list[str]:
    told = prose(pl.Series(texts))["prose"]
    detect.FEW_LETTERS, kept = few, detect.FEW_LETTERS
    try:
        return detect.languages(told, count_scripts(told), detect=True, score=0.5).to_list()
    finally:
        detect.FEW_LETTERS = kept


def _sets(folder: Path) -> None:
    """What the answers of files with a language in their names are taken for."""
    for path in sorted(folder.glob("*.json")):
        language = next(
            (code for code in ("zh", "en") if f"_{code}_" in path.name), "zh" if "huanhuan" in path.name else ""
        )
        answers = [text for row in orjson.loads(path.read_bytes()) for text in _answers(row)] if language else []
        if answers:
            counted = Counter(_languages(answers))
            shares = ", ".join(f"{name} {count}" for name, count in counted.most_common(5))
            print(f"{path.name}: {len(answers)} answers, {counted[language] / len(answers):.1%} {language} ({shares})")


def _answers(row: Mapping[str, Any]) -> list[str]:
    if isinstance(row.get("output"), str):
        return [row["output"]]
    turns = [row["chosen"]] if isinstance(row.get("chosen"), Mapping) else row.get("messages") or []
    return [turn["value"] if "value" in turn else turn["content"] for turn in turns if turn.get("role") != "user"]


if __name__ == "__main__":
    main()
