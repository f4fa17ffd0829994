"""The words of the commands around training, in English and Chinese."""

WORDS: dict[str, tuple[str, str]] = {
    "base": ("base", "基座"),
    "device": ("device", "设备"),
    "template": ("template", "对话模板"),
    "own": ("the base's own", "基座自带"),
    "ends": ("answers end with {stop}", "回答以 {stop} 结束"),
    "no_stop": ("no end token", "没有结束标记"),
    "note": ("note", "注意"),
    "stage": ("Stage {number} of {count}: {method}, {tuning}", "第 {number}/{count} 阶段：{method}，{tuning}"),
    "rows": ("rows", "行数"),
    "split": ("split", "划分"),
    "tokens": ("tokens", "词元"),
    "trained": ("trained", "参与训练"),
    "lengths": ("p50/p95/p99/max", "p50/p95/p99/最大"),
    "histogram": ("0 to max", "0 到最大"),
    "over": (
        "{split}: {rows:,} rows over {limit:,} tokens ({policy}): {share:.1%} of the answers' tokens are lost",
        "{split}：{rows:,} 行超过 {limit:,} 个词元（{policy}），损失 {share:.1%} 的回答词元",
    ),
    "reason": ("{split}: {rows:,} {reason}: {sentence}", "{split}：{rows:,} 行 {reason}：{sentence}"),
    "stopped": (
        "the end token is learned in {share:.0%} of the rows",
        "{share:.0%} 的行会学到结束标记",
    ),
    "unstopped": (
        "the end token is learned in only {share:.0%} of the rows: such a model goes on and on",
        "只有 {share:.0%} 的行会学到结束标记：这样的模型停不下来",
    ),
    "hidden": (
        "{turns:,} turns have thoughts that this template leaves out",
        "有 {turns:,} 轮的思考内容被该模板略去",
    ),
    "replayed": ("{rows:,} general rows are mixed in", "混入了 {rows:,} 行通用数据"),
    "learned": ("learned text is marked ⟦so⟧", "⟦这样⟧标出的是要学的文字"),
    "learned_colour": ("learned text is green", "绿色的是要学的文字"),
    "setting": ("setting", "设置"),
    "value": ("value", "取值"),
    "why": ("why", "理由"),
    "given": ("in the recipe", "配方指定"),
    "memory": (
        "memory {low} to {high} of {there} on {device}; time {fast} to {slow}; {steps:,} updates",
        "显存/内存 {low}–{high}，{device} 有 {there}；用时 {fast}–{slow}；共 {steps:,} 次更新",
    ),
    "fits": ("fits", "放得下"),
    "tight": ("may not fit: its upper end is more than there is", "可能放不下：上限超过现有容量"),
    "misfits": ("doesn't fit", "放不下"),
    "part": ("part", "部分"),
    "change": ("change first", "先改这里"),
    "then": ("needs then", "之后需要"),
    "training": ("training", "训练中"),
    "loss": ("loss {loss:.4f}", "损失 {loss:.4f}"),
    "dev": ("dev {loss:.4f}", "开发集 {loss:.4f}"),
    "rate": ("{rate:,.0f} tokens/s", "{rate:,.0f} 词元/秒"),
    "curve": (
        "loss on dev {first:.4f} → {last:.4f} (best {best:.4f})",
        "开发集损失 {first:.4f} → {last:.4f}（最好 {best:.4f}）",
    ),
    "curve_train": ("loss {first:.4f} → {last:.4f}", "损失 {first:.4f} → {last:.4f}"),
    "packed": ("packed loss {one:.4f}, unpacked {many:.4f}: the same", "打包损失 {one:.4f}，不打包 {many:.4f}：一致"),
    "question": ("question (held out)", "留出的提问"),
    "before": ("before", "训练前"),
    "after": ("after", "训练后"),
    "reference": ("reference", "参考答案"),
    "written": (
        "{path} written: {steps:,} updates in {seconds}, peak memory {peak}",
        "已写入 {path}：{steps:,} 次更新，用时 {seconds}，内存峰值 {peak}",
    ),
    "unchanged": ("{path} is up to date: nothing changed since it was trained", "{path} 已是最新：训练后没有变化"),
    "next": ("next: {commands}", "下一步：{commands}"),
    "made": ("{path} made", "已生成 {path}"),
    "you": ("you", "你"),
    "tuned": ("tuned", "微调后"),
    "leave": ("an empty line leaves; /new starts anew", "空行退出；/new 重新开始"),
    "report": (
        "report: {folder}/report.html · numbers: {folder}/scores.json",
        "报告：{folder}/report.html · 分数：{folder}/scores.json",
    ),
    "decides": ("what decides", "判定依据"),
    "beside": ("beside it", "其他指标"),
    "number": ("number", "指标"),
    "n": ("items", "条数"),
    "tuned_side": ("tuned", "微调后"),
    "delta": ("change", "变化"),
    "interval": ("95% interval", "95% 区间"),
    "change_interval": ("change, 95%", "变化 95% 区间"),
    "judge": (
        "people may judge as well: fill in {sheet}, then {command}",
        "也可以人工盲评：填写 {sheet}，然后 {command}",
    ),
    "answers": ("answers", "回答"),
    "likelihood": ("likelihood", "似然"),
    "on": ("evaluating {names}", "正在评测 {names}"),
    "verdict": ("verdict", "结论"),
    "human": (
        "people: tuned better {wins}, worse {losses}, the same {ties}, blank {blank}; p = {p:.3g}",
        "人工评判：微调更好 {wins}，更差 {losses}，持平 {ties}，未填 {blank}；p = {p:.3g}",
    ),
    "hour": ("{count:.1f} h", "{count:.1f} 小时"),
    "minute": ("{count:.0f} min", "{count:.0f} 分钟"),
    "second": ("{count:.0f} s", "{count:.0f} 秒"),
}

PARTS: dict[str, tuple[str, str]] = {
    "weights": ("weights", "权重"),
    "adapter": ("adapter", "适配器"),
    "gradients": ("gradients", "梯度"),
    "optimizer": ("optimiser states", "优化器状态"),
    "activations": ("activations", "激活值"),
    "logits": ("logits and loss", "logits 与损失"),
    "temporary": ("temporary", "临时缓冲"),
    "context": ("libraries", "运行库"),
}

CHANGES: dict[str, tuple[str, str]] = {
    "batch": ("batch_size: {load.batch}, with more accumulation", "batch_size: {load.batch}，相应增大 accumulation"),
    "checkpointing": ("checkpointing: true", "checkpointing: true"),
    "dropout": ("dropout: 0", "dropout: 0"),
    "optimizer": ("optimizer: {load.optimizer}", "optimizer: {load.optimizer}"),
    "bits": ("tuning: qlora, bits: {load.bits}", "tuning: qlora，bits: {load.bits}"),
    "length": (
        "max_length: {load.length}, with over_length: split",
        "max_length: {load.length}，并设 over_length: split",
    ),
    "tuning": ("tuning: {load.tuning}", "tuning: {load.tuning}"),
}


def word(key: str, lang: str, **values: object) -> str:
    """A phrase in a language (`en` or `zh`), with its values filled in."""
    return WORDS[key][lang == "zh"].format(**values)


def duration(seconds: float, lang: str) -> str:
    """Seconds in the unit that a person would use."""
    if seconds >= 5400:
        return word("hour", lang, count=seconds / 3600)
    return word("minute", lang, count=seconds / 60) if seconds >= 90 else word("second", lang, count=seconds)


def size(count: float) -> str:
    """Bytes as people write them: `17.3 GB`, `812 MB`."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
