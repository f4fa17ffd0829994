"""Rules about who speaks when, and whether anything is said."""

import polars as pl

from schemas.frames import field, has_kind
from schemas.records import LISTS

_ROLE = pl.element().struct.field("role")
_CALLS = pl.element().struct.field("tool_calls")
# c is an assistant that calls tools, a one that answers.
_LETTER = (
    pl.when((_ROLE == "assistant") & _CALLS.is_not_null())
    .then(pl.lit("c"))
    .otherwise(_ROLE.replace_strict({"system": "s", "user": "u", "assistant": "a", "tool": "t"}, default="?"))
)
_DIALOGUE = r"^s?(?:u(?:ct+)*a)*(?:u(?:ct+)*[ac]?)?$"
_PROMPT = r"^s?(?:u(?:ct+)*a)*u(?:ct+)*$"
_ANSWER = r"^(?:ct+)*[ac]$"


def letters(column: str) -> pl.Expr:
    """A conversation in one string: s system, u user, a assistant, c assistant with tool calls, t tool."""
    return pl.col(column).list.eval(_LETTER).list.join("")


def is_paired() -> pl.Expr:
    """True where the row has a prompt and answers beside it: preference and KTO."""
    return has_kind("preference", "kto")


def no_content() -> pl.Expr:
    """A row says something: a text, a turn's content or a tool call."""
    said = [
        pl.col(column).list.eval(~_is_blank() | pl.element().struct.field("tool_calls").is_not_null()).list.any()
        for column in LISTS
    ]
    return pl.any_horizontal(*said, pl.col("text").str.strip_chars() != "")


def role_order() -> pl.Expr:
    """User first, after at most one system turn; then turn by turn; tool results only after a call.

    The prompt of a preference or KTO row ends with a user or tool turn, its answers are assistant turns.
    """
    prompt, chosen, rejected = (letters(column) for column in LISTS)
    asked = prompt.str.contains(_PROMPT) | ~prompt.str.contains("u", literal=True)  # no prompt is another rule's
    answered = [(side == "") | side.str.contains(_ANSWER) for side in (chosen, rejected)]
    paired = pl.all_horizontal(asked, *answered)
    return pl.when(is_paired()).then(paired).otherwise(has_kind("text") | prompt.str.contains(_DIALOGUE))


def ends_with_assistant() -> pl.Expr:
    """A conversation that has an answer ends with one."""
    spoken = letters("messages")
    return ~has_kind("sft") | ~spoken.str.contains("[ac]") | spoken.str.contains("[ac]$")


def no_answer() -> pl.Expr:
    """There is something to learn: an assistant turn, both answers of a preference, the answer of a KTO row."""
    chosen, rejected = pl.col("chosen").list.len() > 0, pl.col("rejected").list.len() > 0
    return (
        pl.when(has_kind("sft"))
        .then(letters("messages").str.contains("[ac]"))
        .when(has_kind("preference"))
        .then(chosen & rejected)
        .otherwise(has_kind("text") | chosen)
    )


def prompt_missing() -> pl.Expr:
    """A preference or KTO row asks something: its prompt has a user turn."""
    return ~is_paired() | letters("messages").str.contains("u", literal=True)


def empty_turn() -> pl.Expr:
    """No turn is blank; an assistant that calls tools may be, and a user turn whose context isn't."""
    context = pl.element().struct.field("context").fill_null("").str.strip_chars() != ""
    silent = _is_blank() & ~((_ROLE == "assistant") & _CALLS.is_not_null()) & ~((_ROLE == "user") & context)
    return ~pl.any_horizontal(pl.col(column).list.eval(silent).list.any() for column in LISTS)


def no_label() -> pl.Expr:
    """A KTO row is labelled."""
    return ~has_kind("kto") | pl.col("label").is_not_null()


def same_answers() -> pl.Expr:
    """The two answers of a preference differ in what they say, think or call; blanks at the ends don't count."""
    sides = [
        pl.concat_list(
            field(name, column=column).list.eval(pl.element().fill_null("").str.strip_chars())
            for name in ("role", "content", "reasoning", "tool_calls")
        )
        for column in ("chosen", "rejected")
    ]
    empty = pl.col("chosen").list.len() + pl.col("rejected").list.len() == 0
    return ~has_kind("preference") | empty | (sides[0] != sides[1])


def _is_blank() -> pl.Expr:
    return pl.element().struct.field("content").fill_null("").str.strip_chars() == ""
