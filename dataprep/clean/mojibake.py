"""Mojibake: text that was decoded with the wrong encoding, put right where that is certain."""

import ftfy
from ftfy.badness import is_bad

# Only the encoding: quotes stay curled, full width stays full, ligatures stay, and nothing becomes U+FFFD.
_ENCODING_ONLY = ftfy.TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    replace_lossy_sequences=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,
    remove_control_chars=False,
    normalization=None,
    explain=False,
)

_PAIRS = (
    r"[\x{A0}-\x{17F}\x{370}-\x{45F}\x{490}\x{491}\x{201A}\x{2211}\x{221A}\x{2248}\x{2500}-\x{25FF}]"
    r"[\x{80}-\x{17F}\x{192}\x{2C6}-\x{2DD}\x{370}-\x{45F}\x{490}\x{491}\x{2010}-\x{2044}"
    r"\x{20A7}\x{20AC}\x{2116}\x{2122}\x{2202}-\x{2265}\x{2310}\x{2500}-\x{25FF}\x{FB01}\x{FB02}\x{FFFD}]"
)
_READ_AS_GBK = ("锛", "銆", "鐨")
"""What "，", "。" and "的" in UTF-8 begin with when they are read as GBK; all but unknown in modern Chinese."""

SUSPECT = rf"{_PAIRS}|[\x{{80}}-\x{{9F}}{''.join(_READ_AS_GBK)}]"
"""A regular expression that all mojibake matches, and little else: every multi-byte character turns into
two neighbours from the upper half of an 8-bit encoding (ftfy's list), Windows-1252 read as Latin-1 leaves
C1 controls, and UTF-8 Chinese read as GBK one of three characters."""


def repair(text: str) -> str:
    """Put mojibake right, line by line; other text comes back as it is."""
    return "\n".join(_repair_line(line) for line in text.split("\n"))


def _repair_line(line: str) -> str:
    if line.isascii():
        return line
    if any(mark in line for mark in _READ_AS_GBK):
        return _from_gbk(line)
    if not is_bad(line):
        return line
    fixed = ftfy.fix_encoding(line, _ENCODING_ONLY)
    return line if fixed.count("\ufffd") > line.count("\ufffd") else fixed


def _from_gbk(line: str) -> str:
    """UTF-8 that was read as GBK; ftfy doesn't know this one. Real Chinese is never valid UTF-8 when encoded as GBK."""
    try:
        return line.encode("gb18030").decode("utf-8")
    except UnicodeError:
        return line
