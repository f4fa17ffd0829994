"""What a run says of augmentation that didn't come out as asked."""

from collections.abc import Iterator, Mapping
from typing import Any

FEW = 0.2
"""Below this share of accepted rewrites something is wrong: the model, the prompts, or a limit of tokens."""


def augmentation_notes(facts: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Notes on the facts of a run: `code`, `en` and `zh` of each.

    Args:
        facts: From `facts.facts`.
    """
    drafts, accepted, unanswered = facts["drafts"], facts["accepted"], facts["unanswered"]
    if not drafts:
        yield {
            "code": "nothing_to_widen",
            "en": "augment: no row of train could be reworded: every prompt is empty, very long, or in a language "
            "that the recipe's styles, pivots or models don't serve.",
            "zh": "augment：训练集中没有可改写的行：提问为空、过长，或其语言不在配方的 styles、pivots 或 models 之内。",
        }
    if unanswered:
        yield {
            "code": "unanswered",
            "en": f"augment: {unanswered:,} of {drafts:,} rewrites got no answer. Run again: only these are asked.",
            "zh": f"augment：{drafts:,} 条改写中有 {unanswered:,} 条没有得到回答。再运行一次，只会重新请求这些。",
        }
    if drafts > unanswered and accepted < FEW * (drafts - unanswered):
        most = next(line["rule"] for line in facts["rules"] if line["rule"] != "fault")
        yield {
            "code": "few_accepted",
            "en": f"augment: {accepted:,} of {drafts:,} rewrites were accepted; most fell to `{most}`. Read some: "
            "gristmill data -c RECIPE --sample-augmented 50.",
            "zh": f"augment：{drafts:,} 条改写中只有 {accepted:,} 条通过，多数因 `{most}` 被拒。"
            "抽查一些：gristmill data -c 配方 --sample-augmented 50。",
        }
