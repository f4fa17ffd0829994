"""Whether a text asks for something: a rewrite that answers its source no longer does."""

import re

from dataprep.augment.accept.reading import Reading

_ASKING_HAN = re.compile(
    r"[?？吗嗎]|呢(?=[？?。！!~～]|$)|(?<![这那這])[么麼]|什[么麼]|怎|如何|哪|谁|誰|几[个個点點天种種年岁歲次号號月时時]|多少|"
    r"多[久长長大高远遠重快]|是否|能否|可否|为何|為何|为什|是不是|能不能|要不要|会不会|有没有|可不可以|"
    r"该不该|请|請|帮|幫|麻烦|麻煩|告诉|告訴"
    r"|点解|點解|咋|啥|乜|边[个度]|邊[個度]|点样|點樣|係咪|有冇|几时|幾時|幾[個點天種年歲次號月多]|"
    r"何[时处種种人]|孰|劳烦|烦请|煩請|求(?:推荐|助|教|解)|想(?:知道|了解|瞭解|问|問|请教|要|咨询|弄)|"
    r"我(?:们|們|这边|這邊)?(?:现在|現在)?(?:只|就|也|还|還|都)?(?:是)?(?:想|要|需要|希望|申请|申請|要求|打算)|希望|盼|拜托|拜託|"
    r"介绍|介紹|吧[。！!]?$|呗"
)
_COMMAND_HAN = re.compile(
    r"(?:^|[\n，。,；;：:！!\ufffe\uffff])\s*(?:我?(?:需要|要|想要)?你?(?:把|将|將|给|給|替|为|為|用|以|"
    r"按|按照|根据|根據|依据|依|从|從|对|對|就|针对|围绕|参照|基于|试|試|先|再|直接|务必|須|须|应|不要|"
    r"别|勿|避免)"
    r"|"
    r"[写寫撰编編列画畫译譯翻改做算计計总總概归歸解说說描介比对對分判设設生提给給推查找检檢核起草拟擬创創补補续續完扩擴缩縮简簡润潤修纠糾校转轉换換整排输輸回答填提取抽识識标標评評讲講举舉谈談论論模扮证證求选選安订訂制製发發通提醒统統优優调調预預])"
)
_ASKING = re.compile(
    r"\?|(?:^|[,;:.!\n(\-–—\"\ufffe]\s*)(?:(?:and|so|but|hey|hi|hello|also|then|ok|okay|well|yo|um|just|"
    r"please|plese|pls|kindly|now|could|can|in|for|to|with|from|using|if)\b[ ,]*){0,3}"
    r"(?:what|wat|whats|how|why|when|where|who|whose|whom|which|wich|is|are|was|were|do|does|did|can|"
    r"could|would|will|should|may|shall|have|has|am|must|any)(?:'s|'re|'d|'ve|n't)?\b"
    r"|\b(?:tell|let|help|give|show|walk|teach|remind) (?:me|us|the|him|her|them)\b"
    r"|\b(?:i|we) (?:(?:only|just|really|simply|do|still) ){0,2}(?:need|want|prefer|"
    r"would like|wish|am looking|was hoping|require)\b|\bi(?:'d| would) (?:like|love|appreciate|be "
    r"grateful)|\bwonder|\bwant to know|\bneed to know|\bcurious\b|\blooking for\b|\bplease\b|"
    r"\bkindly\b|\bany idea|\byour task\b|\byou are (?:a|an|the)\b|\bnot sure (?:how|what|why|if|"
    r"whether)|\bhow (?:to|many|much|long|do|can|about)\b|\bpls\b|\bplz\b",
    re.IGNORECASE,
)
_VERBS = frozenset(
    str.split(
        "add adjust act advise analyse analyze answer apply argue arrange ask assess assist assume "
        "brainstorm break build calculate check choose cite clarify classify collect combine come compare "
        "compile complete compose "
        "compute condense consider construct continue convert convey correct count craft create debug "
        "decide define deliver describe design determine develop devise differentiate discuss distinguish "
        "divide do don't draft draw "
        "edit elaborate enumerate estimate evaluate examine expand explain explore express extend extract "
        "fill find fix flag follow format formulate generate get give go group guess have help highlight "
        "identify illustrate imagine "
        "improve include indicate infer inform insert interpret introduce invent investigate justify keep "
        "knock label let limit list locate look make map mark match mention merge model modify move name "
        "never note notify offer order organise "
        "organize outline paraphrase parse perform pick plan play point polish predict prepare present "
        "pretend print prioritise prioritize produce promote proofread propose provide pull put quote rank "
        "rate read recap recommend reduce refactor "
        "reformat rephrase remind remove rename render reorder repeat replace reply report research "
        "respond restate restructure return reverse review revise reword rewrite run say search see select "
        "send separate set share shorten show "
        "simplify simulate sketch solve sort specify spell spot split start state stick structure sub "
        "suggest sum summarise summarize swap take talk teach tell think tidy touch track transcribe "
        "transform translate try turn update use using verify visit walk work write wriet wrtie jot avoid "
        "ensure reformulate proof dont say implement code program demonstrate derive prove recall supply address "
        "detail offer script "
        "graph factor integrate deduce contrast critique diagnose fetch download install configure set test validate "
        "optimise optimize "
        "trim adapt customise customize tailor localise localize decode encode decrypt query tally book schedule "
        "reserve buy forecast "
        "persuade convince greet thank congratulate invite warn email message call replicate reproduce trace"
    )
)
_CLAUSE = re.compile(
    (
        r"(?:^|[.!?:;,\n\-–—)\"\ufffe\uffff]\s*)(?:(?:and|then|please|kindly|now|just|also|first|next|"
        r"finally|briefly|hey|hi|quickly|so|ok|carefully|clearly|politely|concisely|let's|lets)[ "
        r",]+)*([a-z']+)"
    ),
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"\s*(?:(?:the |my )?(?:correct |short |final )?answer(?: is\b|[:：])|a[:：]\s|yes[,.!]|no[,.!] |"
    r"答案?(?:是|为|為)?[：:]|答[：:]|答案是|(?:可以|能|会|會|是|对|對|不会|不会|不能|不可以)的[，,。]|"
    r"根据您|(?:你|您)可以(?![帮幫告给給把为為说說解推介])|建议[您你先]|建議[您你先]"
    r"|you (?:can|should|need to|could|must|may)\b(?![^.]{0,200}\?)|to (?:do|fix|solve|reset|make|get|"
    r"find|calculate|create|change|install|cook|remove) [^.?]{3,80}, (?:first|you|start|go|open|press|"
    r"click)|(?:i|we) recommend|i can help|i'd be happy|i would be happy|step 1|首先[，,]|第一步)",
    re.IGNORECASE,
)


def asks(text: Reading) -> bool:
    """Whether a text holds a question or a request outside of its quotations."""
    prose = text.bare
    if _is_question(prose):
        return True
    if text.chinese:
        return bool(_ASKING_HAN.search(prose) or _COMMAND_HAN.search(prose))
    return bool(_ASKING.search(prose)) or any(word.lower() in _VERBS for word in _CLAUSE.findall(prose))


def answered(source: Reading, rewrite: Reading, style: str) -> str | None:
    """The opening of an answer, or a statement in place of a question or a request."""
    opening = _ANSWER.match(rewrite.prose)
    if opening and opening[0].strip().casefold() not in source.prose.casefold() and not _is_question(rewrite.bare):
        return opening[0].strip()
    if style != "typos" and not asks(rewrite) and asks(source):
        return "no question"
    if not rewrite.chinese or _is_question(rewrite.bare):
        return None
    if _is_question(source.bare) or (_WONDERING_HAN.search(source.bare) and not _WONDERING_HAN.search(rewrite.bare)):
        found = _STATEMENT_HAN.search(rewrite.bare)
        return found[0] if found else None
    return None


_WONDERING_HAN = re.compile(
    r"[吗嗎]|什[么麼]|怎|如何|哪|谁|誰|[几幾](?=[个個点點天种種年岁歲次号號月时時])|多少|多[久长長大高远遠重快]|"
    r"为何|為何|是否|点解|點解|咋|啥|乜|边[个度]|邊[個度]|点样|點樣|何[时時处處种種人]"
)
_STATEMENT_HAN = re.compile(
    r"因为|因為|所以|首先.{2,80}(?:其次|然后|最后|再)|"
    r"(?:[应應](?:该|該|当|當)?|[需须須]要?|(?:^|[，。,；;\s])(?:要|得|可以?)?)先[^，。,]{2,40}[，,].{0,60}(?:再|然后|然後|接着|接著|最后|最後)|(?:通常|一般|主要)(?:是|来说|需要|为)|(?:可以|"
    r"应该|需要|建议)(?:先|在|通过|采用|使用)|主要有|包括以下|分别是|等于|即可[。！!]?$|就(?:行|好|可以)了?[。！!]?$"
)


def _is_question(text: str) -> bool:
    return "?" in text or "？" in text
