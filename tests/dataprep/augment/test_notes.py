"""What a run says when augmentation didn't come out as asked."""

import pytest

from dataprep.augment.notes import augmentation_notes

RULES = [{"rule": "fault", "drafts": 9}, {"rule": "answered", "drafts": 5}]


@pytest.mark.parametrize(
    ("drafts", "accepted", "unanswered", "codes"),
    [
        (0, 0, 0, ["nothing_to_widen"]),
        (10, 10, 0, []),
        (10, 2, 0, []),
        (10, 1, 0, ["few_accepted"]),
        (10, 1, 9, ["unanswered"]),
        (10, 0, 10, ["unanswered"]),
        (100, 1, 9, ["unanswered", "few_accepted"]),
    ],
)
def test_notes(drafts: int, accepted: int, unanswered: int, codes: list[str]) -> None:
    facts = {"drafts": drafts, "accepted": accepted, "unanswered": unanswered, "rules": RULES}
    told = list(augmentation_notes(facts))
    assert [note["code"] for note in told] == codes
    assert all(note["en"] and note["zh"] for note in told)
    assert all("answered`" in note["en"] for note in told if note["code"] == "few_accepted")
