"""What the example data is made of: hand-written facts, passages, framings and general knowledge."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

Lang = Literal["en", "zh"]
LANGS: tuple[Lang, Lang] = ("en", "zh")

FACT_FILES = ("models", "brewing", "water", "parts", "errors", "cleaning", "warranty", "service", "extras")


@dataclass(frozen=True)
class Side:
    """One fact in one language."""

    ask: tuple[str, ...]
    answer: str
    short: str
    reask: str
    wrong: str


@dataclass(frozen=True)
class Fact:
    """One checkable thing that the support desk knows."""

    id: str
    topic: str
    en: Side
    zh: Side

    def side(self, lang: Lang) -> Side:
        """The fact in one language."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True)
class Passage:
    """One paragraph of running text."""

    id: str
    lang: Lang
    text: str


def load_facts(folder: Path) -> list[Fact]:
    """All facts in the order of their files; a file that is still to be written counts as empty."""
    return [
        Fact(id=item["fact"], topic=name, en=_side(item["en"]), zh=_side(item["zh"]))
        for name in FACT_FILES
        for item in _load(folder / f"{name}.yaml")
    ]


def load_passages(folder: Path) -> list[Passage]:
    """All passages in the order of their files."""
    items = [item for path in sorted(folder.glob("passages_*.yaml")) for item in _load(path)]
    return [Passage(item["passage"], item["lang"], item["text"]) for item in items]


def load_general(folder: Path) -> list[dict[str, str]]:
    """Questions of general knowledge with their answers."""
    return list(_load(folder / "general.yaml"))


def load_frames(folder: Path) -> dict[str, Any]:
    """What stands around a fact in a talk, the desk's tools, and pieces of defects."""
    frames: dict[str, Any] = yaml.safe_load((folder / "frames.yaml").read_text(encoding="utf-8"))
    return frames


def load_traditional(folder: Path) -> list[dict[str, str]]:
    """Questions and answers in traditional Chinese, each with its fact."""
    return list(_load(folder / "traditional.yaml"))


def _load(path: Path) -> list[Any]:
    return list(yaml.safe_load(path.read_text(encoding="utf-8")) or []) if path.is_file() else []


def _side(item: dict[str, Any]) -> Side:
    return Side(tuple(item["ask"]), item["answer"], item["short"], item["reask"], item["wrong"])
