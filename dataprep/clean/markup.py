"""HTML that is left over from a web page: entities and tags. HTML that the row is about stays."""

import html
import re

ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
TAG = r"</?[A-Za-z][A-Za-z0-9]*[\s/>]"
SUBJECT = (
    r"(?i)html|xml|css|javascript|jsx|svg|bbcode|<(?:script|style|head|body|form|input|button|template)[\s>]"
    r"|标签|標籤|网页代码|网页源|实体字符|(?:^|[^a-z])tags?(?:[^a-z]|$)"
)
"""A row whose words match is about markup: its tags and entities are what it teaches, so they stay."""

# Elements that only lay out prose. Absent on purpose: sub and sup (H2O, x2 would change meaning),
# s (a template token), code and pre (protected), what prompts use as delimiters (section, article,
# label ...), and everything that makes a page work.
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul", "ol", "hr"}
_BLOCKS = {"div", "li", "tr", "dl", "dt", "dd", "center", "tbody", "thead"}
_CELLS = {"td", "th"}
_INLINE = {"a", "b", "i", "u", "em", "strong", "span", "font", "strike", "del", "ins", "img"}
_ELEMENTS = _PARAGRAPHS | _BLOCKS | _CELLS | _INLINE | {"br"}
# One letter is also an operator's operand or a type parameter (a<b, List<A>): these need their closing tag.
_NEEDS_PAIR = {"a", "b", "i", "u"}

_ATTRIBUTE = r"""\s+[A-Za-z_:@][\w:.-]*+\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>=]++)"""
_SHAPE = re.compile(rf"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]*+)(?P<rest>(?:{_ATTRIBUTE})*+\s*+/?)>")
_ENTITY = re.compile(ENTITY)
_ENTITY_AT_START = re.compile(r"\s*(?:&(?:nbsp|ensp|emsp|thinsp|#160|#12288|#8194|#8195|#x[aA]0|#x3000);)+")
_PARAGRAPH, _BLOCK = "\x1c", "\x1d"
_BREAKS = re.compile(r"(?<![ \t\n])[ \t\n]*[\x1c\x1d][ \t\n\x1c\x1d]*")


def unescape_entities(pieces: list[str]) -> list[str]:
    """`&amp;` -> `&` until nothing is left to unescape; `&nbsp;` becomes a space, and nothing at the text's start.

    Brackets stay escaped in a text where they would make a tag: escaped markup is what the text is about.
    """
    first = _ENTITY_AT_START.sub("", pieces[0], count=1) if _ENTITY_AT_START.match(pieces[0]) else pieces[0]
    trimmed = [first, *pieces[1:]]
    plain = [piece if at % 2 else _unescape(piece, spared="") for at, piece in enumerate(trimmed)]
    if remove_tags(plain) != plain:
        plain = [piece if at % 2 else _unescape(piece, spared="<>") for at, piece in enumerate(trimmed)]
    return plain


def _unescape(text: str, *, spared: str) -> str:
    while (plain := _ENTITY.sub(lambda match: _character(match, spared), text)) != text:
        text = plain
    return text


def _character(match: re.Match[str], spared: str) -> str:
    character = html.unescape(match[0])
    if character in ("\xa0", "\r"):
        return " " if character == "\xa0" else "\n"
    # An unknown name comes back as it was, a number that is no character as U+FFFD.
    kept = character in ("", "\ufffd", *spared) or "\x1c" <= character <= "\x1f"
    return match[0] if kept else character


def remove_tags(pieces: list[str]) -> list[str]:
    """Remove the tags of layout elements; `<br>` and the borders of blocks become line breaks."""
    if any(mark in piece for piece in pieces[::2] for mark in (_PARAGRAPH, _BLOCK)):
        return pieces
    closed = {match["name"].lower() for piece in pieces[::2] for match in _SHAPE.finditer(piece) if match["close"]}
    edited = [piece if at % 2 else _SHAPE.sub(lambda m: _instead(m, closed), piece) for at, piece in enumerate(pieces)]
    if edited == pieces:
        return pieces
    if edited[0] != pieces[0]:
        edited[0] = edited[0].lstrip("\n" + _PARAGRAPH + _BLOCK)
    if edited[-1] != pieces[-1]:
        edited[-1] = edited[-1].rstrip(" \n" + _PARAGRAPH + _BLOCK)
    return [piece if at % 2 else _BREAKS.sub(_line_break, piece) for at, piece in enumerate(edited)]


def _instead(match: re.Match[str], closed: set[str]) -> str:
    """What stands where a tag stood."""
    name = match["name"].lower()
    if name not in _ELEMENTS or (name in _NEEDS_PAIR and name not in closed):
        return match[0]
    if name == "img" and "src" not in match["rest"]:  # Qwen-VL writes pictures as <img>path</img>
        return match[0]
    if name == "br":
        return "\n"
    if name in _PARAGRAPHS:
        return _PARAGRAPH
    if name in _CELLS:
        return " " if match["close"] else ""
    return _BLOCK if name in _BLOCKS else ""


def _line_break(match: re.Match[str]) -> str:
    return "\n\n" if _PARAGRAPH in match[0] or "\n\n" in match[0] else "\n"
