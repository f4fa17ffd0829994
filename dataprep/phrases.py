"""The words of reports and of the terminal, in English and Chinese."""

from collections.abc import Mapping

PHRASES: dict[str, tuple[str, str]] = {
    "title": ("Data report", "数据报告"),
    "verdict": (
        "**{read} rows read = {kept} kept + {dropped} dropped.** Train {train} · dev {dev} · eval {eval}.",
        "**读入 {read} 行 = 保留 {kept} 行 + 剔除 {dropped} 行。** 训练 {train} · 开发 {dev} · 评测 {eval}。",
    ),
    "verdict_widened": (
        "**{read} rows read + {created} made of them = {kept} kept + {dropped} dropped.** "
        "Train {train} · dev {dev} · eval {eval}.",
        "**读入 {read} 行 + 由其生成 {created} 行 = 保留 {kept} 行 + 剔除 {dropped} 行。**"
        "训练 {train} · 开发 {dev} · 评测 {eval}。",
    ),
    "files": ("Files", "文件"),
    "stages": ("Stages", "各阶段"),
    "left": ("Why rows left", "剔除原因"),
    "edits": ("What was edited", "做过的修改"),
    "flags": ("Worth a look (kept)", "值得一看（已保留）"),
    "splits": ("Where the rest went", "去向"),
    "exports": ("Files for trainers", "训练用文件"),
    "not_written": ("not written", "未写入"),
    "why": (
        "One row's story: `gristmill why FILE:LINE` or `gristmill why ID`.",
        "查看某一行的经过：`gristmill why 文件:行号` 或 `gristmill why ID`。",
    ),
    "none": ("None.", "无。"),
    "file": ("file", "文件"),
    "format": ("format", "格式"),
    "read": ("read", "读入"),
    "kept": ("kept", "保留"),
    "dropped": ("dropped", "剔除"),
    "notes": ("notes", "说明"),
    "total": ("total", "合计"),
    "stage": ("stage", "阶段"),
    "rows_in": ("in", "输入"),
    "rows": ("rows", "行数"),
    "reason": ("reason", "原因"),
    "meaning": ("what it means", "含义"),
    "kind": ("kind", "类型"),
    "moved": (
        "{rows} rows that an older run had in {old} are now in {new}, with their family.",
        "旧运行中位于 {old} 的 {rows} 行随其家族移到了 {new}。",
    ),
    "unmapped": ("to meta: {columns}", "存入 meta：{columns}"),
    "sure": ("sure", "把握"),
    "records": ("records", "记录"),
    "languages": ("languages", "语言"),
    "lengths": ("characters p50/p95/max", "字符数 p50/p95/最大"),
    "faults": ("faults", "问题"),
    "prompt": ("prompt", "提问"),
    "answer": ("answer", "回答"),
    "text": ("text", "文本"),
    "why_format": ("why", "判断依据"),
    "fresh": ("{path} written in {seconds} s", "已写入 {path}，用时 {seconds} 秒"),
    "unchanged": ("{path} is up to date: nothing changed since it was made", "{path} 已是最新：自生成以来没有变化"),
    "next_why": ("next: gristmill why FILE:LINE · {report}", "下一步：gristmill why 文件:行号 · {report}"),
    "signals_reused": (
        "signals of {count} shards were reused: only the threshold and what follows it was worked on",
        "沿用了 {count} 个分片的测量值：只重做了阈值判断及其后的阶段",
    ),
    "story_kept": ("kept, in {place}", "已保留，位于 {place}"),
    "story_left": ("not in the dataset", "不在数据集中"),
    "fate": ("what happened", "结果"),
    "next_lost": ("next: gristmill lost --by REASON", "下一步：gristmill lost --by 原因"),
    "page": ("page {page} of {pages}", "第 {page} 页，共 {pages} 页"),
    "added": ("added", "新增"),
    "removed": ("removed", "移除"),
    "edited": ("edited", "改动"),
    "moved_rows": ("moved", "换边"),
    "not_read": ("not in that run's files", "那次运行的文件里没有"),
    "made": ("made by augmentation", "由增强生成"),
    "no_change": ("The two hold the same rows on the same sides.", "两次运行的数据完全相同。"),
    "old": ("before", "之前"),
    "new": ("after", "之后"),
    "delta": ("change", "变化"),
    "share": ("share of the set", "占比"),
    "slice": ("slice", "切片"),
    "rules": ("Rules that struck otherwise", "命中数有变化的规则"),
    "slices": ("Where rows were gained or lost", "各切片的增减"),
    "untouched": ("no stage changed it", "没有任何阶段改动它"),
    "written": ("{rows} of {read} rows written to {path}", "共 {read} 行，已写入 {rows} 行：{path}"),
    "rejects": ("{rows} rows are in {path}, with their reasons", "{rows} 行未写入，原因见 {path}"),
    "left_out": (
        "{source}: columns that are not part of {format} and were left out: {columns}",
        "{source}：以下列不属于 {format}，未写入：{columns}",
    ),
    "plan": ("Would read", "将读取"),
    "order": ("Stages: {stages}", "阶段：{stages}"),
    "ahead": ("Would ask of models", "将向模型提出的请求"),
    "rewrites": ("what", "内容"),
    "model": ("model", "模型"),
    "drafts": ("rewrites", "改写数"),
    "calls": ("calls", "请求数"),
    "known": ("answered before", "已有答案"),
    "tokens_in": ("tokens in", "输入词元"),
    "tokens_out": ("tokens out", "输出词元"),
    "cost": ("cost", "费用"),
    "paraphrase": ("paraphrases", "改写"),
    "back_translation": ("back-translations", "回译"),
    "self_instruct": ("new questions", "新问题"),
    "judge": ("the judge", "评审"),
    "ahead_note": (
        "Tokens are guessed from the texts; what was answered before costs nothing.",
        "词元数按文本估计；已有答案的请求不再付费。",
    ),
    "label_pushed": (
        "{title}: tasks new {created:,} · there already {present:,} · filled in beforehand {predictions:,}",
        "{title}：新增 {created:,} 个任务，{present:,} 个原已存在，预填 {predictions:,} 个",
    ),
    "label_why": ("chosen for: {why}", "选取原因：{why}"),
    "label_round": ("round {number}: rows on which people disagree", "第 {number} 轮：意见不一的行"),
    "next_label": (
        "next: people answer there; then {command}",
        "下一步：标注员在那里作答；然后 {command}",
    ),
    "label_written": (
        "tasks written: {tasks:,} · filled in beforehand {predictions:,} · {paths}",
        "已写出 {tasks:,} 个任务，预填 {predictions:,} 个：{paths}",
    ),
    "next_written": (
        "next: people answer; then {command}",
        "下一步：标注员作答；然后 {command}",
    ),
    "label_back": (
        "answers {answers:,} · people {annotators:,} · records {records:,} · {path}",
        "{annotators:,} 人对 {records:,} 条记录的 {answers:,} 个回答：{path}",
    ),
    "label_rejects": ("one by one: {path}", "逐条列在：{path}"),
    "label_none": ("nobody has answered yet", "还没有人作答"),
    "label_strangers": (
        "records that were never in the run {run}: {count:,}; was it another run?",
        "其中 {count:,} 条记录不属于运行 {run}：是否应导入另一次运行？",
    ),
    "next_agreement": (
        "next: {command}; and in the recipe, data: labels: {{files: [{files}]}}",
        "下一步：{command}；并在配方的 data 中写 labels: {{files: [{files}]}}",
    ),
    "label_question": ("question", "问题"),
    "label_alpha": ("alpha", "alpha"),
    "label_interval": ("95% interval", "95% 区间"),
    "label_kappa": ("kappa", "kappa"),
    "label_percent": ("agreement", "一致率"),
    "label_records": ("records", "记录"),
    "label_compared": ("with two answers", "两人以上标注"),
    "label_annotators": ("annotators", "标注员"),
    "label_gold": (
        "ground truths: {gold:,}; the page has everybody's accuracy",
        "{gold:,} 个标准答案：页面列出每人的正确率",
    ),
    "label_disputed": (
        "records in dispute: {count:,}; next round: {command}",
        "{count:,} 条记录有分歧；下一轮：{command}",
    ),
    "label_page": ("the page: {page}", "页面：{page}"),
    "sheet": (
        "rewrites to read: {page} · to fill in: {table}",
        "供阅读的改写：{page} · 供填写：{table}",
    ),
}


def phrase(key: str, lang: str) -> str:
    """A phrase in a language (`en` or `zh`)."""
    return PHRASES[key][lang == "zh"]


def balance_of(rows: Mapping[str, int], lang: str) -> str:
    """The balance of a run in a sentence: what was read, and made of it, is what was kept and dropped."""
    told = phrase("verdict_widened" if rows.get("created") else "verdict", lang)
    return told.format(**{name: f"{count:,}" for name, count in rows.items()})
