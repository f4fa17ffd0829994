"""Where a Chinese text denies, in both scripts and in Cantonese: words that do, may, or only look like it."""

import re
from functools import lru_cache
from typing import NamedTuple


class Denial(NamedTuple):
    """A word that denies.

    Attributes:
        word: As it stands, lower case.
        sure: False where a denial may stand for it or nothing: 失败, 保留, `fail`, `keep`.
        start: Where it begins.
        end: Where it ends.
    """

    word: str
    sure: bool
    start: int
    end: int


_COUNT = r"(?=[\d一二三四五六七八九十两兩百千半])"
_NEUTRAL = (
    (
        "不没沒唔冇",
        r"(?<=(?P<one>[一-鿿]))[不没沒唔](?P=one)|(?<=(?P<two>[一-鿿]{2}))[不没沒唔](?P=two)"
        r"|(?<=有)冇|[不没沒唔](?:有)?(?=[?？”」』\"]|$)|(?<=[好行成对對会會能有])[不没沒](?=[。，,])",
    ),
    (
        "不",
        r"(?<=[，,。；;\s只最再才])不[过過](?![期滤濾量分])|不[过過](?=[，,])|不[满滿到足]" + _COUNT + r"|"
        r"不(?:得|能|要|可以?|应该?|應該?|许|許|准|宜|会|會)?(?:超[过過出]|(?:[多大高晚长長早短少低小][于於过過]?|[于於过過])"
        + _COUNT
        + r"|[多大高晚长長早短少低小][于於])"
        r"|(?<=[对對了动動差要时時])不(?:起|得|动|動|多|然|时|時)|(?<=[无無])不|(?<=[并並]非)不"
        r"|不(?:得不|能不|可不|是不|同|[错錯]|[仅僅]|但|光|只|[单單]|好意思|久|管|[论論]|[断斷停住](?!产)|妨|客[气氣]|由|禁|少(?!于|於)"
        r"|已|[锈鏽][钢鋼]|[动動][产產]|一[样樣]|等|如|愧|知道|清楚|[大太](?:懂|清楚|[会會]|明白|了解)|明白|[确確]定|了解|瞭解"
        r"|是[吗嗎]|倒翁|乏|惜|免|外乎|得了|料|[时時](?=地|有)|[觉覺](?=得)|[经經]意|[约約]而同|可思[议議]|小心(?!的)|慎|"
        r"可或缺|可缺少|可少|可多得|[记記]得|毛病|孕不育)",
    ),
    (
        "没沒",
        r"(?<=[淹沉埋吞覆])[没沒]|[没沒](?:收(?![到获穫入拾费費过過])|落(?!地)|[问問][题題]|[关關][系係]|事(?=[吧的儿兒])|有不|毛病)",
    ),
    (
        "无無",
        r"[无無](?:不|[论論]|[线線]|[锡錫]|人[机機]|限(?!制)|疑|[数數]|比|奈|聊|[穷窮]|"
        r"辜|花果|名指|[双雙]|[敌敵]|极|極|所[谓謂]|尾熊|[机機](?=[盐鹽物化肥])|非)",
    ),
    ("非", r"非(?:常|洲|凡|[遗遺]|典|主流|[议議])|(?<=[是韩韓])非"),
    (
        "别別",
        r"[别別](?:人|的|[处處](?!理)|家|[针針]|致|[样樣]|字|墅|名|[称稱](?![赞呼])|扭|具|[号號])"
        r"|(?<=[分特区區类類性级級识識辨判差告鉴鑑派离離送道惜甄之久永])[别別]|(?<=(?<![这這那哪几幾一两兩每])[个個])[别別](?![忘再去买買用说說让讓给給把])",
    ),
    ("别別不勿莫", r"(?:[别別]|不要|不能|不可以?|勿|莫)(?=忘)(?:忘[了记記掉]?|忘)"),
    ("莫", r"莫(?:名|斯科|非|[过過][于於]|言|奈|[扎札]特)"),
    ("未", r"未(?:[来來]|成年|必不|免|[尝嘗]不)"),
    ("除", r"除此[之以]外|除[了去]?(?=[^，。！？,?!]{1,24}[，,]?[^，。！？,?!]{0,16}(?:[还還]|也|更|又|另))"),
    ("避", r"避孕|避暑|避[风風]港|避[难難]"),
    ("不无無难難", r"(?:不可|[无無]法|[难難]以)避免|[难難]免"),
    ("免", r"免(?:疫|冠)"),
    ("禁", r"禁止符"),
    ("必", r"必不可[少缺]"),
    ("什", r"什[么麼]都不"),
    ("以之", r"[以之]外(?=[^。？！?!]{0,8}(?:[还還]|也|其他|[别別]的))"),
    (
        "不",
        r"不(?:要|用|需要?|必)?(?:有|写|寫|说|說|输出|輸出|加|给|給)?(?:任何)?"
        r"(?:其[他它]|别的|別的|多[余餘]|[额額]外)",
    ),
    ("不", r"(?<=[我还還也])不[会會](?=[用做写寫弄操设設安装裝修配])"),
    ("搞弄", r"[搞弄]不(?:懂|明白|清楚)"),
)
"""First characters, and what denies nothing."""
_DENY = str.split(
    "不得 不要 不能 不可以 不可 不准 不許 不许 不应该 不应 不應該 不應 不必 不用 不需要 不需 不再 不予 无须 無須 "
    "无需 無需 毋须 不宜 "
    "切勿 请勿 請勿 勿 严禁 嚴禁 禁止 禁用 避免 避开 避開 免去 规避 規避 谢绝 "
    "謝絕 杜绝 并非 並非 绝不 絕不 从不 從不 从未 從未 没有 沒有 "
    "没法 沒法 没能 沒能 没 沒 "
    "无法 無法 无 無 尚未 未能 未经 未經 未 非 "
    "别 別 甭 莫 唔好 唔使 唔 冇 咪 毋 免于 除了 除去 除开 除開 除外 "
    "除(?=[一-鿿]{1,8}外) 排除 剔除 之外 以外 忽略 不"
)
_MAYBE = str.split(
    "不懂 失败 失敗 失灵 失靈 失效 失眠 失控 失去 失联 失業 失业 失明 难以 難以 难受 難受 难过 難過 难 難 忘记 忘記 "
    "忘了 "
    "忘掉 忘 坏了 壞了 坏 壞 "
    "缺少 缺乏 缺货 缺貨 缺席 缺 拒绝 拒絕 拒收 拒 停止 停用 停 防止 预防 預防 以防 以免 免得 省得 省略 跳过 跳過 "
    "略过 略去 反对 反對 "
    "否认 否認 否定 绕开 繞開 绕过 繞過 躲开 躲開 错开 錯開 远离 遠離 省去 省掉 减免 減免 "
    "免费 免費 免税 免邮 免运费 免押 免息 免签 免除 免(?!去|于|$) 豁免 包邮 "
    "取消 放弃 放棄 戒 阻止 丢 丟 遗失 遺失 "
    "代替 取代 替代 "
    "准时 準時 按时 按時 迟到 遲到 晚到 延误 延誤 延迟 延遲 晚点 逾期 过期 過期 保持 保留 原样 原樣 照抄 维持 維持 "
    "直接 直达 直飞 太少 太小 太短 太低 过低 偏低 有误 虚假 "
    "故障 异常 異常 报错 報錯 出错 卡住 死机 罢工 空腹 静音 去掉 去除 删去 删除 刪除 删掉 隐去 隐藏 保密 "
    "永久 终身 終身 关门 關門 打烊 售罄 卖完 卖光 断货 可选 自愿 选填 很少 极少 罕见 鲜有 少吃 少喝 少用 少放 少说 "
    "少做 少点 "
    "素食 吃素 单身 外地 外籍 还在等 還在等 等着 改掉 摆脱 擺脫 克服 告别 消除 很差 太差 较差 不足 不够 不夠 停电 "
    "断网 留出"
)
_ANY = frozenset("不没沒无無非别別甭莫唔冇咪毋未勿禁免除外排剔忽避谢謝杜")
"""Every word that surely denies has one of these."""
_CONNECTED = re.compile(r"[就便则則]|否则|否則|不然|的[话話]|才")
_CLAUSE = re.compile(r"[，。！？；,?!;\n]")
_SENTENCE = re.compile(r"[。！？?!\n]")
_CONDITIONS = frozenset(("没有", "沒有", "没", "沒", "不", "无", "無", "未", "非", "未经", "未經", "除了", "除去"))
_BANS = frozenset(str.split("不能 不可 不可以 不得 无法 無法 不行 没法 沒法 不予 不许 不許 不准 没有 沒有 没 沒 不"))


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], dict[str, re.Pattern[str]]]:
    """A first character; and first character -> what may stand there, the longest word first."""
    patterns = {}
    for first in {word[0] for word in (*_DENY, *_MAYBE)} | set("".join(starts for starts, _ in _NEUTRAL)):
        groups = {"neutral": [pattern for starts, pattern in _NEUTRAL if first in starts]}
        for kind, words in (("maybe", _MAYBE), ("deny", _DENY)):
            groups[kind] = sorted((word for word in words if word[0] == first), key=len, reverse=True)
        sources = [f"(?P<{kind}>{'|'.join(words)})" for kind, words in groups.items() if words]
        patterns[first] = re.compile("|".join(sources))
    return re.compile(f"[{''.join(sorted(patterns))}]"), patterns


def may_deny(characters: frozenset[str]) -> bool:
    """Whether a text of these characters may hold a sure denial."""
    return not _ANY.isdisjoint(characters)


def chinese_denials(text: str) -> list[Denial]:
    """Denials in the order of the text; 除了……以外 is one."""
    found: list[Denial] = []
    end, excepted = 0, False
    starts, patterns = _patterns()
    for start in starts.finditer(text):
        place = start.start()
        match = patterns[text[place]].match(text, place) if place >= end else None
        if match:
            end = match.end()
            excepted = excepted or match[0][0] == "除"
            if match.lastgroup != "neutral":
                found.append(Denial(match[0], match.lastgroup == "deny", place, end))
    if excepted:
        found = [one for one in found if one.word not in {"之外", "以外", "除外"}]
    return found


def cancels(one: Denial, other: Denial, text: str) -> bool:
    """Whether two neighbours may say together what neither denies: 没有……就不能, 不……不行."""
    if not (one.sure and other.sure):
        return False
    between = text[one.end : other.start]
    if len(between) > 24 or _SENTENCE.search(between):
        return False
    return bool(_CONNECTED.search(between)) or (
        one.word in _CONDITIONS and other.word in _BANS and not _CLAUSE.search(between)
    )
