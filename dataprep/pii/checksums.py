"""The check digits that tell a number of a certain kind from any other."""

from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_DIGITS = "10X98765432"
_PROVINCES = {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)}
_PROVINCES |= {71, 81, 82, 83}
USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100: no I, O, S, V, Z."""

_IBANS = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 "
    "FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 "
    "LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 "
    "SA24 SC31 SD18 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
)
IBAN_LENGTHS = {code[:2]: int(code[2:]) for code in _IBANS.split()}
"""Country -> length, from SWIFT's IBAN registry."""


def luhn_digit(body: str) -> str:
    """The check digit of a bank card (ISO/IEC 7812-1) for the digits before it."""
    total = 0
    for place, sign in enumerate(reversed(body)):
        value = int(sign) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def id_digit(body: str) -> str:
    """The last character of a Chinese ID number (GB 11643) for the 17 digits before it."""
    return _ID_DIGITS[sum(int(sign) * weight for sign, weight in zip(body, _ID_WEIGHTS, strict=True)) % 11]


def uscc_sign(body: str) -> str:
    """The last character of a unified social credit code (GB 32100) for the 17 before it."""
    total = sum(USCC_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return USCC_SIGNS[-total % 31]


def iban_digits(country: str, account: str) -> str:
    """The two check digits of an IBAN (ISO 13616, mod 97)."""
    number = int("".join(str(int(sign, 36)) for sign in f"{account}{country}00"))
    return f"{98 - number % 97:02d}"


def is_bank_card(digits: str) -> bool:
    """True for 13 to 19 digits with a right Luhn digit."""
    return 13 <= len(digits) <= 19 and luhn_digit(digits[:-1]) == digits[-1]


def is_cn_id(number: str, *, anywhere: bool = False) -> bool:
    """True for 18 characters with a province, a date of birth that exists, and the right last character.

    Args:
        number: The characters.
        anywhere: Take provinces that don't exist as well.
    """
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    known = (anywhere or int(number[:2]) in _PROVINCES) and 1900 <= born.year <= 2099
    return known and id_digit(number[:17]) == number[17].upper()


def is_uscc(code: str) -> bool:
    """True for 18 characters of the alphabet with the right last one."""
    return len(code) == 18 and set(code) <= set(USCC_SIGNS) and uscc_sign(code[:17]) == code[17]


def is_iban(number: str) -> bool:
    """True for the length of its country and right check digits; no blanks."""
    right = IBAN_LENGTHS.get(number[:2]) == len(number)
    return right and iban_digits(number[:2], number[4:]) == number[2:4]
