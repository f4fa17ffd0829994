import hashlib
from collections import Counter

import pytest

from evalsuite.metrics.checker import Agreement, agreement, checker_table, labels


def test_the_labels_keep_what_was_promised() -> None:
    rows = labels()
    assert len(rows) >= 220
    assert len({row["id"] for row in rows}) == len(rows)
    share = Counter(row["lang"] for row in rows)["zh"] / len(rows)
    assert 0.45 <= share <= 0.55
    for row in rows:
        # Answers about one passage share its half: the hash is of the passage's id.
        odd = hashlib.sha256(row["id"].rsplit("-", 1)[0].encode()).digest()[0] % 2
        assert row["half"] == ("held" if odd else "open")
        for span in row["spans"]:
            assert row["answer"][span["start"] :].startswith(span["text"])


def test_the_held_half_meets_its_targets() -> None:
    told = checker_table()["numbers/held/all"]
    assert told["precision"] >= 0.90
    assert told["recall"] >= 0.80


@pytest.mark.parametrize(
    ("group", "expected"),
    [("numbers", Agreement(n=3, hits=1, misses=1, false_alarms=1)), ("names", Agreement(n=1, hits=1))],
)
def test_spans_are_counted(group: str, expected: Agreement) -> None:
    spans = [
        {"text": "5公斤", "start": 0, "kind": "quantity", "supported": False},
        {"text": "一次", "start": 4, "kind": "quantity", "supported": False},  # too weak to be found
        {"text": "9件", "start": 7, "kind": "quantity", "supported": True},
        {"text": "X-9", "start": 10, "kind": "name", "supported": False},
    ]
    row = {"context": "3公斤", "question": "", "answer": "5公斤,一次,9件,X-9", "spans": spans}
    assert agreement(row, group) == expected
