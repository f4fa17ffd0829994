"""A judge's grade as data: what a strict server makes a grammar of, and what is read leniently."""

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, field_validator, model_validator


class Reasoned(BaseModel):
    """Strict where a server makes a grammar of it, lenient where an answer is read."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"additionalProperties": False})
    reason: str

    @model_validator(mode="before")
    @classmethod
    def _may_say_nothing(cls, told: Any) -> Any:
        return {"reason": "", **told} if isinstance(told, dict) else told


class Grade(Reasoned):
    """A grade from 1 to 5 and why."""

    score: Literal[1, 2, 3, 4, 5]

    @field_validator("score", mode="before")
    @classmethod
    def _as_number(cls, told: Any) -> Any:
        if isinstance(told, str) and (match := re.fullmatch(r"\s*([1-5])\s*(?:分|/\s*5)?\s*", told)):
            return int(match[1])
        if isinstance(told, float) and told.is_integer():
            return int(told)
        return None if isinstance(told, bool) else told  # true equals 1
