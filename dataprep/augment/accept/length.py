"""Length of a rewrite over its source's, in words, with courtesies left out of the source."""

import re

from dataprep.augment.accept.reading import Reading

_HAN = re.compile("[㐀-䶿一-鿿豈-﫿]")
_WORD = re.compile(r"[A-Za-zÀ-ɏ0-9]+(?:['-][A-Za-zÀ-ɏ0-9]+)*|[Ѐ-ӿ؀-ۿ]+|[\uffff\ufffe]")
_COURTESY = re.compile(
    r"\b(?:hi(?: there)?|hello|hey|good (?:morning|afternoon|evening))\b[,.! ]*|i hope (?:you're|you "
    r"are|this)[^.!?]{0,40}[.!]"
    r"|\bi (?:was just|was|am|'m)(?: just)? wondering if you(?: could| can| might)?|\b(?:could|can|"
    r"would|will) you (?:please |kindly |possibly |maybe )*(?:tell me|help me|explain to me|let me "
    r"know)?"
    r"|\b(?:please|kindly|possibly|thanks|thank you)(?: so much| very much| a lot)?(?: in "
    r"advance)?\b[!.]*|\bi(?:'d| would) (?:like|love) (?:you )?to(?: know)?|\bif you don't mind\b"
    r"|你好|您好|谢谢|謝謝|麻烦你?|麻煩你?|请问|請問|请教一下|請教一下|我想请教|我想問一下|我想问一下|"
    r"想问下|就是|请|請|帮我|幫我|一下|那个|的话|多谢|拜托|不好意思[，,]|打扰了",
    re.IGNORECASE,
)
_SLACK = 10
"""Words by which a short text may grow: a question of five words is well asked in twelve."""


def words(text: str) -> float:
    """Words of a text: Latin ones, quotations and placeholders as one each, 1.7 Chinese characters as one."""
    return len(_WORD.findall(text)) + (0 if text.isascii() else len(_HAN.findall(text)) / 1.7)


def _quick(text: Reading) -> float:
    return text.han / 1.7 + len(text.prose.split()) - (1 if text.chinese else 0)


def ratio_outside(source: Reading, rewrite: Reading, low: float, high: float) -> str | None:
    """The ratio of lengths, where it is outside of the limits."""
    had, has = _quick(source), _quick(rewrite)
    if has < low * had and has + 3 < had:
        has, asked = words(rewrite.prose), words(_COURTESY.sub(" ", source.prose))
        if has < low * asked and has + 3 < asked:
            return f"{has / max(asked, 1):.2f} < {low:g}"
    if has > high * had + (_SLACK if high > 1 else 3):
        return f"{has / max(had, 1):.2f} > {high:g}"
    return None
