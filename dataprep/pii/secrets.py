"""Keys and tokens that open something: they are masked whatever the recipe says of personal data."""

import math
import re
from collections import Counter

from dataprep.pii.detector import Detector, value

# The prefixes are those that the issuers document for secret scanning.
_SHAPES = (
    r"sk-ant-[A-Za-z0-9_\-]{20,}",
    r"sk-(?:proj|svcacct|admin|or-v1)-[A-Za-z0-9_\-]{20,}",
    r"sk-[A-Za-z0-9]{20,}",
    r"(?:AKIA|ASIA)[A-Z0-9]{16}",
    r"gh[opsur]_[A-Za-z0-9]{36}",
    r"github_pat_[A-Za-z0-9_]{22,}",
    r"glpat-[A-Za-z0-9_\-]{20,}",
    r"AIza[A-Za-z0-9_\-]{35}",
    r"xox[abeoprs]-[A-Za-z0-9\-]{10,}",
    r"LTAI[A-Za-z0-9]{12,26}",
    r"AKID[A-Za-z0-9]{13,40}",
    r"hf_[A-Za-z0-9]{30,}",
    r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,}",
    r"npm_[A-Za-z0-9]{36}",
    r"eyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}",
)
_KNOWN = re.compile(rf"(?<![A-Za-z0-9_\-])(?:{'|'.join(_SHAPES)})(?![A-Za-z0-9_])")
_NAMES = (
    r"(?:api|app|access|secret|client|auth|account|private|signing|encryption|bearer|session|refresh)"
    r"(?:[_\- ]?access)?[_\- ]?(?:key|secret|token)(?:[_\- ]?id)?|(?<![A-Za-z])(?:token|secret|apikey)|密钥|秘钥|令牌"
)
_ASSIGNED = re.compile(
    rf"(?:{_NAMES})[\"'`]? {{0,3}}(?:=>|:=|=|:|是|为) {{0,3}}(?:Bearer )?[\"'`]?"
    r"(?P<value>[A-Za-z0-9+/_\-.~]{16,512}={0,2})(?![A-Za-z0-9(\[])",
    re.IGNORECASE,
)
_BEARER = re.compile(r"Bearer +(?P<value>[A-Za-z0-9+/_\-.~]{20,2048}={0,2})")
_EXAMPLE = re.compile(r"example|x{4}|your|\*{3}|\.{3}|placeholder|0{6}|1234567", re.IGNORECASE)
_BLOCK = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:[A-Za-z0-9+/=\s\\:,.()\-]{16,20000}?-----END [A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----"
    r"|[A-Za-z0-9+/=\s\\]{32,20000})"
)


def entropy(text: str) -> float:
    """Shannon entropy in bits for each character."""
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)


def _is_random(match: re.Match[str]) -> bool:
    start, end = value(match)
    text = match.string[start:end]
    mixed = any(sign.isdigit() for sign in text) and any(sign.isalpha() for sign in text)
    # 3 bits: random hex of 16 characters has about 3.4, an identifier in words about 2.9 and rarely a digit.
    return mixed and entropy(text) >= 3 and not _EXAMPLE.search(text)


def _is_assigned(match: re.Match[str]) -> bool:
    start, end = value(match)
    text = match.string[start:end]
    # A path or an attribute (`os.environ.KEY1`) is made of words.
    words = re.fullmatch(r"[A-Za-z]*(?:[._/\-][A-Za-z0-9]{0,12})+", text) and sum(map(str.isdigit, text)) < 4
    return _is_random(match) and not words


DETECTORS = (
    Detector("api_key", _KNOWN, "secret", _is_random),
    Detector("api_key", _ASSIGNED, "secret", _is_assigned),
    Detector("api_key", _BEARER, "secret", _is_assigned),
    Detector("private_key", _BLOCK, "secret"),
)
