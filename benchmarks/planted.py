"""Corpora with known near-duplicates: planted copies of real rows, Chinese rows recombined, and a million rows."""

import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import orjson

HAN = re.compile(r"[\u4e00-\u9fff]")
CLAUSE = re.compile(r"[^，。！？；：\n]*[，。！？；：\n]?")
WORD = re.compile(r"[A-Za-z]+")

Row = dict[str, str]


def texts(path: Path) -> list[str]:
    """The rows of a prompt/completion or Alpaca file as one text each."""
    data = path.read_bytes()
    rows = orjson.loads(data) if data.lstrip()[:1] == b"[" else map(orjson.loads, data.splitlines())
    return [text for row in rows if (text := _text(row)).strip()]


def _text(row: dict[str, object]) -> str:
    parts = [row.get(name) for name in ("text", "prompt", "instruction", "input", "completion", "output")]
    if "conversations" in row and isinstance(row["conversations"], list):
        parts += [turn["value"] for turn in row["conversations"]]
        parts += [side["value"] for name in ("chosen", "rejected") if isinstance(side := row.get(name), dict)]
    return "\n".join(part for part in parts if isinstance(part, str) and part)


def plant(rows: Sequence[str], *, exact: int, near: int, seed: int) -> list[Row]:
    """The rows with copies among them, shuffled.

    A near copy has 2 to 8 % of its words (of its characters in Chinese) replaced, singly, as scattered characters
    or as one span.

    Returns:
        `id, text, of, edit`: `of` is the id of the row that it copies, "" for an original.
    """
    drawn = random.Random(seed)
    made = [{"id": f"r{place}", "text": text, "of": "", "edit": ""} for place, text in enumerate(rows)]
    long = [row for row in made if len(row["text"]) >= 40]
    for number in range(exact):
        row = drawn.choice(long)
        made.append({"id": f"e{number}", "text": row["text"], "of": row["id"], "edit": "exact"})
    for number in range(near):
        row, edit = drawn.choice(long), drawn.choice(("words", "words", "span", "chars"))
        made.append({"id": f"n{number}", "text": edited(row["text"], edit, drawn), "of": row["id"], "edit": edit})
    drawn.shuffle(made)
    return made


def edited(text: str, edit: str, drawn: random.Random) -> str:
    """A text with 2 to 8 % of it replaced by material of the same script."""
    if edit == "chars":
        signs = list(text)
        for place in drawn.sample(range(len(signs)), max(1, round(drawn.uniform(0.02, 0.08) * len(signs)))):
            signs[place] = _other(signs[place], drawn)
        return "".join(signs)
    tokens = re.findall(r"[\u4e00-\u9fff]|\w+|\s+|[^\w\s]", text)
    words = [place for place, token in enumerate(tokens) if re.match(r"\w", token)]
    if not words:
        return text
    count = max(1, round(drawn.uniform(0.02, 0.08) * len(words)))
    start = drawn.randrange(len(words) - count + 1)
    chosen = words[start : start + count] if edit == "span" else drawn.sample(words, count)
    for place in chosen:
        tokens[place] = "".join(_other(sign, drawn) for sign in tokens[place])
    return "".join(tokens)


def _other(sign: str, drawn: random.Random) -> str:
    if HAN.match(sign):
        return chr(drawn.randrange(0x4E00, 0x9FA5))
    return drawn.choice("abcdefghijklmnopqrstuvwxyz") if sign.isalpha() else sign


def recombine(rows: Sequence[str], *, count: int, seed: int) -> list[str]:
    """The given Chinese rows and new ones made of their clauses, `count` in all."""
    drawn = random.Random(seed)
    clauses = [clause for row in rows for clause in CLAUSE.findall(row) if len(clause) >= 4]
    lengths = [max(1, len(CLAUSE.findall(row)) - 1) for row in rows]
    made = list(rows[:count])
    while len(made) < count:
        made.append("".join(drawn.choice(clauses) for _ in range(min(40, drawn.choice(lengths)))))
    return made


def translate(text: str, key: int) -> str:
    """The same text in another vocabulary: every word and Han character mapped by a bijection of its own kind.

    Duplicates within a copy stay duplicates; copies under different keys share nothing. Lengths stay.
    """
    if key == 0:
        return text
    moved = WORD.sub(lambda word: _shifted(word[0], key), text)
    return HAN.sub(lambda sign: chr(0x4E00 + (ord(sign[0]) - 0x4E00 + 977 * key) % 0x5000), moved)


@cache
def _shifted(word: str, key: int) -> str:
    """A word's letters, each moved by an amount that depends on the whole word's length and the key."""
    letters = []
    for place, sign in enumerate(word):
        start = 65 if sign.isupper() else 97
        letters.append(chr(start + (ord(sign) - start + 7 * key + 3 * place * key + len(word)) % 26))
    return "".join(letters)


def copies(rows: Sequence[str], *, count: int) -> Iterator[str]:
    """`count` rows: the given ones over and over, each round in another vocabulary."""
    for number in range(count):
        yield translate(rows[number % len(rows)], number // len(rows))


def write(rows: Sequence[Row] | Iterator[Row], target: Path) -> Path:
    """JSON Lines."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        for row in rows:
            file.write(orjson.dumps(row) + b"\n")
    return target


def halves(text: str) -> Row:
    """A text as prompt and completion, cut at a line or sentence end near its first third."""
    third = max(1, len(text) // 3)
    ends = [found for sign in "\n。.？?" if (found := text.find(sign, third)) > 0]
    at = min(ends, default=third) + 1
    return {"prompt": text[:at], "completion": text[at:] or text[:at]}
