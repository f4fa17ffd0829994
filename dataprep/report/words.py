"""Every word that the page says, in English and Chinese."""

from dataprep.augment.words import AUGMENTATION
from dataprep.phrases import PHRASES
from schemas.page.words import said

WORDS: dict[str, tuple[str, str]] = {
    # verdict
    "report_title": ("Data report: {name}", "数据报告：{name}"),
    "is_bad": ("Don't train on this yet", "先别用来训练"),
    "is_warn": ("Usable, with {count} to look at", "可以使用，有 {count} 处需要看一看"),
    "is_good": ("Nothing stands in the way", "没有发现问题"),
    "balance_holds": (
        "{read} rows read = {kept} kept + {dropped} dropped: every row is accounted for.",
        "读入 {read} 行 = 保留 {kept} 行 + 剔除 {dropped} 行：每一行都有交代。",
    ),
    "balance_widened": (
        "{read} rows read + {created} made of them = {kept} kept + {dropped} dropped: every row is accounted for.",
        "读入 {read} 行 + 由其生成 {created} 行 = 保留 {kept} 行 + 剔除 {dropped} 行：每一行都有交代。",
    ),
    "balance_fails": (
        "{read} rows read, but {kept} kept + {dropped} dropped: rows are missing.",
        "读入 {read} 行，而保留 {kept} 行 + 剔除 {dropped} 行：有行不知去向。",
    ),
    "mostly_dropped": ("More rows were dropped than kept.", "剔除的比保留的多。"),
    "leak_passed": (
        "No leak between the splits: of {pairs} pairs compared, the nearest across two splits is {highest} similar "
        "({limit}).",
        "各划分之间没有泄漏：比对了 {pairs} 对，跨划分最相近的一对相似度为 {highest}（{limit}）。",
    ),
    "leak_none": (
        "No leak between the splits: of {pairs} pairs compared, none across two splits resembles the other.",
        "各划分之间没有泄漏：比对了 {pairs} 对，没有一对跨划分相近。",
    ),
    "leak_failed": (
        "The splits leak: the nearest rows of two splits are {highest} similar ({limit}).",
        "划分之间有泄漏：不同划分中最相近的两行相似度为 {highest}（{limit}）。",
    ),
    "leak_crossing": (
        "The splits leak: {count} families, contents or parents stand in two splits.",
        "划分之间有泄漏：有 {count} 个家族、内容或父行同时出现在两个划分中。",
    ),
    "limit": ("limit {threshold}", "上限 {threshold}"),
    "limits": ("limit {threshold}, {short} for short texts", "上限 {threshold}，短文本 {short}"),
    "no_limit": ("no limit is set", "未设上限"),
    "empty_split": ("The split {split} is empty.", "{split} 划分是空的。"),
    "unread_files": ("{count} files couldn't be read at all: {files}.", "有 {count} 个文件完全没有读入：{files}。"),
    "pii_stays": (
        "Personal data was flagged, not masked, and may still be there (rows by kind: {kinds}).",
        "个人信息只做了标记，没有打码，可能仍在数据中（各类行数：{kinds}）。",
    ),
    "conflicts_stay": (
        "{rows} rows answer a prompt that another row answers differently.",
        "有 {rows} 行与别的行提问相同、回答不同。",
    ),
    "benchmark_stays": (
        "{rows} kept rows quote a benchmark: they were flagged, not dropped.",
        "保留的数据中有 {rows} 行与评测集重合：只做了标记，没有剔除。",
    ),
    "benchmark_gone": ("{rows} rows that quote a benchmark were dropped.", "已剔除 {rows} 行与评测集重合的数据。"),
    "giant_family": (
        "One family of rows that belong together holds {share} of the set; the shares of the splits can't be kept.",
        "有一个家族占了全部数据的 {share}，同族的行不能拆开，各划分的比例因此无法保证。",
    ),
    "contents": ("Contents", "目录"),
    "separator": (", ", "、"),
    "colon": (": ", "："),
    # sections
    "flow": ("From files to splits", "从文件到划分"),
    "flow_lead": (
        "Blue: rows that stayed, by split. Red: rows that left, in the order of the stages.",
        "蓝色：保留下来的行，按划分。红色：被剔除的行，按阶段先后。",
    ),
    "rejects": ("Why rows left", "剔除原因"),
    "rejects_lead": (
        "Most frequent first; examples are spread evenly over all rows of a reason.",
        "按行数从多到少；例子在同一原因的所有行中均匀抽取。",
    ),
    "flagged": ("Worth a look (kept)", "值得一看（已保留）"),
    "flagged_lead": ("Rules that found something without dropping the row.", "规则有所发现、但没有剔除的行。"),
    "edited": ("What was edited", "做过的修改"),
    "edited_lead": ("Struck out: before. Underlined: after.", "删除线：修改前。下划线：修改后。"),
    "lengths": ("Before and after", "前后对比"),
    "lengths_lead": (
        "Pale, and left of the arrow: every row that was judged. Full, and right of it: the rows that were kept.",
        "浅色及箭头左边：所有经过检查的行。深色及箭头右边：保留下来的行。",
    ),
    "duplicates": ("Duplicates", "重复"),
    "duplicates_lead": (
        "Largest clusters first. The first row stays; in the others, struck out: only the kept row says it, "
        "underlined: only this row says it.",
        "最大的重复组在前。每组第一行保留；其余行中，删除线：只有保留行有，下划线：只有该行有。",
    ),
    "conflicts": ("Same prompt, different answers", "提问相同，回答不同"),
    "conflicts_lead": (
        "A model can't learn both. Marked is what differs from the first row.",
        "模型不可能两个都学会。标出的是与第一行不同的地方。",
    ),
    "same_answer": ("Same answer, many prompts", "回答相同，提问很多"),
    "same_answer_lead": (
        "One answer to many questions teaches a model to say it always; some are right, such as a refusal.",
        "一个回答对应很多提问，会让模型动不动就这样回答；其中有些是合理的，例如拒答。",
    ),
    "personal": ("Personal data", "个人信息"),
    "personal_lead": (
        "By kind, with what was done about it. Examples are masked.",
        "按种类列出及处理方式，例子均已打码。",
    ),
    "leaks": ("Nearest pairs across splits", "跨划分最相近的数据"),
    "leaks_lead": (
        "The closest that train, dev and eval come to each other. Marked is what both say.",
        "训练、开发、评测三者之间最接近的几对。标出的是双方共有的文字。",
    ),
    "benchmarks": ("Benchmarks", "评测集"),
    "benchmarks_lead": (
        "Rows that give a benchmark's items away, with the words that they share.",
        "泄露评测题目的行，以及重合的文字。",
    ),
    "mix": ("The mix", "配比"),
    "mix_lead": (
        "What goes into train: rows count as often as they are repeated.",
        "训练集的构成：重复采样的行按次数计。",
    ),
    "topics": ("Topic map", "主题图"),
    "topics_lead": (
        "{rows} kept rows, drawn by their id: near each other when they share rare words (TF-IDF of words and pairs of "
        "Chinese characters, singular value decomposition). Dev and eval should lie where train lies.",
        "按编号抽取 {rows} 行保留数据：用词相近的靠在一起（词与汉字二元组的 TF-IDF，奇异值分解）。"
        "开发集和评测集应当落在训练集所在之处。",
    ),
    "rows_section": ("Rows to read", "读一读数据"),
    "rows_lead": (
        "{shown} of {total} kept rows, spread over split, file, language, kind and flag.",
        "共保留 {total} 行，从各划分、文件、语言、类型和标记中均匀抽取 {shown} 行。",
    ),
    "making": ("How it was made", "制作方法"),
    **AUGMENTATION,
    # heads of columns, names of things
    "split": ("split", "划分"),
    "train": ("train", "训练集"),
    "dev": ("dev", "开发集"),
    "eval": ("eval", "评测集"),
    "kinds": ("Kinds", "类型"),
    "spoken": ("Language", "语言"),
    "language": ("language", "语言"),
    "source": ("file", "文件"),
    "flag": ("flag", "标记"),
    "share": ("share", "占比"),
    "rows_read": ("rows read", "读入行数"),
    "rows_widened": ("rows read and made", "读入与生成"),
    "others": ("{count} others", "其他 {count} 个"),
    "more_rows": ("{count} more lines: see {file}", "另有 {count} 行，见 {file}"),
    "chars": ("Characters", "字符数"),
    "tokens": ("Tokens (estimated)", "词元数（估算）"),
    "turns": ("Turns", "轮数"),
    "turns_more": ("{count} or more", "{count} 轮及以上"),
    "median": ("median", "中位数"),
    "measure": ("measure", "指标"),
    "largest": ("largest", "最大"),
    "kept_of": ("{part} of {whole} ({share})", "{part} / {whole}（{share}）"),
    "no_data": ("no data", "没有数据"),
    "stays": ("stays", "保留"),
    "similar": ("{share} similar", "相似度 {share}"),
    "cluster": ("{rows} rows", "{rows} 行"),
    "exact": ("exact", "完全相同"),
    "near": ("near", "近似"),
    "semantic": ("in other words", "换种说法"),
    "prompts": ("prompts", "提问数"),
    "action": ("action", "处理"),
    "found": ("found", "发现"),
    "benchmark": ("benchmark", "评测集"),
    "items": ("items met", "命中题目"),
    "item": ("item", "题目"),
    "quote": ("shared words", "重合文字"),
    "group": ("group", "分组"),
    "rows_in": ("rows in", "输入行数"),
    "rows_out": ("rows out", "输出行数"),
    "counted": ("counted with repeats", "计重复后"),
    "token_count": ("tokens", "词元"),
    "pairs_examined": ("pairs compared", "比对的对数"),
    "highest": ("highest similarity", "最高相似度"),
    "threshold": ("limit", "上限"),
    "families": ("families", "家族数"),
    "largest_family": ("largest family", "最大家族"),
    "linked": ("families joined by similar text", "因文字相近而合并的家族"),
    "topic": ("topic", "主题"),
    "frequent_words": ("what sets it apart", "特征词"),
    "example_of": ("for example", "例如"),
    "empty_text": ("(empty)", "（空）"),
    "cut_text": ("first {shown} of {total} characters", "共 {total} 个字符，显示前 {shown} 个"),
    "table": ("Every file as a table", "逐个文件的数据表"),
    "good_vote": ("voted good", "赞"),
    "bad_vote": ("voted bad", "踩"),
    "tools": ("tools", "工具"),
    "context": ("context", "上下文"),
    "reasoning": ("reasoning", "思考"),
    "tool_calls": ("tool calls", "工具调用"),
    "repeat": ("repeated {count} times", "重复 {count} 次"),
    # browser
    "search": ("Search", "搜索"),
    "all": ("all", "全部"),
    "matches": ("{shown} of {total} rows", "{shown} / {total} 行"),
    "show_more": ("Show more", "显示更多"),
    "no_match": ("No row fits.", "没有符合的行。"),
    # making
    "name": ("name", "名称"),
    "seed": ("seed", "随机种子"),
    "versions": ("versions", "版本"),
    "languages": ("languages", "语言"),
    "recipe": ("recipe", "配方"),
    "why_hint": (
        "The whole life of any row: gristmill why FILE:LINE or gristmill why ID. One click selects a command.",
        "查看任意一行的完整经过：gristmill why 文件:行号 或 gristmill why ID。点一下即可选中整条命令。",
    ),
}
"""Key -> English, Chinese; what isn't here stands in `dataprep.phrases`."""

_ALL = {**PHRASES, **WORDS}


def word(key: str, lang: str, **parts: object) -> str:
    """What `key` says in `lang`, with its `{parts}` filled in."""
    return said(_ALL, key, lang, **parts)
