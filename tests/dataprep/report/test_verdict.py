"""The verdict: what is bad, what is a warning, what is well, in both languages."""

from typing import Any

import pytest

from dataprep.report.verdict import judge

PASSED = {"passed": True, "threshold": 0.5, "pairs_examined": 1000, "highest": 0.4999}
PII = {"kind": "phone", "action": "flag", "spans": 3, "rows": 2}


def manifest(**more: Any) -> dict[str, Any]:
    rows = {"read": 100, "kept": 90, "dropped": 10, "train": 80, "dev": 5, "eval": 5, **more.pop("rows", {})}
    return {"rows": rows, **more}


def told(made: dict[str, Any], lang: str = "en") -> list[tuple[str, str]]:
    return [(tone, words) for _, tone, words, _ in judge(made, lang).findings]


@pytest.mark.parametrize(
    ("made", "tone", "words"),
    [
        (manifest(), "good", "✓ Nothing stands in the way"),
        (manifest(leak_certificate=PASSED), "good", "✓ Nothing stands in the way"),
        (manifest(refused_files=["a.pdf"]), "warn", "! Usable, with 1 thing to look at"),
        (manifest(pii=[PII], refused_files=["a.pdf"]), "warn", "! Usable, with 2 things to look at"),
        (manifest(leak_certificate={**PASSED, "passed": False}), "bad", "✕ Don't train on this yet"),
        (manifest(rows={"kept": 89}), "bad", "✕ Don't train on this yet"),
    ],
)
def test_the_gravest_finding_decides(made: dict[str, Any], tone: str, words: str) -> None:
    verdict = judge(made, "en")
    assert (verdict.tone, verdict.words) == (tone, words)


@pytest.mark.parametrize(
    ("made", "finding"),
    [
        (manifest(rows={"kept": 40, "dropped": 60}), ("warn", "More rows were dropped than kept.")),
        (manifest(rows={"eval": 0}), ("warn", "The split eval is empty.")),
        (
            manifest(refused_files=[f"{n}.pdf" for n in range(7)]),
            ("warn", "7 files couldn't be read at all: 0.pdf, 1.pdf, 2.pdf, 3.pdf, 4.pdf …."),
        ),
        (
            manifest(pii=[PII, {**PII, "kind": "email", "action": "mask"}]),
            ("warn", "Personal data was flagged, not masked, and may still be there (rows by kind: phone 2)."),
        ),
        (
            manifest(flags=[{"stage": "exact_dedup", "reason": "same_prompt_other_answer", "rows": 16}]),
            ("warn", "16 rows answer a prompt that another row answers differently."),
        ),
        (manifest(decontamination=[{"rows": 3}, {"rows": 1}]), ("good", "4 rows that quote a benchmark were dropped.")),
        (
            manifest(decontamination=[{"rows": 3}], recipe={"decontaminate": {"action": "flag"}}),
            ("warn", "3 kept rows quote a benchmark: they were flagged, not dropped."),
        ),
        (
            manifest(families={"families": 9, "largest": 60, "linked": 3}),
            (
                "warn",
                "One family of rows that belong together holds 66.7% of the set; "
                "the shares of the splits can't be kept.",
            ),
        ),
    ],
)
def test_what_a_manifest_gives_to_look_at(made: dict[str, Any], finding: tuple[str, str]) -> None:
    assert told(made)[1:] == [finding]


@pytest.mark.parametrize(
    ("certificate", "finding"),
    [
        (PASSED, "of 1,000 pairs compared, the nearest across two splits is 0.499 similar (limit 0.500)."),
        ({**PASSED, "short": 0.8}, "is 0.499 similar (limit 0.500, 0.800 for short texts)."),
        ({**PASSED, "threshold": None}, "is 0.499 similar (no limit is set)."),
        ({**PASSED, "highest": 0.0}, "of 1,000 pairs compared, none across two splits resembles the other."),
        (
            {**PASSED, "passed": False, "highest": 0.92},
            "The splits leak: the nearest rows of two splits are 0.920 similar (limit 0.500).",
        ),
        (
            {**PASSED, "passed": False, "crossing": {"family": 2, "content": 1}},
            "The splits leak: 3 families, contents or parents stand in two splits.",
        ),
    ],
)
def test_the_certificate_in_words(certificate: dict[str, Any], finding: str) -> None:
    assert told(manifest(leak_certificate=certificate))[1][1].endswith(finding)


def test_a_similarity_below_the_limit_never_looks_like_the_limit() -> None:
    [_, (tone, words)] = told(manifest(leak_certificate={**PASSED, "highest": 0.49999}), "zh")
    assert (tone, words) == (
        "good",
        "各划分之间没有泄漏：比对了 1,000 对，跨划分最相近的一对相似度为 0.499（上限 0.500）。",
    )
