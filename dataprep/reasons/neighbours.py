"""What near and semantic duplicates are."""

REASONS: dict[str, tuple[str, str]] = {
    "near_duplicate": (
        "A kept row says almost the same; its place and the similarity are in the detail.",
        "已保留的某一行与它几乎相同；位置和相似度见详情。",
    ),
    "same_answer_many_prompts": (
        "The same answer stands under many different prompts.",
        "许多不同的提问共用同一个回答。",
    ),
    "semantic_duplicate": (
        "By its embedding, a kept row says the same in other words; read both before believing it.",
        "从向量看，已保留的某一行换了说法表达同样的意思；请对照原文再下结论。",
    ),
}
