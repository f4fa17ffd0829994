"""`METRICS`: every number that a gate can name, beside paths into manifest.json.

Shares of reasons count rows, not ledger lines: a row that was flagged twice for one reason is one row. A name wins
over a path: what the manifest calls `pii.email.rows` is a path, since `pii` alone is no metric.
"""

from collections.abc import Callable

import polars as pl

from dataprep.gates import catalogue, drift, whole
from dataprep.gates.catalogue import KEPT, READ, Metric
from schemas.artifacts import SPLITS

LOST = "gristmill lost --by {argument}"

_PARTS = {"prompt": ("prompt", "提问"), "answer": ("answer", "回答"), "all": ("row", "整行")}
_CHARS = {"prompt": "prompt_chars", "answer": "answer_chars", "all": "chars"}


def _marked(verdict: str, argument: str, *, prefix: str = "") -> pl.Expr:
    """True where something happened to the row, for one reason or (`argument` is "") for any that begins so."""
    marks = pl.col("marks")
    if argument:
        found = marks.list.contains(f"{verdict}:{prefix}{argument}")
    else:
        found = marks.list.eval(pl.element().str.starts_with(f"{verdict}:{prefix}")).list.any()
    return found.fill_null(value=False)


def _evenness(column: str) -> pl.Expr:
    """Shannon entropy of a column's values over its greatest possible, 0 (one value) to 1 (all equally often)."""
    counts = pl.col(column).drop_nulls().unique_counts()
    shares = counts / counts.sum()
    entropy = -(shares * shares.log()).sum()
    return pl.when(counts.len() > 1).then(entropy / counts.len().log()).when(counts.len() == 1).then(0.0)


def _rarer(column: str) -> pl.Expr:
    """Share of the rarer of two values; null where there is none."""
    return pl.min_horizontal(pl.col(column).mean(), 1 - pl.col(column).mean())


def _duplicates(argument: str) -> pl.Expr:
    reason = {"exact": "duplicate"}.get(argument, f"{argument}_duplicate")
    return (_marked("left", reason) | _marked("flagged", reason)).mean()


METRICS: dict[str, Metric] = {
    "kept_share": Metric(
        ("share of the rows read that were kept", "读入的行中保留下来的比例"),
        "shares",
        row=lambda _: pl.col("kept").mean(),
        better="higher",
        slices=READ,
        kept=False,
        next="gristmill lost",
    ),
    "dropped_share": Metric(
        ("share of the rows read that left, for one reason or any", "读入的行中（因某个原因）被剔除的比例"),
        "shares",
        row=lambda reason: ((~pl.col("kept")) & _marked("left", reason)).mean(),
        argument=catalogue.is_reason,
        bare=True,
        better="lower",
        slices=READ,
        kept=False,
        next=LOST,
    ),
    "edited_share": Metric(
        ("share of the rows read that were edited", "读入的行中被修改的比例"),
        "shares",
        row=lambda reason: _marked("changed", reason).mean(),
        argument=catalogue.is_reason,
        bare=True,
        better="lower",
        slices=READ,
        kept=False,
    ),
    "duplicate_share": Metric(
        ("share of the rows read that repeat another", "读入的行中重复行的比例"),
        "shares",
        row=_duplicates,
        argument=catalogue.one_of("exact", "near", "semantic"),
        better="lower",
        slices=READ,
        kept=False,
        next="gristmill lost --by {argument}_duplicate",
    ),
    "flagged_share": Metric(
        ("share of the kept rows that a rule flagged", "保留的行中被规则标记的比例"),
        "shares",
        row=lambda reason: _marked("flagged", reason).mean(),
        argument=catalogue.is_reason,
        bare=True,
        better="lower",
        slices=KEPT,
    ),
    "refusals": Metric(
        ("share of the kept rows whose answer refuses", "保留的行中回答为拒答的比例"),
        "shares",
        row=lambda _: _marked("flagged", "refusal").mean(),
        better="lower",
        slices=KEPT,
        next="data.rules.verdicts: {{refusal: drop}}",
    ),
    "pii_rows": Metric(
        ("kept rows with personal data or secrets left as they are", "保留的行中仍含有个人信息或密钥的行数"),
        "rows",
        row=lambda kind: _marked("flagged", kind, prefix="pii_").sum(),
        argument=catalogue.is_pii_kind,
        bare=True,
        better="lower",
        slices=KEPT,
        next="data.pii.action: mask",
    ),
    "duplicates_left": Metric(
        ("share of the kept rows whose content stands in another kept row", "保留的行中内容与另一行完全相同的比例"),
        "shares",
        row=lambda _: pl.col("id").str.split("-").list.first().is_duplicated().mean(),
        better="lower",
        slices=KEPT,
        next="data.dedup.exact: true",
    ),
    "families.largest_share": Metric(
        ("share of the kept rows that one family holds", "最大的一族在保留的行中所占的比例"),
        "shares",
        row=lambda _: pl.col("family").drop_nulls().unique_counts().max() / pl.len(),
        better="lower",
        slices=KEPT,
        next="data.split.near, data.split.family",
    ),
    "kept_rows": Metric(
        ("kept rows", "保留的行数"), "rows", row=lambda _: pl.len(), better="higher", slices=KEPT, next="gristmill lost"
    ),
    "split_share": Metric(
        ("share of the kept rows that one split holds", "某个划分在保留的行中所占的比例"),
        "shares",
        row=lambda split: (pl.col("split") == split).mean(),
        argument=catalogue.is_split,
        slices=READ,
        next="data.split",
    ),
    "split_rows": Metric(
        ("rows of one split", "某个划分的行数"),
        "rows",
        row=lambda split: (pl.col("split") == split).sum(),
        argument=catalogue.is_split,
        better="higher",
        slices=READ,
        next="data.split",
    ),
    **{
        f"length.{part}": Metric(
            (f"characters of a {en}", f"{zh}的字符数"),
            "characters",
            row=lambda argument, part=part: catalogue.statistic(_CHARS[part], argument),  # type: ignore[misc]
            argument=catalogue.is_statistic,
            slices=KEPT,
            needs=(_CHARS[part],),
        )
        for part, (en, zh) in _PARTS.items()
    },
    "tokens": Metric(
        ("tokens of a row, estimated by script", "每行的词元数（按文字种类估算）"),
        "tokens",
        row=lambda argument: catalogue.statistic("tokens", argument),
        argument=catalogue.is_statistic,
        slices=KEPT,
        needs=("tokens",),
        next="data.validate.max_chars, data.validate.max_tokens",
    ),
    "turns": Metric(
        ("messages of a row", "每行的消息数"),
        "messages",
        row=lambda argument: catalogue.statistic("turns", argument),
        argument=catalogue.is_statistic,
        slices=KEPT,
        needs=("turns",),
    ),
    "language.match": Metric(
        ("share of the answers in the language of their prompt", "回答与提问语言一致的比例"),
        "shares",
        row=lambda _: (
            (pl.col("language") == pl.col("prompt_language"))
            .filter((pl.col("language") != "und") & (pl.col("prompt_language") != "und"))
            .mean()
        ),
        better="higher",
        slices=KEPT,
        needs=("language", "prompt_language"),
        next="gristmill lost --by answer_language",
    ),
    "language": Metric(
        ("share of the kept rows in one language", "保留的行中某种语言的比例"),
        "shares",
        row=lambda code: (pl.col("language") == code).mean(),
        argument=catalogue.is_code,
        slices=("source", "kind", "split"),
        needs=("language",),
    ),
    "label.balance": Metric(
        ("share of the rarer KTO label; 0.5 is even", "KTO 标签中较少一类的比例，0.5 为均衡"),
        "shares",
        row=lambda _: _rarer("label"),
        better="higher",
        slices=KEPT,
    ),
    "pairs.longer_chosen": Metric(
        ("share of the preference pairs whose chosen answer is the longer", "偏好对中 chosen 较长的比例"),
        "shares",
        row=lambda _: pl.col("longer_chosen").mean(),
        slices=KEPT,
        needs=("longer_chosen",),
    ),
    "tool_json": Metric(
        ("share of the rows with tools whose JSON is valid", "含工具的行中 JSON 有效的比例"),
        "shares",
        row=lambda _: pl.col("good_tool_json").mean(),
        better="higher",
        slices=KEPT,
        needs=("good_tool_json",),
        next="data.validate.rules: {{bad_tool_json: drop}}",
    ),
    "topics.evenness": Metric(
        ("how evenly rows spread over topics, 0 to 1", "主题分布的均匀程度，0 到 1"),
        "shares",
        row=lambda _: _evenness("topic"),
        better="higher",
        slices=KEPT,
        needs=("topic",),
    ),
    "empty_slices": Metric(
        ("values that stand in train but not in eval", "训练集中有而评测集中没有的取值数"),
        "rows",
        whole=whole.empty_slices,
        argument=catalogue.one_of("language", "source", "kind"),
        better="lower",
        next="data.split",
    ),
    "leak.pairs": Metric(
        ("pairs across splits at or above the threshold", "跨划分且相似度达到阈值的行对数"),
        "rows",
        whole=whole.leak_pairs,
        better="lower",
        next="gristmill data -c RECIPE",
    ),
    "leak.highest": Metric(
        ("highest similarity of two rows across splits", "跨划分两行之间的最高相似度"),
        "shares",
        whole=whole.leak_highest,
        better="lower",
        next="data.split.near",
    ),
    **{
        f"annotation.{name}": Metric(
            meaning, unit, whole=told, argument=catalogue.is_question, bare=True, better="higher", next=command
        )
        for name, meaning, unit, told, command in whole.ANNOTATION
    },
    "drift": Metric(
        ("how far a distribution moved from the baseline's (Jensen-Shannon)", "分布相对基线的偏移（JS 散度）"),
        "bits",
        argument=catalogue.one_of(*drift.DISTRIBUTIONS),
        better="lower",
        next="gristmill diff",
    ),
}


def spelt(name: str) -> str:
    """A metric's name with what may follow it, as help prints it."""
    metric = METRICS[name]
    if metric.argument is None:
        return name
    forms: dict[Callable[[str], bool], str] = {
        catalogue.is_reason: "REASON",
        catalogue.is_pii_kind: "KIND",
        catalogue.is_statistic: "p99|mean|min|max",
        catalogue.is_split: "|".join(SPLITS),
        catalogue.is_code: "zh|en|…",
        catalogue.is_question: "QUESTION",
    }
    told = {
        "duplicate_share": "exact|near|semantic",
        "empty_slices": "language|source|kind",
        "drift": "|".join(drift.DISTRIBUTIONS),
    }
    argument = told.get(name) or forms[metric.argument]
    return f"{name}[.{argument}]" if metric.bare else f"{name}.{argument}"
