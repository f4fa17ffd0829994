"""Why a split or a mix moved, left out or repeated a row."""

REASONS: dict[str, tuple[str, str]] = {
    "common_answer": (
        "So many prompts have this answer, or nearly, that it is a stock phrase: it links no rows of the split.",
        "太多提问都用（或几乎用）这一回答，视为套话，划分时不据此归为一族。",
    ),
    "mix_sampled_out": (
        "The row's family has no place in its group's part of the mix.",
        "按配比，所属分组放不下这一行所在的家族。",
    ),
    "mix_repeated": ("The row counts more than once in train.", "训练时这一行会重复计入。"),
    "mix_system": ("The row got its group's system prompt.", "加上了所属分组的系统提示词。"),
}
