"""Where an English text denies: words that do, may, or only look like it."""

import re
from functools import lru_cache

from dataprep.augment.accept.denials_chinese import Denial

_STEMS = {
    "un": "safe available happy healthy necessary usual able likely willing wise fair reliable suitable paid used "
    "opened lawful authorised authorized acceptable reasonable clear known important common taxable limited qualified "
    "employed "
    "married changed covered insured related sweetened salted desirable advisable wanted aware comfortable plugged "
    "locked "
    "familiar successful popular pleasant stable true equal ethical helpful expected certain finished "
    "registered supported verified signed sold answered resolved solved protected encrypted tested realistic "
    "interesting reachable readable predictable profitable",
    "im": "possible proper polite mature patient practical permissible moral",
    "in": "correct valid eligible accurate active appropriate complete convenient dependent direct effective efficient "
    "secure sufficient visible advisable ability consistent formal offensive",
    "ir": "regular relevant responsible reversible rational replaceable",
    "dis": "advantage advantages agree agrees agreed like likes liked honest satisfied comfort continued "
    "allow allows allowed",
    "il": "legal legally logical",
}
_PREFIXED = [prefix + stem + end for prefix, stems in _STEMS.items() for stem in stems.split() for end in ("ly", "")]
_AUXILIARY = (
    r"(?:ca|could|do|does|did|is|are|was|were|wo|would|should|must|need|has|have|had|might|ought|ai|sha)n't|cannot"
    r"|can not|dont|doesnt|didnt|cant|wont|isnt|arent|wasnt|shouldnt|couldnt|wouldnt|hasnt|havent"
)
_MORE = r"(?:more|less|fewer|longer|shorter|higher|lower|later|earlier|sooner|greater|bigger|smaller|older|younger)"
_SURPASS = (
    rf"(?:exceed(?:s|ing)?|go(?:ing)? (?:over|above|beyond)|surpass(?:ing)?|be(?:ing)? {_MORE} than|{_MORE} than)"
)
_NEUTRAL = [
    rf"(?:{_AUXILIARY}|not|never|without|no)(?: to)?(?: \w+)? {_SURPASS}\b", "whether or not", "or not", "not only",
    "not just", "not merely", "not to mention", "not least", "no\\. ?\\d", "nothing but", "not bad",
    f"not (?:at all |entirely )?(?:{'|'.join(_PREFIXED)}|un[a-z]+)", "never mind", "nothing (?:else|more)",
    "no(?:body| one) else", "(?:nobody|no one|none|nowhere) (?:but|except|other than)",
    r"(?<![a-z] )(?:isn't|wasn't) (?:it|this|that|there)", "if not", "why not", "why don't (?:you|we)",
    "why doesn't (?:someone|anyone)", "can't help", "cannot help", "can't wait", "if you don't mind",
    "without (?:a )?doubt", r"(?:do not|don't|dont|never|not) (?:forget|hesitate|fail)(?: to)?", "without fail",
    "yes or no", "yes,? no", "no or yes",
    r"(?:can't|couldn't|won't|wouldn't) (?:you|we) (?:please|just|help|tell|show|explain|give)",
    r"(?:isn't|is not|aren't|are not|not) (?:quite )?(?:the same|alike|identical)", "not enough to know",
    r"i'm (?:really |quite )?not (?:really |quite |too )?(?:sure|clear|certain|familiar)",
    "not (?:sure|clear|certain)", "no idea", "no doubt", "no problem", "no matter", "no wonder", "no rush", "no clue",
    "none the less", "no later than", "regardless", "nonetheless", "nevertheless", "unless otherwise",
    r"(?:has|have|with|contains?) no [^.?!]{1,40}[.,;]? (?:(?:please|kindly|so|and|can you) )?(?:add|write|put in)",
]  # fmt: skip
_KNOW = r"(?: really| quite| even)? (?:know|sure|understand|get (?:why|how|what)|figured? out|clear|remember|recall)"
_I = "".join(
    f"|(?<={subject} {verb} )" for subject in ("i", "we") for verb in ("do", "did", "am", "are", "could", "have")
)
_NEUTRAL_I = [
    rf"(?:(?<=i )|(?<=we ))(?:{_AUXILIARY}){_KNOW}",
    rf"(?:(?<=i'm ){_I})not{_KNOW}",
]
_TAG = r"(?:is|are|do|does|did|can|could|was|were|has|have|will|would|should)n't (?:it|you|they|he|she|we|i)\?"
_DENY = [
    _AUXILIARY, "not", "no one", "nobody", "nothing", "nowhere", "none", "never", "neither", "nor", "no", "without",
    "except(?:ing)?(?: for)?", "excluding", "excludes?", "excluded", "aside from", "apart from", "other than",
    "but not", "unless", "minus", "forbidden", "forbids?", "forbidding", "prohibit(?:s|ed|ing)?", "banned", "ban",
    "bans", "banning", "barred", "disallow(?:s|ed)?", "unlawful(?:ly)?", "avoid(?:s|ed|ing|ance)?",
    "refrain(?:s|ing)? from", "stop short of", "free of", "free from",
    r"(?:kept|keep|keeps|leave|leaves|leaving|left|keeping)(?: \w+){0,4} out(?: of)?",
    "skip(?:s|ped|ping)?", "leave off", "leaving off", "shun(?:s|ning)?",
    "(?:stay|staying|keep|keeping|steer|steering) (?:clear of|away from)",
    r"(?:hold|holding|keep|keeping)(?: \w+){0,4} back", "withhold(?:ing)?", "w/o",
    r"against (?:the )?(?:law|rules?|polic(?:y|ies)|regulations)", *_PREFIXED,
]  # fmt: skip
_MAYBE = [
    r"fail(?:s|ed|ing|ure)?(?: to)?", r"forg[eo]t(?:s|ten|ting)?", r"hard(?:ly)?", "difficult", "difficulty",
    "trouble", r"struggl(?:e|es|ing|ed)", "stuck", "miss(?:es|ing|ed)?", "lack(?:s|ing|ed)?",
    r"refus(?:es?|ed|al|ing)", "broken", "stop(?:s|ped|ping)?", "cease[sd]?", "absent", "absence",
    "ignor(?:e|es|ed|ing)", "omit(?:s|ted|ting)?", "decline[sd]?", "declining", "prevent(?:s|ed|ing)?", "rejected",
    "rejects?", "rejecting", "keeps? from", "instead(?: of)?", "rather(?: than)?", "in place of",
    r"replac(?:e|es|ed|ing)", r"substitut(?:e|es|ed|ing)", "free", "gratis", "complimentary", "keep(?:s|ing)?", "kept",
    r"preserv(?:e|es|ed|ing)", "retain(?:s|ed|ing)?", r"leav(?:e|es|ing)", "maintain(?:s|ed|ing)?", "intact", "as is",
    "seldom", "rarely", "barely", "scarcely", "bad", "poor(?:ly)?", "wrong(?:ly)?", "false", "mistaken", "mistake",
    "myth", "errors?", "ran out", "run out", "short of", "sold out", "closed", "shut", r"expir(?:e|es|ed|ing|y)",
    r"delay(?:s|ed|ing)?", "overdue", "on time", "punctual(?:ly)?", "promptly", "wait(?:s|ed|ing)?", "pending",
    r"exempt(?:s|ed|ion|ions)?", r"waiv(?:e|es|ed|er)", "optional", "voluntary", "drop(?:s|ped|ping)?",
    r"remov(?:e|es|ed|ing)", "strip(?:s|ped)?", "hide", "hidden", "discard(?:s|ed)?", "disregard", "secret",
    "confidential", "private", "quiet(?:ly)?", "silent(?:ly)?", "mute", "lost", r"los(?:e|es|ing)", "unresponsive",
    "dead", "crash(?:es|ed|ing)?", "cancel(?:s|led|ed|ling)?", "quit", "gave up", "give up", r"giv(?:e|ing) up",
    "halt(?:s|ed)?", "deny", "denied", "nonstop", "independently", "forever", "permanent(?:ly)?", "unlimited", "vegan",
    "vegetarian", "busy", "empty", "besides", "on top of", r"limit(?:s|ed|ing)?", "restrict(?:s|ed|ing)?", "hold off",
    "abroad", "elsewhere", "resist", r"block(?:s|ed|ing)?", "until", "till", "late", "overcome",
    "eliminat(?:e|es|ed|ing)", "get rid of", "affordable", "inexpensive",
]  # fmt: skip
_TRIGGERS = frozenset(
    str.split(
        "no not nor none nothing nobody nowhere never neither cannot dont doesnt didnt cant wont isnt arent wasnt "
        "shouldnt couldnt "
        "wouldnt hasnt havent without except excepting excluding exclude excludes excluded unless minus forbidden "
        "forbid forbids "
        "forbidding prohibit prohibits prohibited prohibiting banned ban bans banning barred disallow disallows "
        "disallowed "
        "unlawful unlawfully avoid avoids avoided avoiding avoidance skip skips skipped skipping shun shuns shunning "
        "withhold withholding refrain "
        "refraining against"
    )
) | frozenset(_PREFIXED)
_HALVES = frozenset(
    str.split(
        "other aside apart steer steering stay staying stop free kept keep keeps leave leaves leaving left keeping "
        "hold holding w"
    )
)
_OTHER_HALVES = frozenset(str.split("than from clear away short of out off back o"))
"""First words of sure denials, and words of which two make one; contractions and words with a hyphen come on top."""


def _heads(source: str) -> set[str]:
    """The first three letters of whatever a pattern matches."""
    source = re.sub(r"^(?:\(\?:(?:\|?\(\?<=[^()]*\))+\)|\(\?<[!=][^()]*\))+", "", source)
    group = re.match(r"\(\?:((?:[^()]|\([^()]*\))*)\)(\??)", source)
    if group is None:
        literal = re.match(r"[a-z'/-]*", source)
        return {literal[0][:3] if literal else ""}
    rest = source[group.end() :]
    heads = {head for piece in group[1].split("|") for head in _heads(piece + rest)}
    return heads | (_heads(rest) if group[2] else set())


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    """First three letters -> what may stand there."""
    found: dict[str, dict[str, list[str]]] = {}
    for kind, sources in (("neutral", [*_NEUTRAL, *_NEUTRAL_I]), ("deny", _DENY), ("maybe", _MAYBE)):
        for source in sources:
            for head in _heads(source):
                found.setdefault(head, {}).setdefault(kind, []).append(source)
    return {
        head: re.compile("|".join(rf"(?P<{kind}>(?:{'|'.join(sources)})(?![a-z]))" for kind, sources in kinds.items()))
        for head, kinds in found.items()
    }


_WORD = re.compile("[a-z]+(?:['-][a-z]+)*")
_IS_TAG = re.compile(_TAG)
_SENTENCE = re.compile(r"[.?!\n]")
_CONDITIONS = frozenset(
    ("unless", "without", "except", "except for", "excluding", "until", "till", "other than", "apart from")
)
_SUFFIXED = re.compile("non-.*|.*-free|(?!un|doubt|b)[a-z]{2,}less")
_JOINERS = frozenset("-'")


def may_deny(vocabulary: frozenset[str], characters: frozenset[str]) -> bool:
    """Whether a text with these words may hold a sure denial."""
    if not _TRIGGERS.isdisjoint(vocabulary):
        return True
    if not _HALVES.isdisjoint(vocabulary) and not _OTHER_HALVES.isdisjoint(vocabulary):
        return True
    return not _JOINERS.isdisjoint(characters) and any(
        word.endswith(("n't", "-free")) or word.startswith("non-") for word in vocabulary
    )


def english_denials(text: str) -> list[Denial]:
    """Denials in the order of the text."""
    low, found, end = text.lower(), [], 0
    patterns = _patterns()
    suffixed = "-" in low or "less" in low
    for word in _WORD.finditer(low):
        start = word.start()
        if start < end:
            continue
        pattern = patterns.get(word[0][:3])
        match = pattern.match(low, start) if pattern else None
        if match:
            end = match.end()
            if match.lastgroup != "neutral" and not (low[start - 2 : start] == ", " and _IS_TAG.match(low, start)):
                found.append(Denial(match[0], match.lastgroup == "deny", start, end))
        elif suffixed and _SUFFIXED.fullmatch(word[0]):
            found.append(Denial(word[0], "-" in word[0], start, word.end()))
    return found


def cancels(one: Denial, other: Denial, text: str) -> bool:
    """Whether two neighbours may say together what neither denies: `cannot ... unless`, `not ... until`."""
    conditions = (one.word in _CONDITIONS) + (other.word in _CONDITIONS)
    sure = one.sure + other.sure
    between = text[one.end : other.start]
    if not conditions or not sure or len(between) > 100 or _SENTENCE.search(between):
        return bool(
            sure == 2 and " if " in text[max(0, one.start - 12) : one.start + 1].lower() and "\n" not in between
        )
    return conditions == 1 or sure == 2
