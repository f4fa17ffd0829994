"""Names that a reader meets for stages, kinds, roles, languages and actions; what isn't listed keeps its own."""

from schemas.page.words import LANGUAGES

NAMES: dict[str, tuple[str, str]] = {
    # stages
    "read": ("read", "读取"),
    "convert": ("convert", "转换"),
    "identity": ("identity", "编号"),
    "clean": ("clean", "清洗"),
    "language": ("language", "语言"),
    "pii": ("personal data", "个人信息"),
    "labels": ("what people said", "人工标注"),
    "validate": ("validate", "校验"),
    "rules": ("quality rules", "质量规则"),
    "families": ("families", "家族"),
    "exact_dedup": ("exact duplicates", "完全重复"),
    "near_dedup": ("near-duplicates", "近似重复"),
    "semantic_dedup": ("semantic duplicates", "语义重复"),
    "decontaminate": ("decontamination", "评测去污"),
    "split": ("split", "划分"),
    "augment": ("augment", "增强"),
    "mix": ("mix", "配比"),
    # kinds
    "sft": ("sft", "指令 sft"),
    "preference": ("preference", "偏好 preference"),
    "kto": ("kto", "赞踩 kto"),
    "text": ("text", "纯文本 text"),
    # splits
    "train": ("train", "训练集"),
    "dev": ("dev", "开发集"),
    "eval": ("eval", "评测集"),
    # roles
    "system": ("system", "系统"),
    "user": ("user", "用户"),
    "assistant": ("assistant", "助手"),
    "tool": ("tool", "工具"),
    "chosen": ("chosen", "更好的回答"),
    "rejected": ("rejected", "较差的回答"),
    # languages
    "en": ("English", "英文"),
    "zh": ("Chinese", "中文"),
    "ja": ("Japanese", "日文"),
    "ko": ("Korean", "韩文"),
    "de": ("German", "德文"),
    "fr": ("French", "法文"),
    "es": ("Spanish", "西班牙文"),
    "ru": ("Russian", "俄文"),
    "und": ("undetermined", "未定"),
    # actions
    "flag": ("flagged, still there", "仅标记，仍在数据中"),
    "mask": ("masked", "已打码"),
    "pseudonymise": ("replaced by made-up data", "已替换为虚构数据"),
    "drop": ("row dropped", "整行剔除"),
    # ways to new rows
    "paraphrase": ("paraphrase", "改写"),
    "back_translation": ("back-translation", "回译"),
    "self_instruct": ("new question", "新问题"),
    "style_plain": ("in other words", "换种说法"),
    "style_shorter": ("shorter", "更简短"),
    "style_colloquial": ("colloquial", "口语"),
    "style_formal": ("formal", "正式"),
    "style_typos": ("typos", "错别字"),
    "style_dialect": ("dialect", "方言"),
    "style_traditional": ("traditional script", "繁体"),
    "style_simplified": ("simplified script", "简体"),
    "style_backtranslation": ("back-translation", "回译"),
    "style_new": ("new question", "新问题"),
    # keys of comparison
    "prompt": ("prompt", "提问"),
    "answer": ("answer", "回答"),
    "dialogue": ("whole dialogue", "整段对话"),
    "rest": ("rest", "其余"),
}
"""Key -> English, Chinese."""


def name(key: str, lang: str) -> str:
    """What people call it."""
    return NAMES[key][LANGUAGES.index(lang)] if key in NAMES else key
