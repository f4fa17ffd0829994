"""What stands in a text instead of what was found: the name of its kind, in the language around it."""

import re
from collections.abc import Sequence

from dataprep.pii.detector import Span

LABELS: dict[str, tuple[str, str]] = {
    "cn_mobile": ("[PHONE]", "[手机号]"),
    "cn_landline": ("[PHONE]", "[座机号]"),
    "us_phone": ("[PHONE]", "[电话]"),
    "cn_id": ("[ID NUMBER]", "[身份证号]"),
    "bank_card": ("[BANK CARD]", "[银行卡号]"),
    "uscc": ("[COMPANY CODE]", "[统一社会信用代码]"),
    "plate": ("[PLATE]", "[车牌号]"),
    "cn_passport": ("[PASSPORT]", "[护照号]"),
    "wechat": ("[WECHAT]", "[微信号]"),
    "qq": ("[QQ]", "[QQ号]"),
    "email": ("[EMAIL]", "[邮箱]"),
    "ip": ("[IP]", "[IP地址]"),
    "iban": ("[IBAN]", "[国际银行账号]"),
    "us_ssn": ("[SSN]", "[社会安全号]"),
    "address": ("[ADDRESS]", "[地址]"),
    "api_key": ("[API KEY]", "[密钥]"),
    "private_key": ("[PRIVATE KEY]", "[私钥]"),
}
"""Kind -> its label in English and in Chinese."""

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_AROUND = 20


def label(text: str, span: Span) -> str:
    """The label of a span: Chinese where a Chinese character stands within 20 characters of it.

    A label of letters or digits never follows from it: `[` and `]` keep masked text from being found again.
    """
    lead, tail = text[max(0, span.start - _AROUND) : span.start], text[span.end : span.end + _AROUND]
    return LABELS[span.kind][_HAN.search(lead + tail) is not None]


def substitute(text: str, replacements: Sequence[tuple[Span, str]]) -> str:
    """The text with other words in place of spans, which are in order and don't overlap."""
    pieces, end = [], 0
    for span, new in replacements:
        pieces += [text[end : span.start], new]
        end = span.end
    return "".join([*pieces, text[end:]])


def masked_excerpt(text: str, spans: Sequence[Span], *, around: Span, replaced: dict[Span, str] | None = None) -> str:
    """The surroundings of a span, on one line, with no raw value in it.

    Args:
        text: The original.
        spans: All that was found in it, in order.
        around: The span to show.
        replaced: What stands for a span; those that it lacks show their label.
    """
    lead, tail = max(0, around.start - _AROUND), min(len(text), around.end + _AROUND)
    # A window must not cut a value in two.
    for span in spans:
        if span.start < lead < span.end:
            lead = span.start
        if span.start < tail < span.end:
            tail = span.end
    shown = [span for span in spans if lead <= span.start and span.end <= tail]
    pieces = [(Span(s.start - lead, s.end - lead, s.kind), (replaced or {}).get(s) or label(text, s)) for s in shown]
    line = substitute(text[lead:tail], pieces).replace("\n", " ⏎ ")
    return f"{'…' if lead else ''}{line}{'…' if tail < len(text) else ''}"
