"""Answers that refuse, and answers that speak of being a language model: what chat models left in scraped data."""

import re

import polars as pl

_OPENING = 160
"""Characters within which a refusal says so; behind them it is one remark among others."""

_SUSPECTS = (
    *(
        "抱歉",
        "对不起",
        "對不起",
        "不好意思",
        "无法",
        "無法",
        "不能",
        "办法",
        "辦法",
        "作为",
        "作為",
        "身为",
        "身為",
        "语言模型",
    ),
    *("sorry", "apolog", "afraid", "cannot", "can't", "can’t", "can not", "unable", "not able", "won't", "won’t"),
    *("as an ", "as a ", "as your ", "an ai", "a language", "a large language", "a computer program"),
)
"""Every opening below has one of these; a cheap look before the expressions."""

_HELP = (
    r"(?:回答|回复|提供|帮助|幫助|帮[您你]|协助|協助|完成|满足|执行|处理|生成|创建|编写|给出|进行|访问|查看|获取|打开|播放|预测|判断"
    r"|评[论价估]|讨论|识别|参与|做到|透露|分享|描述|体验|拥有|感受|直接|实时|真正|亲自|物理)"
)
_CANNOT_ZH = r"(?:无法|無法|不能|没办法|沒辦法|没有办法|不便|没有能力|没有权限|不具备)"
_SORRY_ZH = r"(?:(?:我|非常|很|十分|实在|真的|感到)*(?:抱歉|对不起|對不起|不好意思))"
_AI_ZH = r"(?:AI|人工智[能慧]|语言模型|語言模型|智能助手|机器人)"
_CANNOT_EN = r"(?:can(?:no|['’])t|can\snot|won['’]t|am\s(?:not\sable|unable)|['’]m\s(?:not\sable|unable))"
_HELP_EN = (
    r"(?:help|assist|provide|answer|comply|fulfill?|do\sthat|generate|create|write|support|engage|access|complete|discuss"
    r"|retrieve|give|offer|share|show|display|perform|predict|determine|respond|process|draw|produce|tell)"
)

_REFUSAL = re.compile(
    rf"""\A\W*(?:
      {_SORRY_ZH}[^。！？\n]{{0,30}}(?:我(?!们)|本助手|此AI)[^。！？\n]{{0,20}}{_CANNOT_ZH}[^。！？\n]{{0,12}}{_HELP}
    | (?:{_SORRY_ZH}[，,])?(?:但|由于)?(?:我)?(?:作为|作為|是)一?[个個名款]?[^。！？，,\n]{{0,8}}{_AI_ZH}
        [^。！？\n]{{0,20}}{_CANNOT_ZH}
    | 我(?:现在|目前|暂时)?{_CANNOT_ZH}[^。！？\n]{{0,6}}{_HELP}[^。！？\n]{{0,14}}(?:请求|要求|问题|内容|帮助|信息)
    | (?:(?:i['’]?\s?a?m\s+)?(?:very\s|really\s|so\s|truly\s)?(?:sorry|afraid)|(?:my\s)?apologies
        |i\s(?:do\s)?apologi[sz]e)
        [^.!?\n]{{0,60}}\bi\s?{_CANNOT_EN}(?:\sto)?\s(?:\w+\s){{0,3}}{_HELP_EN}
    | i\s?{_CANNOT_EN}(?:\sto)?\s(?:\w+\s){{0,2}}{_HELP_EN}
    | (?:i['’]?\s?a?m\s+sorry,?\s(?:but\s)?)?as\san?\s(?:ai|artificial|large\slanguage|language|machine)
        [^.!?\n]{{0,60}}\bi\s?(?:{_CANNOT_EN}|do\s?n[o'’]t\shave)
    )""",
    re.VERBOSE | re.IGNORECASE,
)

_CLARIFIES = re.compile(
    r"(?:请|請|您|你|能否|可以|如果|若)[^。！？\n]{0,12}(?:提供|告诉|告訴|补充|說明|说明|描述|上传|发送)"
    r"|(?:could|can|would|please|if)\s(?:you\s)?(?:please\s|could\s|can\s)?(?:provide|share|give|tell|specify|clarify|upload|paste)"
    r"|(?:more|additional|further|specific)\s(?:information|details|context|specifics)",
    re.IGNORECASE,
)
"""Asking back for what is missing isn't a refusal."""

_BOILERPLATE = re.compile(
    r"""(?:作为|作為|身为|身為)一?[个個名款种位]?(?:基于\S{1,8}的)?(?:人工智[能慧]|AI|大型|大)?(?:的)?
        (?:语言模型|語言模型|人工智[能慧](?:助手|程序|系统|模型|机器人)?|AI(?:助手|程序|系统|模型|机器人)?|聊天机器人)
        (?:程序|助手)?[，,、]?\s?(?:我|本)
    | 我(?:只|仅仅)?是一?[个個名款种](?:人工智[能慧]|AI|大型|大)?语言模型
    | \bas\s(?:an?|your)\s(?:(?:large|artificial|intelligent|virtual|digital|text-based|powerful|neutral)[\s-]+)*
        (?:ai|artificial\sintelligence|language\smodel|machine\slearning|chatbot)
        (?:[\s-](?:based|language|assistant|model|chatbot|system|bot|program|powered))*,?\s(?:i|my)\b
    | \bi(?:['’]m|\sam)\s(?:just|only|merely)\san?\s(?:ai|language|large\slanguage|computer\sprogram|machine)""",
    re.VERBOSE | re.IGNORECASE,
)

_ASKED_FOR = re.compile(
    r"""翻译|翻譯|译成|译为|改写|改寫|润色|润饰|道歉|致歉|拒绝|拒絕|婉拒|推辞|辞退|回绝|邮件|来信|回信|台词|剧本|对话|扮演|角色
    | 故事|小说|总结|摘要|纠正|改错|病句|续写|你是谁|你叫什么|你是(?:不是)?(?:一个|人|机器|AI)
    | 你有(?:没有)?(?:感情|情感|意识|身体|性别)|人工智能|语言模型|自我介绍|介绍一下?(?:你|自己)
    | translat|rephras|rewrite|paraphras|proofread|apolog|refus|reject|declin|turn(?:ing)?\sdown|\bsorry\b
    | e-?mail|letter|reply|respon[ds]|story|dialog|script|scene|role|pretend|act\sas|summar|correct|grammar
    | complete\sthe\ssentence|sentiment|classif|who\sare\syou|are\syou\s(?:an?|human|real|sentient|conscious)
    | \b(?:ai|chatbot|language\smodel)s?\b|about\syourself|your\sname""",
    re.VERBOSE | re.IGNORECASE,
)
"""Prompts to which such words are an answer."""


def refusals(exchanges: pl.DataFrame, *, rows: int) -> pl.DataFrame:
    """Which rows have an answer that refuses or shows a language model's boilerplate.

    A prompt that asks for such words (a translation, an apology, a story, who the assistant is) excuses them.

    Args:
        exchanges: `Texts.exchanges`.
        rows: n, the rows that they come from.

    Returns:
        n lines: `refusal` (Int64: characters of the shortest answer that opens with a refusal) and `boilerplate`
        (Int64: times that an answer says "as an AI language model"), both null where there is nothing of the kind.
    """
    head = pl.col("answer").str.head(_OPENING)
    suspects = exchanges.filter(head.str.contains_any(list(_SUSPECTS), ascii_case_insensitive=True))
    found: dict[str, list[tuple[int, int]]] = {"refusal": [], "boilerplate": []}
    for at, prompt, answer in suspects.select("at", "prompt", "answer").iter_rows():
        opening = answer[:_OPENING]
        refuses, boilerplate = _REFUSAL.match(opening), _BOILERPLATE.search(opening)
        if not (refuses or boilerplate) or (prompt is not None and _ASKED_FOR.search(prompt)):
            continue
        if refuses and not _CLARIFIES.search(answer):
            found["refusal"].append((at, len(answer.strip())))
        if boilerplate:
            found["boilerplate"].append((at, len(_BOILERPLATE.findall(answer))))
    return pl.DataFrame({name: _spread(hits, rows, least=name == "refusal") for name, hits in found.items()})


def _spread(hits: list[tuple[int, int]], rows: int, *, least: bool) -> pl.Series:
    """One value for each row: the least or the sum of its hits, or null."""
    places: dict[int, int] = {}
    for at, value in hits:
        known = places.get(at)
        places[at] = value if known is None else min(known, value) if least else known + value
    column = pl.repeat(None, rows, dtype=pl.Int64, eager=True)
    return column.scatter(list(places), list(places.values())) if places else column
