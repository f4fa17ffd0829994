"""The `harness:` part of the `eval:` recipe."""

from typing import Literal

from pydantic import Field, model_validator

from schemas.config import Section

Kind = Literal["choice", "generate", "likelihood"]


class Harness(Section):
    """What lm-evaluation-harness runs.

    Attributes:
        own: Tasks made of our own eval split: `choice` (the reference among other references, or the chosen answer
            against the rejected one), `generate` (answers scored by our metrics), `likelihood` (of the reference).
        folders: With YAML tasks of your own.
        tasks: Names of tasks, groups or tags, from `folders` or standard.
        data: Task -> local .json, .jsonl, .csv or .parquet file that takes the place of its data on the hub.
        limit: Items of each task; null runs all.
        few_shot: Examples before each question; null keeps what the task says. Own tasks have none.
        bootstrap_iters: For the stderr of metrics that aren't means. The harness' own 100,000 take minutes.
        max_tokens: Of an answer, in own `generate` tasks.
    """

    own: tuple[Kind, ...] = ()
    folders: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    data: dict[str, str] = Field(default_factory=dict)
    limit: int | None = Field(default=None, ge=1)
    few_shot: int | None = Field(default=None, ge=0)
    bootstrap_iters: int = Field(default=1000, ge=0)
    max_tokens: int = Field(default=256, ge=1)

    @model_validator(mode="after")
    def _name_what_runs(self) -> "Harness":
        if self.folders and not self.tasks:
            raise ValueError("`folders` needs `tasks`: the names of those to run")
        idle = sorted(set(self.data) - set(self.tasks))
        if idle:
            raise ValueError(f"`data` names what `tasks` doesn't: {', '.join(idle)}")
        return self
