"""How a row gives a benchmark away."""

REASONS: dict[str, tuple[str, str]] = {
    "benchmark_quote": (
        "The row quotes a question of a benchmark; training on it would make the score worthless.",
        "这一行照搬了评测集里的题目；拿它训练，评测分数就不作数了。",
    ),
    "benchmark_near": (
        "The row asks nearly what a benchmark asks.",
        "这一行的提问与评测集里的题目几乎相同。",
    ),
}
