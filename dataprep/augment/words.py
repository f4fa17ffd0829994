"""What the report and the sheet say of rewrites, in English and Chinese."""

AUGMENTATION: dict[str, tuple[str, str]] = {
    "augmentation": ("Augmentation", "数据增强"),
    "augmentation_lead": (
        "Only rows of train are reworded, and a rewrite stands only if it breaks no rule.",
        "只改写训练集中的行；改写不违反任何规则才会保留。",
    ),
    "draft_marks": (
        "Struck out: only the source says it. Underlined: only the rewrite says it.",
        "删除线：只有原文有。下划线：只有改写有。",
    ),
    "rejected_drafts": ("What was rejected, and why", "拒绝了哪些，为什么"),
    "rejected_drafts_lead": (
        "By rule, most frequent first; one draft may break several.",
        "按规则从多到少；一条改写可能违反几条。",
    ),
    "methods": ("Methods", "方法"),
    "balance": ("Where rewrites went", "改写去了哪里"),
    "balance_lead": (
        "Rows of train in each slice. Full: before. Pale: what the accepted rewrites add.",
        "训练集各切片的行数。深色：之前。浅色：接受的改写所增加的。",
    ),
    "diversity": ("Diversity", "多样性"),
    "diversity_lead": (
        "Prompts of train before, and with the accepted rewrites. Larger sets always look less varied, so both are "
        "measured on equally much text, drawn by a hash: {tokens} words (a Chinese character is one), {texts} prompts.",
        "训练集的提问，之前与加上接受的改写之后。数据越多，指标总会显得越单一，所以两边用同样多的文字比较"
        "（按哈希抽取 {tokens} 个词、{texts} 条提问；中文一字算一词）。",
    ),
    "distinct_1": ("distinct-1", "distinct-1"),
    "distinct_1_read": (
        "Different words, as a share of all words. Higher is more varied.",
        "不同的词占全部词的比例，越高越丰富。",
    ),
    "distinct_2": ("distinct-2", "distinct-2"),
    "distinct_2_read": (
        "Different pairs of neighbouring words, as a share of all words. Higher is more varied; rewrites that hardly "
        "differ from their sources push it down.",
        "不同的相邻词对占全部词的比例，越高越丰富；与原文相差无几的改写会拉低它。",
    ),
    "self_bleu": ("self-BLEU", "self-BLEU"),
    "self_bleu_read": (
        "How far each prompt can be pieced together from the others (BLEU-4, 0 to 1). Lower is more varied.",
        "每条提问有多少能由其他提问拼出来（BLEU-4，0 到 1），越低越丰富。",
    ),
    "coverage": ("coverage of topics", "主题覆盖"),
    "coverage_read": (
        "How evenly the rows lie over {topics} topics; 1 is perfectly even. Higher is more varied.",
        "各行在 {topics} 个主题上分布得多均匀，1 为完全均匀，越高越丰富。",
    ),
    "more_varied": ("more varied", "更丰富"),
    "less_varied": ("less varied", "更单一"),
    "as_varied": ("the same", "不变"),
    "reading": ("how to read it", "怎样看"),
    "accepted_drafts": ("Accepted", "已接受"),
    "asked_for": ("asked for", "请求"),
    "accepted": ("accepted", "接受"),
    "accepted_share": ("share accepted", "接受率"),
    "unanswered": ("no answer came", "没有答复"),
    "tokens_in": ("tokens sent", "发送的词元"),
    "tokens_out": ("tokens received", "收到的词元"),
    "cost": ("cost", "费用"),
    "writer": ("model", "模型"),
    "prompt_version": ("version of the prompts", "提示词版本"),
    "rule": ("rule", "规则"),
    "drafts": ("drafts", "条数"),
    "method": ("method", "方法"),
    "style": ("style", "风格"),
    "draft_row": ("row", "原始行"),
    "draft_before": ("source", "原文"),
    "draft_after": ("rewrite", "改写"),
    "draft_seed": ("question of the seed", "种子问题"),
    "draft_question": ("new question", "新问题"),
    "draft_answer": ("new answer", "新回答"),
    "draft_rejected": ("rejected because", "拒绝原因"),
    "sheet_title": ("Rewrites to read: {name}", "待审阅的改写：{name}"),
    "sheet_lead": (
        "Fill in {file}: y or n under “keep? (y/n)”, and a note where there is something to say.",
        "请填写 {file}：在“keep? (y/n)”一栏填 y 或 n，有话要说就写在“note”一栏。",
    ),
    "sheet_accepted": ("Accepted", "已接受"),
    "sheet_accepted_lead": (
        "{shown} of {total} accepted, drawn evenly over methods and styles.",
        "共接受 {total} 条，按方法和风格均匀抽取 {shown} 条。",
    ),
    "sheet_rejected": ("Rejected", "已拒绝"),
    "sheet_rejected_lead": (
        "{shown} of {total} rejected, drawn evenly over the rules, to show what they throw away.",
        "共拒绝 {total} 条，按规则均匀抽取 {shown} 条，看看规则扔掉了什么。",
    ),
}
"""Key -> English, Chinese; part of the report's words."""
