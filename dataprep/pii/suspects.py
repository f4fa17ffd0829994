"""The cheap tests that spare nearly every text the detectors: each is true wherever its detectors could match."""

from collections.abc import Collection

import polars as pl

_BETWEEN = (
    r"[ \-.()（）－\x{00A0}\x{3000}\x{00AD}\x{2010}-\x{2015}\x{200B}-\x{200D}\x{2060}\x{2212}\x{FE0E}\x{FE0F}\x{FE63}"
    r"\x{FEFF}\x{20E3}]{0,6}"
)

SUSPECTS: dict[str, str] = {
    "digits": rf"[0-9](?:{_BETWEEN}[0-9]){{6}}",
    "plate": r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Za-z]",
    "handle": (
        r"(?i)(?:微信|薇信|威信|徽信|v信|weixin|wechat|vx|wx|加我?个?v)(?: ?id)?"
        r"[^0-9A-Za-z\n]{0,22}[A-Za-z]{1,19}[0-9_\-]"
        r"|[0-9_\-][0-9A-Za-z_\-]{0,19}[ ,(]{0,2}(?:这?是)?我?的?(?:微信|wechat)"
        r"|(?:qq|扣扣|企鹅号?|腾讯号|(?:加我?|我的?)q)[^0-9A-Za-z\n]{0,8}"
        r"(?:number|no\.?|id|is)?[^0-9A-Za-z\n]{0,3}[1-9]\d{4}"
        r"|群号?码?[^0-9A-Za-z\n]{0,3}[1-9]\d{4}"
    ),
    "email": r"@",
    "ip": r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]|[0-9A-Fa-f]:[0-9A-Fa-f]{0,4}:",
    "secret": (
        r"sk-|AKIA|ASIA|gh[opsur]_|github_pat_|glpat-|AIza|xox[abeoprs]-|LTAI|AKID|hf_|[sr]k_live_|[sr]k_test_|npm_|eyJ"
        r"|PRIVATE KEY|Bearer|(?i:key|secret|token)(?i:[_\- ]?id)?[\\\"'`]{0,3} {0,3}[=:：＝是为]|密钥|秘钥|令牌"
    ),
    "address": r"[路街道巷弄里村同][0-9]{1,5}(?:-[0-9]{1,4})?[号弄巷]",
    "street": (
        r"[0-9] (?:(?:[NSEW]\.?|North|South|East|West) )?(?:[A-Z0-9][a-z]+ |[0-9]+(?:st|nd|rd|th) ){1,3}"
        r"(?:Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Lane|Ln|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Terrace|Parkway)"
        r"(?:[^A-Za-z]|$)"
    ),
}
"""Group -> a pattern over the text after NFKC."""

# Full-width forms, circled digits and letters, mathematical digits, keycaps, and what hides between characters;
# punctuation such as ， is far too common.
_HIDDEN = r"[\x{00AD}\x{200B}-\x{200D}\x{2060}\x{FE0E}\x{FE0F}\x{20E3}\x{FEFF}]"
_COMPATIBILITY = (
    r"[\x{FF10}-\x{FF19}\x{FF21}-\x{FF3A}\x{FF41}-\x{FF5A}\x{FF20}\x{FF0E}\x{2460}-\x{24FF}\x{2776}-\x{2793}"
    r"\x{1D400}-\x{1D7FF}\x{00B2}\x{00B3}\x{00B9}\x{2070}-\x{209C}]"
)


def suspects(texts: pl.Series, groups: Collection[str]) -> pl.DataFrame:
    """Test every text.

    Args:
        texts: n texts; null passes no test.
        groups: Names of `SUSPECTS`.

    Returns:
        n lines, one boolean column for each group.
    """
    text = pl.col("text")
    frame = pl.DataFrame({"text": texts})
    wide = frame.select(text.str.contains(f"{_COMPATIBILITY}|{_HIDDEN}").fill_null(value=False)).to_series()
    if wide.any():
        folded = frame.filter(wide).select(text.str.replace_all(_HIDDEN, "").str.normalize("NFKC")).to_series()
        frame = frame.with_columns(frame["text"].scatter(wide.arg_true(), folded))
    tests = (text.str.contains(SUSPECTS[name]).fill_null(value=False).alias(name) for name in groups)
    return frame.select(tests)
