"""Accounts and addresses on the net: bank card, IBAN, WeChat, QQ, e-mail, IP."""

import ipaddress
import re

from dataprep.pii.checksums import IBAN_LENGTHS, is_bank_card, is_iban
from dataprep.pii.detector import END, START, Detector, after, before, is_numbered, signs

_CARD = re.compile(
    rf"{START}(?:\d{{13,19}}|\d{{4}}(?:(?P<sep>[ \-])\d{{4}}(?:(?P=sep)\d{{4}}){{2}}(?:(?P=sep)\d{{1,3}})?"
    rf"|[ \-]\d{{6}}[ \-]\d{{5}})|\d{{6}}[ \-]\d{{13}}){END}"
)
# Issuers' ranges: Visa 4; Mastercard 51-55 and 2221-2720; Amex 34, 37; JCB 35; Discover 6011, 644-65; UnionPay 62, 81;
# and cards that ICBC and the Bank of China issued before UnionPay.
_ISSUER = re.compile(
    r"(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2(?:2[2-9]|[3-6]\d|7[01])\d?)\d*|3[47]\d{13}|35\d{14}"
    r"|6(?:011|4[4-9]|5)\d*|(?:62|81)\d{14,17}|9558\d{15}|60138\d*)$"
)
_LENGTHS = {"5": (16,), "2": (16,), "3": (15, 16)}
_CARD_WORD = re.compile(
    r"银行|卡号|信用卡|储蓄卡|借记卡|账[户号]|帐[户号]|card(?![a-z])|visa|master|amex|debit|credit|account",
    re.IGNORECASE,
)

_IBAN = re.compile(  # the lead is tried first: a pattern of eighty countries is slow everywhere else
    r"(?<![0-9A-Za-z])(?=[A-Z]{2}\d{2}[ \-]?[0-9A-Z]{4})(?:"
    + "|".join(
        rf"{code}\d{{2}}(?:[ \-]?[0-9A-Z]){{{length - 4}}}(?![0-9A-Za-z])" for code, length in IBAN_LENGTHS.items()
    )
    + ")"
)
_WECHAT_WORD = r"(?:微信|薇信|威信|徽信|v信|weixin|wechat|(?<![a-z])(?:vx|wx)(?![a-z])|(?<=加)(?:我|个)?v(?![a-z0-9]))"
_WECHAT_ID = r"[A-Za-z][A-Za-z0-9_\-]{4,18}[A-Za-z0-9_]"
_WECHAT = re.compile(
    rf"{_WECHAT_WORD}(?P<tight> ?(?:号码?|账号|帐号|id)?[ :是为=]{{0,3}})[^0-9A-Za-z\n]{{0,12}}"
    rf"(?P<value>{_WECHAT_ID})(?![0-9A-Za-z_\-@.])",
    re.IGNORECASE,
)
_WECHAT_BEHIND = re.compile(
    rf"(?<![0-9A-Za-z_@.\-])(?P<value>{_WECHAT_ID})[ ,(]{{0,2}}(?:这?是)?我?的?(?:微信|wechat)", re.IGNORECASE
)
_QQ_WORD = r"(?:(?<![a-z])qq|扣扣|企鹅号?|腾讯号|(?:加我?|我的?)q(?![a-z]))"
_QQ_TAIL = (
    r"(?P<value>[1-9]\d{4,10})(?![0-9A-Za-z@])(?![-.][0-9])(?! ?(?:元|块|年|人|个|万|亿|月|天|点|金|币|次|条|MB|GB))"
)
_QQ = re.compile(
    rf"{_QQ_WORD}[^0-9A-Za-z\n]{{0,8}}?(?:number|no\.?|id|is)?[^0-9A-Za-z\n]{{0,3}}{_QQ_TAIL}", re.IGNORECASE
)
_QQ_GROUP = re.compile(rf"群号?码?[^0-9A-Za-z\n]{{0,3}}{_QQ_TAIL}", re.IGNORECASE)
_EMAIL = re.compile(
    r"(?<![0-9A-Za-z._%+\-])[0-9A-Za-z][0-9A-Za-z._%+\-]{0,63}"
    r"@(?:[0-9A-Za-z](?:[0-9A-Za-z\-]{0,61}[0-9A-Za-z])?\.){1,5}[A-Za-z]{2,24}(?![0-9A-Za-z\-@])"
)
_EXAMPLE = re.compile(
    r"@(?:[\w.\-]*\.)?(?:example\.(?:com|org|net|cn)|(?:your)?(?:domain|company|email)\.com|xxx?\.com)$", re.I
)
_NOBODY = re.compile(
    r"(?:your?|my|user|username|name|email|e-?mail|test|foo|bar|someone|xxx+|me|abc|example|placeholder)"
    r"(?:[._\-]?(?:name|email|mail|address|id|\d{1,3}))?@",
    re.I,
)
_FILE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|js|css|py|md|html?)$", re.IGNORECASE)

_IPV4 = re.compile(
    r"(?:(?<![0-9A-Za-z.\-_])(?<![A-Za-z]/)|(?<=IP)|(?<=ip))(?:::ffff:)?(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}"
    r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]\d|[1-9]|0(?=/))(?![0-9A-Za-z_])"
    r"(?!(?!/(?:[89]|[12]\d|3[0-2])(?![0-9./]))[.\-/][0-9])"  # the length of a prefix may follow
)
_IPV6 = re.compile(
    r"(?<![0-9A-Za-z.])(?<![0-9A-Za-z:]:)[23][0-9A-Fa-f]{3}:(?:[0-9A-Fa-f]{0,4}:){1,6}[0-9A-Fa-f]{0,4}(?![0-9A-Fa-f:]|\.[0-9])"
)
_VERSION = re.compile(
    r"(?:(?<![a-z])(?:v|ver|version|release|build|section|chapter|sec|clause)|版本?号?|固件|升级[到至]?|[<>=~^]=|(?<![-=])[<>~^])"
    r"[ :.=#为是]{0,3}$|[章节条第] ?$",
    re.IGNORECASE,
)
_ADDRESS_WORD = re.compile(r"ip|地址|服务器|主机|host|server|address|ping|ssh|登录|login|connect|://", re.IGNORECASE)
# Open resolvers and the like belong to everybody.
_RESOLVERS = "8.8.8.8 8.8.4.4 1.1.1.1 1.0.0.1 9.9.9.9 114.114.114.114 114.114.115.115 223.5.5.5 223.6.6.6 119.29.29.29"
_PUBLIC = {*_RESOLVERS.split(), "180.76.76.76", "1.2.3.4"}
_DOCUMENTATION = tuple(map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")))


def _is_card(match: re.Match[str]) -> bool:
    digits = signs(match)
    if not is_bank_card(digits) or is_numbered(match):
        return False
    lengths = _LENGTHS.get(digits[0])
    issued = _ISSUER.match(digits) and (lengths is None or len(digits) in lengths) and len(digits) > 13
    if digits.startswith(("978", "979")) and len(digits) == 13:
        return False  # an ISBN
    return bool(issued) or bool(_CARD_WORD.search(before(match, 16)))


def _is_wechat(match: re.Match[str]) -> bool:
    name = match["value"]
    marked = any(sign.isdigit() or sign in "_-" for sign in name)
    return marked and not name.lower().startswith(("http", "wechat", "weixin"))


def _is_group(match: re.Match[str]) -> bool:
    return bool(re.search("qq|扣扣", before(match, 40) + after(match, 8), re.IGNORECASE))


def _is_email(match: re.Match[str]) -> bool:
    address = match[0]
    if address.lower().startswith(("git@", "noreply@", "no-reply@")) or _FILE.search(address):
        return False
    if re.search(r"://[^\s/@]*$", before(match, 100)):
        return False  # user and password of a link
    return not (_EXAMPLE.search(address) and _NOBODY.match(address))


def _is_ipv4(match: re.Match[str]) -> bool:
    text = match[0].removeprefix("::ffff:")
    address = ipaddress.IPv4Address(text)
    documented = any(address in network for network in _DOCUMENTATION)
    if text in _PUBLIC or not (address.is_global or documented) or address.is_multicast:
        return False
    lead = before(match, 16)
    if _VERSION.search(lead) or re.match(r" ?(?:版|version|固件)", after(match, 9), re.IGNORECASE):
        return False
    # Four small numbers are a version or a section unless something says address.
    return max(address.packed) > 31 or bool(_ADDRESS_WORD.search(lead))


def _is_ipv6(match: re.Match[str]) -> bool:
    try:
        return ipaddress.IPv6Address(match[0]).is_global
    except ValueError:
        return False


DETECTORS = (
    Detector("bank_card", _CARD, "digits", _is_card),
    Detector("iban", _IBAN, "digits", lambda match: is_iban(signs(match))),
    Detector("wechat", _WECHAT, "handle", _is_wechat),
    Detector("wechat", _WECHAT_BEHIND, "handle", _is_wechat),
    Detector("qq", _QQ, "handle"),
    Detector("qq", _QQ_GROUP, "handle", _is_group),
    Detector("email", _EMAIL, "email", _is_email),
    Detector("ip", _IPV4, "ip", _is_ipv4),
    Detector("ip", _IPV6, "ip", _is_ipv6),
)
