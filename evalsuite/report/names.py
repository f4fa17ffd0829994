"""Names that a reader meets for metrics, sets, languages, units and columns; what isn't listed keeps its own."""

from evalsuite.report.words import LANGUAGES

NAMES: dict[str, tuple[str, str]] = {
    # metrics
    "rouge1": ("ROUGE-1", "ROUGE-1"),
    "rouge2": ("ROUGE-2", "ROUGE-2"),
    "rougeL": ("ROUGE-L", "ROUGE-L"),
    "rougeLsum": ("ROUGE-Lsum", "ROUGE-Lsum"),
    "bleu": ("BLEU", "BLEU"),
    "chrf": ("chrF", "chrF"),
    "exact_match": ("exact match", "完全匹配"),
    "token_f1": ("token F1", "词元 F1"),
    "bits_per_byte": ("bits per byte", "每字节比特数"),
    "bits_per_char": ("bits per character", "每字符比特数"),
    "nats_per_token": ("nats per token", "每词元奈特数"),
    "stop_probability": ("probability of stopping", "结束符概率"),
    "stopped": ("ended by itself", "自行结束"),
    "cut": ("hit the length limit", "达到长度上限"),
    "empty": ("empty answers", "空回答"),
    "looped": ("loops", "复读"),
    "answer_tokens": ("answer length", "回答长度"),
    "rep_2": ("repeated 2-grams", "重复的二元组"),
    "rep_3": ("repeated 3-grams", "重复的三元组"),
    "rep_4": ("repeated 4-grams", "重复的四元组"),
    "distinct_1": ("distinct-1", "distinct-1"),
    "distinct_2": ("distinct-2", "distinct-2"),
    "longest_repeat": ("longest repeat", "最长重复"),
    "zlib_ratio": ("zlib ratio", "zlib 压缩比"),
    "verbatim": ("longest training passage", "最长训练原文"),
    "invented": ("answers with unsupported numbers", "含无据数字的回答"),
    "unsupported_numbers": ("unsupported numbers", "无据的数字"),
    "unsupported_names": ("unsupported names", "无据的名称"),
    "unsupported_urls": ("unsupported addresses", "无据的网址"),
    "novelty_1": ("new words", "新出现的词"),
    "novelty_2": ("new 2-grams", "新出现的二元组"),
    "abstention": ("says it can't know", "承认不知道"),
    "over_refusal": ("refuses what it could answer", "能答却拒答"),
    "doubt": ("doubt of its own words", "对自身回答的不确定度"),
    "inconsistency": ("disagrees with its own samples", "多次采样不一致"),
    "entailed": ("sentences that follow from the sources", "有据可推的句子"),
    "judged": ("judged by a model", "模型评分"),
    # sets
    "text": ("raw text", "纯文本"),
    "eval": ("held out", "留出集"),
    "train": ("train", "训练集"),
    "dev": ("dev", "开发集"),
    "reasked": ("re-asked", "换种问法"),
    "general": ("general", "通用文本"),
    # languages
    "en": ("English", "英文"),
    "zh": ("Chinese", "中文"),
    "ja": ("Japanese", "日文"),
    "ko": ("Korean", "韩文"),
    # slices
    "source": ("source", "来源"),
    "length": ("length", "长度"),
    "short": ("short", "短"),
    "medium": ("medium", "中"),
    "long": ("long", "长"),
    # units
    "share": ("share", "比例"),
    "bits/byte": ("bits/byte", "比特/字节"),
    "points": ("points", "分"),
    "tokens": ("tokens", "词元"),
    "count": ("count", "个数"),
    "bits/char": ("bits/character", "比特/字符"),
    "nats/token": ("nats/token", "奈特/词元"),
    "nats": ("nats", "奈特"),
    "ratio": ("ratio", "比值"),
    "grade 1-5": ("grade 1-5", "1–5 分"),
    # sides and columns of the panels' own tables
    "name": ("name", "名称"),
    "base": ("base", "基座"),
    "tuned": ("tuned", "微调后"),
    "side": ("side", "模型"),
    "kind": ("kind", "类型"),
    "language": ("language", "语言"),
    "half": ("half", "半份"),
    "open": ("open", "公开"),
    "held": ("held back", "保留"),
    "precision": ("precision", "精确率"),
    "recall": ("recall", "召回率"),
    "setting": ("setting", "设置"),
    "task": ("task", "任务"),
    "metric": ("metric", "指标"),
    "base_stderr": ("base ± stderr", "基座标准误"),
    "tuned_stderr": ("tuned ± stderr", "微调后标准误"),
    "higher_is_better": ("higher is better", "越高越好"),
    "changed": ("changed", "有改动"),
    "looped_before": ("loops, before", "复读（之前）"),
    "looped_after": ("loops, after", "复读（之后）"),
    "chrf_before": ("chrF, before", "chrF（之前）"),
    "chrf_after": ("chrF, after", "chrF（之后）"),
    "greedy": ("greedy", "贪心解码"),
    "model": ("model", "模型"),
    "wins": ("wins", "胜"),
    "losses": ("losses", "负"),
    "ties": ("ties", "平"),
    "failed": ("failed", "失败"),
    "position_bias": ("position bias", "位置偏好"),
    "consistency": ("both orders agree", "两种顺序结论一致"),
    "run": ("run", "运行"),
    "adapter": ("adapter", "适配器"),
    "dtype": ("dtype", "精度"),
    "device": ("device", "设备"),
    "attention": ("attention", "注意力实现"),
    "template": ("template", "对话模板"),
    "stops": ("end tokens", "结束标记"),
    "revision": ("revision", "版本"),
    "endpoint": ("endpoint", "接口"),
    "bits": ("bits", "位宽"),
    "numbers": ("numbers", "数字与日期"),
    "names": ("names", "名称"),
    "urls": ("addresses", "网址"),
    "all": ("all", "合计"),
    "agreement": ("agreement", "一致率"),
    "kappa": ("Cohen's kappa", "Cohen’s kappa"),
}
"""Key -> English, Chinese."""

LIKELIHOOD = ("bits_per_byte",)
STOPPING = (
    "stopped",
    "cut",
    "empty",
    "looped",
    "answer_tokens",
    "stop_probability",
    "rep_2",
    "rep_3",
    "rep_4",
    "distinct_1",
    "distinct_2",
    "longest_repeat",
    "zlib_ratio",
)
GROUNDING = (
    "invented",
    "unsupported_numbers",
    "unsupported_names",
    "unsupported_urls",
    "entailed",
    "novelty_1",
    "novelty_2",
    "abstention",
    "over_refusal",
    "inconsistency",
    "doubt",
)
SETS = ("train", "reasked", "eval", "general")
"""In the order of the four-set panel: from what was trained on to what is farthest from it."""


def name(key: str, lang: str) -> str:
    """What people call it."""
    return NAMES[key][LANGUAGES.index(lang)] if key in NAMES else key


def slice_name(told: str, lang: str) -> str:
    """`source=faq.csv` with both halves named; empty for none."""
    key, equals, value = told.partition("=")
    return f"{name(key, lang)}{equals}{name(value, lang)}"
