"""Every word that a report says, in English and Chinese."""

from schemas.page.words import said

WORDS: dict[str, tuple[str, str]] = {
    # verdicts
    "INVALID": ("INVALID", "无效"),
    "REGRESSED": ("REGRESSED", "退步"),
    "NOT IMPROVED": ("NOT IMPROVED", "未见提升"),
    "INCONCLUSIVE": ("INCONCLUSIVE", "尚无定论"),
    "NO REGRESSION": ("NO REGRESSION", "没有退步"),
    "IMPROVED": ("IMPROVED", "提升"),
    "WORSE WITHIN MARGIN": ("WORSE WITHIN MARGIN", "略有退步"),
    # why
    "why_INVALID": (
        "The two sides can't be compared; the numbers below decide nothing.",
        "两边不可比，下面的数字不能作为依据。",
    ),
    "why_REGRESSED": ("Worse by more than is accepted: {list}.", "退步超出可接受的幅度：{list}。"),
    "why_NOT IMPROVED": (
        "A number that had to improve didn't. Not shown to be better: {list}.",
        "要求提升的指标没有提升。未显示提升的有：{list}。",
    ),
    "why_INCONCLUSIVE": ("Too few items to tell: {list}.", "条目太少，还不能下结论：{list}。"),
    "why_NO REGRESSION": (
        "No primary number lost more than is accepted, and none is shown to be better: {list}.",
        "主要指标的下降都在可接受的幅度内，也没有指标显示出提升：{list}。",
    ),
    "why_IMPROVED": ("Better, and no primary number got worse: {list}.", "有提升，且主要指标都没有退步：{list}。"),
    "why_nothing": ("No primary number was measured.", "没有测到任何主要指标。"),
    "why_also_better": ("Better: {list}.", "有提升的：{list}。"),
    "accepted": ("a loss of up to {margin} is accepted", "可接受的下降为 {margin}"),
    "needed": ("about {needed} items would be needed", "大约需要 {needed} 条"),
    "separator": ("; ", "；"),
    "colon": (": ", "："),
    "in_brackets": (" ({text})", "（{text}）"),
    # head
    "title": ("Before and after: {name}", "微调前后对比：{name}"),
    "base": ("base", "基座"),
    "tuned": ("tuned", "微调后"),
    "items_language": ("{n} items, {language}", "{language} {n} 条"),
    "contents": ("Contents", "目录"),
    # sections
    "primary": ("Primary numbers", "主要指标"),
    "primary_lead": (
        "These decide the verdict. p is adjusted by Holm's method; an interval covers 95%.",
        "结论由这些指标决定。p 值经 Holm 方法校正，区间为 95% 置信区间。",
    ),
    "items": ("What got worse", "变差的条目"),
    "items_lead": (
        "Struck out: only the base says it. Underlined: only the tuned model says it. Dotted, in the reference: "
        "the tuned answer lacks it.",
        "删除线：只有基座说了。下划线：只有微调后的模型说了。参考答案中的虚线：微调后的回答里没有。",
    ),
    "items_better": ("A few of what got better", "部分变好的条目"),
    "likelihood": ("Remembered or forgotten", "记住了什么，忘了什么"),
    "likelihood_lead": (
        "Bits per byte of the right answers, lower is better; hollow: base, full: tuned. Memorised: the training "
        "questions fall far below the held-out ones. Forgotten: general text rises. Languages can't be compared "
        "with each other.",
        "正确答案的每字节比特数，越低越好；空心为基座，实心为微调后。死记硬背：训练题远低于留出题。"
        "遗忘：通用文本升高。不同语言之间不可比。",
    ),
    "stopping": ("Stopping and loops", "停止与复读"),
    "stopping_lead": (
        "Does an answer end by itself, and does it go in circles?",
        "回答能否自己结束，会不会反复说同样的话？",
    ),
    "causes": ("Likely causes", "可能的原因"),
    "loops": ("Answers that loop", "复读的回答"),
    "grounding": ("Grounding", "有据可依"),
    "grounding_lead": (
        "Numbers, names and addresses of an answer that neither the context nor the question nor the reference holds.",
        "回答中出现、而上下文、问题和参考答案里都没有的数字、名称和网址。",
    ),
    "checker": ("How far these checks can be trusted", "这些检查有多可信"),
    "memory": ("Training data in answers", "回答中的训练数据"),
    "memory_lead": (
        "The longest passages that an answer shares word for word with a training row; personal data first.",
        "回答与训练数据逐字相同的最长片段，含个人信息的排在前面。",
    ),
    "slices": ("Slices", "分组"),
    "slices_lead": (
        "Slices only warn, they never decide. p is adjusted by Benjamini and Hochberg's method; languages are "
        "never pooled.",
        "分组只作提醒，不影响结论。p 值经 Benjamini–Hochberg 方法校正，不同语言从不混算。",
    ),
    "sweep": ("Decode settings", "解码设置"),
    "sweep_lead": (
        "Tried on the dev split: a fault that goes away here is a setting, not the model.",
        "在开发集上试验：换个设置就消失的毛病，问题在设置，不在模型。",
    ),
    "trim": ("With loops and unfinished tails cut", "剪掉复读与残句之后"),
    "curve": ("Training curve", "训练曲线"),
    "harness": ("lm-evaluation-harness", "lm-evaluation-harness"),
    "judge": ("Judged by a model", "模型评审"),
    "human": ("Judged by people, blind", "人工盲评"),
    "human_wins": ("tuned is better", "微调后更好"),
    "human_losses": ("base is better", "基座更好"),
    "human_ties": ("tie", "平"),
    "human_p": ("p (sign test, mid-p)", "p（符号检验，mid-p）"),
    "rows": ("Every number", "全部数字"),
    "rows_lead": (
        "Numbers that aren't primary are explored, not judged: their p is not adjusted.",
        "非主要指标只供参考，不下结论，p 值未经校正。",
    ),
    "numbers": ("The numbers", "具体数字"),
    "settings": ("Settings", "设置"),
    "signatures": ("Signatures of the metrics", "指标签名"),
    # columns
    "metric": ("metric", "指标"),
    "language": ("language", "语言"),
    "base_tuned": ("base → tuned", "基座 → 微调后"),
    "delta": ("change", "变化"),
    "interval": ("95% interval", "95% 区间"),
    "margin": ("accepted loss", "可接受的下降"),
    "p": ("p", "p"),
    "adjusted": ("p adjusted", "校正后 p"),
    "verdict": ("verdict", "结论"),
    "perplexity": ("Perplexity per token (end of turn apart)", "每词元困惑度（不含结束标记）"),
    "flips": ("better / worse", "变好 / 变差"),
    "n": ("n", "n"),
    "excluded": ("not scored", "未计分"),
    "test": ("test", "检验"),
    "mde": ("smallest change seen", "可测的最小变化"),
    "unit": ("unit", "单位"),
    # charts
    "forest_title": ("Gains with 95% intervals", "增益与 95% 区间"),
    "forest_worse": ("worse", "变差"),
    "forest_better": ("better", "变好"),
    "forest_note": (
        "The axis counts accepted losses, so that metrics of different units share it; dashed: the loss that is "
        "accepted. ‹ and › go on.",
        "横轴以“可接受的下降”为单位，不同单位的指标由此可以并列；虚线为可接受的下降。‹ › 表示超出图外。",
    ),
    "step": ("step", "步数"),
    "loss": ("loss", "损失"),
    "best_step": ("best, step {step}", "最佳：第 {step} 步"),
    "no_data": ("no data", "没有数据"),
    # items
    "question": ("Question", "问题"),
    "context": ("Context", "上下文"),
    "reference": ("Reference", "参考答案"),
    "found": ("Found", "查出"),
    "neighbours": ("Nearest training rows", "最相近的训练数据"),
    "similarity": ("similarity", "相似度"),
    "whole_history": ("its history", "它的来历"),
    "empty_answer": ("(empty)", "（空）"),
    "cut_text": ("first {shown} of {total} characters", "共 {total} 个字符，显示前 {shown} 个"),
    "shown_items": (
        "{shown} of {total} shown; all rows are in predictions.parquet.",
        "共 {total} 条，显示 {shown} 条；全部数据见 predictions.parquet。",
    ),
    "shown_rows": (
        "{shown} of {total} shown; all are in comparison.json.",
        "共 {total} 行，显示 {shown} 行；全部见 comparison.json。",
    ),
    "nothing_here": ("Nothing was found.", "没有发现。"),
    "nothing_measured": ("Nothing was measured.", "没有测量。"),
    "tokens_shared": ("{tokens} tokens", "{tokens} 个词元"),
    "personal": ("personal data", "个人信息"),
    "training_row": ("training row", "训练数据"),
    "stop_eos": ("ended by itself", "自行结束"),
    "stop_length": ("hit the length limit", "达到长度上限"),
    "stop_error": ("failed", "出错"),
}
"""Key -> English, Chinese."""


def word(key: str, lang: str, **parts: object) -> str:
    """What `key` says in `lang`, with its `{parts}` filled in."""
    return said(WORDS, key, lang, **parts)
