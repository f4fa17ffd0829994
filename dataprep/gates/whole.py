"""Numbers about a whole artifact, not about its rows one by one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl

from dataprep.annotate.agreement_words import word
from dataprep.gates.artifact import Unmeasured
from dataprep.gates.catalogue import Unit

if TYPE_CHECKING:
    from dataprep.gates.artifact import Artifact


def empty_slices(artifact: "Artifact", column: str) -> float:
    """How many values of a column (`language`, `source`, `kind`) stand in train but not in eval."""
    table = artifact.table([column] if column == "language" else [], kept=True)
    train, held_out = (set(table.filter(pl.col("split") == name)[column].drop_nulls()) for name in ("train", "eval"))
    return float(len(train - held_out))


def leak_pairs(artifact: "Artifact", _argument: str) -> float:
    """Pairs of rows that leak, and families, contents and parents on two sides; all computed anew."""
    return float(artifact.leaks["over"] + sum(artifact.leaks["crossing"].values()))


def leak_highest(artifact: "Artifact", _argument: str) -> float:
    """Highest similarity of two rows on different sides, computed anew."""
    return float(artifact.leaks["highest"])


def alpha(artifact: "Artifact", question: str) -> float:
    """Krippendorff's alpha of one question, or ("") the lowest of all questions that have one.

    Raises:
        Unmeasured: If nobody answered, or alpha is undefined.
    """
    asked = [each for each in artifact.agreement.questions if question in ("", each.name)]
    if not asked:
        en, zh = (f" to {question}", f"对 {question} 的") if question else (" that can be compared", "可以比较的")
        raise Unmeasured(f"the run has no answers{en}", f"该运行没有{zh}标注回答")
    defined = [each.alpha.value for each in asked if each.alpha.value is not None]
    if not defined:
        en, zh = (
            word("separator", lang).join(
                f"{each.name} ({word(each.alpha.reason or 'no_answers', lang)})" for each in asked
            )
            for lang in ("en", "zh")
        )
        raise Unmeasured(f"alpha is undefined: {en}", f"alpha 无定义：{zh}")
    return min(defined)


def answers(artifact: "Artifact", question: str) -> float:
    """How many answers people gave, to one question or to all that can be compared; ground truth apart."""
    return float(sum(each.answers for each in artifact.agreement.questions if question in ("", each.name)))


ANNOTATION: tuple[tuple[str, tuple[str, str], Unit, Callable[["Artifact", str], float], str], ...] = (
    (
        "alpha",
        (
            "Krippendorff's alpha of people's answers, the lowest of all questions",
            "标注回答的 Krippendorff’s alpha，取各问题中最低的",
        ),
        "numbers",
        alpha,
        "gristmill label agreement",
    ),
    (
        "answers",
        ("answers of people that can be compared", "可以比较的标注回答数"),
        "rows",
        answers,
        "gristmill label push --project TITLE",
    ),
)
"""Name, meaning, unit, function and next command of the metrics about people's answers; a question may follow."""
