"""Lines, openings and repetition: whether an answer of a model is the rewrite and nothing else."""

import re
from collections import Counter

from dataprep.augment.accept.reading import Reading

_BULLET = re.compile(r"^\s*(?:[-*•·▪–]|\d{1,2}[.)、）]|[（(]\d{1,2}[）)]|[①-⑳]|[一二三四五六七八九十]{1,2}、)\s*\S")
_PREAMBLE = re.compile(
    r"\s*(?:[*#>\"“「]{0,3}\s*)?(?:(?:sure|certainly|absolutely|of course|okay|ok|great|no problem|got "
    r"it)(?: thing)?[,!.:，！。]"
    r"|here(?:'s| is| are| you go)\b[^\n]{0,80}(?:version|rewrit|rephras|paraphras|reword|translat|"
    r"alternativ|variation|sentence|prompt)"
    r"|here(?:'s| is| are)\b[^\n:]{0,60}:|(?:the |my |a )?(?:rewritten|rephrased|paraphrased?|reworded|"
    r"revised|translated|rewrite|translation|back-?translation|variation|version|output|result)(?: "
    r"(?:text|version|question|sentence|prompt|instruction|of))?\b[^\n:]{0,30}[:：]"
    r"|(?:好的?|当然|當然|没问题|沒問題|可以|明白了?|收到|嗯|行)(?:可以)?[，,。！!：:\n～~]"
    r"|(?:以下|下面|这|這|这里|這裡)是?(?:您|你|我|为您|为你|為您)?[^。\n：:]{0,12}(?:改写|改寫|重写|"
    r"重寫|润色|潤飾|版本|转述|改编|译文|譯文|翻译)"
    r"|(?:改写|改寫|重写|重寫|转述|轉述|回译|回譯|润色|潤色|修改|调整|調整|优化|優化|转换|轉換|翻译|翻譯|"
    r"译文|譯文|结果|結果|輸出|输出|口语版?|正式版?|书面版?|精简版?)(?:后|後|如下|版本|版|结果|为|的句子|内容)*[：:]|您的问题(?:可以)?改写)",
    re.IGNORECASE,
)
_WORDING = re.compile(
    r"\s*[*#>\"“「]{0,3}\s*(?:(?:a |the |my )?(?:(?:more|less|slightly|very) )?(?:formal|informal|casual|polite|"
    r"concise|simple|simply|natural|conversational)(?:ly)?\b"
    r"(?: (?:put|said|speaking|way|wording|phrasing|tone|style|form|to|of|"
    r"say|saying|it|this|ask|asking|that|question|version)){0,6}(?: is| would be)?:"
    r"|(?:another|one|a different) way (?:to|of) (?:put|say|ask|phras|word)\w*[^\n:]{0,20}(?: is| would be)?:"
    r"|you (?:could|can|might) (?:also )?(?:say|ask|put|phrase|word)\b[^\n:]{0,30}:"
    r"|(?:(?:以下|下面|这|這)(?:就?是|为|為)?)?[^。，,？?\n:]{0,6}"
    r"(?:[更较較]为?[为為]?[^。，,？?\n:]{1,6}|[换換]一?[个個种種]?"
    r"|(?:口语|口語|书面|書面|正式|简洁|簡潔|礼貌|禮貌|通俗|方言)化?)的?"
    r"(?:表述|表达|表達|说法|說法|问法|問法|写法|寫法|措辞|措辭|句子|方式|版本?)[^。，,？?\n:]{0,6}:"
    r"|(?:也|还|還)?(?:可以?|能|应该|應該)(?:改?成?|[这這][样樣么麼]|如此)"
    r"(?:问|問|说|說|写|寫|表述|表达|表達|改写|改寫|提问|提問)[成为為]?:)",
    re.IGNORECASE,
)
"""`A more formal way to say this:`, 更口语的说法："""
_AFTERWORD = re.compile(
    (
        r"(?:\n|[.!?。！？]\s*)(?:\(?(?:note|explanation)\b[^\n]{0,200}[:：]|i hope this|let me know if|"
        r"hope this helps|feel free to|（?(?:注|说明|說明|备注|備註)[：:]|希望(?:这|這|对|對)(?:个|個|您|你|"
        r"能|有|版)|如(?:果)?(?:您|你)?(?:还)?有(?:其他|任何)(?:问题|需要))"
    ),
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\s*(?:(?:i'm|i am) (?:so |very |truly )?(?:sorry|afraid)|sorry|my apologies|i apologi[sz]e|"
    r"unfortunately|i (?:can't|cannot|can not|won't|am unable|am not able|'m unable|must decline|do not "
    r"have|don't have)\b[^.\n]{0,24}\b(?:help|assist|provide|answer|fulfil|comply|rewrite|give|do that|"
    r"discuss|access)|i'm (?:unable|not able)|as an? (?:ai|language|artificial)"
    r"|(?:非常|很|真的)?(?:抱歉|对不起|對不起|不好意思|遗憾|遺憾)|作为一?[个個款名]?(?:ai|人工智能|语言|"
    r"大)|作為一?[個款名]?(?:ai|人工智慧|語言)|我(?:是一?[个個款名]?(?:ai|人工智能)|无法|無法|不能|"
    r"没办法|沒辦法)[^。\n]{0,12}(?:提供|回答|帮|幫|协助|改写|满足|给出|处理|建议|完成)|(?:这个|該|该|"
    r"此|您的)(?:问题|请求|内容)[^。\n]{0,8}(?:无法|不能))",
    re.IGNORECASE,
)

_HANGING = re.compile(
    (
        r"[,，、]$|\b(?:and|or|but|the|a|an|of|with|for|from|by|because|that|which|than|my|your|our|their)$|"
        r"[和与與及或并並但把将將]$"
    ),
    re.I,
)
_END_MARKS = frozenset(".?!。？！")


def unfinished(source: Reading, rewrite: Reading, style: str) -> str | None:
    """A rewrite that stops in the middle of a sentence: at a word that never ends one, or without the end mark."""
    text, had = rewrite.bare.rstrip(), source.bare.rstrip()
    hanging = _HANGING.search(text[-20:])
    if hanging and not _HANGING.search(had[-20:]):
        return f"ends with {hanging[0].strip()}"
    if (
        style in {"plain", "formal", "backtranslation", "traditional"}
        and had[-1:] in _END_MARKS
        and text[-1:].isalpha()
    ):
        last = text.split()[-1].casefold()
        cut = _is_piece(text[-3:], had) if rewrite.han and text[-1] >= "㐀" else last not in source.bare.casefold()
        return f"no end mark after {last[-20:]}" if cut else None
    return None


def _is_piece(tail: str, source: str) -> bool:
    """Whether the source has these Chinese characters, always with another one after them."""
    return tail in source and not re.search(re.escape(tail) + "(?![㐀-鿿])", source)


def lines_differ(source: Reading, rewrite: Reading) -> str | None:
    """Whether items of a list or lines of data went or came; one line may become two, and two one."""
    if "\n" not in source.text and "\n" not in rewrite.text:
        return None
    mine, theirs = _lines(source.text), _lines(rewrite.text)
    bullets = [sum(map(bool, map(_BULLET.match, lines))) for lines in (mine, theirs)]
    if bullets[0] != bullets[1]:
        return f"items {bullets[0]} -> {bullets[1]}"
    if max(len(mine), len(theirs)) < 3:
        return None if abs(len(mine) - len(theirs)) < 2 else f"{len(mine)} -> {len(theirs)}"
    if len(mine) != len(theirs) and not _asked_around(mine, theirs):
        return f"{len(mine)} -> {len(theirs)}"
    return None


def _asked_around(mine: list[str], theirs: list[str]) -> bool:
    """Whether one text asks before and after the same data, and the other one only before or after it."""
    kept = set(mine) & set(theirs)
    long, short = sorted(
        ([line for line in side if line not in kept] for side in (mine, theirs)), key=len, reverse=True
    )
    whole = max(mine, theirs, key=len)
    return (
        len(kept) > 1
        and len(long) == 2
        and len(short) == 1
        and long == [whole[0], whole[-1]]
        and whole[-1][-1] in "?？:："
    )


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def preamble(source: Reading, rewrite: Reading) -> str | None:
    """Words of the model about its rewrite, before or after it."""
    opening = _PREAMBLE.match(rewrite.prose, 0, 200)
    if opening is None and ":" in rewrite.prose[:80]:  # NFKC writes ： so, too
        opening = _WORDING.match(rewrite.prose, 0, 200)
    if opening and opening[0].strip() not in source.prose:
        return opening[0].strip()
    closing = _AFTERWORD.search(rewrite.prose)
    return closing[0].strip() if closing and closing[0].strip() not in source.prose else None


def refusal(source: Reading, rewrite: Reading) -> str | None:
    """A refusal or an apology that the source doesn't hold."""
    found = _REFUSAL.match(rewrite.prose, 0, 200)
    return found[0].strip() if found and found[0].strip().casefold() not in source.prose.casefold() else None


def repetition(source: Reading, rewrite: Reading) -> str | None:
    """A sequence that comes three times, and twice as often as in the source: three words, or five Han characters."""
    if rewrite.chinese:
        again = len(rewrite.bare) - len(rewrite.characters) - 5
    elif rewrite.prose.count(" ") - len(rewrite.vocabulary) < 4 and not rewrite.quotes:
        return None
    else:
        words = rewrite.prose.lower().split()
        again = len(words) - len(set(words))
    repeated = _repeated(rewrite) if again > 4 else None
    if not repeated:
        return None
    had = _repeated(source)
    found = [(count, gram) for gram, count in repeated.items() if count >= 2 * max(had.get(gram, 1), 1) and count > 2]
    return "".join(max(found)[1]) if found else None


def _repeated(text: Reading) -> dict[tuple[str, ...], int]:
    grams: Counter[tuple[str, ...]]
    if text.chinese:
        letters = "".join(text.prose.split())
        grams = Counter(zip(letters, letters[1:], letters[2:], letters[3:], letters[4:], strict=False))
    else:
        words = text.prose.lower().split()
        grams = Counter(
            zip(words, (" " + word for word in words[1:]), (" " + word for word in words[2:]), strict=False)
        )
    return {gram: count for gram, count in grams.items() if count > 2} if sum(grams.values()) > len(grams) else {}
