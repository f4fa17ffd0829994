"""Words that turn a meaning into its opposite without a negation: `before` and `after`, 最高 and 最低."""

import re

from dataprep.augment.accept.reading import Reading

_FREE = r"(?<!不)(?<!不能)(?<!不得)(?<!不要)(?<!不可)(?<!不应)(?<!不應)(?<!不会)(?<!不會)"
_PAIRS = (
    (
        r"(?<![目提当當眼面空以门門])前(?![台端往景途言提面后後天者任])|之前|以前",
        r"(?<![然最今背落幕])[后後](?![台端天来來者续續果悔期])|之后|之後|以后|以後",
    ),
    (r"优点|優點|优势|優勢|好处|好處|益处|益處|利(?=弊)", r"缺点|缺點|劣势|劣勢|坏处|壞處|弊端|害处|害處|不足之处"),
    (
        r"增加|提高|上升|上涨|上漲|增长|增長|涨价|漲價|提升|增大|调高|調高",
        r"减少|減少|降低|下降|下跌|缩减|縮減|跌价|降价|降價|减小|減小|调低|調低",
    ),
    (r"最[高大多贵貴长長快早热熱远遠重新好佳强強厚](?!程度)", r"最[低小少短慢晚冷近轻輕旧舊差弱薄坏壞]|最便宜"),
    (
        r"至少|最少|起码|起碼|不(?:得|能|要|可|应|應)?(?:少|低|小)[于於]|以上|" + _FREE + r"(?:超[过過]|[多高大][于於])",
        r"至多|最多|不(?:得|能|要|可|应|應|会|會)?(?:超[过過出]|[多高大][于於])|以[内內下]|之[内內]|" + _FREE + r"[少低小][于於]|"
        r"不到|不足",
    ),
    (r"免[费費]", r"(?<!不)(?<!不用)(?<!不需)[收付][费費](?![者方标標])"),
    (r"包含|包括|含有|(?<!不)(?<!包)含(?![义義量])", r"除了?|排除|不[包]?含|[无無](?=[糖盐鹽油])"),
    (r"上午|早上|凌晨|早晨|清晨", r"下午|晚上|傍晚|夜里|夜裡|夜间"),
    (r"打开|打開|开启|開啟|启用|啟用", r"关闭|關閉|关掉|關掉|禁用|停用"),
    (
        r"从[低小少短早].{0,2}[到至][高大多长晚]|升序|由低到高|由小到大",
        r"从[高大多长晚].{0,2}[到至][低小少短早]|降序|由高到低|由大到小",
    ),
    (r"上个?[月周週]|上個月|去年|昨天|昨日|前天", r"下个?[月周週]|下個月|明年|明天|明日|后天|後天"),
    (r"去年|昨天", r"今年|今天"),
    (r"今年|今天|今日", r"明年|明天|明日|明兒|明儿"),
    (r"明天|明日|明儿", r"后天|後天"),
    (r"收入", r"支出|开销"),
    (r"进口|進口", r"出口"),
    (r"安全", r"危险|危險"),
    (r"赞成|贊成|支持", r"反对|反對"),
    (r"左", r"右"),
    (r"男", r"女"),
    (r"赚|賺|盈利", r"亏|虧|亏损"),
    (r"变大|放大", r"变小|缩小"),
    (r"接受|同意", r"拒绝|拒絕"),
    (r"便宜|实惠", r"昂贵|(?<![宝珍名高尊])贵(?!公司|宾|州|阳|司|方|店)"),
    (r"开始|開始", r"结束|結束"),
    (r"室内|室內", r"室外|户外"),
    (r"热水|热的|加热|加熱", r"冷水|冷的|冷却|冷卻"),
    (r"长[处期]|长期|長期", r"短期"),
    (r"加[上入]", r"减[去掉]|去掉"),
)
_WORDS = (
    ("before|prior to|ahead of", "after|following"),
    (
        "advantage|advantages|benefit|benefits|pros|upside|upsides",
        "disadvantage|disadvantages|drawback|drawbacks|cons|downside|downsides|shortcomings",
    ),
    (
        (
            "increase|increases|increased|increasing|raise|raises|raised|raising|rise|rises|rising|rose|grow|"
            "grows|growing|gain|gains|maximise|maximize"
        ),
        (
            "decrease|decreases|decreased|decreasing|reduce|reduces|reduced|reducing|lower|lowers|lowered|"
            "lowering|fall|falls|falling|fell|drop|drops|dropped|dropping|minimise|minimize|cut|cuts"
        ),
    ),
    (
        "highest|largest|biggest|greatest|tallest|longest|oldest|latest|fastest|maximum|most|best",
        "lowest|smallest|shortest|youngest|newest|earliest|slowest|minimum|fewest|worst",
    ),
    ("most expensive|priciest|costliest", "cheapest|least expensive|most affordable|least costly"),
    (
        "at least|more than|over|no fewer than|no less than|above|at minimum|or more|exceed|exceeds|exceeding",
        "at most|less than|under|fewer than|no more than|up to|within|below|at maximum|or less|or fewer|no longer than",
    ),
    (
        "enable|enables|enabled|enabling|turn on|turned on|activate|switch on",
        "disable|disables|disabled|disabling|turn off|turned off|deactivate|switch off",
    ),
    (
        "ascending|lowest to highest|smallest to largest|low to high",
        "descending|highest to lowest|largest to smallest|high to low",
    ),
    (
        "yesterday|last week|last month|last year|last night|previous",
        "tomorrow|next week|next month|next year|upcoming|next",
    ),
    (
        "today|tonight|this week|this month|this year",
        "tomorrow|next week|next month|next year|yesterday|last week|last month|last year",
    ),
    ("morning|breakfast", "afternoon|evening|night|dinner"),
    ("safe|safely|safety", "dangerous|hazardous|risky|harmful"),
    ("hot|hotter|warm|heat|heating", "cold|colder|cool|cooling"),
    ("import|imports|imported|importing", "export|exports|exported|exporting"),
    ("win|winning|won", "lose|loses|losing|lost"),
    ("pass|passes|passed", "fail|fails|failed"),
    (
        "accept|accepts|accepted|accepting|approve|approved|approval",
        "reject|rejects|rejected|rejection|decline|declines|declined|deny|denies|denied|denial",
    ),
    (
        "longer|bigger|larger|taller|older|faster|higher|heavier|louder|warmer|earlier",
        "smaller|younger|slower|lower|lighter|quieter|later",
    ),
    ("profit|profits", "loss|losses"),
    ("strength|strengths", "weakness|weaknesses"),
    ("arrive|arrives|arrival|arriving", "depart|departs|departure|departing"),
    ("start|starts|started|starting|begin|begins|beginning", "end|ends|ended|ending|finish|finishes|finished"),
    ("add|adds|added|adding|insert", "remove|removes|removed|removing|delete|deletes|deleted"),
    ("indoor|indoors", "outdoor|outdoors"),
    ("inside", "outside"),
    ("incoming", "outgoing"),
    ("singular", "plural"),
    ("agree|agrees|agreed", "disagree|disagrees"),
    ("always", "rarely|seldom|sometimes"),
    ("all|every", "some"),
    ("legal", "illegal"),
    ("cheap|cheaper", "expensive|pricey"),
    ("including|include|includes|included", "excluding|exclude|excludes|excluded|except|apart from|aside from"),
    ("free of charge|for free", "paid|for a fee"),
    ("part-time", "full-time"),
    (
        "buyer|buyers|tenant|tenants|lend|lending|employee|employees",
        "seller|sellers|landlord|landlords|borrow|borrowing|employer|employers",
    ),
)
_HAN = [(re.compile(one), re.compile(other)) for one, other in _PAIRS]
_HAN_PLACES: dict[str, list[int]] = {}
for _place, (_one, _other) in enumerate(_PAIRS):
    for _character in re.findall("[一-鿿]", re.sub(r"\(\?<?!.*?\)", "", _one + _other)):
        _HAN_PLACES.setdefault(_character, []).append(_place)
_SIDES: dict[str, list[tuple[int, int]]] = {}
for _place, _pair in enumerate(_WORDS):
    for _side in (0, 1):
        for _word in _pair[_side].split("|"):
            _SIDES.setdefault(_word, []).append((_place, _side))
_PHRASES = re.compile(
    r"\b(?:" + "|".join(sorted((word for word in _SIDES if " " in word), key=len, reverse=True)) + r")\b"
)
_PHRASE_WORDS = frozenset(str.split("than least most last next turn turned switch up prior ahead or at this to"))


def opposed(source: Reading, rewrite: Reading) -> str | None:
    """Find a contrast of which one text has only the one side and the other text only the other side.

    Returns:
        Both words, or null.
    """
    if source.chinese != rewrite.chinese:
        return None
    return _opposed_han(source, rewrite) if source.chinese else _opposed_words(_terms(source), _terms(rewrite))


def _opposed_han(source: Reading, rewrite: Reading) -> str | None:
    had, has = source.characters, rewrite.characters
    places = {place for character in had & _HAN_PLACES.keys() for place in _HAN_PLACES[character]}
    places &= {place for character in has & _HAN_PLACES.keys() for place in _HAN_PLACES[character]}
    for place in sorted(places):
        one, other = _HAN[place]
        for mine, theirs in ((one, other), (other, one)):
            here = mine.search(source.bare)
            there = theirs.search(rewrite.bare) if here else None
            if here and there and not theirs.search(source.bare) and not mine.search(rewrite.bare):
                return f"{here[0]} -> {there[0]}"
            if here:
                break
    return None


def _terms(text: Reading) -> dict[str, str]:
    """Words and phrases of the table; those inside of a phrase don't count."""
    if _PHRASE_WORDS.isdisjoint(text.vocabulary):
        return {word: word for word in text.vocabulary & _SIDES.keys()}
    low = text.bare.lower()
    phrases = _PHRASES.findall(low)
    words = re.findall(r"[a-z]+(?:['-][a-z]+)*", _PHRASES.sub(" ", low)) if phrases else text.vocabulary
    return {word: word for word in (*phrases, *words) if word in _SIDES}


def _opposed_words(source: dict[str, str], rewrite: dict[str, str]) -> str | None:
    if not source or not rewrite:
        return None
    mine = {side: word for word in sorted(source) for side in _SIDES[word]}
    theirs = {side: word for word in sorted(rewrite) for side in _SIDES[word]}
    for (place, side), word in mine.items():
        other = (place, 1 - side)
        if other in theirs and other not in mine and (place, side) not in theirs:
            return f"{word} -> {theirs[other]}"
    return None
