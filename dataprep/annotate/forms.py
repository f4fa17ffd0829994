"""The four forms that people fill in: what each one asks, in English and Chinese, and which rows it is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Literal

from dataprep.annotate.labelling import TASK_FIELDS, check_config, parse_config
from schemas.errors import UserError

FormName = Literal["review", "pair", "conversation", "tags"]

_TEMPLATES = Path(__file__).parent / "configs"

TIES = ("tie", "both_bad")
"""Values of `strength` that say: neither answer is preferred, whatever side was clicked."""

TAGS: dict[str, tuple[str, str]] = {
    "wrong_fact": ("Wrong fact", "事实错误"),
    "off_topic": ("Off topic", "答非所问"),
    "incomplete": ("Incomplete", "回答不完整"),
    "unclear": ("Unclear", "表述不清"),
    "wrong_language": ("Wrong language", "语言不对"),
    "bad_format": ("Bad format", "格式有问题"),
    "unsafe": ("Unsafe", "内容不安全"),
    "personal_data": ("Personal data", "含个人信息"),
}
"""Tags of the form `tags` unless others are given."""

WORDS: dict[str, tuple[str, str]] = {
    "context": ("Context", "背景"),
    "instruction": ("Instruction", "指令"),
    "answer": ("Answer", "回答"),
    "conversation": ("Conversation", "对话"),
    "prompt": ("Prompt", "提问"),
    "left": ("Left", "左"),
    "right": ("Right", "右"),
    "verdict": ("Is the answer good enough to learn from?", "这个回答可以用来训练吗？"),
    "verdict_turns": ("Are the answers good enough to learn from?", "这些回答可以用来训练吗？"),
    "accept": ("Accept", "采纳"),
    "reject": ("Reject", "不采纳"),
    "fix": ("Fix", "修改后采纳"),
    "fix_last": ("Fix the last answer", "修改最后一轮回答后采纳"),
    "corrected": ("Corrected answer", "修改后的回答"),
    "corrected_last": ("Corrected last answer", "修改后的最后一轮回答"),
    "corrected_hint": ("Write the whole answer as it should be", "请写出完整的正确回答"),
    "rating": ("Rating, 1 (poor) to 5 (very good)", "评分：1 分（差）到 5 分（很好）"),
    "preferred": ("Which answer is better? Click on it.", "哪个回答更好？请点击它。"),
    "strength": ("By how much?", "好多少？"),
    "clear": ("Clearly", "明显更好"),
    "slight": ("Slightly", "略好一些"),
    "tie": ("Equally good", "不相上下"),
    "both_bad": ("Both are bad", "两个都不好"),
    "tags": ("What is wrong? Tick all that apply, none if it is fine.", "有哪些问题？可多选；没有问题就不选。"),
}


@dataclass(frozen=True)
class Form:
    """One way to ask.

    Attributes:
        name: Its name.
        kinds: Kinds of rows that it is for.
        fields: What it shows of a row; an `answer` is also what a corrected answer starts from.
        asks: Its questions, the one that decides first.
    """

    name: FormName
    kinds: tuple[str, ...]
    fields: tuple[str, ...]
    asks: tuple[str, ...]


FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form("review", ("sft",), ("context", "instruction", "answer"), ("verdict", "rating", "corrected")),
        Form("pair", ("preference",), ("prompt", "left", "right"), ("preferred", "strength")),
        Form("conversation", ("sft",), ("conversation", "answer"), ("verdict", "rating", "corrected")),
        Form("tags", ("sft", "preference", "kto", "text"), ("conversation",), ("tags",)),
    )
}


def form_named(name: str) -> Form:
    """The form of that name.

    Raises:
        UserError: If there is none.
    """
    if name not in FORMS:
        raise UserError(f"no form {name!r}", hint=f"one of {', '.join(FORMS)}")
    return FORMS[name]


def render_config(form: Form, *, lang: str, tags: Mapping[str, str] | None = None) -> str:
    """The labelling config of a form; texts are in one language, the values in exports are the same in both.

    Args:
        form: Which one.
        lang: `en` or `zh`.
        tags: For the form `tags`: value -> what people read; None takes our own.

    Raises:
        UserError: If the tags make no valid config.
    """
    from schemas.page.templates import environment

    place = int(lang == "zh")
    told = {value: labels[place] for value, labels in TAGS.items()} if tags is None else dict(tags)
    words = SimpleNamespace(**{name: texts[place] for name, texts in WORDS.items()})  # `words.clear` is a dict's method
    xml = environment(_TEMPLATES).get_template(f"{form.name}.xml").render(words=words, tags=told)
    check_config(parse_config(xml), (*TASK_FIELDS, *form.fields))
    return xml
