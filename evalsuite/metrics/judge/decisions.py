"""A judge's answer as data: a grade, or a choice of two."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar

from pydantic import field_validator

from evalsuite.metrics.judge.prompts import Prompt
from schemas.endpoint import Endpoint, Reply
from schemas.endpoint.grade import Reasoned
from schemas.endpoint.structured import ask_objects

UNPARSABLE = "judge_unparsable"
FAILED = "judge_failed"


class Choice(Reasoned):
    """The better of two answers and why."""

    better: Literal["A", "B", "tie"]

    @field_validator("better", mode="before")
    @classmethod
    def _as_letter(cls, told: Any) -> Any:
        word = re.sub(r"^(answer|回答)", "", str(told).strip().lower()).strip()
        return {"a": "A", "b": "B", "tie": "tie", "draw": "tie", "平局": "tie", "平手": "tie"}.get(word, told)


Kind = TypeVar("Kind", bound=Reasoned)


def decide(
    endpoint: Endpoint, prompts: Sequence[Prompt], kind: type[Kind], *, tell: Callable[[str], None], seed: int
) -> list[Kind | str]:
    """The judge's decision on each prompt.

    Args:
        endpoint: The judge.
        prompts: n prompts.
        kind: What is asked for.
        tell: Called with a sentence whenever there is something to wait for.
        seed: Of the jitter between tries.

    Returns:
        n decisions; `judge_unparsable` where no answer could be read, `judge_failed` where there was none.

    Raises:
        UserError: If the endpoint can't be used at all.
    """
    talks = [prompt.messages for prompt in prompts]
    mend = [prompt.repair for prompt in prompts]
    found = ask_objects(endpoint, talks, kind, mend=mend, tell=tell, seed=seed)
    return [_named(told) if isinstance(told, Reply) else told for told in found]


def _named(reply: Reply) -> str:
    return FAILED if reply.stop == "error" else UNPARSABLE
