"""Which column may play which part: every column name found in the wild, in English and Chinese of both scripts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dataprep.convert.format import Row

# Aliases of ms-swift, LLaMA-Factory, Axolotl, Unsloth Studio and Firefly; names are compared without case.
INSTRUCTION = ("instruction", "instructions", "指令")
ASKING = ("query", "question", "prompt", "problem", "问题", "提问", "提示", "问", "問題", "提問", "問")
INPUT = ("input", "输入", "輸入")
CONTEXT = (*INPUT, "context")
ANSWERING = (
    *("output", "response", "answer", "target", "targets", "solution", "completion", "reply"),
    *("输出", "答案", "回答", "回复", "答", "輸出", "回覆", "回復"),
)
SYSTEM = ("system", "system_prompt", "系统", "系统提示", "系统提示词", "系統", "系統提示", "系統提示詞")
HISTORY = ("history", "历史", "历史对话", "歷史", "歷史對話")
TEXT = ("text", "content", "正文", "文本", "内容", "內容")
TOOLS = ("tools", "工具")
TURNS = (
    *("conversations", "conversation", "messages", "chat_rounds", "dialog", "dialogue", "texts"),
    *("对话", "消息", "對話", "訊息"),
)
HUMAN = ("human", "user", "人类", "用户", "人類", "用戶", "使用者")
ASSISTANT = ("assistant", "gpt", "bot", "chatgpt", "助手", "机器人", "機器人")

GROUPS: dict[str, tuple[str, ...]] = {
    "instruction": (*INSTRUCTION, *ASKING),
    "query": (*ASKING, *INPUT, *INSTRUCTION),
    "prompt": (*ASKING, *INPUT, *INSTRUCTION),
    "input": CONTEXT,
    "output": ANSWERING,
    "response": ANSWERING,
    "completion": ANSWERING,
    "system": SYSTEM,
    "history": HISTORY,
    "text": TEXT,
    "tools": TOOLS,
    "conversations": TURNS,
    "conversation": TURNS,
    "messages": TURNS,
    "human": HUMAN,
    "assistant": ASSISTANT,
}
"""Part -> every column name that may claim it; a column that a recipe names silences these rivals."""

MEDIA = frozenset({"image", "images", "video", "videos", "audio", "audios"})
"""Columns of pictures, films and sounds: kept in `meta`."""

JUDGED = frozenset(
    {
        *("chosen", "rejected", "chosen_response", "rejected_response", "rejected_messages"),
        *("preferred", "dispreferred", "preferred_output", "non_preferred_output"),
        *("接受", "拒绝", "优选", "劣选", "拒絕", "優選", "劣選", "label", "kto_tag"),
    }
)
"""Columns of preferences and labels; `label` only where its cells are verdicts."""


@dataclass(frozen=True)
class Claims:
    """Who claims what in a sample.

    Attributes:
        columns: Part -> the column that claims it (the first one where several do).
        unmapped: Columns that claim nothing, in the order of the file.
        ambiguous: One sentence for every part that several columns claim.
    """

    columns: dict[str, str]
    unmapped: tuple[str, ...]
    ambiguous: tuple[str, ...]


def columns_of(rows: Sequence[Row]) -> list[str]:
    """Every column of the sample, in order of first appearance."""
    return list(dict.fromkeys(key for row in rows for key in row))


def has_any(rows: Sequence[Row], aliases: Collection[str]) -> bool:
    """True where some column of the sample goes by one of the names."""
    return any(folded(name) in aliases for name in columns_of(rows))


def claims(rows: Sequence[Row], parts: Mapping[str, Sequence[str]]) -> Claims:
    """Give every part the column that claims it.

    Args:
        rows: The sample.
        parts: Part -> its column names, folded.

    Returns:
        The claims. A column that is null in every row is no rival of one that isn't.
    """
    names = columns_of(rows)
    filled = {name for name in names if any(row.get(name) is not None for row in rows)}
    found: dict[str, str] = {}
    ambiguous: list[str] = []
    mapped: set[str] = set()
    for part, aliases in parts.items():
        claimants = [name for name in names if folded(name) in aliases]
        rivals = [name for name in claimants if name in filled] or claimants[:1]
        if rivals:
            found[part] = rivals[0]
            mapped.update(rivals)
        if len(rivals) > 1:
            every = "both" if len(rivals) == 2 else "all"
            ambiguous.append(f"{', '.join(rivals[:-1])} and {rivals[-1]} {every} claim {part}")
    return Claims(found, tuple(name for name in names if name not in mapped), tuple(ambiguous))


def folded(name: str) -> str:
    """A column name as aliases are compared: without case and outer blanks."""
    return name.strip().lower()


def is_judged(rows: Sequence[Row]) -> bool:
    """True where columns compare or label answers, so that plain examples would train on bad ones."""
    return any(
        folded(name) in JUDGED and _judges(folded(name), [row.get(name) for row in rows]) for name in columns_of(rows)
    )


def _judges(name: str, cells: Sequence[object]) -> bool:
    """Whether a column of `JUDGED` really says something; a label of other values is only a label."""
    said = [cell for cell in cells if cell is not None]
    return bool(said) and (name != "label" or all(isinstance(cell, bool) or cell in (0, 1) for cell in said))
