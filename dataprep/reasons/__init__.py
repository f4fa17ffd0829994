"""What every reason in the ledger means, one sentence each, in English and Chinese."""

from dataprep.reasons import augmentation, decontamination, labelling, neighbours, pii, rules, splitting, variants, web
from dataprep.reasons.curation import CLEAN, DEDUP, VALIDATE
from dataprep.reasons.reading import CONVERT, READ
from dataprep.reasons.training import TRAIN

REASONS: dict[str, tuple[str, str]] = {
    **READ,
    **CONVERT,
    **CLEAN,
    **variants.REASONS,
    **pii.REASONS,
    **VALIDATE,
    **rules.REASONS,
    **web.REASONS,
    **DEDUP,
    **neighbours.REASONS,
    **decontamination.REASONS,
    **splitting.REASONS,
    **augmentation.REASONS,
    **labelling.REASONS,
    **TRAIN,
}


def reason_sentence(reason: str, lang: str = "en") -> str:
    """The sentence of a reason in a language (`en` or `zh`); "" for a reason without one."""
    if reason.startswith("would_lose_"):
        part = reason.removeprefix("would_lose_")
        return f"这种格式写不下 {part}。" if lang == "zh" else f"This format can't express {part}."
    if reason.startswith("not_") and reason not in REASONS:
        reason = "not_ENCODING"  # not_gb18030, not_big5 ...
    sentences = REASONS.get(reason)
    return sentences[lang == "zh"] if sentences else ""
