"""Agreement by question, annotator, pair and round."""

from typing import Any

import orjson
import polars as pl
import pytest

from dataprep.annotate.agreement import agreement
from dataprep.annotate.answers import ANSWERS, answer_frame
from dataprep.annotate.coefficients import wilson
from tests.dataprep.annotate.said import grid, said

CHOICES = (["a", "a", "f", "r", "a", "f"], ["a", "a", "f", "r", "a", "f"], ["a", "f", "a", "r", "r", "."])


def verdicts() -> pl.DataFrame:
    return grid(*CHOICES, question="verdict")


def rated() -> pl.DataFrame:
    return grid([1, 2, 3, 5, 4, 2], [2, 2, 3, 4, 4, 1])


@pytest.mark.parametrize(
    "answers",
    [
        pl.DataFrame(schema=ANSWERS),
        verdicts().with_columns(annotator=pl.lit(None, pl.String)),
        grid(["一", ""], ["二", " "], question="corrected"),
        verdicts().with_columns(gold=True),
    ],
)
def test_nothing_to_compare(answers: pl.DataFrame) -> None:
    found = agreement(answers, seed=1)
    assert (found.questions, found.pairs, found.weakest, found.alpha) == ((), (), None, None)
    assert found.to_dict()["alpha"] is None


def test_questions_stand_by_name_with_their_levels_and_the_weakest_is_told() -> None:
    tags = grid([["x"], []], [["x"], ["x", "y"]], question="tags")
    same = grid(["yes", "yes"], ["yes", "yes"], question="safe")
    found = agreement(pl.concat([rated(), verdicts(), tags, same]), seed=1)
    assert [(each.name, each.kind, each.level) for each in found.questions] == [
        ("rating", "rating", "ordinal"),
        ("safe", "choices", "nominal"),
        ("tags", "choices", "set"),
        ("verdict", "choices", "nominal"),
    ]
    alphas = {each.name: each.alpha.value for each in found.questions}
    assert alphas["safe"] is None
    assert found.alpha == min(value for value in alphas.values() if value is not None)
    assert found.weakest is not None
    assert alphas[found.weakest.name] == found.alpha
    assert found.questions[0].cohen.scale == "quadratic"
    assert found.questions[3].cohen.reason == "more_annotators"
    assert found.questions[3].values == (("a", 8), ("f", 5), ("r", 4))


def test_the_one_who_stands_apart_is_seen() -> None:
    found = agreement(verdicts(), seed=1)
    shares = {each.name: each.shares[0] for each in found.annotators}
    # C meets A and B on five records and says the same as each on two.
    assert (shares["C"].pairs, shares["C"].agreement) == (10, 0.4)
    assert (shares["A"].pairs, shares["A"].agreement) == (11, pytest.approx((6 + 2) / 11))
    assert shares["C"].alpha_without == 1.0
    assert shares["A"].alpha_without == shares["B"].alpha_without
    assert (shares["A"].alpha_without or 0) < (found.alpha or 0) < 1
    assert dict(shares["C"].values) == {"a": 2, "f": 1, "r": 2}


def test_pairs_of_annotators() -> None:
    found = agreement(verdicts(), seed=1)
    assert [(each.left, each.right, each.n, each.agreement) for each in found.pairs] == [
        ("A", "B", 6, 1.0),
        ("A", "C", 5, 0.4),
        ("B", "C", 5, 0.4),
    ]
    # A says a, a, f, r, a and C says a, f, a, r, r: by chance 3/5 x 2/5 + 1/5 x 1/5 + 1/5 x 2/5.
    assert [each.kappa for each in found.pairs] == pytest.approx([1, (0.4 - 0.36) / 0.64, (0.4 - 0.36) / 0.64])
    two = agreement(rated(), seed=1)
    assert two.pairs[0].kappa == pytest.approx(two.questions[0].cohen.value)
    same = agreement(grid(["y", "y"], ["y", "y"], question="safe"), seed=1)
    assert (same.pairs[0].kappa, same.pairs[0].agreement) == (None, 1.0)


def test_accuracy_is_held_against_ground_truth_that_counts_for_nothing_else() -> None:
    truth = [said(f"r{unit:02}", "lead", value, gold=True) for unit, value in enumerate("aafra")]
    truth.append(said("r05", "lead", "f", gold=True))
    truth.append(said("r05", "boss", "r", gold=True))  # two truths are none
    found = agreement(pl.concat([verdicts(), answer_frame(truth)]), seed=1)
    shares = {each.name: each.shares[0] for each in found.annotators}
    assert sorted(shares) == ["A", "B", "C"]
    assert [(shares[who].right, shares[who].checked) for who in "ABC"] == [(5, 5), (5, 5), (2, 5)]
    assert (shares["C"].accuracy, (shares["C"].low, shares["C"].high)) == (0.4, wilson(2, 5))
    assert found.gold == 7
    assert found.questions == agreement(verdicts(), seed=1).questions


def test_time_is_that_of_annotations() -> None:
    lines: list[dict[str, Any]] = []
    for record, seconds in (("r", 10.0), ("s", 20.0), ("t", 60.0)):
        # The slow one answers two questions: it still counts once.
        lines.append(said(record, "A", "accept", seconds=seconds))
        lines += [said(record, "A", 4, "rating", seconds=seconds)] if record == "t" else []
    lines.append(said("r", "B", "accept", seconds=None))
    found = agreement(answer_frame(lines), seed=1).annotators
    assert [(each.name, each.records, each.answers, each.seconds) for each in found] == [
        ("A", 3, 4, 20.0),
        ("B", 1, 1, None),
    ]


def test_later_rounds_have_numbers_of_their_own() -> None:
    second = grid(["a", "f"], ["a", "f"], question="verdict").with_columns(round=pl.lit(2, pl.Int32), annotation="made")
    found = agreement(pl.concat([verdicts(), second]), seed=1)
    assert found.questions == agreement(verdicts(), seed=1).questions
    assert [(each.number, each.records, each.annotators) for each in found.rounds] == [(1, 6, 3), (2, 2, 2)]
    assert [each.questions[0][1].value for each in found.rounds] == [found.alpha, 1.0]
    assert found.answers == verdicts().height + 4
    assert [each.record for each in found.disputed] == ["r02", "r04"]


def test_the_latest_of_two_answers_counts() -> None:
    again = said("r01", "C", "a", updated="2026-01-05T00:00:00Z", annotation="again")
    found = agreement(pl.concat([verdicts(), answer_frame([again])]), seed=1)
    changed = (*CHOICES[:2], ["a", "a", "a", "r", "r", "."])
    assert found.questions == agreement(grid(*changed, question="verdict"), seed=1).questions


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_answers_changes_nothing(seed: int) -> None:
    answers = pl.concat([rated(), verdicts()])
    shuffled = answers.sample(fraction=1, shuffle=True, seed=seed)
    assert agreement(shuffled, seed=5) == agreement(answers, seed=5)


def test_plain_data_is_json() -> None:
    found = agreement(pl.concat([rated(), verdicts()]), seed=5)
    told = orjson.loads(orjson.dumps(found.to_dict()))
    assert told["alpha"] == found.alpha
    assert told["bootstrap"] == {"draws": 1000, "level": 0.95, "seed": 5}
    assert [each["name"] for each in told["questions"]] == ["rating", "verdict"]
    assert told["questions"][1]["alpha"]["pairable"] == 6
    assert told["questions"][1]["values"] == {"a": 8, "f": 5, "r": 4}
    assert told["annotators"][2]["questions"][0]["agreement"] == 0.4
    assert told["pairs"][0] == found.pairs[0].to_dict()
    assert [each["number"] for each in told["rounds"]] == [1]
    assert len(told["disputed"]) == len(found.disputed)
