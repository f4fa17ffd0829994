"""Personal data in a text: mail addresses, mobile and card numbers, Chinese identity cards, addresses with a key."""

import re
from collections.abc import Callable

_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
# Look-arounds instead of \b: in Python a Han character is a word character, so \b misses 电话13812345678.
_MOBILE = re.compile(r"(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9](?:[0-9]{8}|[- ][0-9]{4}[- ][0-9]{4})(?![0-9])")
_IDENTITY = re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx](?![0-9A-Za-z])")
_CARD = re.compile(r"(?<![0-9])(?:[0-9]{15,19}|[0-9]{4}(?:[- ][0-9]{4}){3}(?:[- ][0-9]{1,3})?)(?![0-9])")
_ADDRESS = re.compile(r"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9.]*[0-9])")
_SECRET = re.compile(
    r"https?://[^\s]*[?&#](?:access_?token|token|api_?key|key|secret|signature|sig|password|auth)=[^\s&#]{6,}", re.I
)

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
"""Check characters of GB 11643-1999 (ISO 7064 MOD 11-2)."""


def has_personal(text: str) -> list[str]:
    """Which kinds of personal data a text holds.

    Returns:
        Some of `email`, `mobile`, `identity_card`, `bank_card`, `ip`, `secret_url`, in this order; numbers of cards
        count only when their check digit is right.
    """
    return [kind for kind, (pattern, holds) in _KINDS.items() if any(holds(hit[0]) for hit in pattern.finditer(text))]


def _is_identity(number: str) -> bool:
    """GB 11643: month and day exist, and the last character is right."""
    if not ("01" <= number[10:12] <= "12" and "01" <= number[12:14] <= "31"):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECKS[total % 11] == number[-1].upper()


def _is_identity_card(written: str) -> bool:
    return _IDENTITY.fullmatch(written) is not None and _is_identity(written)


def _is_card(written: str) -> bool:
    """Luhn's check (ISO/IEC 7812); a repeated digit such as sixteen zeros passes it and is no card."""
    digits = [int(digit) for digit in written if digit.isdigit()]
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2])
    return digits[0] != 0 and len(set(digits)) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_address(written: str) -> bool:
    """IPv4 of one machine: not a version such as 1.2.3.4 with zeros in front, not the loopback, not a mask."""
    parts = written.split(".")
    plain = all(part == str(int(part)) and int(part) <= 255 for part in parts)
    return plain and parts[0] not in {"0", "127", "255"}


def _always(_: str) -> bool:
    return True


_KINDS: dict[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    "email": (_MAIL, _always),
    "mobile": (_MOBILE, _always),
    "identity_card": (_IDENTITY, _is_identity),
    "bank_card": (_CARD, lambda written: _is_card(written) and not _is_identity_card(written)),
    "ip": (_ADDRESS, _is_address),
    "secret_url": (_SECRET, _always),
}
