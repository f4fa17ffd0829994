"""Names: capitalised words, acronyms, identifiers, Latin words inside Chinese, 《titles》, people and places.

A Chinese name has no mark of its own. People are told by their surname and the words around it, or by a rewrite that
keeps two characters of three; places by a list.
"""

import re
from collections.abc import Iterable, Iterator

from dataprep.augment.accept.brands import BRANDS
from dataprep.augment.accept.order import swapped
from dataprep.augment.accept.places import PLACES
from dataprep.augment.accept.reading import Reading, holds, mask
from dataprep.augment.accept.units import UNITS

_WORD = re.compile(r"[A-Za-zÀ-ɏ0-9]+(?:[_.'&+/-][A-Za-zÀ-ɏ0-9]+)*[+#]{0,2}")
_START = re.compile(r"(?:^|[.!?:;。！？：\n\"'“”‘「(\-*•>)…\ufffe]|\d\.)\s*$")
_TITLE_BEFORE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|Mt|Sr|Jr)\.\s*$")
_CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_CAPITAL = re.compile("[A-ZÀ-Þ_]")
_IN_WORDS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.'&+/-")
_TITLE = re.compile(r"《([^《》\n]{1,60})》")
_NOT_NAMES = frozenset(
    str.split(
        "i i'm i'd i'll i've ok okay mr mrs ms dr miss sir madam prof please kindly hi hello hey dear "
        "thanks pm am faq asap "
        "january february march april may june july august september october november december "
        "jan feb mar apr jun jul aug "
        "sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday "
        "mon tue wed thu fri sat sun a fyi "
        "celsius fahrenheit centigrade kelvin english-speaking "
        "if what how why when where who which is are can could do does will would should the"
    )
)
_ALIASES = {
    "ai": "人工智能",
    "app": "应用",
    "wifi": "无线",
    "wi-fi": "无线",
    "ppt": "幻灯片",
    "us": "america",
    "usa": "america",
}
_SURNAMES = (
    "王李张張刘劉陈陳杨楊赵趙吴吳周徐孙孫朱胡郭何林罗羅梁宋郑鄭谢謝韩韓唐冯馮董萧蕭程曹袁邓鄧沈曾彭吕呂苏"
    "蘇卢盧蒋蔣蔡贾魏薛叶葉阎潘杜戴钟鐘汪范姜姚谭譚廖邹鄒熊陆陸郝崔邱秦邵孟尹黎乔賀贺赖龚龔"
)
_TITLES = (
    "先生|女士|小姐|经理|經理|老师|老師|医生|醫生|总监|總監|主任|教授|同学|同學|师傅|師傅|阿姨|律师|"
    "律師|校长|校長|工程师"
)
_AFTER = f'$|[，。,、；;：:）)”"？?写寫发發的说說在和与與同每比一买買有去住请請订訂]|{_TITLES}'
_PERSON = re.compile(
    '(?:(?<=^)|(?<=[，。,、；;：:（(“"给給叫向跟和与與找由让讓是的替致请請帮幫问問为為约約同把将將被对對]))'
    f"([{_SURNAMES}][一-鿿]{{1,2}}?)(?={_AFTER})"
)
_TITLED = re.compile(
    f"(?:[小老][{_SURNAMES}]|[{_SURNAMES}][一-鿿]{{0,2}}?)(?={_TITLES})|"
    f"(?<![大最太很更减缩变])[小老][{_SURNAMES}](?![年月日时時区區孩朋组組程食])"
)
_COMMON = frozenset(
    str.split(
        "周一 周二 周三 周四 周五 周六 周日 周天 周末 周年 周围 周期 周报 何时 何处 "
        "何种 林木 谢谢 謝謝 程序 曾经 叶子 沈阳 苏州 胡萝卜 孙子 唐诗 宋词 宋体 罗列 "
        "梁上 高中 范围 范例 范文 杜绝 张贴 陈述 陈列 陈旧 汪汪 熊猫 陆地 陆续 钟头 "
        "姜茶 姜汤 程度 徐徐 何人 何事 何地 卢布 林业 杨梅 朱红 周边 周刊 秦朝 唐朝 "
        "宋朝 吴语 韩语 韩国 韩文 韩式 蔡司 苏打 苏打水 苏联 贺卡 贺词 蒋介 董事 董事会 "
        "郭沫 谢意 谢绝 谢师 谢幕 鐘頭 韓語 韓國 "
    )
)
_FAMILY = frozenset(_SURNAMES)
_SPOKEN = frozenset("语語文")
_MOST = 20
_HEADS = frozenset(name[0] for name in PLACES | BRANDS)
_PLACE = re.compile("|".join(sorted(PLACES | BRANDS, key=len, reverse=True)))
_LANGUAGE = re.compile(
    "(英|法|德|日|韩|韓|俄|葡|泰|粤|藏|西班牙|意大利|阿拉伯|越南|葡萄牙|拉丁|希腊|印尼|马来)[语語文](?![言字章件])"
)


def names_differ(source: Reading, rewrite: Reading) -> str | None:
    """Names lost, names that the source doesn't have, and names in each other's place."""
    mine, theirs = _latin_names(source), _latin_names(rewrite)
    lost = _absent(mine, source, rewrite) or _chinese_lost(source, rewrite)
    new = _absent(theirs, rewrite, source) or _chinese_lost(rewrite, source)
    if lost or new:
        return f"{lost} -> {new}" if lost and new else f"lost {lost}" if lost else f"new {new}"
    if source.chinese:
        mine = [*mine, *_places(source), *(_people(source.bare) if _has_people(source) else ())]
    if len(mine) < 2:
        return None
    return _traded(mine, source.bare, rewrite.bare) or swapped(
        source.bare, rewrite.bare, [(name, name) for name in dict.fromkeys(mine)]
    )


def _traded(names: list[str], source: str, rewrite: str) -> str | None:
    """One name told less often, and another one more often: they changed roles."""
    more = {name: rewrite.count(name) - source.count(name) for name in names[:_MOST]}
    gone, come = min(more, key=lambda name: more[name]), max(more, key=lambda name: more[name])
    traded = more[gone] < 0 < more[come] and rewrite.count(gone) > 0 and source.count(gone) > 1
    return f"{gone} <-> {come}" if traded else None


def _latin_names(text: Reading) -> list[str]:
    prose = text.bare
    capitals = text.characters & _CAPITALS
    if not text.vocabulary or (
        "_" not in text.characters
        and len(capitals) < 2
        and sum(map(prose.count, capitals)) < 2
        and prose[:1] in capitals
    ):
        return []
    words = list(_capitalised(prose))
    if len(words) > 5 and len(words) * 5 > len(prose.split()) * 4 and not text.chinese:  # a headline
        return []
    found = []
    for word in words:
        name = word[0].removesuffix("'s")
        if (
            len(name) > 1
            and name.lower() not in _NOT_NAMES
            and _is_name(name, prose, word.start(), chinese=text.chinese)
        ):
            found.append(name)
    return list(dict.fromkeys(found))


def _capitalised(prose: str) -> Iterator[re.Match[str]]:
    """Words with a capital or an underscore."""
    end = 0
    for capital in _CAPITAL.finditer(prose):
        start = capital.start()
        if start < end:
            continue
        while start > end and prose[start - 1] in _IN_WORDS:
            start -= 1
        word = _WORD.search(prose, start)
        if word:
            end = word.end()
            if "_" in word[0] or not word[0].islower():
                yield word


def _is_name(name: str, prose: str, start: int, *, chinese: bool) -> bool:
    if name.isdigit() or (name[0].isdigit() and not any(character.isupper() for character in name)):
        return False
    if chinese or "_" in name or any(character.isupper() for character in name[1:]):
        return name.lower().lstrip("0123456789.") not in UNITS  # 7L, 5GB
    if not name[0].isupper():
        return False
    before = prose[max(0, start - 6) : start]
    return not _START.search(before[-4:]) or bool(_TITLE_BEFORE.search(before))


def _absent(names: Iterable[str], text: Reading, other: Reading) -> str | None:
    names = list(names)
    if not names:
        return None
    whole = other.text.casefold()
    squeezed = whole.replace(" ", "").replace("-", "")
    for name in names:
        low = name.casefold()
        if low in whole or low.replace("-", "") in squeezed or _alias(low, whole) or _initials(name, text, other):
            continue
        if not _related(low, whole):
            return name
    return None


def _alias(name: str, text: str) -> bool:
    return _ALIASES.get(name, "\0") in text


def _related(name: str, text: str) -> bool:
    """`European` for `Europe`: one begins with the other."""
    if len(name) < 5:
        return False
    words = re.findall(r"[a-zà-ɏ]+", text)
    return any((len(word) >= 5 and name.startswith(word)) or word == name[:-1] for word in words)


def _initials(name: str, text: Reading, other: Reading) -> bool:
    """`UK` for `United Kingdom`, and the words of it."""
    for short, long in ((name, other.text), (None, text.text)):
        if short is not None and short.isupper():
            initials = "".join(
                word[0] for word in re.findall(r"[A-Za-z]+", long) if word.lower() not in {"of", "the", "and"}
            )
            return short.casefold() in initials.casefold()
    for acronym in re.findall(r"\b[A-Z]{2,6}\b", other.text):
        words = [word for word in re.findall(r"[A-Za-z]+", text.text) if word.lower() not in {"of", "the", "and"}]
        place = "".join(word[0] for word in words).casefold().find(acronym.casefold())
        if place >= 0 and name in words[place : place + len(acronym)]:
            return True
    return False


def _chinese_lost(source: Reading, rewrite: Reading) -> str | None:
    if not source.chinese or not rewrite.chinese:
        return None
    candidates = [*_places(source)]
    if "《" in source.text:
        candidates += _TITLE.findall(source.text)
    people = _has_people(source)
    spoken = _LANGUAGE.findall(source.bare) if not _SPOKEN.isdisjoint(source.characters) else ()
    if spoken and (lost := next((name for name in spoken if not holds(rewrite.text, name)), None)):
        return f"{lost}语"
    if people:
        candidates += _people(source.bare)
    whole = mask(rewrite.text) if candidates else ""
    for name in candidates:
        if not holds(rewrite.text, name, whole):
            return str(name)
    return _altered(source, rewrite) if people else None


def _has_people(text: Reading) -> bool:
    return not _FAMILY.isdisjoint(text.characters)


def _people(text: str) -> list[str]:
    found = [match[1] for match in _PERSON.finditer(text)]
    found += [match[0] for match in _TITLED.finditer(text)]
    return [name for name in found if not any(name.startswith(word) for word in _COMMON) and len(name) > 1]


def _places(text: Reading) -> list[str]:
    return [] if _HEADS.isdisjoint(text.characters) else list(dict.fromkeys(_PLACE.findall(text.bare)))


_NO_NAME = frozenset(
    "的是在和与與同说說写寫发發每有会會要能不把给給让讓去到来來就都也还還一这這那从從对對向为為将將被请請"
    "问問了着著过過跟及或之其买買卖賣用想需需可以应應该該没沒做办辦怎什么麼几幾多少很更最太先后後前上下里"
    "裡中外今明昨两兩二三四五六七八九十先老经經主医醫"
)
_THREE = re.compile(f"(?<![这這那一二两兩三四五几幾每哪该該此\\d])(?=([{_SURNAMES}][一-鿿]{{2}}))")


def _altered(source: Reading, rewrite: Reading) -> str | None:
    """A surname with two characters of which the rewrite has only the one."""
    found = [name for name in _THREE.findall(source.bare) if name not in rewrite.bare]
    if not found:
        return None
    had, whole = mask(source.bare), mask(rewrite.bare)
    for name in found:
        family, first, second = (mask(character) for character in name)
        if (
            name[:2] in _COMMON
            or name[2] in _NO_NAME
            or name[1] in _NO_NAME
            or family + first + second in whole
            or "□" in (first, second)
        ):
            continue
        for kept, gone in ((family + first, second), (family + "[一-鿿□]" + second, first)):
            if gone not in whole and "□" not in kept.replace("[一-鿿□]", "")[1:]:
                seen = re.search(kept + ("[一-鿿□]" if kept == family + first else ""), whole)
                if seen and seen[0] not in had and not _NO_NAME & set(seen[0][1:]):
                    return str(name)
    return None
