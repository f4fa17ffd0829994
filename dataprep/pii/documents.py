"""Numbers on papers and signs: ID card, passport, credit code of a firm, plate, social security number."""

import re

from dataprep.pii.checksums import is_cn_id, is_uscc
from dataprep.pii.detector import END, START, Detector, after, before, is_numbered, signs

_CN_ID = re.compile(rf"{START}[1-9]\d{{5}}[ \-]?(?:19|20)\d{{2}}[01]\d[0-3]\d[ \-]?\d{{3}}[\dXx]{END}")
# The first character is the registering body: 9 for firms, 1 institutions, 5 civil affairs, Y others.
_USCC = re.compile(rf"{START}[1-9ANY][0-9A-HJ-NPQRTUWXY]\d{{6}}[0-9A-HJ-NPQRTUWXY]{{10}}{END}", re.IGNORECASE)
# GA 36-2018: province, issuing office, five characters without I and O; new-energy plates have six.
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-PQ-Z][ ·•.\-]?"
    r"(?:[A-HJK][A-HJ-NP-Z0-9]\d{4}|\d{5}[A-HJK]|(?=[A-Z]{0,4}\d)[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳])"
    r"(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_PASSPORT = re.compile(rf"{START}(?:E\d{{8}}|E[A-HJ-NP-Z]\d{{7}}|[GDSP]E?\d{{7,8}}|1[45]\d{{7}}){END}", re.IGNORECASE)
_SSN = re.compile(rf"{START}(?!000|666|9)\d{{3}}(?P<sep>[ \-]?)(?!00)\d{{2}}(?P=sep)(?!0000)\d{{4}}{END}")
_ID_WORD = re.compile(r"身份证|证件|\bID (?:card|number)", re.IGNORECASE)
_PASSPORT_WORD = re.compile(r"护照|passport", re.IGNORECASE)
_SSN_WORD = re.compile(r"ssn|social|soc\. ?sec|taxpayer|社会安全号|社保号", re.IGNORECASE)


def _is_cn_id(match: re.Match[str]) -> bool:
    """Behind a word for it a number of an invented place counts too: someone has it for an ID."""
    return is_cn_id(signs(match), anywhere=bool(_ID_WORD.search(before(match, 12))))


def _is_passport(match: re.Match[str]) -> bool:
    return bool(_PASSPORT_WORD.search(before(match, 32)) or _PASSPORT_WORD.search(after(match, 8)))


def _is_ssn(match: re.Match[str]) -> bool:
    return bool(_SSN_WORD.search(before(match, 40))) or (match["sep"] == "-" and not is_numbered(match))


DETECTORS = (
    Detector("cn_id", _CN_ID, "digits", _is_cn_id),
    Detector("uscc", _USCC, "digits", lambda match: is_uscc(signs(match))),
    Detector("plate", _PLATE, "plate"),
    Detector("cn_passport", _PASSPORT, "digits", _is_passport),
    Detector("us_ssn", _SSN, "digits", _is_ssn),
)
