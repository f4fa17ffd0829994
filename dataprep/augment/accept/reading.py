"""One text taken apart: what must stay as it is, and the prose around it."""

import re
import unicodedata
from operator import add
from typing import NamedTuple

from dataprep.language.variants import SIMPLIFIED, TRADITIONAL

_CODE = re.compile(r"```[^`]*(?:`{1,2}[^`]+)*```|`[^`\n]+`")
_ADDRESS = re.compile(
    r"(?:https?|ftp)://[!-~]+|\bwww\.[!-~]+|\b[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+"
    r"|(?<![\w/.~])(?:~|\.{1,2})?(?:/[\w.-]{1,80}){2,20}/?|\b[A-Za-z]:\\[\w.\\-]{1,200}"
    r"|\b[\w-]{1,60}(?:/[\w-]{1,60}){0,9}\.(?:py|js|ts|json|jsonl|csv|tsv|txt|md|pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|svg|mp[34]|zip|gz"
    r"|html?|css|ya?ml|toml|ini|conf|log|sh|bat|exe|sql|java|cpp|xml|ipynb)\b|(?<![\w&])#[A-Za-z]\w{1,40}|(?<![\w.@])@[A-Za-z]\w{1,40}",
    re.ASCII | re.I,
)
_ADDRESS_SIGNS = frozenset("@\\#/.")
_ADDRESS_MARK = re.compile(r"[@\\]|#[A-Za-z]|/[A-Za-z0-9_./]|\.[A-Za-z]{2}")
_TOPIC = re.compile(r"#[^#\s]{1,30}#")
_URL_END = ".,;:!?)]}>'\"*"
PLACEHOLDER = re.compile(
    r"\{\{\{?\s*[^{}\n]{1,60}?\s*\}?\}\}|[$#@]\{[^{}\n]{1,60}\}|\{%[^{}\n]{1,60}%\}|<%[^<>%\n]{1,60}%>"
    r"|\{\s*(?:[^\W\d]|_)[\w.\- ]{0,40}(?:\[\w{1,20}\])?(?:![rsa])?(?::[^{}\n\"' ]{1,12})?\}"
    r"|\{\d{0,3}(?::[^{}\n\"' ]{1,12})?\}"
    r"|<<[^<>\n]{1,40}>>|</?[^\W\d][\w.\-]{0,40}(?: [^\W\d][\w.\-]{0,40}){0,2}\s?/?>"
    r"|\[\[?[^\W\d][\w.\-/ ]{0,40}\]?\]|【[^【】\n]{1,40}】|[⟨〈＜][^⟨⟩〈〉＜＞\n]{1,40}[⟩〉＞]"
    r"|｛[^｛｝\n]{1,40}｝|«\w{1,40}»|@@\w{1,40}@@"
    r"|%\(\w{1,40}\)[sdf]|%(?:\d\$|\.\d{1,2})?[sdfixg](?![A-Za-z])|%\w{1,40}%|__[A-Za-z][A-Za-z0-9_]{0,40}?__"
    r"|(?<![\w$])\$(?:[a-z_]\w{0,40}|[A-Z][A-Z0-9_]{1,40})|(?<![\w:/)]):[a-z_][A-Za-z0-9_]{0,40}(?![A-Za-z0-9_:/)])|(?<=[一-鿿]):[a-z_][A-Za-z0-9_]{0,40}(?=[一-鿿])"
    r"|_{3,40}|(?<![A-Za-z0-9])[Xx]{3,8}(?![A-Za-z0-9])|×{2,8}"
)
_PLACEHOLDER_SIGNS = frozenset("{<[【%$⟨〈＜｛«")
_COLON = re.compile(":[a-z_]")
_BLANK = re.compile("_{3,}|[Xx]{3,}|×{2,}")
_QUOTED = re.compile(
    r"“([^“”]{1,2000})”|「([^「」]{1,2000})」|『([^『』]{1,2000})』|\"([^\"\n]{1,2000})\""
    r"|(?<![\w’'])['‘]([^'‘’\n]{1,300}(?:['’]\w[^'‘’\n]{0,300}){0,9})['’](?!\w)"
)
_QUOTE_SIGNS = frozenset("“”「『\"'‘’＂")
_HAN = re.compile("[㐀-䶿一-鿿豈-﫿]+")
_NO_WORDS: frozenset[str] = frozenset()
_MORE_LATIN = re.compile("[A-Za-z]")
_LATIN = re.compile(r"[a-z]+(?:['-][a-z]+)*")
_LETTERS = re.compile(r"[^\W_]+")
_SPACE = re.compile(r"\s+")
_TRADITIONAL = frozenset(TRADITIONAL)
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
        urls: Web and mail addresses, paths and names of files, mentions, topics.
        placeholders: What a program fills in: `{name}`, `<city>`, `[date]`, `%s`.
        quotes: What stands in quotes, placeholders and all.
        chinese: Whether Chinese characters make up a third of its letters or more.
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
    vocabulary: frozenset[str]
    characters: frozenset[str]
    han: int


def read(text: str) -> Reading:
    """Take a text apart; time and memory grow with its length alone."""
    rest = whole = text
    code: list[str] = []
    urls: list[str] = []
    placeholders: list[str] = []
    quotes: list[str] = []
    had = frozenset(text)
    if "`" in had:
        code, rest = _take(_CODE, rest, " \uffff ")
    if not _ADDRESS_SIGNS.isdisjoint(had) and _ADDRESS_MARK.search(rest):
        urls, rest = _take(_ADDRESS, rest, " \uffff ")
        urls = [url.rstrip(_URL_END) for url in urls]
    if "#" in had and rest.count("#") > 1:
        topics, rest = _take(_TOPIC, rest, " \uffff ")
        urls += topics
    if _may_hold_placeholders(had, rest):
        whole = rest
        placeholders, rest = _take(PLACEHOLDER, rest, "\uffff")
        placeholders = [_BLANK.sub("___", _SPACE.sub("", found)) for found in placeholders]
    if not rest.isascii():
        rest = unicodedata.normalize("NFKC", rest).replace("’", "'")
    bare = rest
    if not _QUOTE_SIGNS.isdisjoint(had):
        quotes, bare = _take(_QUOTED, rest, "\ufffe")
        if placeholders and any("\uffff" in quote for quote in quotes):
            quotes = _filled(quotes, whole)
    han = 0 if rest.isascii() else sum(map(len, _HAN.findall(bare)))
    words = frozenset(_LATIN.findall(bare.lower())) if han * 2 < len(bare) or _MORE_LATIN.search(bare) else _NO_WORDS
    chinese = han > 9 or han * 2 > sum(map(len, words))
    characters = had if bare is text else frozenset(bare)
    return Reading(text, rest, bare, code, urls, placeholders, quotes, chinese, words, characters, han)


def _take(pattern: re.Pattern[str], text: str, sign: str) -> tuple[list[str], str]:
    """What a pattern matches, its only group where it has one, and the text with a sign in place of each match."""
    found, pieces, end = [], [], 0
    for match in pattern.finditer(text):
        found.append(match[match.lastindex or 0])
        pieces.append(text[end : match.start()])
        end = match.end()
    return (found, sign.join([*pieces, text[end:]])) if found else (found, text)


def _filled(quotes: list[str], whole: str) -> list[str]:
    """The quotations of a text that still has its placeholders."""
    filled, _ = _take(_QUOTED, unicodedata.normalize("NFKC", whole).replace("’", "'"), "")
    return filled if len(filled) == len(quotes) else quotes


def _may_hold_placeholders(had: frozenset[str], text: str) -> bool:
    if not _PLACEHOLDER_SIGNS.isdisjoint(had):
        return True
    if ":" in had and _COLON.search(text):
        return True
    return "__" in text or "××" in text or "xxx" in text or "XXX" in text


def neighbours(letters: str) -> frozenset[str]:
    """Unique pairs of neighbouring characters."""
    return frozenset(map(add, letters, letters[1:]))


def form(text: str) -> str:
    """Letters and digits of a text, case folded."""
    return "".join(_LETTERS.findall(text)).casefold()


def mask(text: str) -> str:
    """The text with one sign for every character that only one Chinese script has, and straight quotes."""
    return text if text.isascii() else text.translate(_VARIANTS)


def same_script(one: Reading, other: Reading) -> bool:
    """Whether both texts have traditional characters, or neither has."""
    return one.characters.isdisjoint(_TRADITIONAL) == other.characters.isdisjoint(_TRADITIONAL)


def holds(text: str, piece: str, masked: str | None = None) -> bool:
    """Whether a text has a piece, in this or the other Chinese script; `masked` is the text's mask, if at hand."""
    if piece in text:
        return True
    want = mask(piece)
    masked = mask(text) if masked is None else masked
    start = masked.find(want)
    while start >= 0:
        if "□" not in want or all(map(_same, piece, text[start : start + len(piece)])):
            return True
        start = masked.find(want, start + 1)
    return False


def _same(one: str, other: str) -> bool:
    """Of two characters with one mask: whether they are one, or each from another script."""
    if one == other or mask(one) != "□":
        return True
    return (one in _TRADITIONAL) != (other in _TRADITIONAL)
