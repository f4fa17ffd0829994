"""Where an English text denies: words that do, may, or only look like it."""

import re
from collections import defaultdict

from dataprep.augment.accept.denials_chinese import Denial

_STEMS = {
    "un": "safe available happy healthy necessary usual able likely willing wise fair reliable suitable paid used opened "
    "lawful authorised authorized acceptable reasonable clear known important common taxable limited qualified employed "
    "married changed covered insured related sweetened salted desirable advisable wanted aware comfortable plugged locked "
    "familiar successful popular pleasant stable true equal ethical helpful expected certain finished",
    "im": "possible proper polite mature patient practical permissible moral",
    "in": "correct valid eligible accurate active appropriate complete convenient dependent direct effective efficient "
    "secure sufficient visible advisable ability consistent formal",
    "ir": "regular relevant responsible reversible rational replaceable",
    "dis": "advantage advantages agree agrees agreed like likes liked honest satisfied able abled comfort continued allow "
    "allows allowed",
    "il": "legal legally logical",
}
_PREFIXED = [prefix + stem + end for prefix, stems in _STEMS.items() for stem in stems.split() for end in ("ly", "")]
_AUXILIARY = (
    r"(?:ca|could|do|does|did|is|are|was|were|wo|would|should|must|need|has|have|had|might|ought|ai|sha)n't|cannot"
    r"|can not|dont|doesnt|didnt|cant|wont|isnt|arent|wasnt|shouldnt|couldnt|wouldnt|hasnt|havent"
)
_MORE = r"(?:more|less|fewer|longer|shorter|higher|lower|later|earlier|sooner|greater|bigger|smaller|older|younger)"
_SURPASS = rf"(?:exceed(?:s|ing)?|go(?:ing)? (?:over|above|beyond)|surpass(?:ing)?|be(?:ing)? {_MORE} than|{_MORE} than)"
_NEUTRAL = [
    rf"(?:(?:do|does|should|must|may|can|could|to|will|would|shall|is|are) not|{_AUXILIARY}|not|never|without|no)"
    rf"(?: to)?(?: \w+)? {_SURPASS}\b",
    "whether or not", "or not", "not only", "not just", "not merely", "not to mention", "not least", "no\\. ?\\d",
    "nothing but", "not bad", "not un\\w+", "not (?:im|in|dis|ir|il)\\w{4,}", "if not", "why not", "why don't (?:you|we)",
    "why doesn't (?:someone|anyone)", "can't help", "cannot help", "can't wait", "if you don't mind", "without (?:a )?doubt",
    r"(?:do not|don't|dont|never|not) (?:forget|hesitate|fail)(?: to)?", "without fail", "yes or no", "yes,? no", "no or yes",
    r"(?:can't|couldn't|won't|wouldn't) (?:you|we) (?:please|just|help|tell|show|explain|give)",
    r"(?:isn't|is not|aren't|are not|not) (?:quite )?(?:the same|alike|identical)", "not enough to know",
    r"i'm (?:really |quite )?not (?:really |quite |too )?(?:sure|clear|certain|familiar)", "not (?:sure|clear|certain)",
    "no idea", "no doubt", "no problem", "no matter", "no wonder", "no rush", "no clue", "none the less", "no later than",
    "regardless", "nonetheless", "nevertheless", "unless otherwise",
    r"(?:has|have|with|contains?) no [^.?!]{1,40}[.,;]? (?:(?:please|kindly|so|and|could you|can you) )?(?:add|write|put in)",
]  # fmt: skip
_NEUTRAL_I = (
    r"(?:i|we) (?:do not|don't|dont|didn't|did not|am not|'m not|can't|cannot|can not|couldn't|haven't)(?: really| quite"
    r"| even)? (?:know|sure|understand|get (?:why|how|what)|figure out|figured out|clear|remember|recall)"
)
_TAG = r"(?:is|are|do|does|did|can|could|was|were|has|have|will|would|should)n't (?:it|you|they|he|she|we|i)\?"
_DENY = [
    _AUXILIARY, "not", "no one", "nobody", "nothing", "nowhere", "none", "never", "neither", "nor", "no", "without",
    "except(?:ing)?(?: for)?", "excluding", "excludes?", "excluded", "aside from", "apart from", "other than", "but not",
    "unless", "minus", "forbidden", "forbids?", "forbidding", "prohibit(?:s|ed|ing)?", "banned", "ban", "bans", "banning",
    "barred", "disallow(?:s|ed)?", "unlawful(?:ly)?", "avoid(?:s|ed|ing|ance)?", "refrain(?:s|ing)? from",
    "steer clear of", "stay away from", "stop short of", "free of", "free from",
    r"(?:kept|keep|leave|leaving|left|keeping)(?: \w+){0,4} out(?: of)?", "skip(?:ping)?", "leave off", "leaving off",
    r"(?:hold|holding|keep|keeping)(?: \w+){0,4} back", "withhold(?:ing)?", "w/o", *_PREFIXED,
]  # fmt: skip
_MAYBE = [
    r"fail(?:s|ed|ing|ure)?(?: to)?", r"forg[eo]t(?:s|ten|ting)?", r"hard(?:ly)?", "difficult", "difficulty", "trouble",
    r"struggl(?:e|es|ing|ed)", "stuck", "miss(?:es|ing|ed)?", "lack(?:s|ing|ed)?", r"refus(?:es?|ed|al|ing)", "broken",
    "stop(?:s|ped|ping)?", "cease[sd]?", "absent", "absence", "ignor(?:e|es|ed|ing)", "omit(?:s|ted|ting)?",
    "decline[sd]?", "declining", "prevent(?:s|ed|ing)?", "rejected", "rejects?", "rejecting", "keeps? from",
    "instead(?: of)?", "rather(?: than)?", "in place of", r"replac(?:e|es|ed|ing)", r"substitut(?:e|es|ed|ing)",
    "free", "gratis", "complimentary", "only", "solely", "exclusively", "just", "alone", "merely", "keep(?:s|ing)?", "kept",
    r"preserv(?:e|es|ed|ing)", "retain(?:s|ed|ing)?", r"leav(?:e|es|ing)", "left", "maintain(?:s|ed|ing)?", "intact",
    "as is", "seldom", "rarely", "barely", "scarcely", "few", "little", "bad", "poor(?:ly)?", "wrong(?:ly)?", "false",
    "mistaken", "mistake", "myth", "errors?", "too", "out of", "ran out", "run out", "short of", "sold out", "closed",
    "shut", "off", r"expir(?:e|es|ed|ing|y)", "late", r"delay(?:s|ed|ing)?", "overdue", "on time", "punctual(?:ly)?",
    "promptly", "wait(?:s|ed|ing)?", "pending", r"exempt(?:s|ed|ion|ions)?", r"waiv(?:e|es|ed|er)", "optional", "voluntary",
    "drop(?:s|ped|ping)?", r"remov(?:e|es|ed|ing)", "strip(?:s|ped)?", "hide", "hidden", "discard(?:s|ed)?", "disregard",
    "secret", "confidential", "private", "quiet(?:ly)?", "silent(?:ly)?", "mute", "cheap", "easy", "easily", "simple",
    "simply", "lost", r"los(?:e|es|ing)", "unresponsive", "dead", "crash(?:es|ed|ing)?", "cancel(?:s|led|ed|ling)?", "quit",
    "gave up", "give up", r"giv(?:e|ing) up", "halt(?:s|ed)?", "deny", "denied", "directly", "nonstop", "independently",
    "forever", "permanent(?:ly)?", "unlimited", "vegan", "vegetarian", "busy", "empty", "besides", "in addition to",
    "on top of", r"limit(?:s|ed|ing)?", "restrict(?:s|ed|ing)?", "hold off", "abroad", "elsewhere", "single", "resist",
    r"block(?:s|ed|ing)?", "against", "until", "till",
]  # fmt: skip
_FAMILIES = (("neutral", [*_NEUTRAL, _NEUTRAL_I]), ("deny", _DENY), ("maybe", _MAYBE))
_WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*")
_SENTENCE = re.compile(r"[.?!\n]")
_CONDITIONS = frozenset(("unless", "without", "except", "except for", "excluding", "until", "till", "other than"))
_NOT_LESS = frozenset("unless regardless nonetheless nevertheless wireless less bless doubtless".split())
_IN_QUESTION = re.compile(r",? " + _TAG)


def _firsts(source: str) -> list[str]:
    """First words of what a pattern matches; every alternative at its front is tried."""
    return [word for word in _PLAIN if re.match(rf"(?:{source})", word)] or _PLAIN
