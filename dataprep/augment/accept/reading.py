"""One text taken apart: what must stay as it is, and the prose around it."""

import re
import unicodedata
from operator import add
from typing import NamedTuple

from dataprep.language.variants import SIMPLIFIED, TRADITIONAL

_CODE = re.compile(r"```[^`]*(?:`{1,2}[^`]+)*```|`[^`\n]+`")
_URL = re.compile(
    r"(?:https?|ftp)://[!-~]+|\bwww\.[!-~]+|\b[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+", re.ASCII | re.I
)
_URL_END = ".,;:!?)]}>'\"*"
PLACEHOLDER = re.compile(
    r"\{\{\{?\s*[^{}\n]{1,60}?\s*\}?\}\}|\$\{[^{}\n]{1,60}\}|\{%[^{}\n]{1,60}%\}"
    r"|\{\s*(?:[^\W\d]|_)[\w.\- ]{0,40}\}|\{\d{0,3}\}"
    r"|<<[^<>\n]{1,40}>>|</?[^\W\d][\w.\-]{0,40}(?: [^\W\d][\w.\-]{0,40}){0,2}\s?/?>"
    r"|\[\[?[^\W\d][\w.\-/ ]{0,40}\]?\]|【[^【】\n]{1,40}】"
    r"|%\(\w{1,40}\)[sdf]|%[sdf](?![a-z])|%\w{1,40}%|__[A-Za-z][A-Za-z0-9_]{0,40}?__|(?<![\w$])\$[a-z_]\w{0,40}"
)
_PLACEHOLDER_MARKS = re.compile(r"[{<\[【%$]|__")
_QUOTED = re.compile(
    r"“([^“”]{1,2000})”|「([^「」]{1,2000})」|『([^『』]{1,2000})』|\"([^\"\n]{1,2000})\""
    r"|(?<![\w’'])['‘]([^'‘’\n]{1,300}(?:['’]\w[^'‘’\n]{0,300}){0,9})['’](?!\w)"
)
_QUOTE_MARKS = re.compile("[“「『\"'‘]")
_HAN = re.compile("[㐀-䶿一-鿿豈-﫿]+")
_LATIN = re.compile(r"[a-z]+(?:['-][a-z]+)*")
_LETTERS = re.compile(r"[^\W_]+")
_SPACE = re.compile(r"\s+")
_SHARED = dict(
    zip(
        "後裡裏麵乾幹隻製準鬆週並併係佈採佔捨鬥嚮復範餘雲醜錶捲傢薑誌昇託註闆彙迴讚臺麼瞭",
        "后里里面干干只制准松周并并系布采占舍斗向复范余云丑表卷家姜志升托注板汇回赞台么了",
        strict=True,
    )
)
"""Traditional characters whose simplified form both scripts have."""
_VARIANTS = (
    {ord(character): "□" for character in TRADITIONAL + SIMPLIFIED}
    | {ord(character): "□" if simple in SIMPLIFIED else simple for character, simple in _SHARED.items()}
    | {ord(mark): straight for mark, straight in zip("‘’“”「」『』", '\'\'""""""', strict=True)}
)


class Reading(NamedTuple):
    """A text and its parts.

    Attributes:
        text: As it came.
        prose: Without code, addresses and placeholders, in NFKC with straight apostrophes.
        bare: `prose` without what stands in quotes.
        code: Fenced and inline code, in order.
        urls: Web and mail addresses.
        placeholders: What a program fills in: `{name}`, `<city>`, `[date]`, `%s`.
        quotes: What stands in quotes.
    chinese: Whether Chinese characters make up a third of its letters or more.
    letters: Letters and digits of `bare`, case folded.
    vocabulary: Latin words of `bare`, lower case.
    characters: Unique characters of `bare`.
    han: How many Chinese characters `bare` has.
    """

    text: str
    prose: str
    bare: str
    code: list[str]
    urls: list[str]
    placeholders: list[str]
    quotes: list[str]
    chinese: bool
    letters: str
    vocabulary: frozenset[str]
    characters: frozenset[str]
    han: int


def read(text: str) -> Reading:
    """Take a text apart; time and memory grow with its length alone."""
    rest, code, urls, placeholders, quotes = text, [], [], [], []
    if "`" in rest:
        code = _CODE.findall(rest)
        rest = _CODE.sub(" \uffff ", rest)
    if "://" in rest or "@" in rest or "www." in rest:
        urls = [url.rstrip(_URL_END) for url in _URL.findall(rest)]
        rest = _URL.sub(" \uffff ", rest)
    if _PLACEHOLDER_MARKS.search(rest):
        placeholders = [_SPACE.sub("", found) for found in PLACEHOLDER.findall(rest)]
        rest = PLACEHOLDER.sub("\uffff", rest)
    if not rest.isascii():
        rest = unicodedata.normalize("NFKC", rest).replace("’", "'")
    bare = rest
    if _QUOTE_MARKS.search(rest):
        quotes = [next(filter(None, found)) for found in _QUOTED.findall(rest)]
        bare = _QUOTED.sub("\ufffe", rest) if quotes else rest
    han = 0 if rest.isascii() else sum(map(len, _HAN.findall(bare)))
    chinese = han * 3 > len(bare) - bare.count(" ") or han > 9
    words = frozenset(_LATIN.findall(bare.lower()))
    parts = (code, urls, placeholders, quotes)
    return Reading(text, rest, bare, *parts, chinese, form(bare), words, frozenset(bare), han)


def neighbours(letters: str) -> frozenset[str]:
    """Unique pairs of neighbouring characters."""
    return frozenset(map(add, letters, letters[1:]))


def form(text: str) -> str:
    """Letters and digits of a text, case folded."""
    return "".join(_LETTERS.findall(text)).casefold()


def mask(text: str) -> str:
    """The text with one sign for every character that only one Chinese script has, and straight quotes."""
    return text if text.isascii() else text.translate(_VARIANTS)
