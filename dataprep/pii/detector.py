"""What a detector is: a pattern over the folded text, and a judgement of every match."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

# Chinese characters are word characters: `\b` would miss every number that stands beside one.
START = r"(?<![0-9A-Za-z])(?<![0-9][-.])"
END = r"(?![0-9A-Za-z])(?![-.][0-9])"

_NUMBERED = re.compile(
    r"(?:订单|运单|快递|物流|单|流水|发票|编|序列|批次|工|学|案|合同|证书|货|型|版本|商品|条码|成交量|房间|规格|尺寸)"
    r"(?:编?号码?|量|号)?[是为: #.]{0,3}$"
    r"|(?<![a-z])(?:order|tracking|invoice|serial|lot|part|item|sku|batch|ticket|case|version|build|model|sn|id|uid)"
    r"(?: ?(?:id|no\.?|number|num))?[ :=#.]{0,3}$",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://[^\s\u4e00-\u9fff]*$")
_NAMED_IN_URL = re.compile(r"(?:phone|tel|mobile|qq)=?$", re.IGNORECASE)


class Span(NamedTuple):
    """Where something of a kind stands in a text: characters `start` to `end`."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Detector:
    """One way in which a kind is written.

    Attributes:
        kind: What it finds.
        pattern: Over the folded text; its group `value`, or the whole match, is the span.
        group: The cheap test (`suspects.SUSPECTS`) that a text must pass first.
        valid: What no pattern can say: checksums, context.
    """

    kind: str
    pattern: re.Pattern[str]
    group: str
    valid: Callable[[re.Match[str]], bool] = lambda _: True


def value(match: re.Match[str]) -> tuple[int, int]:
    """The span of the group `value`, or of the whole match."""
    return match.span("value" if "value" in match.re.groupindex else 0)


def before(match: re.Match[str], size: int) -> str:
    """Up to that many characters before the span."""
    start = value(match)[0]
    return match.string[max(0, start - size) : start]


def after(match: re.Match[str], size: int) -> str:
    """Up to that many characters behind the span."""
    end = value(match)[1]
    return match.string[end : end + size]


def signs(match: re.Match[str]) -> str:
    """The span's letters and digits alone, in upper case."""
    start, end = value(match)
    return re.sub(r"[^0-9A-Za-z]", "", match.string[start:end]).upper()


def is_numbered(match: re.Match[str]) -> bool:
    """True behind `订单号:`, `invoice no.` and their kin: a number of a thing, not of a person."""
    return bool(_NUMBERED.search(before(match, 24)))


def in_url(match: re.Match[str]) -> bool:
    """True inside a link, except behind `tel=` and its kin."""
    lead = before(match, 200)
    return bool(_URL.search(lead)) and not _NAMED_IN_URL.search(lead)
