"""Mix: how much of which part of the data goes into train; dev and eval stay as the split drew them.

`check`, `view` and `plan` decide over the whole of train, `apply` carries the plan out on any part of it, `prompted`
gives dev and eval the same system prompts, `table` says what went in and `curriculum` in which order.
"""

from dataprep.mix.apply import apply, prompted
from dataprep.mix.groups import REST, check
from dataprep.mix.order import curriculum
from dataprep.mix.plan import plan, table, view
from dataprep.mix.sides import apply_sides, decide, train_view

__all__ = [
    "REST",
    "apply",
    "apply_sides",
    "check",
    "curriculum",
    "decide",
    "plan",
    "prompted",
    "table",
    "train_view",
    "view",
]
