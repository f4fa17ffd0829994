"""Characters that nobody sees: controls, terminal escapes, zero-width marks, stray bidi controls."""

import re

CONTROL = r"[\x{00}-\x{08}\x{0E}-\x{1F}\x{7F}-\x{84}\x{86}-\x{9F}]"
ZERO_WIDTH = r"[\x{AD}\x{200B}-\x{200D}\x{2060}\x{FEFF}]"
BIDI = r"[\x{202A}-\x{202E}\x{2066}-\x{2069}]"

_TERMINAL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Joiners change what is read after letters of these scripts and after emoji; elsewhere they are litter.
_JOINED = (
    "\u0590-\u08ff"  # Hebrew, Arabic, Persian, Syriac, Thaana, NKo
    "\u0900-\u109f"  # Devanagari to Sinhala, Thai, Lao, Tibetan, Myanmar
    "\u1780-\u18af"  # Khmer, Mongolian
    "\ufb1d-\ufdff\ufe70-\ufefc"  # presentation forms
    "\u200c\u200d"
)
_EMOJI = "\u00a9\u00ae\u203c-\u3299\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f"
_ZERO_WIDTH = re.compile(f"[\u00ad\u200b\u2060\ufeff]|(?<![{_JOINED}])\u200c|(?<![{_JOINED}{_EMOJI}])\u200d")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CLOSES = {"\u202c": "\u202a\u202b\u202d\u202e", "\u2069": "\u2066\u2067\u2068"}


def remove_controls(text: str) -> str:
    """Remove terminal escapes and control characters; tab and line breaks stay."""
    return _CONTROL.sub("", _TERMINAL.sub("", text))


def remove_zero_width(text: str) -> str:
    """Remove zero-width spaces, byte order marks, word joiners, soft hyphens and joiners that join nothing.

    ZWJ stays in emoji sequences; ZWJ and ZWNJ stay in Arabic, Persian, Indic and related scripts.
    """
    return text if text.isascii() else _ZERO_WIDTH.sub("", text)


def remove_stray_bidi(text: str) -> str:
    """Remove bidi embeddings and isolates from a line where they aren't balanced; balanced ones are real layout."""
    if text.isascii() or not _BIDI.search(text):
        return text
    return "\n".join(line if _balanced(line) else _BIDI.sub("", line) for line in text.split("\n"))


def _balanced(line: str) -> bool:
    opened: list[str] = []
    for control in _BIDI.findall(line):
        if control not in _CLOSES:
            opened.append(control)
        elif not opened or opened.pop() not in _CLOSES[control]:
            return False
    return not opened
