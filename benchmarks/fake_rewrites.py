"""What the endpoint without a model says: rewrites by rule, good ones and bad ones, in Chinese and English."""

import re
from typing import Any

import orjson

_FENCED = re.compile(r"<(\S+) ([0-9a-f]{12})>\n(.*)\n</\1 \2>", re.DOTALL)
_ABROAD = re.compile(r"«\w+» ", re.ASCII)
_HAN = re.compile("[㐀-䶿一-鿿]")
_SENTENCES = re.compile(r"[^。！？!?\n]+[。！？!?]?|\n+")

_CHINESE = {
    "如何": "怎样", "怎么": "如何", "什么": "哪些", "请": "麻烦", "列出": "罗列", "解释": "说明", "描述": "叙述",
    "给出": "提供", "写一": "撰写一", "生成": "拟定", "帮我": "替我", "为什么": "为何", "可以": "能够", "需要": "得",
    "应该": "该", "以下": "下面", "问题": "疑问", "方法": "办法", "创建": "制作", "总结": "归纳", "使用": "运用",
}  # fmt: skip
_ENGLISH = {
    "how do i": "what is the way to", "how can i": "in what way can I", "describe": "give a description of",
    "explain": "give an explanation of", "list": "put together a list of", "write": "compose", "create": "put together",
    "generate": "produce", "what is": "can you tell me what is", "what are": "can you tell me what are",
    "give": "provide", "find": "work out", "make": "prepare", "suggest": "propose", "summarize": "sum up",
    "should": "ought to", "explain why": "say why",
}  # fmt: skip
_WORD = re.compile(r"\b(" + "|".join(sorted(_ENGLISH, key=len, reverse=True)) + r")\b", re.IGNORECASE)
_TERM = re.compile("|".join(sorted(_CHINESE, key=len, reverse=True)))
_NUMBER = re.compile(r"\d+")


def answer(body: dict[str, Any], *, bad: bool) -> str:
    """The answer to a request.

    Args:
        body: Of the request.
        bad: Whether it shall be one that no rule may let through.
    """
    form = body.get("response_format") or {}
    schema = form.get("json_schema", {}).get("schema")
    asked = str(body["messages"][-1].get("content") or "")
    found = _FENCED.search(asked)
    text = found[3] if found else asked
    if schema:
        return orjson.dumps(_filled(schema, schema, rewrite(text))).decode()
    if "翻译成" in asked or "Translate the message" in asked:
        home = _ABROAD.sub("", text)
        return (spoil if bad else rewrite)(home) if home != text else f"«xx» {text}"
    return (spoil if bad else rewrite)(text)


def rewrite(text: str) -> str:
    """The same in other words, after a polite request."""
    if _HAN.search(text):
        told = _TERM.sub(lambda found: _CHINESE[found[0]], text)
        return f"想请教一下，{_turned(told)}"
    told = _WORD.sub(lambda found: _ENGLISH[found[0].lower()], text)
    return f"I would like some help with this: {_turned(told)}"


def spoil(text: str) -> str:
    """A rewrite with another number, else one that answers with words of its own."""
    told = rewrite(text)
    if _NUMBER.search(told):
        return _NUMBER.sub(lambda found: str(int(found[0]) + 1), told, count=1)
    return f"好的，以下是改写后的消息：{told}" if _HAN.search(text) else f"Sure! Here is the rewritten message: {told}"


def _turned(text: str) -> str:
    """The first of several sentences goes to the end, where each is a line or less."""
    pieces = _SENTENCES.findall(text)
    if len(pieces) < 2 or "\n" in text or "`" in text:
        return text
    gap = "" if _HAN.search(text) else " "
    return gap.join(piece.strip() for piece in (*pieces[1:], pieces[0]))


def _filled(schema: dict[str, Any], whole: dict[str, Any], text: str) -> Any:
    """An object of a JSON schema: every text is the same one, every number the greatest that may be."""
    if "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    for choice in ("const", "default"):
        if choice in schema:
            return schema[choice]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type") or schema["anyOf"][0]["type"]
    if kind == "object":
        return {name: _filled(told, whole, text) for name, told in schema.get("properties", {}).items()}
    if kind == "array":
        return [_filled(schema["items"], whole, text) for _ in range(schema.get("minItems", 1))]
    return {"string": text, "boolean": True}.get(kind, schema.get("maximum", 5))
