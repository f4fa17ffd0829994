"""Another value of the same shape: right checksum, same prefix class, drawn by a seed."""

import hashlib
import random
import re
import string
from collections.abc import Callable

from dataprep.pii.checksums import USCC_SIGNS, iban_digits, id_digit, luhn_digit, uscc_sign
from dataprep.pii.view import fold

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I, no O: plates and passports have none
_PROVIDERS = ("qq.com", "163.com", "126.com", "gmail.com", "outlook.com", "foxmail.com", "hotmail.com", "yahoo.com")
_WIDE = {ord(sign): ord(sign) + 0xFEE0 for sign in string.digits + string.ascii_letters}

Draw = random.Random


def _like(value: str, draw: Draw) -> str:
    """Digits for digits, letters for letters; the first digit stays a digit that can be first."""
    made = []
    for place, sign in enumerate(value):
        if sign.isdecimal():
            made.append(str(draw.randint(1 if place == 0 else 0, 9)))
        elif sign.isascii() and sign.isalpha():
            letter = draw.choice(_LETTERS)
            made.append(letter.lower() if sign.islower() else letter)
        else:
            made.append(sign)
    return "".join(made)


def _behind(pattern: str) -> Callable[[str, Draw], str]:
    """Keep what the pattern matches at the front, draw the rest."""
    front = re.compile(pattern, re.IGNORECASE)

    def make(value: str, draw: Draw) -> str:
        match = front.match(value)
        kept = match[0] if match else ""
        return kept + _like("0" + value[len(kept) :], draw)[1:]

    return make


def _cn_id(value: str, draw: Draw) -> str:
    # Districts 0102 to 0105 exist in nearly every province; decade and sex stay, so that sentences stay true.
    region = f"{value[:2]}010{draw.randint(2, 5)}"
    born = f"{value[6:9]}{draw.randint(0, 9)}{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}"
    order = f"{draw.randint(0, 99):02d}{draw.randrange(int(value[16]) % 2, 10, 2)}"
    body = region + born + order
    return body + id_digit(body)


def _bank_card(value: str, draw: Draw) -> str:
    body = value[:6] + _like("1" + value[6:-1], draw)[1:]
    return body + luhn_digit(body)


def _uscc(value: str, draw: Draw) -> str:
    letters = [sign for sign in USCC_SIGNS if sign.isalpha()]
    tail = "".join(draw.choice(letters) if sign.isalpha() else str(draw.randint(0, 9)) for sign in value[8:17])
    body = f"{value[:4]}010{draw.randint(2, 5)}{tail}".upper()
    return body + uscc_sign(body)


def _iban(value: str, draw: Draw) -> str:
    account = _like("1" + value[4:].upper(), draw)[1:]
    country = value[:2].upper()
    return country + iban_digits(country, account) + account


def _us_ssn(value: str, draw: Draw) -> str:
    area = draw.choice([number for number in range(1, 900) if number != 666])
    return f"{area:03d}{draw.randint(1, 99):02d}{draw.randint(1, 9999):04d}"


def _us_phone(value: str, draw: Draw) -> str:
    exchange = draw.choice([number for number in range(200, 1000) if number % 100 != 11])
    return f"{value[:-7]}{exchange:03d}{draw.randint(0, 9999):04d}"


def _plate(value: str, draw: Draw) -> str:
    rest = value[2:]
    fixed = r"[A-HJK](?=.{5}$)" if len(rest) == 6 and not rest[-1].isalpha() else ""
    made = _behind(f"^..{fixed}")(value, draw)
    return made[:-1] + value[-1] if not value[-1].isdecimal() else made


SHAPES: dict[str, Callable[[str, Draw], str]] = {
    "cn_mobile": _behind(r"(?:0086|86)?\d{3}"),
    "cn_landline": _behind(r"(?:0086|86)?0?(?:10|2\d|[3-9]\d\d)\d"),
    "us_phone": _us_phone,
    "cn_id": _cn_id,
    "bank_card": _bank_card,
    "uscc": _uscc,
    "plate": _plate,
    "cn_passport": _behind(r"[A-Z]+|1[45]"),
    "wechat": _like,
    "qq": _like,
    "iban": _iban,
    "us_ssn": _us_ssn,
}
"""Kind -> how its letters and digits, in a row, are drawn anew."""


def pseudonym(value: str, kind: str, *, scope: str) -> str | None:
    """Another value of the same shape.

    Args:
        value: As it stands in the text; separators and full-width digits are kept.
        kind: Its kind.
        scope: Equal values get equal pseudonyms within one scope, and unrelated ones in another.

    Returns:
        The pseudonym; None for a kind that has none (addresses, secrets).
    """
    plain = fold(value).text
    name = re.sub(r"[^0-9A-Za-z\u4e00-\u9fff@.:_\-]", "", plain) if kind in ("email", "ip") else _bare(plain)
    seed = hashlib.blake2b(f"{scope}\0{kind}\0{name.upper()}".encode(), digest_size=16).digest()
    draw = random.Random(int.from_bytes(seed, "big"))
    if kind == "email":
        return _email(plain, draw)
    if kind == "ip":
        return _ip(plain, draw)
    if kind not in SHAPES:
        return None
    return _into(value, SHAPES[kind](name, draw))


def _bare(plain: str) -> str:
    """Letters, digits and Chinese characters alone."""
    return "".join(sign for sign in plain if sign.isalnum())


def _email(address: str, draw: Draw) -> str:
    name, _, domain = address.partition("@")
    return f"{_like(name, draw).lower()}@{domain if domain.lower() in _PROVIDERS else 'example.com'}"


def _ip(address: str, draw: Draw) -> str:
    # RFC 3849 sets the one range aside for documentation, RFC 2544 the other for benchmarks: both belong to nobody.
    if ":" in address:
        return f"2001:db8:{draw.randrange(1, 65536):x}:{draw.randrange(1, 65536):x}::{draw.randrange(1, 65536):x}"
    return f"198.{draw.randint(18, 19)}.{draw.randint(0, 255)}.{draw.randint(1, 254)}"


def _into(value: str, made: str) -> str:
    """Put new letters and digits at the places of the old ones."""
    fresh = iter(made)
    written = []
    for sign in value:
        old = fold(sign).text
        new = "".join(next(fresh) if part.isalnum() else part for part in old)
        wide = sign != old and 0xFF10 <= ord(sign) <= 0xFF5A
        written.append(new.translate(_WIDE) if wide else new)
    return "".join(written)
