"""Negations: two texts must deny as often as each other.

Every denied scope counts once, in whatever words: `not allowed` and `forbidden`, `不要` and `避免`, `unless`, `除了`,
`无需`. Idioms that deny nothing (`不同`, `not only`, `是不是`) count for nothing, and two negations that cancel each
other (`不得不`, `not uncommon`) neither. Words such as `hard to` or `失败` may stand for a negation or not.
"""

import re
from collections import Counter

from dataprep.augment.accept.reading import Reading

_IDIOMS = str.split(
    "不得不 不能不 不可不 不是不 没有不 沒有不 不无 不同 不错 不錯 不仅 不僅 不但 不光 不只 不单 不單 "
    "不好意思 不久 不管 不论 不論 "
    "无论 無論 不断 不斷 不妨 对不起 對不起 不客气 不客氣 不由得 不禁 不少 不已 不锈钢 不鏽鋼 不动产 "
    "不動產 不一样 不一樣 不等 不如 要不然 "
    "不然 没事 沒事 不愧 无不 無不 并非不 並非不 未必不 差不多 非常 非洲 非凡 是非 非遗 非遺 别人 別人 "
    "别的 別的 分别 分別 "
    "特别 特別 区别 區別 类别 類別 性别 性別 级别 級別 个别 個別 识别 識別 辨别 辨別 判别 判別 差别 差別 告别 告別 "
    "鉴别 鑑別 派别 派別 别墅 別墅 别名 別名 别称 別稱 没问题 沒問題 没关系 沒關係 无线 無線 无锡 無錫 "
    "无人机 無人機 无限 無限 "
    "未来 未來 未成年 免费 免費 无疑 無疑 不知道 不清楚 不太懂 不太清楚 不太会 不太會 不明白 不确定 "
    "不確定 不懂 不了解 不瞭解 不大清楚 不是吗 "
    "不是嗎 什么都不 除此之外 除此以外 动不动 動不動 时不时 時不時 了不起 不倒翁 不等于 不便宜 搞不懂 弄不明白 "
)
_NUMBER = r"(?=\d|[一二三四五六七八九十两百千])"
_NEUTRAL_HAN = (
    r"(?<=(?P<one>[一-鿿]))[不没沒](?P=one)|(?<=(?P<two>[一-鿿]{2}))[不没沒](?P=two)|"
    r"(?<=[，,。；;\s])不[过過]|不[过過](?=[，,])"
    rf"|不[超少低高多大小晚早][过過于於]?{_NUMBER}|不超[过過]|不[少低高多大小晚早][于於]|不[到足]{_NUMBER}"
    r"|(?<=[好行成对對会會能有])[不没沒](?=[?？。，,]|$)|[不没沒](?=[?？]|$)|"
    + "|".join(sorted(_IDIOMS, key=len, reverse=True))
)
_HAN = (
    r"不得|不要|不能|不可以?|不准|不許|不许|不应该?|不應該?|不必|不用|不需要?|不再|不予|无须|無須|无需|"
    r"無需|毋须|不宜|切勿|请勿|請勿|勿|严禁|嚴禁|禁止|禁用|避免|谢绝|謝絕|杜绝|并非|並非|绝不|絕不|从不|"
    r"從不|从未|從未"
    r"|没有|沒有|没法|沒法|没能|沒能|没|沒|无法|無法|无|無|尚未|未能|未经|未經|未|非|别|別|甭|莫|唔|冇|"
    r"毋|免于|除了|除去|除开|除開|除外|排除|剔除|之外|以外|除(?=[\u4e00-\u9fff]{1,8}外)|忽略|不"
)
_MAYBE_HAN = (
    r"失败|失敗|难以|難以|难|難|忘记|忘記|忘了|忘掉|失灵|失靈|失效|坏了|壞了|坏|缺少|缺乏|缺|拒绝|拒絕|"
    r"拒|停止|停用|防止|省略|跳过|跳過|反对|反對"
)
_STEMS = {
    "un": "safe available happy healthy necessary usual able likely willing wise fair reliable suitable paid "
    "used opened "
    "lawful authorised authorized acceptable reasonable clear known important common taxable limited "
    "qualified employed "
    "married changed covered insured related sweetened salted desirable advisable wanted aware "
    "comfortable plugged locked",
    "im": "possible proper polite mature patient practical permissible",
    "in": "correct valid eligible accurate active appropriate complete convenient dependent direct effective efficient "
    "secure sufficient visible advisable ability",
    "ir": "regular relevant responsible reversible",
    "dis": "advantage advantages agree agrees agreed like likes liked honest satisfied able abled comfort continued",
}
_PREFIXED = frozenset(
    prefix + stem + end for prefix, stems in _STEMS.items() for stem in stems.split() for end in ("", "ly")
)
_NEUTRAL_WORDS = (
    r"whether or not|or not|not only|not just|not to mention|no\. ?\d|no longer than|no (?:more|fewer|"
    r"less|later|earlier|sooner) than|not (?:more|less|fewer) than|nothing but"
    r"|not un\w+|not (?:im|in|dis|ir|il)\w{4,}|if not|why not|why don't (?:you|we)|can't help|cannot "
    r"help|can't wait|if you don't mind"
    r"|(?:i|we) (?:do not|don't|dont|didn't|am not|'m not|can't|cannot)(?: really| quite| even)? "
    r"(?:know|sure|understand|get|figure out|clear|remember|recall)|i'm (?:really |quite )?not "
    r"(?:really |quite |too )?sure|not sure|no idea|no doubt|no problem|no matter"
    r"|, (?:is|are|do|does|did|can|could|was|were|has|have|will|would|should)n't (?:it|you|they|he|she|we|i)\?"
)
_WORDS = (
    r"(?:ca|could|do|does|did|is|are|was|were|wo|would|should|must|need|has|have|had|might|ought|ai|"
    r"sha)n't|cannot|can not|dont|doesnt|didnt|cant|wont|isnt|arent|wasnt|shouldnt|couldnt|wouldnt|"
    r"hasnt|havent"
    r"|not|no one|nobody|nothing|nowhere|none|never|neither|nor|no|without|w/o|except(?:ing)?(?: for)?|"
    r"excluding|excludes?|excluded|aside from|apart from|other than|but not|unless|minus"
    r"|forbidden|forbids?|prohibit(?:s|ed|ing)?|banned|barred|disallow(?:s|ed)?|not permitted|"
    r"illegal(?:ly)?|unlawful(?:ly)?|avoid(?:s|ed|ing)?|refrain(?:s|ing)? from|steer clear of|stay away "
    r"from|(?:kept|keep|leave|leaving|left|keeping)(?: \w+){0,4} out(?: of)?|skip(?:ping)?|leave off|"
    r"rather than|instead of|free of|\w+-free|non-\w+"
    r"|" + "|".join(sorted(_PREFIXED, key=len, reverse=True))
)
_MAYBE_WORDS = (
    r"fail(?:s|ed|ing|ure)?(?: to)?|forg[eo]t(?:s|ten)?|hard(?:ly)?|difficult|miss(?:es|ing|ed)?|"
    r"lack(?:s|ing|ed)?|refus(?:es?|ed|al)|broken|stop(?:s|ped|ping)?|absent|ignor(?:e|es|ed|ing)|"
    r"omit(?:s|ted|ting)?|decline[sd]?|prevent(?:s|ed|ing)?|reject(?:s|ed)?|keeps? from"
)

_FIRST = "".join(
    sorted(
        {idiom[0] for idiom in _IDIOMS}
        | set(
            "不没沒失难難忘坏壞缺拒停防省跳反无無毋切请請勿严嚴禁避谢謝杜并並绝絕从從尚未非别別甭莫唔冇免除排剔之以忽"
        )
    )
)
_STARTS = re.compile(f"[{_FIRST}]")
_CHINESE = re.compile(rf"(?P<neutral>{_NEUTRAL_HAN})|(?P<maybe>{_MAYBE_HAN})|(?P<deny>{_HAN})")
_ENGLISH = re.compile(rf"\b(?:(?P<neutral>{_NEUTRAL_WORDS})|(?:(?P<deny>{_WORDS})|(?P<maybe>{_MAYBE_WORDS}))\b)")
_TRIGGERS = _PREFIXED | frozenset(
    str.split(
        "no not nor none nothing nobody nowhere disallow disallows disallowed unlawful unlawfully "
        "i'm why can cannot dont doesnt didnt cant wont isnt arent wasnt shouldnt couldnt wouldnt hasnt "
        "havent without w except "
        "excepting excluding exclude excludes excluded aside apart other but unless minus forbidden forbid "
        "forbids prohibit "
        "prohibits prohibited prohibiting banned barred illegal illegally avoid avoids avoided avoiding "
        "refrain refrains steer "
        "stay kept keep leave leaving left keeping skip skipping rather instead free never neither fail "
        "fails failed failing "
        "failure forget forgets forgot forgotten hard hardly difficult miss misses missing missed lack "
        "lacks lacking lacked "
        "refuse refuses refused refusal broken stop stops stopped stopping absent ignore ignores ignored "
        "ignoring omit omits "
        "omitted omitting decline declined declines prevent prevents prevented preventing reject rejects "
        "rejected rejecting if"
    )
)
_JOINERS = frozenset("-'")
_ANY_HAN = frozenset("不没沒无無非别別甭莫唔冇毋未勿禁免除外排剔忽失难難忘坏壞缺拒停防省跳反")
_BESIDES = re.compile(r"(?:除了?|除去)[^，。！？,?!]{1,24}[，,]?[^，。！？,?!]{0,16}(?:还|還|也|更|又)")


def denials(text: Reading) -> Counter[str]:
    """Negations of a text, lower case; those that may stand for one begin with `?`. Quotations don't count."""
    found: Counter[str] = Counter()
    if text.chinese and not _ANY_HAN.isdisjoint(text.characters):
        found.update(_chinese(_BESIDES.sub("", text.bare) if "除" in text.bare else text.bare))
    if text.vocabulary and (
        not _TRIGGERS.isdisjoint(text.vocabulary)
        or (
            not _JOINERS.isdisjoint(text.characters)
            and any("-" in word or word[-3:] == "n't" for word in text.vocabulary)
        )
    ):
        for match in _ENGLISH.finditer(text.bare.lower()):
            if match.lastgroup != "neutral":
                found[("" if match.lastgroup == "deny" else "?") + match[0]] += 1
    return found


def _chinese(text: str) -> list[str]:
    seen, end = [], 0
    for start in _STARTS.finditer(text):
        match = _CHINESE.match(text, start.start()) if start.start() >= end else None
        if match:
            seen.append((match.lastgroup, match[0]))
            end = match.end()
    words = [("" if kind == "deny" else "?") + word for kind, word in seen if kind != "neutral"]
    if any(word[0] == "除" for word in words):  # 除了……以外 is one.
        words = [word for word in words if word not in {"之外", "以外", "除外"}]
    return words


def negation_differs(source: Counter[str], rewrite: Counter[str]) -> str | None:
    """Whether no reading of both texts denies equally often; the counts, if so."""
    if source == rewrite:
        return None
    lost, added = source - rewrite, rewrite - source
    low, high = _range(lost)
    other_low, other_high = _range(added)
    if low <= other_high and other_low <= high:
        return None
    words = [",".join(sorted(word.lstrip("?") for word in side)) or "none" for side in (lost, added)]
    return f"{words[0]} -> {words[1]}"


def _range(words: Counter[str]) -> tuple[int, int]:
    sure = sum(count for word, count in words.items() if word[0] != "?")
    return sure, sure + sum(count for word, count in words.items() if word[0] == "?")
