"""What looks on while a model trains: progress, early faults, Ctrl-C."""

import math
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from transformers import TrainerCallback

from schemas.errors import RuntimeFault


@dataclass(frozen=True)
class Beat:
    """A sign of life.

    Attributes:
        step: Updates done.
        steps: Updates in all.
        logs: The newest figures: `loss`, `eval_loss`, `num_tokens`, `learning_rate` ...
    """

    step: int
    steps: int
    logs: dict[str, float]


class Watch(TrainerCallback):
    """Tells of progress, stops at once on a loss that can't be right, and turns Ctrl-C into a checkpoint.

    Args:
        tell: Called after each update and each log.
        start: Loss that the first look must show (ln 2 for DPO), or null.
    """

    def __init__(self, tell: Callable[[Beat], None], *, start: float | None) -> None:
        self.tell = tell
        self.start = start
        self.interrupted = False
        self._before: Any = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Take Ctrl-C over: the first one asks for a checkpoint, the second one stops at once."""
        self._before = signal.signal(signal.SIGINT, self._ask)

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Give Ctrl-C back."""
        signal.signal(signal.SIGINT, self._before)

    def _ask(self, _signal: int, _frame: Any) -> None:
        self.interrupted = True
        signal.signal(signal.SIGINT, self._before)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Tell, and leave with a checkpoint when that was asked for."""
        self.tell(Beat(state.global_step, state.max_steps, {}))
        if self.interrupted:
            control.should_save = control.should_training_stop = True

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float] | None = None, **_: Any) -> None:
        """Tell, and look at the first losses.

        Raises:
            RuntimeFault: If the first DPO loss is not ln 2, or the first loss is 0: every label masked.
        """
        told = logs or {}
        self.tell(Beat(state.global_step, state.max_steps, told))
        loss = told.get("eval_loss", told.get("loss"))
        if loss is None or state.global_step > 1:
            return
        if self.start is not None and abs(loss - self.start) > 0.02:
            raise RuntimeFault(
                f"the first loss is {loss:.4f}, not {self.start:.4f}: the reference is not the policy that starts",
                hint="train.adapter and train.base must be those that the preference pairs start from",
            )
        if loss == 0.0 or math.isnan(loss):
            raise RuntimeFault(
                f"the first loss is {loss}: nothing can be learned", hint="gristmill train --preview shows the masks"
            )
