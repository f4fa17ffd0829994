"""What checks say, in English and Chinese."""

SENTENCES: dict[str, tuple[str, str]] = {
    "met": ("{name} is {value}: {word} when {limit}", "{name} 为 {value}，满足 {limit} 即为{word}"),
    "held": ("{name} is {value}", "{name} 为 {value}"),
    "worse": (
        "{name} is {value}; the baseline has {base}, and {slack:g} worse is allowed",
        "{name} 为 {value}；基线为 {base}，最多允许变差 {slack:g}",
    ),
    "no_worse": ("{name} is {value}, the baseline {base}", "{name} 为 {value}，基线为 {base}"),
    "nothing": ("{name}: there are no such rows", "{name}：没有符合条件的行"),
    "few": ("{name}: {rows} rows are fewer than min_rows", "{name}：只有 {rows} 行，少于 min_rows"),
    "no_baseline": ("{name}: there is no baseline to compare with", "{name}：没有可比较的基线"),
    "not_in_baseline": ("{name}: the baseline lacks it", "{name}：基线中没有这一项"),
    "unmeasured": ("{name} can't be told: {why}", "{name} 无法得出：{why}"),
    "next": ("next: {command}", "下一步：{command}"),
    "alone": (
        "no baseline: {count} gates could not compare; gristmill gate --update-baseline writes one",
        "没有基线：{count} 项门禁未做比较；用 gristmill gate --update-baseline 生成",
    ),
    "baseline": ("baseline {base} {sign} {slack:g}", "基线 {base} {sign} {slack:g}"),
    "fail": ("fail", "不通过"),
    "warn": ("warn", "警告"),
    "digests": ("the manifest's digests", "清单中的摘要"),
    "files_whole": ("all {files} files are those of the manifest", "全部 {files} 个文件与清单一致"),
    "files_changed": (
        "{count} files are not what the manifest says: {files}",
        "{count} 个文件与清单不符：{files}",
    ),
    "files_next": (
        "The artifact was changed after it was made, so no number of it holds.\nnext: gristmill data -c RECIPE",
        "数据集生成后被改动过，其中的数字都不可信。\n下一步：gristmill data -c RECIPE",
    ),
    "leaks_differ": (
        "the certificate in the manifest (highest similarity {told}) is not what the files give ({found})",
        "清单中的泄漏证书（最高相似度 {told}）与由文件重新算出的（{found}）不一致",
    ),
    "leaks": (
        "leak: {pairs} pairs of rows on different sides are too similar, {crossing} families or contents stand on two",
        "有泄漏：{pairs} 对行跨划分且过于相似，{crossing} 个族或相同内容出现在两个划分中",
    ),
    "leaks_none": (
        "no leak: {pairs:,} pairs examined, the highest similarity is {value}",
        "没有泄漏：检查了 {pairs:,} 对，最高相似度为 {value}",
    ),
}


def say(key: str, lang: str, **values: object) -> str:
    """A sentence in a language (`en` or `zh`), with its values filled in."""
    return SENTENCES[key][lang == "zh"].format(**values)
