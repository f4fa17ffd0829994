"""Who speaks: every spelling of a role that is found in the wild, in English and Chinese of both scripts."""

from dataprep.convert.format import Refused

# Aliases of LLaMA-Factory, ms-swift, Axolotl, Unsloth, ToolBench, OASST.
_ALIASES: dict[str, tuple[str, ...]] = {
    "system": ("system", "developer", "系统", "系統"),
    "user": (
        *("user", "human", "prompter", "caller", "input"),
        *("人类", "用户", "问", "人類", "用戶", "使用者", "問"),
    ),
    "assistant": (
        *("assistant", "gpt", "bot", "chatgpt", "model", "conclusion", "output"),
        *("助手", "机器人", "答", "機器人"),
    ),
    "tool_call": ("function_call", "tool_call"),
    "tool": (
        "tool",
        "observation",
        "observations",
        "function",
        "function_response",
        "tool_response",
        "ipython",
        "工具",
        "观察",
        "觀察",
    ),
}

ROLE_OF: dict[str, str] = {alias: role for role, aliases in _ALIASES.items() for alias in aliases}


def role_of(name: object) -> str:
    """The role that a tag stands for: system, user, assistant, tool or tool_call.

    Raises:
        Refused: `unknown_role` for a tag that no list knows, or that isn't text.
    """
    role = ROLE_OF.get(name) if isinstance(name, str) else None
    if role is None and isinstance(name, str):
        role = ROLE_OF.get(name.strip().lower().replace("-", "_"))
    if role is None:
        raise Refused("unknown_role", repr(name)[:80])
    return role
