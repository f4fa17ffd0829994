"""Do these columns look like an exported chat log, one message per row? Then the recipe has to say so."""

from collections.abc import Mapping, Sequence

from dataprep.convert.columns import folded

_ALIASES: dict[str, tuple[str, ...]] = {
    "conversation": (
        *("conversation_id", "conversation", "session_id", "session", "chat_id", "dialog_id", "ticket_id", "thread_id"),
        *("会话编号", "会话id", "会话", "对话编号", "对话id", "工单号"),
        *("會話編號", "會話id", "會話", "對話編號", "對話id", "工單號"),
    ),
    "time": (
        *("time", "timestamp", "sent_at", "created_at", "datetime", "date"),
        *("时间", "发送时间", "消息时间", "時間", "發送時間", "訊息時間"),
    ),
    "speaker": (
        *("speaker", "sender", "from", "author", "role", "name", "user"),
        *("发言人", "发送人", "发送者", "说话人", "角色", "發言人", "發送人", "發送者", "說話人"),
    ),
    "content": (
        *("content", "message", "text", "body"),
        *("消息内容", "消息", "内容", "文本", "訊息內容", "訊息", "消息內容", "內容"),
    ),
}


def chat_columns(columns: Sequence[str]) -> dict[str, str] | None:
    """Part of a chat log -> column, when every part has one."""
    known = {folded(column): column for column in columns}
    found = {
        part: next((known[folded(alias)] for alias in aliases if folded(alias) in known), None)
        for part, aliases in _ALIASES.items()
    }
    return {part: column for part, column in found.items() if column} if all(found.values()) else None


def chat_recipe(found: Mapping[str, str]) -> str:
    """The lines of a recipe that read such a log; only the speakers' roles are left to say."""
    lines = ["chat:", *(f"  {part}: {column}" for part, column in found.items())]
    return "\n".join([*lines, f"  roles: {{NAME_IN_{found['speaker']}: user, OTHER_NAME: assistant}}"])
