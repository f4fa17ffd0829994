"""What the agreement page says, in English and Chinese, and its names for questions and answers."""

from dataprep.annotate.forms import TAGS
from dataprep.annotate.forms import WORDS as LABELS
from schemas.page.words import LANGUAGES, said

WORDS: dict[str, tuple[str, str]] = {
    "title": ("Agreement of annotators: {name}", "标注一致性：{name}"),
    # verdict
    "is_good": ("The answers can be relied on", "标注可靠"),
    "is_warn": ("Good for tentative conclusions only", "只宜作初步结论"),
    "is_bad": ("Too little agreement to rely on", "一致性不足，不可靠"),
    "is_plain": ("Agreement can't be told", "无法判断一致性"),
    "lowest": (
        "Krippendorff's alpha is lowest for {question}: {value}. From {reliable} on data may be relied on, from "
        "{tentative} on they bear tentative conclusions (Krippendorff 2004).",
        "Krippendorff’s alpha 最低的问题是“{question}”：{value}。达到 {reliable} 可以采用，达到 {tentative} "
        "可作初步结论（Krippendorff 2004）。",
    ),
    "reaches": (
        "The interval goes from {low} to {high} and reaches below {limit}: more records with two answers would tell.",
        "区间为 {low} 到 {high}，下端低于 {limit}：需要更多由两人标注的记录才能确定。",
    ),
    "holds": ("The 95% interval goes from {low} to {high}.", "95% 区间为 {low} 到 {high}。"),
    "no_interval": (
        "There is no interval: the records are too few or too much alike to tell how far chance could move it.",
        "没有区间：记录太少或过于相似，无法判断偶然因素的影响。",
    ),
    "undefined_for": ("Undefined for {question}: {reason}.", "“{question}”无定义：{reason}。"),
    "nothing": ("There is no answer that could be compared.", "没有可以比较的回答。"),
    "next_round": (
        "{count} records are disputed. Put them to people again; the answers of the last round count.",
        "有 {count} 条记录存在分歧，可以再请人标注一轮；以最后一轮的回答为准。",
    ),
    "one_disputed": (
        "1 record is disputed. Put it to people again; the answers of the last round count.",
        "有 1 条记录存在分歧，可以再请人标注一轮；以最后一轮的回答为准。",
    ),
    "settled": ("No record is disputed.", "没有存在分歧的记录。"),
    "contents": ("Contents", "目录"),
    # reasons
    "no_answers": ("no answers", "没有回答"),
    "one_annotator": ("one annotator", "只有一位标注员"),
    "no_overlap": ("no record with two answers", "没有由两人标注的记录"),
    "one_category": ("all answers are the same", "回答全都相同"),
    "more_annotators": ("more than two annotators, see the pairs", "标注员多于两位，见两两之间"),
    "undefined": ("undefined: {reason}", "无定义：{reason}"),
    # sections
    "questions": ("Questions", "问题"),
    "questions_lead": (
        "Alpha with its 95% interval; dashed: {tentative}. At 0 people agree as often as chance would have it. Ground "
        "truth isn't counted, and of a record that was answered in several rounds only the first is.",
        "alpha 及其 95% 区间，虚线为 {tentative}；0 表示与随机相当。标准答案不计入，标注过几轮的记录只计第一轮。",
    ),
    "chance": ("worse than chance", "不如随机"),
    "perfect": ("1 is perfect", "1 为完全一致"),
    "said": ("What was answered", "回答分布"),
    "annotators": ("Annotators", "标注员"),
    "annotators_lead": (
        "“Alpha without” is that of the others alone: where it is higher than everyone's (last line), this one stands "
        "apart. Accuracy is against ground truth, with its 95% interval.",
        "“去掉此人的 alpha”若高于全体（末行），说明此人与众不同。正确率对照标准答案，附 95% 区间。",
    ),
    "pairs": ("Pair by pair", "两两之间"),
    "pairs_lead": (
        "Cohen's kappa on the records that both answered, for ratings with squared weights; a dash: undefined, as both "
        "always said one and the same thing.",
        "两人都标注过的记录上的 Cohen’s kappa，评分用平方权重；短横表示无定义：两人的回答始终是同一个。",
    ),
    "rounds": ("Rounds", "各轮"),
    "rounds_lead": (
        "A later round holds what was disputed, so its alpha isn't that of all records.",
        "后一轮只含有分歧的记录，其 alpha 不代表全部记录。",
    ),
    "disputed": ("Disputed records", "有分歧的记录"),
    "disputed_lead": (
        "Most disputed first; 1 is as far apart as answers can be. Neighbouring ratings aren't a dispute.",
        "分歧最大的在前，1 为相差最远。评分只差一级不算分歧。",
    ),
    "more_disputed": ("{count} more disputed records aren't shown.", "另有 {count} 条有分歧的记录未显示。"),
    "no_text": ("The record isn't in the data at hand.", "手头的数据中没有这条记录。"),
    "draws": (
        "Intervals: {draws} resamples of the records, seed {seed}. Resamples in which all answers are the same say "
        "nothing and are left out ({undefined} for alpha). Fleiss' kappa and equal pairs know no order: neighbouring "
        "ratings are unlike.",
        "区间：对记录重采样 {draws} 次，种子 {seed}；回答全都相同的重采样没有意义，不计入（alpha 有 {undefined} 次）。"
        "Fleiss’ kappa 和一致的比例不看次序：评分只差一级也算不同。",
    ),
    # heads and names
    "question": ("question", "问题"),
    "kind": ("kind", "类型"),
    "choices": ("one choice", "单选"),
    "set": ("several choices", "多选"),
    "rating_kind": ("rating", "评分"),
    "pairwise": ("pair", "成对比较"),
    "alpha": ("alpha", "alpha"),
    "cohen": ("Cohen's kappa", "Cohen’s kappa"),
    "fleiss": ("Fleiss' kappa", "Fleiss’ kappa"),
    "fleiss_on": ("on {count} records", "{count} 条记录"),
    "percent": ("equal pairs", "一致的比例"),
    "annotator": ("annotator", "标注员"),
    "records": ("records", "记录"),
    "people": ("annotators", "标注员"),
    "in_dispute": ("disputed", "有分歧"),
    "twice": ("with two answers", "两人以上标注"),
    "answers": ("answers", "回答"),
    "gold": ("ground truths", "标准答案"),
    "seconds": ("median time", "用时中位数"),
    "time": ("{count} s", "{count} 秒"),
    "with_others": ("agrees with others", "与他人一致"),
    "without": ("alpha without", "去掉此人的 alpha"),
    "accuracy": ("accuracy", "正确率"),
    "round": ("round", "轮次"),
    "everyone": ("all", "全体"),
    "range": ("{low} to {high}", "{low} 到 {high}"),
    "apart": ("{score} apart", "分歧 {score}"),
    "separator": (", ", "、"),
    "colon": (": ", "："),
    "verdict": ("verdict", "是否采纳"),
    "rating": ("rating", "评分"),
    "preferred": ("preferred", "哪个更好"),
    "strength": ("strength", "好多少"),
    "tags": ("tags", "问题标签"),
    "corrected": ("corrected answer", "修改后的回答"),
    "none": ("none", "无"),
    "a": ("chosen", "chosen 回答"),
    "b": ("rejected", "rejected 回答"),
}

OURS = ("verdict", "rating", "preferred", "strength", "tags", "corrected")
"""Questions of our own forms; those of other projects keep the names that they have there."""


def word(key: str, lang: str, **parts: object) -> str:
    """What `key` says in `lang`, with its `{parts}` filled in."""
    return said(WORDS, key, lang, **parts)


def question_name(question: str, lang: str) -> str:
    """What people call a question."""
    return word(question, lang) if question in OURS else question


def value_name(value: str, question: str, kind: str, lang: str) -> str:
    """What people call an answer, as `readable` gives it; several choices are parted by commas."""
    if kind == "pairwise" and value in {"a", "b"}:
        return word(value, lang)
    if question not in OURS or question == "corrected":
        return value
    if value == "[]":
        return word("none", lang)
    place = LANGUAGES.index(lang)
    labels = {**LABELS, **TAGS}
    return word("separator", lang).join(labels[each][place] if each in labels else each for each in value.split(", "))
